import LockstepMarket
import LockstepModel

/// Everything an order-book market engine knows; ``BookMarketEngine`` makes a value of it.
struct BookMarketState: ~Copyable {
    let venue: VenueID
    let settings: BookSettings
    /// Whether an account is on margin, so that marks matter.
    let hasMargin: Bool
    /// What margin accounts need, by instrument.
    let margins: [MarginTerms]
    var accounts: OwnedRow<AccountView>
    /// The positions in lots, by account, then by instrument.
    var positions: OwnedRow<Int64>
    var books = OwnedRow<OrderBook>()
    /// The own orders; the slots of those that have ended are used again.
    var orders = OwnedRow<BookOrder>()
    var free = OwnedRow<Int32>()
    /// The slot of every order that works.
    var table = IdentityTable()
    var fates = OrderFates()
    var costs: CostModels
    /// The ways of each account's requests and answers.
    var requestLines: ContiguousArray<LatencyLine>
    var responseLines: ContiguousArray<LatencyLine>
    /// The requests on their way, by arrival; those before `firstInFlight` have arrived.
    var inFlight: ContiguousArray<Request> = []
    var firstInFlight = 0
    /// No order expires before it.
    var nextExpiry: Timestamp = .distantFuture
    /// The last arrival number given.
    var arrivals: UInt64 = 0
    var tally = BookTally()

    // Used again in each step and without meaning between two.
    var touched = OwnedRow<Int32>()
    var picked = OwnedRow<Int32>()
    var levels = OwnedRow<BookLevel>()
    /// The costs before the fill in hand, where a fill may change them.
    var costsBefore: CostModels?

    /// A request on its way.
    struct Request: Sendable, Codable {
        let order: Order
        let arrival: Timestamp
    }

    init(
        venue: VenueID, in setting: MarketSetting, settings: BookSettings
    ) throws(MarketError) {
        try settings.validate()
        for (place, account) in setting.accounts.enumerated() {
            if setting.accounts.prefix(place).contains(where: { $0.id == account.id }) {
                throw .invalidSetting(
                    name: "accounts", why: "account \(account.id.rawValue) is declared twice")
            }
        }
        self.venue = venue
        self.settings = settings
        let own = MarginTerms(
            initial: .share(settings.initialMargin),
            maintenance: settings.margin.maintenance.map { .share($0) })
        margins = setting.instruments.map { $0.margin.over(own) }
        hasMargin = setting.accounts.contains { $0.kind == .margin }
        accounts = OwnedRow(setting.accounts.map(AccountView.init))
        positions = OwnedRow(
            repeatElement(0, count: setting.accounts.count * setting.instruments.count))
        costs = CostModels(
            fees: settings.fees, slippage: .none,
            random: RandomStream(seed: setting.seed, component: "slippage"))
        let name = "latency.\(venue.rawValue)"
        requestLines = ContiguousArray(
            setting.accounts.map {
                LatencyLine(
                    seed: setting.seed, component: "\(name).order", entity: UInt64($0.id.rawValue))
            })
        responseLines = ContiguousArray(
            setting.accounts.map {
                LatencyLine(
                    seed: setting.seed, component: "\(name).response",
                    entity: UInt64($0.id.rawValue))
            })
        let overlays = settings.world == .shared ? 1 : setting.accounts.count
        for instrument in setting.instruments {
            books.append(
                OrderBook(
                    instrument, trades: instrument.venue == venue, overlays: overlays,
                    line: LatencyLine(
                        seed: setting.seed, component: "\(name).feed",
                        entity: UInt64(instrument.id.rawValue))))
        }
    }

    /// The place of an account, which is that of its number in nearly every run.
    @inline(__always)
    func accountPlace(_ account: AccountID) throws(MarketError) -> Int {
        let place = Int(account.rawValue) &- 1
        if accounts.contains(place) && accounts[place].id == account { return place }
        return try findAccount(account)
    }

    @inline(never)
    private func findAccount(_ account: AccountID) throws(MarketError) -> Int {
        guard let place = accounts.indices.first(where: { accounts[$0].id == account }) else {
            throw .unknownAccount(venue: venue, account: account)
        }
        return place
    }

    /// The place of a position among all.
    @inline(__always)
    func cell(_ account: Int, _ place: Int) -> Int { account &* books.count &+ place }

    /// When an account's strategies hear of what happens at a time.
    @inline(__always)
    mutating func reportAt(_ account: Int, _ time: Timestamp) -> Timestamp {
        if settings.latency.response.isNone { return time }
        return responseLines[account].arrival(of: time, settings.latency.response)
    }

    /// Tells something of an order.
    @inline(__always)
    mutating func tell(
        _ slot: Int, _ change: OrderChange, _ reason: OrderReason, limit: Int64 = 0,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let report = reportAt(Int(orders[slot].accountPlace), time)
        outputs.append(orders[slot].update(change, reason, limit: limit, reportAt: report))
    }

    /// Cancels what is left of an order.
    @inline(never)
    mutating func cancel(
        _ slot: Int, _ reason: OrderReason, limit: Int64 = 0, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        tell(slot, .cancelled, reason, limit: limit, time, &outputs)
        end(slot, .ended)
    }

    /// Takes an order out of where it stands, into the hand.
    mutating func take(up slot: Int) {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        switch orders[slot].location {
        case .resting:
            books[place].overlays[overlay].sides[orders[slot].sidePlace]
                .leave(orders[slot].key, slot)
        case .waiting:
            let waiting = books[place].overlays[overlay].waiting.indices.first {
                Int(books[place].overlays[overlay].waiting[$0]) == slot
            }
            if let waiting { _ = books[place].overlays[overlay].waiting.remove(at: waiting) }
        case .stop: books[place].overlays[overlay].takeAway(slot, rises: orders[slot].rises)
        case .hand, .free: break
        }
        orders[slot].location = .hand
    }

    /// Ends an order, wherever it stands.
    mutating func end(_ slot: Int, _ fate: OrderFate) {
        take(up: slot)
        let id = orders[slot].id
        if fate == .ended { fates.note(.ended, of: id, on: Int(orders[slot].book)) }
        table.remove(id.rawValue)
        orders[slot].location = .free
        free.append(Int32(truncatingIfNeeded: slot))
    }

    /// Gives an order a slot, in hand.
    mutating func begin(_ order: BookOrder) -> Int {
        var slot = orders.count
        if let last = free.last {
            slot = Int(last)
            free.truncate(to: free.count &- 1)
            orders[slot] = order
        } else {
            orders.append(order)
        }
        table.insert(order.id.rawValue, slot)
        if order.expiry < nextExpiry { nextExpiry = order.expiry }
        return slot
    }

    /// Hears of a booking.
    mutating func apply(_ booking: Booking) throws(MarketError) {
        let place = Int(booking.instrument.rawValue) - 1
        let trades = books.indices.contains(place) && books[place].trades
        if booking.kind == .trade && trades { return }
        let account = try accountPlace(booking.account)
        if accounts[account].isOpening(booking) {
            accounts[account].awaitsOpening = false
            return
        }
        do {
            accounts[account].cash = try accounts[account].cash.adding(booking.cashChange)
        } catch { throw .overflow(instrument: booking.instrument, operation: .cash) }
        if trades { positions[cell(account, place)] = booking.positionAfter.lots }
    }

    /// The next instant at which there is something to do without data.
    @inline(__always)
    var nextWake: Timestamp {
        firstInFlight < inFlight.count
            ? min(nextExpiry, inFlight[firstInFlight].arrival) : nextExpiry
    }
}

public import LockstepMarket
public import LockstepModel

/// A market made of bars: orders meet the bars that begin after they arrived.
///
/// It takes market orders (resting, immediate-or-cancel, fill-or-kill), limits (good till
/// cancelled, a date or the day's end, immediate-or-cancel, fill-or-kill) and stops (good till
/// cancelled, a date or the day's end), reduce-only or not, and amends and cancels them. Everything
/// else is rejected as ``LockstepModel/OrderReason/invalidCombination``. The day of a day order
/// ends at 24:00 UTC.
///
/// - A bar `[s, e)` meets the orders that arrived at `s` or before, and that work until `e`.
///   Carried and absent bars do nothing. Of an instrument's series only the primary one counts.
/// - First the opens of all bars of a step meet the orders, by the bars' beginning and the orders'
///   arrival; then each bar's inside is walked along its path, instrument by instrument.
/// - A change sent while a bar may be in progress waits for the instrument's next bar: one that
///   began before the change comes first.
/// - The engine has its own view of each account, in which its fills count at once. Cash accounts
///   buy what their cash pays for, fee included, and sell what they hold. On margin, what
///   opens must leave the equity at or above ``EngineSettings/initialMargin`` of the worth of all
///   positions, this instrument taken at the price of the fill, the others at the closes of their
///   last bars; what only reduces always fills. What does not fit is cancelled as
///   ``LockstepModel/OrderReason/insufficientAtFill``, all of it; on margin the part of an order
///   that only reduces still fills, unless it is fill-or-kill.
///
/// A bar without working orders costs one comparison, unless an account is on margin: then marks
/// are kept. Nothing is allocated per bar.
public struct BarMarketEngine: MarketEngine {
    /// The venue.
    public let venue: VenueID
    /// How it fills.
    public let settings: EngineSettings
    /// How often assumptions decided.
    public internal(set) var tally = FillTally()

    var accounts: ContiguousArray<AccountView>
    /// The positions in lots, by account, then by instrument.
    var positions: ContiguousArray<Int64>
    var books: ContiguousArray<BarBook>
    var costs: CostModels
    var fates = OrderFates()
    /// The number of working orders and waiting changes.
    var busy = 0
    /// The last arrival number given.
    var arrivals: UInt64 = 0
    /// The earliest expiry of a working order.
    var nextExpiry: Timestamp = .distantFuture
    /// Whether the order of that expiry has ended, so that it is to be found again.
    var expiryIsStale = false
    /// Whether last prices are kept, since an account is on margin.
    let keepsMarks: Bool

    // Used again in each step and without meaning between two.
    var active: ContiguousArray<ActiveBar> = []
    var attempts: ContiguousArray<OpenAttempt> = []
    var candidates: ContiguousArray<Candidate> = []
    var alternative = MarketOutputs(capacity: 0)

    private enum CodingKeys: String, CodingKey {
        case venue, settings, tally, accounts, positions, books, costs, fates, busy, arrivals
        case nextExpiry, expiryIsStale, keepsMarks
    }

    /// Opens the market.
    ///
    /// Instruments of other venues, and those without bars, are not traded here.
    ///
    /// - Parameters:
    ///   - venue: The venue.
    ///   - setting: What the run consists of.
    ///   - settings: How it fills.
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)``.
    public init(
        venue: VenueID, in setting: MarketSetting, settings: EngineSettings = EngineSettings()
    ) throws(MarketError) {
        try settings.validate()
        let (instruments, primarySeries) = (setting.instruments, setting.primarySeries)
        guard primarySeries.count == instruments.count else {
            throw .invalidSetting(
                name: "data", why: "there must be one primary series, or none, per instrument")
        }
        for (place, account) in setting.accounts.enumerated() {
            if setting.accounts.prefix(place).contains(where: { $0.id == account.id }) {
                throw .invalidSetting(
                    name: "accounts", why: "account \(account.id.rawValue) is declared twice")
            }
        }
        self.venue = venue
        self.settings = settings
        accounts = ContiguousArray(setting.accounts.map(AccountView.init))
        positions = ContiguousArray(repeating: 0, count: accounts.count * instruments.count)
        books = ContiguousArray(
            zip(instruments, primarySeries).map { instrument, series in
                let slot = series.map { Int($0.rawValue) - 1 } ?? -1
                return BarBook(instrument, slot: instrument.venue == venue ? slot : -1)
            })
        costs = CostModels(
            fees: settings.fees, slippage: settings.slippage,
            random: RandomStream(
                seed: setting.seed, component: "slippage", entity: UInt64(venue.rawValue)))
        keepsMarks = accounts.contains { $0.isMargin }
    }

    /// Commands are worked at once.
    public var isBatch: Bool { false }

    /// The earliest instant at which an order expires.
    public var nextWake: Timestamp? { nextExpiry == .distantFuture ? nil : nextExpiry }

    public mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {}

    /// Hears of a booking, for the engine's own view of the accounts.
    ///
    /// Bookings of fills here change nothing, nor does the deposit that opened an account: they
    /// are counted already. All else moves the cash, and the position of an instrument it names.
    ///
    /// - Parameter booking: The booking.
    /// - Throws: ``LockstepMarket/MarketError/unknownAccount(venue:account:)``, or
    ///   ``LockstepMarket/MarketError/overflow(instrument:operation:)``.
    public mutating func apply(_ booking: Booking) throws(MarketError) {
        let place = Int(booking.instrument.rawValue) - 1
        let trades = books.indices.contains(place) && books[place].slot >= 0
        if booking.kind == .trade && trades { return }
        let account = try accountPlace(booking.account)
        if accounts[account].isOpening(booking) {
            accounts[account].awaitsOpening = false
            return
        }
        do {
            accounts[account].cash = try accounts[account].cash.adding(booking.cashChange)
        } catch { throw .overflow(instrument: booking.instrument, operation: .cash) }
        if trades { positions[account * books.count + place] = booking.positionAfter.lots }
    }

    /// The place of an account, which is that of its number in nearly every run.
    func accountPlace(_ account: AccountID) throws(MarketError) -> Int {
        let place = Int(account.rawValue) - 1
        if accounts.indices.contains(place) && accounts[place].id == account { return place }
        guard let place = accounts.firstIndex(where: { $0.id == account }) else {
            throw .unknownAccount(venue: venue, account: account)
        }
        return place
    }

    /// The cash of an account in the engine's view; nil for an account it does not know.
    public func cash(of account: AccountID) -> Money? {
        accounts.first { $0.id == account }?.cash
    }

    /// The position of an account in the engine's view; nil for one it does not know.
    public func position(of account: AccountID, in instrument: InstrumentID) -> SignedQuantity? {
        let place = Int(instrument.rawValue) - 1
        guard books.indices.contains(place),
            let account = accounts.firstIndex(where: { $0.id == account })
        else { return nil }
        return SignedQuantity(lots: positions[account * books.count + place])
    }

    /// The number of orders that work.
    public var workingOrders: Int { busy - books.reduce(0) { $0 + $1.changes.count } }
}

/// The cost models, and what changes with the fills they have seen.
struct CostModels: Sendable, Codable {
    var fees: FeeSchedule
    var slippage: Slippage
    var random: RandomStream
    /// The fee where it is a built-in one.
    let plainFee: ProportionalFee?
    /// Whether any fill may be slipped.
    let slips: Bool
    /// Whether a model is the user's own, so that a fill may change it.
    let mayChange: Bool

    init(fees: FeeSchedule, slippage: Slippage, random: RandomStream) {
        self.fees = fees
        self.slippage = slippage
        self.random = random
        slips = !slippage.isNone
        let customSlippage = if case .custom = slippage { true } else { false }
        switch fees {
        case .none: plainFee = ProportionalFee()
        case .proportional(let model): plainFee = model
        case .custom: plainFee = nil
        }
        mayChange = customSlippage || plainFee == nil
    }
}

/// A traded bar of a step that may meet orders.
struct ActiveBar: Sendable {
    let place: Int
    let bar: Bar
}

/// An order that acts at the open of a bar.
struct OpenAttempt: Sendable {
    let active: Int
    let order: Int
    let start: Timestamp
    let number: UInt64
}

/// An order whose level lies inside a bar.
struct Candidate: Sendable {
    let order: Int
    let accountPlace: Int
    let level: Int64
    let actsUpward: Bool
    /// What became of it on the walk in hand.
    var fate: OrderFate = .working
    /// What became of it on the path that is kept.
    var kept: OrderFate = .working
}

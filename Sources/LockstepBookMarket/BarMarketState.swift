import LockstepMarket
import LockstepModel

/// Everything a bar market engine knows; ``BarMarketEngine`` makes a value of it.
struct BarMarketState: ~Copyable {
    let venue: VenueID
    let settings: EngineSettings
    /// The settings that every bar asks for.
    let through: Int64
    /// Whether last prices are kept, since an account is on margin, or a rule or a cost model asks
    /// for what was traded.
    let keepsMarks: Bool
    /// Whether last bars are kept, since a rule asks for them.
    let keepsBars: Bool
    /// Whether a rule concerns every order, so that none may go a short way.
    let concernsAll: Bool
    /// Whether nothing but a built-in fee is between a market order's price and its cost, and no
    /// account is on margin.
    let hasPlainCosts: Bool
    let plainFee: ProportionalFee
    /// The halts and bands of its instruments.
    let halts: [PlacedHalt]
    let bands: [PlacedBand]
    /// What margin accounts need, by instrument.
    let margins: [MarginTerms]
    /// Whether bars are looked at for liquidations.
    let watchesMargin: Bool
    /// The book that took the last order.
    var lastPlace = 0
    /// The number of working orders and waiting changes.
    var busy = 0
    /// The earliest expiry of a working order.
    var nextExpiry: Timestamp = .distantFuture
    /// How many orders have it.
    var nextExpiryCount = 0
    /// Whether all orders of that expiry have ended, so that it is to be found again.
    var expiryIsStale = false
    /// Whether an order with details was ever taken.
    var seenSpecial = false
    /// The last arrival number given.
    var arrivals: UInt64 = 0
    var accounts: OwnedRow<AccountView>
    /// The positions in lots, by account, then by instrument.
    var positions: OwnedRow<Int64>
    var books = OwnedRow<BarBook>()
    /// One bit for each book in which something works or waits.
    var busyBooks: OwnedRow<UInt64>
    var fates: OrderFates
    var costs: CostModels
    /// How often assumptions decided.
    var tally = FillTally()

    // Used again in each step and without meaning between two.
    var active = OwnedRow<ActiveBar>()
    var attempts = OwnedRow<OpenAttempt>()
    var candidates = OwnedRow<Candidate>()
    var alternative = MarketOutputs(capacity: 0)
    var walk = SpecialWalk()
    /// What was traded in past sessions, by instrument; empty where no cost model asks.
    var sessions: [SessionHistory] = []
    /// The costs before the fill in hand, where a fill may change them.
    var costsBefore: CostModels?

    init(
        venue: VenueID, in setting: MarketSetting, settings: EngineSettings
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
        try Self.checkVolumes(venue, setting, settings)
        let halts = try Self.halts(settings.rules, instruments)
        let bands = try Self.bands(settings.rules, instruments)
        self.venue = venue
        self.settings = settings
        self.halts = halts
        self.bands = bands
        let margins = Self.margins(of: instruments, settings)
        let watchesMargin = Self.watchesMargin(venue, margins, setting, settings)
        self.margins = margins
        self.watchesMargin = watchesMargin
        through = settings.through
        concernsAll = settings.concernsAll || watchesMargin
        keepsBars = settings.rules.actsOnArrival || settings.rules.fundsMark != .fill
        keepsMarks =
            keepsBars || settings.slippage.needsSessions
            || setting.accounts.contains { $0.kind == .margin }
        accounts = OwnedRow(setting.accounts.map(AccountView.init))
        positions = OwnedRow(repeatElement(0, count: setting.accounts.count * instruments.count))
        busyBooks = OwnedRow(repeatElement(0, count: (instruments.count + 63) / 64))
        fates = OrderFates()
        costs = CostModels(
            fees: settings.fees, slippage: settings.slippage,
            random: RandomStream(
                seed: setting.seed, component: "slippage", entity: UInt64(venue.rawValue)))
        (hasPlainCosts, plainFee) = Self.plainCosts(costs, keepsMarks: keepsMarks)
        for (instrument, series) in zip(instruments, primarySeries) {
            let slot = series.map { Int($0.rawValue) - 1 } ?? -1
            books.append(
                BarBook(
                    instrument, slot: instrument.venue == venue ? slot : -1,
                    hasPlainCosts: hasPlainCosts && !concernsAll,
                    takesPlainly: !settings.rules.actsOnArrival))
        }
        if settings.slippage.needsSessions {
            sessions = [SessionHistory](repeating: SessionHistory(), count: instruments.count)
        }
    }

    /// Refuses rules and costs that ask for volumes where it is known that there are none.
    private static func checkVolumes(
        _ venue: VenueID, _ setting: MarketSetting, _ settings: EngineSettings
    ) throws(MarketError) {
        if !settings.needsVolume { return }
        for instrument in setting.instruments
        where instrument.venue == venue && setting.withoutVolume.contains(instrument.id) {
            throw .invalidSetting(
                name: settings.rules.participation != nil ? "participation" : "slippage",
                why:
                    "it asks for volumes, and the data of \(instrument.symbol) have none. Name the "
                    + "column of the volume, or choose a rule that asks for none")
        }
    }

    /// Whether fills can go the short way, and their fee then.
    static func plainCosts(
        _ costs: CostModels, keepsMarks: Bool
    ) -> (hasPlainCosts: Bool, fee: ProportionalFee) {
        (!keepsMarks && !costs.slips && costs.plainFee != nil, costs.plainFee ?? ProportionalFee())
    }

    /// The place of an account, which is that of its number in nearly every run.
    @inline(__always)
    func accountPlace(_ account: AccountID) throws(MarketError) -> Int {
        let place = Int(account.rawValue) - 1
        if place >= 0 && place < accounts.count && accounts[place].id == account { return place }
        return try findAccount(account)
    }

    @inline(never)
    private func findAccount(_ account: AccountID) throws(MarketError) -> Int {
        guard let place = accounts.indices.first(where: { accounts[$0].id == account }) else {
            throw .unknownAccount(venue: venue, account: account)
        }
        return place
    }

    /// The fate of an order, the place of its instrument, and where it stands if it works.
    ///
    /// An order that rests is brought back.
    mutating func find(_ order: OrderID) -> (fate: OrderFate, place: Int, position: Int?) {
        let (fate, place) = fates.fate(of: order)
        if fate == .filled {
            let position = books[place].position(of: order) ?? books[place].bringBack(order)
            if let position { return (.working, place, position) }
        }
        return (fate, place, nil)
    }

    /// The place of a position among all.
    @inline(__always)
    func cell(_ account: Int, _ place: Int) -> Int { account &* books.count &+ place }

    /// Notes that something works or waits in a book.
    @inline(__always)
    mutating func noteBusy(_ place: Int) { busyBooks[place >> 6] |= 1 &<< UInt64(place & 63) }

    /// Notes that a book is idle, where it is.
    @inline(__always)
    mutating func noteIdle(_ place: Int) {
        if books[place].isIdle { busyBooks[place >> 6] &= ~(1 &<< UInt64(place & 63)) }
    }

    /// Hears of a booking.
    mutating func apply(_ booking: Booking) throws(MarketError) {
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
        if trades { positions[cell(account, place)] = booking.positionAfter.lots }
    }
}

/// A traded bar of a step that may meet orders.
struct ActiveBar: Sendable, BitwiseCopyable {
    let place: Int
    let bar: Bar
}

/// An order that acts at the open of a bar.
struct OpenAttempt: Sendable, BitwiseCopyable {
    let active: Int
    let order: Int
    let start: Timestamp
    let number: UInt64
}

/// An order whose level lies inside a bar.
struct Candidate: Sendable, BitwiseCopyable {
    let order: Int
    let accountPlace: Int
    let level: Int64
    let actsUpward: Bool
    /// What became of it on the walk in hand.
    var fate: OrderFate = .working
    /// What became of it on the path that is kept.
    var kept: OrderFate = .working
}

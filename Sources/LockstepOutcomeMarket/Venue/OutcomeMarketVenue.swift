public import LockstepMarket
public import LockstepModel

/// An outcome market as a venue of a run: collects what is asked and runs a batch in each step.
///
/// It alone stamps and numbers orders. Orders of one instant are taken by a draw for each account,
/// so nobody is always first. It keeps the cash and tokens of the run's accounts, and compares them
/// with the ledger at the end of every step.
public struct OutcomeMarketVenue: MarketEngine {
    let rules: VenueRules
    var engine: OutcomeMarketEngine
    var orders = VenueOrders()
    var pending: [PendingCommand] = []
    /// The number of the next order in the engine.
    var nextNumber: UInt64 = 1
    var ledger: HeldLedger
    /// The quotes that were last told, by outcome; empty before the opening.
    var quotes: [OutcomeQuote] = []
    /// What each outcome has become, once it is out of the event.
    var ends: [OutcomeStatus?]
    /// The time of the last step.
    var now = Timestamp.distantPast
    var scratch = VenueScratch()

    /// Opens the market of a venue, with the accounts that it keeps and what they begin with.
    init(
        _ venue: VenueID, _ settings: OutcomeMarketSettings, in setting: MarketSetting
    ) throws(MarketError) {
        try settings.validate()
        rules = try VenueRules(venue, settings, in: setting)
        ends = [OutcomeStatus?](repeating: nil, count: settings.outcomes.count)
        ledger = HeldLedger(
            accounts: setting.accounts.count, tokens: settings.outcomes.count * 2)
        do throws(OutcomeMarketError) {
            engine = try OutcomeMarketEngine(settings.parameters)
            for (user, account) in setting.accounts.enumerated() where account.venue == venue {
                try engine.open(UInt32(user), cash: account.startingCash.units)
            }
        } catch {
            throw .invalidSetting(name: "accounts", why: "\(error)")
        }
    }

    public var venue: VenueID { rules.venue }

    /// The market behind the venue, as it stands.
    package var market: OutcomeMarketEngine { engine }

    /// Whether an instrument is a token of the venue.
    package func isToken(_ instrument: InstrumentID) -> Bool { rules.token(instrument) != nil }

    /// A market of batches.
    public var isBatch: Bool { true }

    public var holdsAccounts: Bool { true }

    /// The next batch; nil once the market is settled.
    public var nextWake: Timestamp? {
        engine.isSettled && pending.isEmpty ? nil : rules.batch(after: now)
    }

    public mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        now = frame.time
        // With the first batch, whoever makes a step before it.
        if quotes.isEmpty, now > rules.start, rules.hasBatch(at: now) { publishQuotes(&outputs) }
        var place = 0
        while place < frame.data.count {
            if rules.token(frame.data[place].instrument) != nil,
                let resolution = OutcomeResolution(frame.data[place])
            {
                try apply(resolution, at: frame.time, &outputs)
            }
            place += 1
        }
    }

    public mutating func apply(_ booking: Booking) throws(MarketError) {
        guard rules.keeps(booking.account) else { return }
        let token = rules.token(booking.instrument)
        ledger.take(
            booking, token: token.map { $0.outcome * 2 + Int($0.token.rawValue) })
    }

    /// Compares cash and tokens of every account that was touched with the ledger, to the unit.
    public mutating func settle(at now: Timestamp) throws(MarketError) {
        for account in ledger.touched { try compare(account) }
        ledger.clear()
    }

    private func compare(_ account: Int) throws(MarketError) {
        func differ(_ what: String, _ own: Int64, _ booked: Int64) throws(MarketError) {
            throw .booksDisagree(
                venue: venue, account: AccountID(UInt32(account + 1)),
                what: "\(own) units of \(what) in the market and \(booked) in the ledger")
        }
        let held = engine.account(UInt32(account)) ?? OutcomeAccount()
        let cash = held.cash + held.escrow
        if cash != ledger.cash[account] { try differ("money", cash, ledger.cash[account]) }
        for outcome in 0..<rules.outcomes {
            for token in OutcomeToken.allCases {
                let holding = engine.holding(UInt32(account), outcome, token)
                let lots = (holding.free + holding.escrow) / rules.lot
                let booked = ledger.position(account, outcome * 2 + Int(token.rawValue))
                if lots != booked {
                    try differ(
                        "instrument \(rules.instrument(outcome, token).rawValue)", lots, booked)
                }
            }
        }
    }

    public func checkInvariants() throws(MarketError) {
        do throws(OutcomeMarketError) { try engine.checkInvariants() } catch {
            throw .brokenInvariant(venue: venue, what: "\(error)")
        }
    }

    /// An error of the engine that no order can cause.
    func broken(_ error: OutcomeMarketError) -> MarketError {
        .brokenInvariant(venue: venue, what: "\(error)")
    }
}

/// Buffers that a batch needs and the next one uses again; not part of the state.
struct VenueScratch: Sendable {
    var batch: [OutcomeOrder] = []
    var output = OutcomeOutput()
    /// By account, the submissions of a batch that cost gas.
    var submissions: [Int64] = []
    /// The holdings that a batch has changed, in the order of their first fills.
    var changed: [Held] = []

    /// A token in an account.
    struct Held: Hashable, Sendable {
        let user: UInt32
        let outcome: Int
        let token: OutcomeToken
    }
}

extension OutcomeMarketVenue: Codable {
    private enum CodingKeys: String, CodingKey {
        case rules, engine, orders, pending, nextNumber, ledger, quotes, ends, now
    }

    /// Reads a saved venue, which goes on as the one that was saved.
    ///
    /// - Parameter decoder: What ``encode(to:)`` wrote.
    /// - Throws: What the decoder throws, and ``OutcomeMarketError`` for a state that no market has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rules = try container.decode(VenueRules.self, forKey: .rules)
        engine = try container.decode(OutcomeMarketEngine.self, forKey: .engine)
        orders = try container.decode(VenueOrders.self, forKey: .orders)
        pending = try container.decode([PendingCommand].self, forKey: .pending)
        nextNumber = try container.decode(UInt64.self, forKey: .nextNumber)
        ledger = try container.decode(HeldLedger.self, forKey: .ledger)
        quotes = try container.decode([OutcomeQuote].self, forKey: .quotes)
        ends = try container.decode([OutcomeStatus?].self, forKey: .ends)
        now = try container.decode(Timestamp.self, forKey: .now)
    }

    /// Saves the venue between two calls.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rules, forKey: .rules)
        try container.encode(engine, forKey: .engine)
        try container.encode(orders, forKey: .orders)
        try container.encode(pending, forKey: .pending)
        try container.encode(nextNumber, forKey: .nextNumber)
        try container.encode(ledger, forKey: .ledger)
        try container.encode(quotes, forKey: .quotes)
        try container.encode(ends, forKey: .ends)
        try container.encode(now, forKey: .now)
    }
}

import LockstepMarket
import LockstepModel

/// What an outcome venue needs of its settings and of the run, beside the engine.
struct VenueRules: Hashable, Sendable, Codable {
    let venue: VenueID
    /// When the market opened, and how long it is from batch to batch.
    let start: Timestamp
    let interval: Int64
    /// The number of the first token; YES and NO of each outcome follow in turn.
    let firstInstrument: UInt32
    let outcomes: Int
    /// What the outcomes are called.
    let names: [String]
    /// Millionths of a USDC in a tick, and of a token in a lot.
    let tick: Int64
    let lot: Int64
    /// What a market order may slip that does not say so; nil for any.
    let maxSlippage: Int64?
    let checksRedemption: Bool
    let notesThroughMaker: Bool
    /// By account, whether the venue keeps it.
    let isKept: [Bool]
    /// By account, how long an order takes to arrive.
    let latency: [Int64]
    /// By account, the key of the draws that order a batch.
    let turnKeys: [UInt64]

    init(
        _ venue: VenueID, _ settings: OutcomeMarketSettings, in setting: MarketSetting
    ) throws(MarketError) {
        self.venue = venue
        start = settings.start
        interval = settings.batchInterval
        outcomes = settings.outcomes.count
        names = settings.outcomes
        tick = settings.tickUnits
        lot = settings.lotUnits
        maxSlippage = settings.guards.maxSlippage?.trillionths
        checksRedemption = settings.guards.redemption
        notesThroughMaker = settings.guards.throughMaker
        // By name: a number would be another one where somebody joins before.
        turnKeys = setting.accounts.map {
            RandomStream.key(seed: setting.seed, component: "outcome batch/\($0.name)")
        }
        isKept = setting.accounts.map { $0.venue == venue }
        firstInstrument = try Self.firstInstrument(venue, settings, setting)
        latency = try Self.latency(venue, settings, setting)
    }

    private static func firstInstrument(
        _ venue: VenueID, _ settings: OutcomeMarketSettings, _ setting: MarketSetting
    ) throws(MarketError) -> UInt32 {
        let own = setting.instruments.filter { $0.venue == venue }
        guard let first = own.first, own.count == settings.outcomes.count * 2 else {
            throw .invalidSetting(
                name: "instruments",
                why: "an outcome venue has a YES and a NO for each outcome, as it makes them "
                    + "itself; there are \(own.count) for \(settings.outcomes.count) outcomes")
        }
        for (place, instrument) in own.enumerated() {
            let outcome = settings.outcomes[place / 2]
            let token = place % 2 == 0 ? "YES" : "NO"
            guard instrument.id.rawValue == first.id.rawValue + UInt32(place),
                instrument.symbol.hasSuffix("/\(outcome)/\(token)")
            else {
                throw .invalidSetting(
                    name: "instruments",
                    why: "instrument \(instrument.symbol) stands where \(outcome)/\(token) belongs")
            }
            guard instrument.currency.decimals == 6, instrument.ratio.numerator == 1,
                instrument.ratio.denominator == 1
            else {
                throw .invalidSetting(
                    name: "instruments",
                    why: "\(instrument.symbol) is not kept in millionths: use a currency of six "
                        + "decimals")
            }
        }
        return first.id.rawValue
    }

    private static func latency(
        _ venue: VenueID, _ settings: OutcomeMarketSettings, _ setting: MarketSetting
    ) throws(MarketError) -> [Int64] {
        let kept = setting.accounts.filter { $0.venue == venue }
        for name in settings.latency.keys.sorted()
        where !kept.contains(where: { $0.name == name }) {
            throw .invalidSetting(
                name: "latency.\(name)", why: "there is no such account at the venue")
        }
        for account in kept where account.kind != .cash {
            throw .invalidSetting(
                name: "accounts.\(account.name).kind",
                why: "an outcome market sells nothing that an account does not hold; use cash")
        }
        return setting.accounts.map { settings.latency[$0.name] ?? 0 }
    }

    /// Whether the venue keeps an account.
    func keeps(_ account: AccountID) -> Bool {
        let place = Int(account.rawValue) - 1
        return isKept.indices.contains(place) && isKept[place]
    }

    /// The outcome and the token of an instrument; nil for another venue's.
    func token(_ instrument: InstrumentID) -> (outcome: Int, token: OutcomeToken)? {
        let place = Int(instrument.rawValue) - Int(firstInstrument)
        guard place >= 0, place < outcomes * 2 else { return nil }
        return (place / 2, place % 2 == 0 ? .yes : .no)
    }

    /// The instrument of a token.
    func instrument(_ outcome: Int, _ token: OutcomeToken) -> InstrumentID {
        InstrumentID(firstInstrument + UInt32(outcome * 2) + UInt32(token.rawValue))
    }

    /// The time since the market's start; 0 before it.
    func elapsed(_ time: Timestamp) -> Int64 {
        let (elapsed, overflow) = time.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return overflow ? (time > start ? .max : 0) : max(elapsed, 0)
    }

    /// Whether there is a batch at an instant: a whole number of intervals after the start.
    func hasBatch(at time: Timestamp) -> Bool {
        time > start && elapsed(time) % interval == 0
    }

    /// The first batch time after an instant.
    func batch(after time: Timestamp) -> Timestamp? {
        let elapsed = elapsed(time)
        let (next, overflow) = (elapsed - elapsed % interval).addingReportingOverflow(interval)
        let (sum, isLate) = start.nanoseconds.addingReportingOverflow(next)
        return overflow || isLate ? nil : Timestamp(nanoseconds: sum)
    }

    /// The key by which the orders of an account stand in the batch of an instant.
    ///
    /// A function of the seed, the instant and the account alone, so that whoever joins leaves the
    /// others in the order in which they were.
    func turn(of account: AccountID, at time: Timestamp) -> UInt64 {
        var draw = RandomStream(
            key: turnKeys[Int(account.rawValue) - 1], entity: 0, counter: UInt64(elapsed(time)))
        return draw.next()
    }
}

import LockstepModel
import LockstepOutcomeMarket

/// The auto-fills of a batch as its log tells them: each has a surplus, and keeps to its caps.
struct LoggedSurplus {
    /// What does not agree.
    private(set) var findings: [String] = []
    /// How many levels were judged.
    private(set) var levels = 0

    /// A level that was filled after a trade.
    private struct Level {
        let instrument: InstrumentID
        let price: Int64
        var lots: Int64
        /// The trade that it followed.
        let trigger: Int
    }

    private let maximumSurplus: Int128
    private let sigma: Int128
    private let maximumLevels: Int
    /// The trades with the market maker in the batch, as what is left of their allowances.
    private var allowances: [Int64] = []
    /// By trade and outcome, the levels that it filled.
    private var counts: [[UInt32: Int]] = []
    private var waiting: [Level] = []

    init(_ settings: OutcomeMarketSettings) {
        maximumSurplus = Int128(settings.autoFillMaximumSurplus.trillionths)
        sigma = Int128(settings.sigma.trillionths)
        maximumLevels = settings.autoFillMaximumLevels
    }

    /// Takes a fill, in the order of the log.
    mutating func take(_ fill: Fill) {
        if fill.point == .amm, fill.liquidity == .taker {
            let most = maximumSurplus * Int128(fill.notional.units) / 1_000_000_000_000
            allowances.append(Int64(most))
            counts.append([:])
        }
        guard fill.point == .autoFill else { return }
        if allowances.isEmpty { findings.append("I8: an auto-fill without a trade before it") }
        let (trigger, price) = (allowances.count - 1, fill.price.ticks)
        // All holders of a level are told one after another.
        if let last = waiting.last, last.trigger == trigger, last.instrument == fill.instrument,
            last.price == price
        {
            waiting[waiting.count - 1].lots += fill.quantity.lots
        } else {
            waiting.append(
                Level(
                    instrument: fill.instrument, price: price, lots: fill.quantity.lots,
                    trigger: trigger))
        }
    }

    /// Takes what the market says of a level.
    mutating func take(_ event: VenueEvent) {
        guard !waiting.isEmpty else { return findings.append("I8: \(event) without fills") }
        let level = waiting.removeFirst()
        guard level.instrument == event.instrument, level.price == event.price.ticks,
            level.lots == event.quantity.lots, level.trigger >= 0
        else { return findings.append("I8: \(event) is not the level \(level)") }
        levels += 1
        // A tick of a lot is a unit of money.
        let charge = level.lots * level.price
        let sign: Int64 = event.kind == .autoFilledBids ? 1 : -1
        let surplus = sign * (charge - event.amount.units)
        if surplus <= 0 { findings.append("I8: a surplus of \(surplus)") }
        let captured = min(surplus, allowances[level.trigger])
        allowances[level.trigger] -= captured
        let house = (sigma * Int128(captured) + 999_999_999_999) / 1_000_000_000_000
        if event.rest.units != Int64(house) {
            findings.append("I8: the market took \(event.rest.units) of \(captured), not \(house)")
        }
        let count = (counts[level.trigger][event.outcome] ?? 0) + 1
        counts[level.trigger][event.outcome] = count
        if count > maximumLevels { findings.append("I8: \(count) levels after one trade") }
    }

    /// Ends a batch.
    mutating func endBatch() {
        if !waiting.isEmpty { findings.append("I8: \(waiting.count) levels were not told") }
        allowances.removeAll()
        counts.removeAll()
        waiting.removeAll()
    }
}

import LockstepModel

/// What one source of fills did in a batch.
package struct SourceTotals: Hashable, Sendable, Codable {
    /// Fill records: a trade between two users has one for each.
    package internal(set) var fills = 0
    /// Millionths of tokens over all records.
    package internal(set) var quantity: Int128 = 0
    /// Millionths of a USDC over all records.
    package internal(set) var notional: Int128 = 0
    /// What the house took: on fills, on matches, and what rebates left over.
    package internal(set) var fees: Int64 = 0
}

/// What one set of tokens costs at the market maker's prices; prices without fees.
package struct SetPrices: Hashable, Sendable, Codable {
    /// A YES of every active outcome; together they pay 1.
    package let yes: Double
    /// A NO of every active outcome; together they pay one less than there are outcomes.
    package let no: Double
    /// YES and NO of the outcome where both together cost least; together they pay 1.
    package let pair: Double
}

/// An outcome at the end of a batch.
package struct OutcomeSummary: Hashable, Sendable, Codable {
    package let outcome: Int
    package let view: OutcomeView
    package let bestYesBid: OutcomeBookLevel?
    package let bestYesAsk: OutcomeBookLevel?
    package let bestNoBid: OutcomeBookLevel?
    package let bestNoAsk: OutcomeBookLevel?
}

/// A batch in figures, computed from its fills and events and the state after it.
package struct OutcomeBatchSummary: Hashable, Sendable, Codable {
    /// The number of the batch, from 1.
    package let batch: Int
    /// The time, in nanoseconds since the market's start.
    package let now: Int64
    /// Orders that rest, were filled at once, or took another one back.
    package private(set) var accepted = 0
    /// Refused orders by reason.
    package private(set) var rejected: [Int]
    /// What each source did.
    package private(set) var sources: [SourceTotals]
    /// What submissions cost in this batch.
    package let gas: Int64
    /// The market's share of auto-fill surpluses in this batch.
    package private(set) var seigniorage: Int64 = 0
    /// How many users had a fill.
    package let activeUsers: Int
    /// The active outcomes.
    package let outcomes: [OutcomeSummary]
    package let sets: SetPrices
    /// The posted subsidy that could still be lost.
    package let subsidyAtRisk: Int64
    /// What is left for the house when the most expensive outcome wins.
    package let worstCaseEquity: Int64

    /// The refused orders of a reason.
    package subscript(_ refusal: OutcomeRefusal) -> Int { rejected[Int(refusal.rawValue)] }

    /// What a source did.
    package subscript(_ source: FillSource) -> SourceTotals { sources[Int(source.rawValue)] }

    init(_ engine: OutcomeMarketEngine, _ output: OutcomeOutput, gas: Int64, activeUsers: Int) {
        batch = engine.state.time.batches
        now = engine.now
        rejected = [Int](repeating: 0, count: OutcomeRefusal.allCases.count)
        sources = [SourceTotals](repeating: SourceTotals(), count: FillSource.allCases.count)
        self.gas = gas
        self.activeUsers = activeUsers
        outcomes = engine.activeOutcomes.map { outcome in
            OutcomeSummary(
                outcome: outcome, view: engine.view(outcome),
                bestYesBid: engine.bestLevel(outcome, .yes, .buy),
                bestYesAsk: engine.bestLevel(outcome, .yes, .sell),
                bestNoBid: engine.bestLevel(outcome, .no, .buy),
                bestNoAsk: engine.bestLevel(outcome, .no, .sell))
        }
        sets = engine.setPrices
        subsidyAtRisk = engine.subsidyAtRisk
        worstCaseEquity = engine.worstCaseEquity
        accepted = engine.scratch.filledMarkets
        for fill in output.fills { add(fill) }
        for event in output.events { add(event) }
    }

    private mutating func add(_ fill: OutcomeFill) {
        let source = Int(fill.source.rawValue)
        sources[source].fills += 1
        sources[source].quantity += Int128(fill.size)
        sources[source].notional += Int128(fill.notional)
        sources[source].fees += fill.fee
        if fill.source == .autoFill { sources[source].fees -= fill.rebate }
    }

    private mutating func add(_ event: OutcomeEvent) {
        switch event {
        case .accepted, .cancelled: accepted += 1
        case .rejected(_, let refusal): rejected[Int(refusal.rawValue)] += 1
        case .match(let match): sources[Int(match.source.rawValue)].fees += match.fee
        case .autoFill(let match):
            // What the holders were given is in their fills; the rest of it is the house's.
            sources[Int(FillSource.autoFill.rawValue)].fees += match.rebate
            seigniorage += match.house
        default: break
        }
    }
}

extension OutcomeMarketEngine {
    /// The batch just handled, in figures.
    ///
    /// - Parameter output: What ``runBatch(at:_:into:)`` gave.
    /// - Returns: The summary.
    /// - Complexity: O(fills + events + active outcomes).
    package mutating func summary(of output: OutcomeOutput) -> OutcomeBatchSummary {
        let missing = state.accounts.cash.count - scratch.lastBatch.count
        if missing > 0 {
            scratch.lastBatch.append(contentsOf: repeatElement(0, count: missing))
        }
        var activeUsers = 0
        for fill in output.fills where scratch.lastBatch[Int(fill.user)] != state.time.batches {
            scratch.lastBatch[Int(fill.user)] = state.time.batches
            activeUsers += 1
        }
        return OutcomeBatchSummary(
            self, output, gas: state.house.gas - scratch.gasBefore, activeUsers: activeUsers)
    }

    /// What sets of tokens cost at the market maker's prices.
    package var setPrices: SetPrices {
        var (yes, no, pair) = (0.0, 0.0, Double.infinity)
        for outcome in state.maker.active {
            let pool = state.maker.pools[outcome]
            let liquidity = Double(pool.liquidity)
            let prices = (Double(pool.effectiveYes) / liquidity, Double(pool.no) / liquidity)
            yes += prices.0
            no += prices.1
            pair = min(pair, prices.0 + prices.1)
        }
        return SetPrices(yes: yes, no: no, pair: pair)
    }
}

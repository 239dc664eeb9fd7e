package import LockstepModel

/// Trades toward what it alone was told.
package struct InformedMind: CrowdMind {
    /// What a configuration may set.
    package struct Parameters: CrowdParameters {
        package var market = ""
        package var every: Int64 = 1000
        package var patience: Int64 = 5
        /// How far a price must be from the belief, in hundredths of a percent of 1 USDC.
        package var threshold: Int64 = 300
        /// The most tokens of an order.
        package var size: Int64 = 50
        /// How much worse than the price a market order may be, in hundredths of a percent.
        package var slippage: Int64 = 1000

        package init() {}
    }

    package static var name: String { "InformedTrader" }

    private let parameters: Parameters
    /// How likely an outcome is, in millionths; by outcome, below zero where nothing was told.
    private var beliefs: [Int64] = []

    package init(_ parameters: Parameters) throws {
        try CrowdError.check("threshold", parameters.threshold, 1...10_000)
        try CrowdError.check("size", parameters.size, 1...1_000_000)
        try CrowdError.check("slippage", parameters.slippage, 0...10_000)
        self.parameters = parameters
    }

    package mutating func hear(_ belief: Int64, about outcome: Int) {
        while beliefs.count <= outcome { beliefs.append(-1) }
        beliefs[outcome] = belief
    }

    package mutating func decide(
        _ view: CrowdView, _ random: inout RandomStream
    ) -> [CrowdAction] {
        var best: (place: Int, isYes: Bool, edge: Int64)?
        for place in view.active where place < beliefs.count && beliefs[place] >= 0 {
            let outcome = view.outcomes[place]
            let edges = [
                (true, beliefs[place] - outcome.yesPrice),
                (false, CrowdView.unit - beliefs[place] - outcome.noPrice),
            ]
            for (isYes, edge) in edges {
                if let found = best, found.edge >= edge { continue }
                best = (place, isYes, edge)
            }
        }
        guard let best, best.edge >= parameters.threshold * 100 else { return [] }
        let outcome = view.outcomes[best.place]
        // Twice the threshold and more is worth the whole size.
        let share = min(best.edge, parameters.threshold * 200)
        let tokens = max(1, parameters.size * share / (parameters.threshold * 200))
        let opposed = min(outcome.held(!best.isYes), tokens * view.lotsPerToken)
        let action =
            opposed > 0
            ? view.market(
                .sell, opposed, of: best.place, !best.isYes, slippage: parameters.slippage)
            : view.market(
                .buy, view.affordable(tokens: tokens, at: outcome.price(best.isYes)),
                of: best.place, best.isYes, slippage: parameters.slippage)
        return action.map { [$0] } ?? []
    }
}

package import LockstepModel

/// Whether somebody goes with a trend or against it.
package protocol TrendDirection: Sendable {
    /// The name under which configurations speak of the agent.
    static var name: String { get }
    /// Whether what rose is bought.
    static var follows: Bool { get }
}

/// Buys what rose.
package enum Following: TrendDirection {
    package static var name: String { "MomentumTrader" }
    package static var follows: Bool { true }
}

/// Buys what fell.
package enum Fading: TrendDirection {
    package static var name: String { "ContrarianTrader" }
    package static var follows: Bool { false }
}

/// Trades the outcome whose price left its average furthest behind.
package struct TrendMind<Direction: TrendDirection>: CrowdMind {
    /// What a configuration may set.
    package struct Parameters: CrowdParameters {
        package var market = ""
        package var every: Int64 = 1000
        package var patience: Int64 = 10
        /// Over how many decisions the average runs.
        package var window: Int64 = 5
        /// How far a price must be from its average, in hundredths of a percent of 1 USDC.
        package var threshold: Int64 = 100
        /// How many tokens an order is for.
        package var size: Int64 = 20
        /// How much worse than the price a market order may be, in hundredths of a percent.
        package var slippage: Int64 = 500

        package init() {}
    }

    package static var name: String { Direction.name }

    private let parameters: Parameters
    /// The averages of the YES prices by outcome, in millionths; below zero before the first.
    private var averages: [Int64] = []

    package init(_ parameters: Parameters) throws {
        try CrowdError.check("window", parameters.window, 1...100_000)
        try CrowdError.check("threshold", parameters.threshold, 1...10_000)
        try CrowdError.check("size", parameters.size, 1...1_000_000)
        try CrowdError.check("slippage", parameters.slippage, 0...10_000)
        self.parameters = parameters
    }

    package mutating func decide(
        _ view: CrowdView, _ random: inout RandomStream
    ) -> [CrowdAction] {
        while averages.count < view.outcomes.count { averages.append(-1) }
        var furthest: (place: Int, gap: Int64)?
        for place in view.active {
            let price = view.outcomes[place].yesPrice
            if averages[place] < 0 { averages[place] = price }
            let gap = price - averages[place]
            averages[place] += gap / parameters.window
            if let found = furthest, abs(found.gap) >= abs(gap) { continue }
            furthest = (place, gap)
        }
        guard let furthest, abs(furthest.gap) >= parameters.threshold * 100 else { return [] }
        let isYes = (furthest.gap > 0) == Direction.follows
        let outcome = view.outcomes[furthest.place]
        // What bets on the other way is given up first.
        let opposed = min(outcome.held(!isYes), parameters.size * view.lotsPerToken)
        let action =
            opposed > 0
            ? view.market(
                .sell, opposed, of: furthest.place, !isYes, slippage: parameters.slippage)
            : view.market(
                .buy, view.affordable(tokens: parameters.size, at: outcome.price(isYes)),
                of: furthest.place, isYes, slippage: parameters.slippage)
        return action.map { [$0] } ?? []
    }
}

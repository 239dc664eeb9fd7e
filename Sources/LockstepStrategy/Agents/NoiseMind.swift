package import LockstepModel

/// Trades for no reason: any outcome, either token, either side.
package struct NoiseMind: CrowdMind {
    /// What a configuration may set.
    package struct Parameters: CrowdParameters {
        package var market = ""
        package var every: Int64 = 1000
        package var patience: Int64 = 10
        /// The most tokens of an order.
        package var size: Int64 = 20
        /// How many of a hundred orders rest in the book.
        package var limits: Int64 = 30
        /// How many ticks off the price those are, at most.
        package var spread: Int64 = 5
        /// How many may rest before all are taken back.
        package var resting: Int64 = 4
        /// How much worse than the price a market order may be, in hundredths of a percent.
        package var slippage: Int64 = 500

        package init() {}
    }

    package static var name: String { "NoiseTrader" }

    private let parameters: Parameters

    package init(_ parameters: Parameters) throws {
        try CrowdError.check("size", parameters.size, 1...1_000_000)
        try CrowdError.check("limits", parameters.limits, 0...100)
        try CrowdError.check("spread", parameters.spread, 1...1000)
        try CrowdError.check("resting", parameters.resting, 1...1000)
        try CrowdError.check("slippage", parameters.slippage, 0...10_000)
        self.parameters = parameters
    }

    package mutating func decide(
        _ view: CrowdView, _ random: inout RandomStream
    ) -> [CrowdAction] {
        let active = view.active
        guard !active.isEmpty else { return [] }
        var actions: [CrowdAction] = []
        if view.openOrders >= parameters.resting { actions.append(.cancelAll) }
        let place = active[Int(random.next(below: UInt64(active.count)))]
        let outcome = view.outcomes[place]
        let isYes = random.next(below: 2) == 0
        let tokens = 1 + Int64(random.next(below: UInt64(parameters.size)))
        let rests = Int64(random.next(below: 100)) < parameters.limits
        let off = (1 + Int64(random.next(below: UInt64(parameters.spread)))) * view.tick
        let optsIn = random.next(below: 2) == 0
        let wishesToSell = random.next(below: 2) == 0
        let held = outcome.held(isYes)
        let price = outcome.price(isYes)
        let action: CrowdAction?
        if wishesToSell, held > 0 {
            let lots = min(held, tokens * view.lotsPerToken)
            action =
                rests
                ? view.limit(
                    .sell, lots, of: place, isYes, at: price + off, autoFill: optsIn)
                : view.market(.sell, lots, of: place, isYes, slippage: parameters.slippage)
        } else {
            let lots = view.affordable(tokens: tokens, at: price)
            action =
                rests
                ? view.limit(.buy, lots, of: place, isYes, at: price - off, autoFill: optsIn)
                : view.market(.buy, lots, of: place, isYes, slippage: parameters.slippage)
        }
        if let action { actions.append(action) }
        return actions
    }
}

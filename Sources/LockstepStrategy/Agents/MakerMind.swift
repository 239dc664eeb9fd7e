package import LockstepModel

/// Quotes both tokens of every outcome, and leans against what it holds.
package struct MakerMind: CrowdMind {
    /// What a configuration may set.
    package struct Parameters: CrowdParameters {
        package var market = ""
        package var every: Int64 = 1000
        package var patience: Int64 = 3
        /// How many ticks a quote is from the middle.
        package var spread: Int64 = 2
        /// How many tokens a quote is for.
        package var size: Int64 = 20
        /// By how many ticks the middle moves for each `size` of tokens held.
        package var skew: Int64 = 1
        /// How many tokens of one kind are held, at most.
        package var inventory: Int64 = 200
        /// Whether the market maker of the venue may fill the quotes.
        package var autoFill = true

        package init() {}
    }

    package static var name: String { "InventoryMaker" }
    package static var cancelsFirst: Bool { true }

    private let parameters: Parameters

    package init(_ parameters: Parameters) throws {
        try CrowdError.check("spread", parameters.spread, 1...1000)
        try CrowdError.check("size", parameters.size, 1...1_000_000)
        try CrowdError.check("skew", parameters.skew, 0...1000)
        try CrowdError.check("inventory", parameters.inventory, 1...1_000_000_000)
        self.parameters = parameters
    }

    package mutating func decide(
        _ view: CrowdView, _ random: inout RandomStream
    ) -> [CrowdAction] {
        let active = view.active
        var actions: [CrowdAction] = view.openOrders > 0 ? [.cancelAll] : []
        guard !active.isEmpty else { return actions }
        // Every outcome may be bid for with its part of the cash, half of it for each token.
        let share = max(1, 100 / Int64(active.count) / 2)
        for place in active {
            let outcome = view.outcomes[place]
            let lots = parameters.size * view.lotsPerToken
            let lean =
                (outcome.yesHeld - outcome.noHeld) / lots * parameters.skew * view.tick
            // YES and NO of one outcome stand against each other: one middle serves both.
            let middle = outcome.yesPrice - lean
            let away = parameters.spread * view.tick
            for isYes in [true, false] {
                let own = isYes ? middle : CrowdView.unit - middle
                let held = outcome.held(isYes)
                let room = parameters.inventory * view.lotsPerToken - held
                let bid = own - away
                if room > 0, bid > 0 {
                    let wanted = min(
                        room, view.affordable(tokens: parameters.size, at: bid, share: share))
                    actions += [
                        view.limit(
                            .buy, wanted, of: place, isYes, at: bid,
                            autoFill: parameters.autoFill)
                    ].compactMap { $0 }
                }
                actions += [
                    view.limit(
                        .sell, min(held, lots), of: place, isYes, at: own + away + view.tick - 1,
                        autoFill: parameters.autoFill)
                ].compactMap { $0 }
            }
        }
        return actions
    }
}

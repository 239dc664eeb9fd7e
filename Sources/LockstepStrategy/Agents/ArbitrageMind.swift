package import LockstepModel

/// Buys sets of tokens that pay more for certain than they cost, and sells what is dearer.
///
/// Exactly one outcome wins: a NO of each of n outcomes pays n − 1, a YES of each pays 1, and so do
/// YES and NO of one outcome.
package struct ArbitrageMind: CrowdMind {
    /// What a configuration may set.
    package struct Parameters: CrowdParameters {
        package var market = ""
        package var every: Int64 = 1000
        package var patience: Int64 = 2
        /// How many sets are bought or sold at a time.
        package var size: Int64 = 5
        /// By how much a set must beat what it pays, fees in, in hundredths of a percent of it.
        package var margin: Int64 = 250
        /// How much worse than the price a market order may be, in hundredths of a percent.
        package var slippage: Int64 = 500

        package init() {}
    }

    package static var name: String { "SetArbitrageur" }

    private let parameters: Parameters

    package init(_ parameters: Parameters) throws {
        try CrowdError.check("size", parameters.size, 1...1_000_000)
        try CrowdError.check("margin", parameters.margin, 0...10_000)
        try CrowdError.check("slippage", parameters.slippage, 0...10_000)
        self.parameters = parameters
    }

    package mutating func decide(
        _ view: CrowdView, _ random: inout RandomStream
    ) -> [CrowdAction] {
        let active = view.active
        guard active.count > 1 else { return [] }
        var best: (tokens: [(place: Int, isYes: Bool)], side: Side, gain: Int64)?
        func consider(_ tokens: [(place: Int, isYes: Bool)], pays: Int64) {
            let price = tokens.reduce(0) { $0 + view.outcomes[$1.place].price($1.isYes) }
            let needed = pays / 10_000 * parameters.margin
            for (side, gain) in [(Side.buy, pays - price), (.sell, price - pays)] {
                guard gain > needed, gain > best?.gain ?? 0 else { continue }
                if side == .sell, held(tokens, view) <= 0 { continue }
                best = (tokens, side, gain)
            }
        }
        consider(active.map { ($0, true) }, pays: CrowdView.unit)
        consider(active.map { ($0, false) }, pays: CrowdView.unit * Int64(active.count - 1))
        for place in active { consider([(place, true), (place, false)], pays: CrowdView.unit) }
        guard let best else { return [] }
        var lots = parameters.size * view.lotsPerToken
        if best.side == .buy {
            let price = best.tokens.reduce(0) { $0 + view.outcomes[$1.place].price($1.isYes) }
            // The same size of each, or the set is none.
            lots = min(lots, view.affordable(tokens: parameters.size, at: price))
        } else {
            lots = min(lots, held(best.tokens, view))
        }
        return best.tokens.compactMap {
            view.market(best.side, lots, of: $0.place, $0.isYes, slippage: parameters.slippage)
        }
    }

    private func held(_ tokens: [(place: Int, isYes: Bool)], _ view: CrowdView) -> Int64 {
        tokens.map { view.outcomes[$0.place].held($0.isYes) }.min() ?? 0
    }
}

import LockstepModel

/// What can be taken from a market maker without risk, from a state on.
///
/// Exactly one outcome wins. So a NO of each of `n` active outcomes pays `n − 1` for certain, a YES
/// of each pays 1, and so do YES and NO of one outcome. Everything is bought from the market maker
/// alone, fees paid, at the weights of one moment.
package struct FreeLunches: Sendable {
    /// Tokens that together pay a sum that is certain.
    package enum TokenSet: Hashable, Sendable {
        /// A YES of every active outcome.
        case yes
        /// A NO of every active outcome.
        case no
        /// YES and NO of one outcome.
        case pair(outcome: Int)
    }

    /// What buying sets in slices brings a patient buyer.
    package struct Harvest: Hashable, Sendable {
        /// What all sets cost, with fees, in millionths of a USDC.
        package internal(set) var cost: Int64 = 0
        /// What they pay for certain.
        package internal(set) var pays: Int64 = 0

        /// The riskless profit.
        package var profit: Int64 { pays - cost }
    }

    private let maker: AutomatedMaker

    /// Looks at a market as it stands.
    ///
    /// - Parameters:
    ///   - engine: The market.
    ///   - now: The time whose weights hold.
    package init(_ engine: OutcomeMarketEngine, at now: Int64) {
        var maker = engine.state.maker
        maker.weights = engine.weights(at: now)
        self.maker = maker
    }

    /// The sets there are: all YES, all NO, and a pair for each active outcome.
    package var sets: [TokenSet] { [.yes, .no] + maker.active.map { .pair(outcome: $0) } }

    /// The pair that costs least for a size of both tokens; nil when nothing can be bought.
    package func cheapestPair(size: Int64) -> (outcome: Int, cost: Int64)? {
        var best: (outcome: Int, cost: Int64)?
        for outcome in maker.active {
            guard let cost = cost(of: .pair(outcome: outcome), size: size) else { continue }
            if let found = best, found.cost <= cost { continue }
            best = (outcome, cost)
        }
        return best
    }

    /// What a size of every token of a set costs, bought one after the other.
    ///
    /// - Parameters:
    ///   - set: The set.
    ///   - size: Millionths of a token, above zero.
    /// - Returns: Millionths of a USDC with fees; nil when it cannot be bought.
    package func cost(of set: TokenSet, size: Int64) -> Int64? {
        var copy = maker
        return Self.buy(set, size, &copy)
    }

    /// What a size of every token of a set pays for certain, in millionths of a USDC.
    package func certainPayout(of set: TokenSet, size: Int64) -> Int64 {
        set == .no ? Int64(maker.active.count - 1) * size : size
    }

    /// Buys a set in slices, of each token in turn, until a slice costs what it pays.
    ///
    /// - Parameters:
    ///   - set: The set.
    ///   - slice: Millionths of a token, above zero.
    /// - Returns: What it costs and pays; nothing when the first slice brings nothing.
    /// - Complexity: O(slices × active outcomes²).
    package func harvest(_ set: TokenSet, slice: Int64) -> Harvest {
        var copy = maker
        var harvest = Harvest()
        guard (1...OutcomeMarketParameters.largestSize).contains(slice) else { return harvest }
        let pays = certainPayout(of: set, size: slice)
        while let cost = Self.buy(set, slice, &copy), cost < pays {
            harvest.cost += cost
            harvest.pays += pays
        }
        return harvest
    }

    /// What a cycle of buying and selling one token brings when one leg is a block and the other
    /// comes in slices.
    ///
    /// With `mu` above `nu` blocks are bought cheaply and slices sold dearly; the other way round
    /// below. Without convexity and fees both are even at equal weights.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - outcome: An active outcome.
    ///   - size: Millionths of a token, a multiple of the slices.
    ///   - slices: In how many parts the sliced leg comes, above zero.
    ///   - buysBlock: Whether the purchase is the block.
    /// - Returns: Proceeds less cost, fees paid, in millionths of a USDC; nil when it cannot be done.
    package func cycle(
        _ token: OutcomeToken, of outcome: Int, size: Int64, slices: Int, buysBlock: Bool
    ) -> Int64? {
        guard slices > 0, (1...OutcomeMarketParameters.largestSize).contains(size) else {
            return nil
        }
        var copy = maker
        let slice = size / Int64(slices)
        let (bought, sold) = buysBlock ? (1, slices) : (slices, 1)
        var gain: Int64 = 0
        for _ in 0..<bought {
            let part = buysBlock ? slice * Int64(slices) : slice
            guard let paid = Self.trade(.buy, token, outcome, part, &copy) else { return nil }
            gain -= paid
        }
        for _ in 0..<sold {
            let part = buysBlock ? slice : slice * Int64(slices)
            guard let got = Self.trade(.sell, token, outcome, part, &copy) else { return nil }
            gain += got
        }
        return gain
    }

    private static func buy(
        _ set: TokenSet, _ size: Int64, _ maker: inout AutomatedMaker
    ) -> Int64? {
        let tokens: [(OutcomeToken, Int)] =
            switch set {
            case .yes: maker.active.map { (.yes, $0) }
            case .no: maker.active.map { (.no, $0) }
            case .pair(let outcome): [(.yes, outcome), (.no, outcome)]
            }
        var cost: Int64 = 0
        for (token, outcome) in tokens {
            guard let paid = trade(.buy, token, outcome, size, &maker) else { return nil }
            let (sum, overflow) = cost.addingReportingOverflow(paid)
            if overflow { return nil }
            cost = sum
        }
        return cost
    }

    /// Trades with the market maker and returns what is paid or got, with the fee.
    private static func trade(
        _ side: Side, _ token: OutcomeToken, _ outcome: Int, _ size: Int64,
        _ maker: inout AutomatedMaker
    ) -> Int64? {
        guard maker.active.contains(outcome), size > 0,
            size <= OutcomeMarketParameters.largestSize
        else { return nil }
        let trade = maker.quote(side, token, outcome, size)
        // Far beyond what any account holds; the liquidity could not count it either.
        guard trade.refusal == nil, trade.amount <= Exact.largest / 1000 else { return nil }
        var moved = [Int64](repeating: 0, count: maker.pools.count)
        maker.apply(trade, moved: &moved)
        return trade.amount + side.sign * maker.fee(on: trade.amount)
    }
}

extension FreeLunches {
    /// Looks at a market after outcomes left; the market itself stays as it is.
    ///
    /// - Parameters:
    ///   - engine: The market.
    ///   - outcomes: Active outcomes that leave.
    ///   - now: The time, whose weights hold.
    /// - Throws: What an elimination throws.
    package init(
        _ engine: OutcomeMarketEngine, without outcomes: [Int], at now: Int64
    ) throws(OutcomeMarketError) {
        var copy = engine
        var output = OutcomeOutput()
        try copy.eliminate(outcomes, at: now, into: &output)
        self.init(copy, at: now)
    }
}

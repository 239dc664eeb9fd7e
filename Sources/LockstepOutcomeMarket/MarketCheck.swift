import LockstepModel

/// What a market gives away, at its opening and after eliminations.
///
/// Sets are bought from the market maker alone, fees paid; nobody trades between the stages.
package struct MarketCheck: Sendable {
    /// How the check buys and sells.
    package struct Sizes: Hashable, Sendable {
        /// The slice of each token in which a patient buyer takes sets, in millionths.
        package var slice: Int64 = 5_000_000
        /// The block of the cycles, in millionths of a token.
        package var block: Int64 = 1_000_000_000
        /// In how many parts the other leg of a cycle comes.
        package var parts = 50

        package init() {}
    }

    /// An elimination that is planned.
    package struct Elimination: Hashable, Sendable {
        /// When, in nanoseconds since the market's start.
        package var time: Int64
        /// Who leaves.
        package var outcomes: [Int]

        package init(at time: Int64, _ outcomes: [Int]) {
            self.time = time
            self.outcomes = outcomes
        }
    }

    /// What one kind of set costs and brings.
    package struct SetFinding: Hashable, Sendable {
        package let set: FreeLunches.TokenSet
        /// What one token of each costs, with fees, in millionths of a USDC; nil when it cannot be
        /// bought.
        package let cost: Int64?
        /// What one token of each pays for certain.
        package let pays: Int64
        /// What a patient buyer takes.
        package let harvest: FreeLunches.Harvest
    }

    /// What a cycle of a block and slices brings.
    package struct CycleFinding: Hashable, Sendable {
        package let token: OutcomeToken
        /// Whether the purchase is the block, and the sale comes in slices.
        package let buysBlock: Bool
        /// Whose weights hold, in nanoseconds since the market's start.
        package let time: Int64
        /// Proceeds less cost, fees paid, in millionths of a USDC; nil when it cannot be done.
        package let gain: Int64?
    }

    /// A state of the market that was looked at.
    package struct Stage: Hashable, Sendable {
        /// Who has left.
        package let eliminated: [Int]
        /// When, in nanoseconds since the market's start.
        package let time: Int64
        /// Who is in the event.
        package let active: [Int]
        /// The sum of the YES prices, of the NO prices, and of the least pair.
        package let prices: SetPrices
        /// A YES of each, a NO of each, and the pair that costs least.
        package let sets: [SetFinding]
        /// The best cycle of each kind over the active outcomes, at the weights of this time and
        /// of the schedule's end.
        package let cycles: [CycleFinding]

        /// The most that a riskless buyer takes with one kind of set.
        package var profit: Int64 { sets.map(\.harvest.profit).max() ?? 0 }
        /// Whether a cycle brings more than it costs.
        package var pumps: Bool { cycles.contains { ($0.gain ?? 0) > 0 } }
    }

    /// The opening, then what follows it.
    package let stages: [Stage]
    /// Whether the stages after the first follow each other, as planned; otherwise each stands for
    /// one choice of the first elimination.
    package let isPlanned: Bool

    /// Whether anything is free to take at any stage.
    package var givesAway: Bool { stages.contains { $0.profit > 0 || $0.pumps } }

    /// Looks at a market.
    ///
    /// - Parameters:
    ///   - engine: The market at its opening.
    ///   - sizes: How sets are bought and cycles made.
    ///   - planned: The eliminations to come; empty for every choice of one.
    /// - Throws: What an elimination throws.
    package init(
        _ engine: OutcomeMarketEngine, sizes: Sizes = Sizes(), planned: [Elimination] = []
    ) throws(OutcomeMarketError) {
        isPlanned = !planned.isEmpty
        var stages = [Self.stage(engine, eliminated: [], at: engine.now, sizes)]
        var output = OutcomeOutput()
        if planned.isEmpty {
            let time = max(engine.now, engine.parameters.roundEnds.first ?? engine.now)
            for outcome in engine.activeOutcomes where engine.activeOutcomes.count > 1 {
                var copy = engine
                try copy.eliminate([outcome], at: time, into: &output)
                try copy.resume(at: time)
                stages.append(Self.stage(copy, eliminated: [outcome], at: time, sizes))
            }
        } else {
            var copy = engine
            var gone: [Int] = []
            for elimination in planned {
                try copy.eliminate(elimination.outcomes, at: elimination.time, into: &output)
                try copy.resume(at: elimination.time)
                gone += elimination.outcomes.sorted()
                stages.append(
                    Self.stage(copy, eliminated: gone, at: elimination.time, sizes))
            }
        }
        self.stages = stages
    }

    private static func stage(
        _ engine: OutcomeMarketEngine, eliminated: [Int], at time: Int64, _ sizes: Sizes
    ) -> Stage {
        let lunches = FreeLunches(engine, at: time)
        var kinds: [FreeLunches.TokenSet] = [.yes, .no]
        if let pair = lunches.cheapestPair(size: Exact.unit) {
            kinds.append(.pair(outcome: pair.outcome))
        }
        let sets = kinds.map { set in
            SetFinding(
                set: set, cost: lunches.cost(of: set, size: Exact.unit),
                pays: lunches.certainPayout(of: set, size: Exact.unit),
                harvest: lunches.harvest(set, slice: sizes.slice))
        }
        var cycles = Self.cycles(engine, lunches, at: time, sizes)
        let end = engine.parameters.duration
        if time < end, engine.weights(at: end) != engine.weights(at: time) {
            cycles += Self.cycles(engine, FreeLunches(engine, at: end), at: end, sizes)
        }
        return Stage(
            eliminated: eliminated, time: time, active: engine.activeOutcomes,
            prices: engine.setPrices, sets: sets, cycles: cycles)
    }

    /// For each token and direction the best cycle over the active outcomes.
    private static func cycles(
        _ engine: OutcomeMarketEngine, _ lunches: FreeLunches, at time: Int64, _ sizes: Sizes
    ) -> [CycleFinding] {
        OutcomeToken.allCases.flatMap { token in
            [true, false].map { buysBlock in
                let gains = engine.activeOutcomes.compactMap { outcome in
                    lunches.cycle(
                        token, of: outcome, size: sizes.block, slices: sizes.parts,
                        buysBlock: buysBlock)
                }
                return CycleFinding(
                    token: token, buysBlock: buysBlock, time: time, gain: gains.max())
            }
        }
    }
}

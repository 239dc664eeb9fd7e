import LockstepModel
import LockstepOutcomeMarket
import Testing

@Suite struct FreeLunchesTests {
    private static func engine(
        _ outcomes: Int, _ change: (inout OutcomeMarketParameters) -> Void = { _ in }
    ) throws -> OutcomeMarketEngine {
        var parameters = OutcomeMarketParameters(outcomes: outcomes)
        change(&parameters)
        return try OutcomeMarketEngine(parameters)
    }

    @Test(arguments: [(outcomes: 3, profit: 184), (outcomes: 5, profit: 734), (10, 1586)])
    func `an opening at a half sells the NO set too cheaply`(
        outcomes: Int, profit: Int64
    ) throws {
        let lunches = FreeLunches(try Self.engine(outcomes), at: 0)
        let harvest = lunches.harvest(.no, slice: 5_000_000)
        // Given in whole USDC.
        #expect((harvest.profit + 500_000) / 1_000_000 == profit)
        // Nothing else is free there: a YES set costs half of N, a pair 1 and the fees.
        #expect(lunches.harvest(.yes, slice: 5_000_000).profit == 0)
        #expect(lunches.harvest(.pair(outcome: 0), slice: 5_000_000).profit == 0)
    }

    @Test(arguments: [3, 5, 10])
    func `a coherent opening sells nothing too cheaply`(outcomes: Int) throws {
        let engine = try Self.engine(outcomes) { $0.opening = .coherent }
        let lunches = FreeLunches(engine, at: 0)
        for set in lunches.sets {
            #expect(lunches.harvest(set, slice: 5_000_000).pays == 0)
            let cost = try #require(lunches.cost(of: set, size: 1_000_000))
            #expect(cost > lunches.certainPayout(of: set, size: 1_000_000))
        }
        #expect(lunches.sets.count == outcomes + 2)
        let pair = try #require(lunches.cheapestPair(size: 1_000_000))
        #expect(pair.cost > 1_000_000)
    }

    @Test func `blocks against slices pump money when the weights differ`() throws {
        let pump = try Self.engine(3) {
            $0.mu = WeightSchedule(2_000_000_000_000)
            $0.kappa = WeightSchedule(0)
        }
        let gain = try #require(
            FreeLunches(pump, at: 0).cycle(
                .yes, of: 0, size: 1_000_000_000, slices: 50, buysBlock: true))
        // 31.0 USDC for a cycle of 1,000 tokens, fees paid.
        #expect((gain + 50_000) / 100_000 == 310)
        let even = FreeLunches(try Self.engine(3) { $0.kappa = WeightSchedule(0) }, at: 0)
        for buysBlock in [false, true] {
            let loss = try #require(
                even.cycle(
                    .yes, of: 0, size: 1_000_000_000, slices: 50, buysBlock: buysBlock))
            #expect(loss < 0)
        }
        // The other way round where nu is above mu: slices are cheap and blocks sell dearly.
        let other = try Self.engine(3) {
            $0.nu = WeightSchedule(2_000_000_000_000)
            $0.kappa = WeightSchedule(0)
        }
        let back = try #require(
            FreeLunches(other, at: 0).cycle(
                .yes, of: 0, size: 1_000_000_000, slices: 50, buysBlock: false))
        #expect(back > 0)
    }

    @Test func `the weights of a later moment are the schedule's`() throws {
        let engine = try Self.engine(3) {
            $0.mu = WeightSchedule(2_000_000_000_000, 1_000_000_000_000)
            $0.kappa = WeightSchedule(0)
        }
        func gain(_ now: Int64) -> Int64? {
            FreeLunches(engine, at: now).cycle(
                .yes, of: 0, size: 1_000_000_000, slices: 50, buysBlock: true)
        }
        #expect(try #require(gain(0)) > 0)
        #expect(try #require(gain(900_000_000_000)) < 0)
    }

    @Test func `an elimination can be looked at before it comes`() throws {
        let engine = try Self.engine(5)
        let digest = engine.digest
        let after = try FreeLunches(engine, without: [4], at: 0)
        #expect(after.sets.count == 6)
        // Freed liquidity lowers every NO: the set of four is cheaper for each token than before.
        let before = FreeLunches(engine, at: 0)
        let (four, five) = (
            try #require(after.cost(of: .no, size: 1_000_000)),
            try #require(before.cost(of: .no, size: 1_000_000))
        )
        #expect(four * 5 < five * 4)
        #expect(engine.digest == digest)
        #expect(throws: OutcomeMarketError.self) {
            try FreeLunches(engine, without: [], at: 0)
        }
    }
}

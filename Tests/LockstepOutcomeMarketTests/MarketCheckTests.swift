import LockstepModel
import LockstepOutcomeMarket
import Testing

@Suite struct MarketCheckTests {
    private static func engine(
        _ outcomes: Int, _ change: (inout OutcomeMarketParameters) -> Void = { _ in }
    ) throws -> OutcomeMarketEngine {
        var parameters = OutcomeMarketParameters(outcomes: outcomes)
        change(&parameters)
        return try OutcomeMarketEngine(parameters)
    }

    @Test func `an opening at a half gives the NO set away, and so does every choice of one`()
        throws
    {
        let check = try MarketCheck(try Self.engine(5))
        #expect(check.givesAway)
        #expect(!check.isPlanned)
        #expect(check.stages.map(\.eliminated) == [[], [0], [1], [2], [3], [4]])
        // 734 USDC, given in whole ones.
        #expect((check.stages[0].profit + 500_000) / 1_000_000 == 734)
        #expect(check.stages[0].prices.no == 2.5)
        #expect(check.stages[1].active == [1, 2, 3, 4])
        for stage in check.stages {
            #expect(stage.sets.count == 3)
            #expect(!stage.pumps)
        }
    }

    @Test func `a coherent opening gives nothing away`() throws {
        let check = try MarketCheck(try Self.engine(5) { $0.opening = .coherent })
        #expect(check.stages[0].profit == 0)
        #expect(!check.stages[0].pumps)
    }

    @Test func `planned eliminations follow each other`() throws {
        let check = try MarketCheck(
            try Self.engine(4) { $0.opening = .coherent },
            planned: [
                .init(at: 100_000_000_000, [3]), .init(at: 200_000_000_000, [0]),
            ])
        #expect(check.isPlanned)
        #expect(check.stages.map(\.eliminated) == [[], [3], [3, 0]])
        #expect(check.stages.map(\.active) == [[0, 1, 2, 3], [0, 1, 2], [1, 2]])
        #expect(check.stages.map(\.time) == [0, 100_000_000_000, 200_000_000_000])
        #expect(throws: OutcomeMarketError.self) {
            try MarketCheck(try Self.engine(2), planned: [.init(at: 0, [0, 1])])
        }
    }

    @Test func `weights that differ pump, at the time when they do`() throws {
        let check = try MarketCheck(
            try Self.engine(3) {
                $0.mu = WeightSchedule(2_000_000_000_000, 1_000_000_000_000)
                $0.kappa = WeightSchedule(0)
                $0.opening = .supplies(yes: nil, no: nil)
            })
        let opening = try #require(check.stages.first)
        #expect(opening.pumps)
        let best = try #require(
            opening.cycles.first { $0.token == .yes && $0.buysBlock && $0.time == 0 }?.gain)
        // 31.0 USDC a cycle.
        #expect((best + 50_000) / 100_000 == 310)
        let end = try #require(
            opening.cycles.first { $0.token == .yes && $0.buysBlock && $0.time > 0 }?.gain)
        #expect(end < 0)
    }
}

@Suite struct TradePreviewTests {
    private func order(
        _ side: Side, _ size: Int64, slippage: Int64? = nil, outcome: Int = 0
    ) -> OutcomeMarketOrder {
        OutcomeMarketOrder(
            outcome: outcome, token: .yes, side: side, size: size, maxSlippage: slippage)
    }

    @Test func `the market maker alone gives what it quotes`() throws {
        let engine = try OutcomeMarketEngine(OutcomeMarketParameters(outcomes: 3))
        let digest = engine.digest
        let preview = try TradePreview(order(.buy, 100_000_000), on: engine, at: 0)
        let quotation = try engine.quote(.buy, .yes, of: 0, size: 100_000_000, at: 0)
        #expect(preview.refusal == nil)
        #expect(preview.parts.map(\.source) == [.maker])
        #expect(preview.notional == quotation.trade.amount)
        #expect(preview.fee == quotation.fee)
        #expect(preview.before[0].yes == 0.5)
        #expect(preview.after[0].yes > 0.5)
        #expect(preview.after[1].yes < 0.5)
        #expect(engine.digest == digest)
    }

    @Test func `resting orders come first`() throws {
        var engine = try OutcomeMarketEngine(OutcomeMarketParameters(outcomes: 3))
        var output = OutcomeOutput()
        // Somebody bids 0.60 for 10 NO: a buyer of YES gets it at 1 / (1 − 0.0025) − 0.60 = 0.4025.
        try engine.runBatch(
            at: 1,
            [
                OutcomeOrder(
                    id: 1, user: 0, time: 1,
                    action: .limit(
                        OutcomeLimit(
                            outcome: 0, token: .no, side: .buy, size: 10_000_000, price: 600_000,
                            autoFill: false)))
            ], into: &output)
        let preview = try TradePreview(order(.buy, 15_000_000), on: engine, at: 1)
        #expect(preview.parts.map(\.source) == [.cross, .maker])
        #expect(preview.parts.map(\.size) == [10_000_000, 5_000_000])
        #expect(engine.isLive(1))
    }

    @Test func `a refusal is told, and nothing else`() throws {
        let engine = try OutcomeMarketEngine(OutcomeMarketParameters(outcomes: 3))
        let tight = try TradePreview(
            order(.buy, 100_000_000, slippage: 1_000_000_000), on: engine, at: 0)
        #expect(tight.refusal == .slippage)
        #expect(tight.parts.isEmpty)
        #expect(tight.before == tight.after)
        let gone = try TradePreview(order(.sell, 100_000_000, outcome: 7), on: engine, at: 0)
        #expect(gone.refusal == .inactiveOutcome)
        let huge = try TradePreview(order(.sell, 5_000_000_000), on: engine, at: 0)
        #expect(huge.refusal == .makerDepleted)
    }
}

import LockstepModel
import LockstepOutcomeMarket
import Testing

/// Orders in short words: of user 0 where none is named.
extension OutcomeOrder {
    static func buy(
        _ id: UInt64, _ size: Int64, of outcome: Int = 0, _ token: OutcomeToken = .yes,
        slippage: Int64? = nil, time: Int64 = 0, by user: UInt32 = 0
    ) -> Self {
        market(id, .buy, size, of: outcome, token, slippage: slippage, time: time, by: user)
    }

    static func sell(
        _ id: UInt64, _ size: Int64, of outcome: Int = 0, _ token: OutcomeToken = .yes,
        slippage: Int64? = nil, by user: UInt32 = 0
    ) -> Self {
        market(id, .sell, size, of: outcome, token, slippage: slippage, time: 0, by: user)
    }

    private static func market(
        _ id: UInt64, _ side: Side, _ size: Int64, of outcome: Int, _ token: OutcomeToken,
        slippage: Int64?, time: Int64, by user: UInt32
    ) -> Self {
        Self(
            id: id, user: user, time: time,
            action: .market(
                OutcomeMarketOrder(
                    outcome: outcome, token: token, side: side, size: size,
                    maxSlippage: slippage)))
    }

    static func limit(
        _ id: UInt64, _ side: Side, _ size: Int64, at price: Int64, of outcome: Int = 0,
        _ token: OutcomeToken = .yes, autoFill: Bool = false, by user: UInt32 = 0
    ) -> Self {
        Self(
            id: id, user: user, time: 0,
            action: .limit(
                OutcomeLimit(
                    outcome: outcome, token: token, side: side, size: size, price: price,
                    autoFill: autoFill)))
    }

    static func cancel(_ id: UInt64, _ target: UInt64, by user: UInt32 = 0) -> Self {
        Self(id: id, user: user, time: 0, action: .cancel(target: target))
    }
}

@Suite struct OutcomeMarketEngineTests {
    private var engine: OutcomeMarketEngine
    private var output = OutcomeOutput()

    init() throws {
        engine = try OutcomeMarketEngine(OutcomeMarketParameters(outcomes: 3), checks: .everyStep)
    }

    private mutating func run(_ orders: OutcomeOrder..., at now: Int64 = 0) throws {
        try engine.runBatch(at: now, orders, into: &output)
    }

    private var refusals: [OutcomeRefusal] {
        output.events.compactMap { event in
            if case .rejected(_, let refusal) = event { refusal } else { nil }
        }
    }

    @Test mutating func `time that goes back refuses the whole call`() throws {
        try run(.buy(1, 1_000_000), at: 10)
        let before = engine.digest
        #expect(throws: OutcomeMarketError.timeGoesBack(now: 9, last: 10)) {
            try engine.runBatch(at: 9, [.buy(2, 1_000_000)], into: &output)
        }
        #expect(throws: OutcomeMarketError.timeGoesBack(now: 9, last: 10)) {
            try engine.resume(at: 9)
        }
        #expect(throws: OutcomeMarketError.timeGoesBack(now: 9, last: 10)) {
            try engine.eliminate([0], at: 9, into: &output)
        }
        #expect(throws: OutcomeMarketError.timeGoesBack(now: 9, last: 10)) {
            try engine.settle(winner: 0, at: 9, into: &output)
        }
        #expect(engine.digest == before)
        #expect(!engine.hasSeen(2))
    }

    @Test mutating func `an order stamped after its batch refuses the whole call`() throws {
        let late = OutcomeMarketError.orderAfterBatch(order: 2, time: 11, now: 10)
        #expect(throws: late) {
            try engine.runBatch(
                at: 10, [.buy(1, 1_000_000), .buy(2, 1_000_000, time: 11)], into: &output)
        }
        #expect(engine.now == 0)
        #expect(!engine.hasSeen(1))
        #expect(engine.account(0) == nil)
    }

    @Test mutating func `a user's number has a limit`() throws {
        #expect(throws: OutcomeMarketError.self) {
            try engine.runBatch(at: 0, [.buy(1, 1_000_000, by: .max)], into: &output)
        }
    }

    @Test mutating func `the largest size is refused, not counted wrongly`() throws {
        // 10⁸ tokens cost 10⁸ · 0.5… + 0.001 · 10¹⁶ = 1.0000025·10¹³ USDC: more than 64 bits hold
        // in millionths.
        let before = engine
        try run(.buy(1, 100_000_000_000_000))
        #expect(refusals == [.sizeTooLarge])
        #expect(output.fills.isEmpty)
        #expect(engine.digest != before.digest)  // The account appeared.
        let opened = engine
        try run(.buy(2, 100_000_000_000_000), at: 5)
        #expect(engine.differsByIntakeAlone(from: opened, of: 0))
    }

    @Test mutating func `static refusals come in their order`() throws {
        try run(
            .buy(1, 0), .buy(2, -100), .buy(3, 50), .buy(4, 100_000_000_000_100),
            .buy(5, 100, of: 3), .buy(6, 100, of: -1), .limit(7, .buy, 100, at: 995_000),
            .limit(8, .buy, 100, at: 505_000), .limit(9, .buy, 100, at: 0),
            .limit(10, .buy, 100, at: .max), .buy(10, 100), .cancel(11, 99))
        #expect(
            refusals == [
                .invalidSize, .invalidSize, .invalidSize, .invalidSize, .inactiveOutcome,
                .inactiveOutcome, .invalidPrice, .invalidPrice, .invalidPrice, .invalidPrice,
                .duplicateID, .unknownOrder,
            ])
        try engine.freeze()
        try run(.buy(20, 0, of: 9), .limit(21, .buy, 100, at: 500_000))
        #expect(refusals == [.frozen, .frozen])
    }

    @Test mutating func `while frozen only cancels pass`() throws {
        try run(.limit(1, .buy, 1_000_000, at: 400_000))
        try engine.freeze()
        try run(.cancel(2, 1), .limit(3, .buy, 1_000_000, at: 400_000))
        #expect(refusals == [.frozen])
        #expect(output.events.contains(.cancelled(order: 1, size: 1_000_000)))
        try engine.resume(at: 7)
        try run(.limit(4, .buy, 1_000_000, at: 400_000), at: 7)
        #expect(output.events == [.accepted(order: 4)])
    }

    @Test mutating func `nothing can be done to a settled market`() throws {
        try run(.buy(1, 1_000_000))
        try engine.settle(winner: 0, at: 5, into: &output)
        // The first quote of the vectors and its fee, and one token redeemed.
        let account = try #require(engine.account(0))
        #expect(account.cash == 1_000_000_000 - 501_120 - 5012 + 1_000_000)
        #expect(throws: OutcomeMarketError.settled) {
            try engine.settle(winner: 0, at: 6, into: &output)
        }
        #expect(throws: OutcomeMarketError.settled) {
            try engine.eliminate([0], at: 6, into: &output)
        }
        #expect(throws: OutcomeMarketError.settled) { try engine.resume(at: 6) }
        #expect(throws: OutcomeMarketError.settled) { try engine.freeze() }
        try run(.buy(2, 1_000_000), .cancel(3, 1), at: 6)
        #expect(refusals == [.frozen, .unknownOrder])
    }

    @Test mutating func `an elimination names active outcomes once and leaves one`() throws {
        #expect(throws: OutcomeMarketError.badElimination(outcomes: [])) {
            try engine.eliminate([], at: 0, into: &output)
        }
        #expect(throws: OutcomeMarketError.badElimination(outcomes: [1, 1])) {
            try engine.eliminate([1, 1], at: 0, into: &output)
        }
        #expect(throws: OutcomeMarketError.badElimination(outcomes: [0, 1, 2])) {
            try engine.eliminate([0, 1, 2], at: 0, into: &output)
        }
        #expect(throws: OutcomeMarketError.noSuchOutcome(outcome: 3)) {
            try engine.eliminate([3], at: 0, into: &output)
        }
        try engine.eliminate([2, 0], at: 0, into: &output)
        #expect(engine.activeOutcomes == [1])
        #expect(throws: OutcomeMarketError.noSuchOutcome(outcome: 2)) {
            try engine.settle(winner: 2, at: 0, into: &output)
        }
        // Half of 1.5 for each survivor is capped at pMax.
        let price = try #require(engine.view(1).price(.yes))
        #expect(abs(price - 0.99) < 1e-9)
        // The last outcome diverts nothing.
        try run(.buy(1, 1_000_000))
        #expect(refusals == [.inactiveOutcome])
        try run(.buy(2, 1_000_000, of: 1, .no))
        #expect(refusals.isEmpty)
    }

    @Test mutating func `a resting order of one's own can pay for the rest of a purchase`() throws {
        // 5 tokens at 0.50 of one's own stand before the market maker; what they bring is there
        // when the whole is paid, so cash for the other part is enough.
        try run(.buy(1, 10_000_000), .buy(2, 10_000_000, by: 1))
        try run(.limit(3, .sell, 5_000_000, at: 500_000))
        let cash = try #require(engine.account(0)?.cash)
        let quote = try engine.quote(.buy, .yes, of: 0, size: 1_800_000_000, at: 0)
        #expect(quote.trade.amount + quote.fee > cash)
        var size: Int64 = 1_000_000_000
        var accepted = false
        while size > 5_000_000, !accepted {
            var copy = engine
            try copy.runBatch(at: 0, [.buy(9, size)], into: &output)
            accepted = output.events.contains(.filled(order: 9))
            if accepted {
                let paid = output.fills.filter { $0.role == .taker }
                    .reduce(0) { $0 + $1.notional + $1.fee }
                let back = output.fills.filter { $0.role == .maker }.reduce(0) { $0 + $1.notional }
                #expect(back == 2_500_000)
                #expect(copy.account(0)?.cash == cash - paid + back)
            }
            size -= 100_000
        }
        #expect(accepted)
    }

    @Test mutating func `the order in which a batch is handed in does not show`() throws {
        let orders: [OutcomeOrder] = [
            .limit(1, .buy, 2_000_000, at: 600_000, autoFill: true),
            .limit(2, .buy, 3_000_000, at: 450_000, .no, by: 1), .buy(3, 40_000_000, of: 1, by: 2),
            .buy(4, 5_000_000, by: 3), .buy(4, 6_000_000, by: 2), .cancel(5, 1),
        ]
        var other = engine
        var otherOutput = OutcomeOutput()
        try engine.runBatch(at: 3, orders, into: &output)
        try other.runBatch(at: 3, orders.reversed(), into: &otherOutput)
        #expect(output.events == otherOutput.events)
        #expect(output.fills == otherOutput.fills)
        #expect(engine.digest == other.digest)
        #expect(refusals.contains(.duplicateID))
    }

    @Test mutating func `more money than can be counted is not taken`() throws {
        var parameters = OutcomeMarketParameters(outcomes: 3)
        parameters.startBalance = 6_000_000_000_000_000_000
        engine = try OutcomeMarketEngine(parameters)
        try run(.buy(1, 1_000_000), .buy(2, 1_000_000, by: 1))
        #expect(refusals == [.sizeTooLarge])
        #expect(engine.account(1) == nil)
    }

    @Test mutating func `a state that no market has is refused`() throws {
        // 3300.000001 tokens at pMax need more than the 3333.33 posted.
        #expect(throws: OutcomeMarketError.self) {
            try engine.set(
                0, contributed: nil, yes: 3_300_000_001, no: nil, pairs: nil, virtualYes: nil)
        }
        #expect(throws: OutcomeMarketError.self) {
            try engine.set(0, contributed: nil, yes: nil, no: nil, pairs: -1, virtualYes: nil)
        }
        #expect(throws: OutcomeMarketError.self) { try engine.open(0, cash: -1) }
    }

    @Test(arguments: [Int64(-2_000_000_000_000), -1, 0, 1, .max])
    mutating func `any slippage limit is a number like another`(slippage: Int64) throws {
        try run(.buy(1, 10_000_000, slippage: slippage))
        // 10 tokens cost 0.5112 each with a price of 0.5 before: 2.2 % more, and the fee.
        #expect(refusals == (slippage == .max ? [] : [.slippage]))
        try run(.buy(2, 10_000_000), .sell(3, 1_000_000, slippage: slippage))
        #expect(refusals == (slippage == .max ? [] : [.slippage]))
    }
}

@Suite struct OutcomeBatchSummaryTests {
    @Test func `the summary is what the fills and events say`() throws {
        var parameters = OutcomeMarketParameters(outcomes: 3)
        parameters.gas = 1000
        var engine = try OutcomeMarketEngine(parameters, checks: .everyStep)
        var output = OutcomeOutput()
        try engine.runBatch(
            at: 1,
            [
                .limit(1, .buy, 50_000_000, at: 600_000),
                .limit(2, .buy, 50_000_000, at: 450_000, .no, by: 1), .buy(3, 0, by: 2),
                .buy(4, 30_000_000, by: 2), .cancel(5, 77, by: 2),
                .limit(6, .buy, 1_000_000, at: 300_000, by: 1),
            ], into: &output)
        let summary = engine.summary(of: output)
        #expect(summary.batch == 1)
        #expect(summary.now == 1)
        // Three limits and a purchase; a size of zero and an unknown order.
        #expect(summary.accepted == 4)
        #expect(summary[.invalidSize] == 1)
        #expect(summary[.unknownOrder] == 1)
        #expect(summary.rejected.reduce(0, +) == 2)
        // The mint of the vectors: two records of 50 tokens, 30 and 22.5 USDC, fee 0.13125.
        #expect(summary[.cross].fills == 2)
        #expect(summary[.cross].quantity == 100_000_000)
        #expect(summary[.cross].notional == 52_500_000)
        #expect(summary[.cross].fees == 131_250)
        #expect(summary[.maker].fills == 1)
        #expect(summary[.maker].fees == output.fills.last?.fee)
        #expect(summary[.book].fills == 0 && summary[.book].fees == 0)
        // Five submissions that are not cancels.
        #expect(summary.gas == 5000)
        #expect(summary.activeUsers == 3)
        #expect(summary.outcomes.count == 3)
        #expect(summary.outcomes[0].view.pairs == 50_000_000)
        #expect(summary.outcomes[0].bestYesBid?.price == 300_000)
        #expect(summary.outcomes[0].bestYesBid?.size == 1_000_000)
        #expect(summary.outcomes[0].bestNoBid == nil)
        #expect(summary.worstCaseEquity == engine.worstCaseEquity)
        #expect(summary.subsidyAtRisk < 10_000_000_000)
        #expect(summary.sets.yes > 1.5 && summary.sets.yes < 1.51)
    }
}

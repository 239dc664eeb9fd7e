import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Wrong fills that bar markets are known for, each with the fill that is right.
@Suite struct FillDefectTests {
    private static func stage(_ share: String) throws -> Stage {
        var rules = ExecutionRules()
        rules.participation = try Rate(share)
        return try Stage(EngineSettings(path: .ohlc, rules: rules), kind: .margin)
    }

    @Test func `a stop-limit never fills at a price from before its trigger`() throws {
        var stage = try Stage()
        try stage.place(
            .buy, 1, .stopLimit(stop: Price(ticks: 105), limit: Price(ticks: 106)), at: 0)
        try stage.show(Stage.bar(0...1, 100, 110, 99, 108))
        #expect(stage.fills.map(\.price.ticks) == [105])
    }

    @Test func `a stop that has triggered unfilled is a market order, not a price`() throws {
        var stage = try Self.stage("0.1")
        let stop = try stage.place(.buy, 1, .stop(100), at: 0)
        // Nothing can be had, but the trigger is seen.
        try stage.show(Stage.bar(0...1, 98, 101, 97, 98, volume: 9))
        #expect(stage.fills.isEmpty && stage.news.map(\.change) == [.triggered])
        #expect(stage.news.map(\.order) == [stop])
        try stage.show(Stage.bar(1...2, 95, 96, 94, 95, volume: 100))
        #expect(stage.fills.map(\.price.ticks) == [95])
    }

    @Test func `a fill-or-kill asks for what is left of the volume, not for all of it`() throws {
        var stage = try Self.stage("0.1")
        try stage.place(.buy, 8, .market(), at: 0)
        let kill = try stage.place(.buy, 9, .market(.fillOrKill), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 100))
        #expect(stage.fills.map(\.quantity.lots) == [8])
        #expect(stage.news.map(\.order) == [kill] && stage.news.map(\.reason) == [.notFillable])
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `a touch on the tick is a touch, on either side`() throws {
        var stage = try Stage(held: [1])
        try stage.place(.sell, 1, .limit(10_010), at: 0)
        try stage.place(.buy, 1, .limit(9990), at: 0)
        try stage.show(Stage.bar(0...1, 10_000, 10_010, 9990, 10_000))
        #expect(stage.fills.map(\.price.ticks) == [10_010, 9990])
    }

    @Test func `an order never meets a bar that began before it arrived`() throws {
        var stage = try Stage()
        try stage.place(.buy, 1, .market(), at: 3)
        try stage.show(Stage.bar(2...4, 100, 101, 99, 100))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(4...6, 102, 103, 99, 100))
        #expect(stage.fills.map(\.price.ticks) == [102])
        #expect(stage.fills.map(\.executedAt) == [Stage.hour(4)])
    }

    @Test func `a slipped price stays in its bar and on the grid`() throws {
        let slippage = Slippage.rate(RateSlippage(rate: try Rate("0.05")))
        var stage = try Stage(EngineSettings(path: .ohlc, slippage: slippage))
        try stage.place(.buy, 1, .market(), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100))
        #expect(stage.fills.map(\.price.ticks) == [101])
    }

    @Test func `a stop and a target of one bar have an order, and the worse one by default`() throws
    {
        for (path, paid) in [(IntrabarPath.ohlc, 104), (.olhc, 97), (.adverse, 97)]
            as [(IntrabarPath, Int64)]
        {
            var stage = try Stage(EngineSettings(path: path), held: [1])
            let stop = try stage.place(.sell, 1, .stop(97), at: 0, reduceOnly: true)
            try stage.place(.sell, 1, .limit(104), at: 0, reduceOnly: true, group: stop)
            try stage.show(Stage.bar(0...1, 100, 105, 96, 103))
            #expect(stage.fills.map(\.price.ticks) == [paid])
        }
    }

    @Test func `a bar that was carried over a gap neither fills nor triggers`() throws {
        var stage = try Stage()
        try stage.place(.buy, 1, .market(), at: 0)
        try stage.place(.buy, 1, .stop(99), at: 0)
        try stage.show(Stage.bar(0...1, 100, 100, 100, 100), coverage: .filled)
        #expect(stage.fills.isEmpty && stage.news.isEmpty)
    }

    @Test func `the nearer of two limits gets the volume, whichever came first`() throws {
        var stage = try Self.stage("0.1")
        try stage.place(.buy, 10, .limit(95), at: 0)
        let nearer = try stage.place(.buy, 10, .limit(98), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 94, 99, volume: 100))
        #expect(stage.fills.map(\.order) == [nearer])
        #expect(stage.fills.map(\.quantity.lots) == [10])
    }

    @Test func `a cash account neither owes nor is short`() throws {
        var stage = try Stage(cash: 250)
        try stage.place(.buy, 3, .market(), at: 0)
        try stage.place(.sell, 1, .market(), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100))
        #expect(stage.fills.isEmpty)
        #expect(stage.news.map(\.reason) == [.insufficientAtFill, .insufficientAtFill])
        #expect(stage.cash == 250 && stage.position() == 0)
    }

    // A hundred bids far below, and bars above them: then one bar that reaches ten of them.
    @Test func `orders out of reach are left alone until a bar reaches them`() throws {
        var stage = try Stage()
        for level in 1...100 as ClosedRange<Int64> {
            try stage.place(.buy, 1, .limit(level), at: 0)
        }
        for hour in 0..<5 as Range<Int64> {
            try stage.show(Stage.bar(hour...(hour + 1), 500, 510, 490, 500))
        }
        #expect(stage.fills.isEmpty && stage.engine.workingOrders == 100)
        try stage.show(Stage.bar(5...6, 500, 510, 91, 500))
        #expect(stage.fills.map(\.price.ticks) == (91...100).reversed().map { Int64($0) })
        // Between the rest and a new order that stands above them.
        let higher = try stage.place(.buy, 1, .limit(300), at: 6)
        try stage.show(Stage.bar(6...7, 500, 510, 301, 500))
        #expect(stage.fills.count == 10)
        try stage.show(Stage.bar(7...8, 500, 510, 300, 500))
        #expect(stage.fills.last?.order == higher)
        // An amendment moves the nearest level, too.
        let lowest = OrderID(strategy: StrategyID(1), ordinal: 1)
        try stage.send(.amend(lowest, OrderAmendment(price: Price(ticks: 400))), at: 8)
        try stage.show(Stage.bar(8...9, 500, 510, 399, 500))
        #expect(stage.fills.last?.order == lowest && stage.fills.count == 12)
    }
}

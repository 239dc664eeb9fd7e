import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Orders that are more than a market order, a limit or a stop.
@Suite struct OrderKindTests {
    @Test(arguments: [
        // Touched on the way down, at the open beyond it, and never.
        (
            OrderKind.ifTouched(Price(ticks: 97)), [100, 103, 96, 102], [97] as [Int64],
            [] as [OrderChange]
        ),
        (.ifTouched(Price(ticks: 97)), [95, 103, 94, 102], [95], []),
        (.ifTouched(Price(ticks: 97)), [100, 103, 98, 102], [], []),
        // With a limit: at the trigger where it allows, else when the path returns.
        (
            .ifTouched(Price(ticks: 97), limit: Price(ticks: 98)), [100, 103, 96, 102], [97],
            [.triggered]
        ),
        (
            .ifTouched(Price(ticks: 97), limit: Price(ticks: 95)), [100, 103, 94, 102], [95],
            [.triggered]
        ),
        (
            .ifTouched(Price(ticks: 97), limit: Price(ticks: 95)), [100, 103, 96, 102], [],
            [.triggered]
        ),
        // Touched, and then at once or not at all.
        (
            .ifTouched(Price(ticks: 97), limit: Price(ticks: 95), then: .immediateOrCancel),
            [100, 103, 94, 102], [], [.triggered, .cancelled]
        ),
        (
            .stopLimit(stop: Price(ticks: 102), limit: Price(ticks: 101), then: .fillOrKill),
            [100, 103, 94, 102], [], [.triggered, .cancelled]
        ),
        // A stop-limit that the open has passed is a limit at the open.
        (
            .stopLimit(stop: Price(ticks: 102), limit: Price(ticks: 104)), [103, 105, 99, 100],
            [103], [.triggered]
        ),
        (
            .stopLimit(stop: Price(ticks: 102), limit: Price(ticks: 101)), [103, 105, 99, 100],
            [101], [.triggered]
        ),
    ])
    func `a purchase acts where the path meets it`(
        _ kind: OrderKind, _ prices: [Int64], _ paid: [Int64], _ changes: [OrderChange]
    ) throws {
        var stage = try Stage()
        try stage.place(.buy, 1, kind, at: 0)
        try stage.show(Stage.bar(0...1, prices[0], prices[1], prices[2], prices[3]))
        #expect(stage.fills.map(\.price.ticks) == paid)
        #expect(stage.news.map(\.change) == changes)
    }

    /// Levels of a share of 3.3 % behind 100: 96.7, down to 96 ticks for a sale; 103.3, up to 104
    /// for a purchase.
    @Test(arguments: zip([Side.sell, .buy], [96, 104] as [Int64]))
    func `a trailing level is rounded away from the market`(_ side: Side, _ level: Int64) throws {
        var stage = try Stage(kind: .margin)
        try stage.place(side, 1, .trailingStop(.share(try Rate("0.033"))), at: 0)
        try stage.show(Stage.bar(0...1, 100, 100, 100, 100))
        let near = side == .sell ? level + 1 : level - 1
        try stage.show(Stage.bar(1...2, 100, max(100, near), min(100, near), 100))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(2...3, 100, max(100, level), min(100, level), 100))
        #expect(stage.fills.map(\.price.ticks) == [level])
        #expect(stage.fills.map(\.rule) == [.trailing])
    }

    @Test func `a trailing stop that the open has passed fills at the open`() throws {
        var stage = try Stage(EngineSettings(path: .olhc), kind: .margin)
        try stage.place(.sell, 1, .trailingStop(.distance(ticks: 3)), at: 0)
        try stage.show(Stage.bar(0...1, 100, 104, 100, 104))
        try stage.show(Stage.bar(1...2, 99, 103, 98, 102))
        #expect(stage.fills.map(\.price.ticks) == [99])
        #expect(stage.fills.map(\.point) == [.open])
    }

    @Test func `orders on the open fill at the first bar of a session, or expire`() throws {
        var rules = ExecutionRules()
        rules.sessionStart = try #require(TimeOfDay("09:00"))
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        let market = try stage.place(.buy, 1, .marketOnOpen, at: 10)
        let near = try stage.place(.buy, 1, .limitOnOpen(Price(ticks: 100)), at: 10)
        let far = try stage.place(.buy, 1, .limitOnOpen(Price(ticks: 98)), at: 10)
        try stage.show(Stage.bar(10...11, 90, 90, 90, 90))
        #expect(stage.fills.isEmpty)
        // The next day at nine.
        try stage.show(Stage.bar(33...34, 99, 103, 97, 102))
        #expect(stage.fills.map(\.order) == [market, near])
        #expect(stage.fills.map(\.price.ticks) == [99, 99])
        #expect(stage.news.map(\.order) == [far] && stage.news.map(\.reason) == [.session])
        #expect(stage.news.map(\.change) == [.expired])
    }

    @Test func `orders on the close fill at the close of a session's last bar, or expire`() throws {
        var rules = ExecutionRules()
        rules.sessionEnd = try #require(TimeOfDay("17:30"))
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        let market = try stage.place(.buy, 1, .marketOnClose, at: 16)
        let near = try stage.place(.buy, 1, .limitOnClose(Price(ticks: 102)), at: 16)
        let far = try stage.place(.buy, 1, .limitOnClose(Price(ticks: 101)), at: 16)
        try stage.show(Stage.bar(16...17, 90, 90, 90, 90))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(17...18, 99, 103, 97, 102))
        #expect(stage.fills.map(\.order) == [market, near])
        #expect(stage.fills.allSatisfy { $0.price.ticks == 102 && $0.rule == .onClose })
        #expect(stage.fills.allSatisfy { $0.point == .close && $0.executedAt == Stage.hour(18) })
        #expect(stage.news.map(\.order) == [far] && stage.news.map(\.reason) == [.session])
    }

    @Test func `an order on the close that comes during the last bar waits for the next one`()
        throws
    {
        var stage = try Stage()
        try stage.place(.buy, 1, .marketOnClose, at: 12)
        try stage.show(Stage.bar(0...24, 99, 103, 97, 102))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(24...48, 99, 103, 97, 101))
        #expect(stage.fills.map(\.price.ticks) == [101])
    }

    @Test func `a day ends with the session`() throws {
        var rules = ExecutionRules()
        rules.sessionEnd = try #require(TimeOfDay("17:00"))
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        try stage.place(.buy, 1, .limit(Price(ticks: 50), .day), at: 10)
        try stage.show(Stage.bar(16...17, 99, 103, 97, 102))
        #expect(stage.news.map(\.change) == [.expired] && stage.news.map(\.reason) == [.day])
        #expect(stage.news.map(\.reportAt) == [Stage.hour(17)])
    }

    @Test func `a post-only order never takes`() throws {
        var stage = try Stage()
        let takes = try stage.place(.buy, 1, .limit(Price(ticks: 100), postOnly: true), at: 0)
        let rests = try stage.place(.buy, 1, .limit(Price(ticks: 98), postOnly: true), at: 0)
        try stage.show(Stage.bar(0...1, 100, 103, 97, 102))
        #expect(stage.news.map(\.order) == [takes] && stage.news.map(\.reason) == [.wouldTake])
        #expect(stage.news.map(\.change) == [.rejected])
        #expect(stage.fills.map(\.order) == [rests])
        #expect(stage.fills.map(\.liquidity) == [.maker])
    }

    @Test func `a post-only order may move behind the price instead`() throws {
        var rules = ExecutionRules()
        rules.postOnly = .reprice
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules), kind: .margin)
        try stage.place(.buy, 1, .limit(Price(ticks: 105), postOnly: true), at: 0)
        try stage.place(.sell, 1, .limit(Price(ticks: 95), postOnly: true), at: 0)
        try stage.show(Stage.bar(0...1, 100, 103, 97, 102))
        #expect(stage.news.map(\.change) == [.amended, .amended])
        #expect(stage.news.map(\.limit) == [99, 101])
        #expect(stage.fills.map(\.price.ticks) == [101, 99])
    }

    @Test func `an order for a share of the free margin is sized at its fill`() throws {
        // 1000 − fee: 9 lots of 100 with 1 % are 909, ten are 1010.
        let fee = FeeSchedule.proportional(ProportionalFee(rate: try Rate("0.01")))
        var stage = try Stage(
            EngineSettings(path: .ohlc, fees: fee), cash: 1000, kind: .margin)
        let terms = OrderTerms(.buy, size: .fractionOfFreeMargin(.one), of: InstrumentID(1))
        try stage.send(.place(terms), at: 0)
        try stage.show(Stage.bar(0...1, 100, 103, 97, 102))
        #expect(stage.fills.map(\.quantity.lots) == [9])
        #expect(stage.cash == 1000 - 909)
        // Nothing is left for another.
        try stage.send(.place(terms), at: 1)
        try stage.show(Stage.bar(1...2, 1000, 1000, 1000, 1000))
        #expect(stage.news.map(\.reason) == [.insufficientAtFill])
    }

    @Test func `a halted instrument takes orders and matches nothing`() throws {
        var rules = ExecutionRules()
        rules.halts = [TradingPause(instrument: "I1", start: Stage.hour(1), end: Stage.hour(3))]
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        try stage.place(.buy, 1, .market(), at: 1)
        try stage.place(.buy, 1, .limit(90), at: 1)
        for hour in 1...2 as ClosedRange<Int64> {
            try stage.show(Stage.bar(hour...(hour + 1), 100, 103, 80, 102))
        }
        #expect(stage.fills.isEmpty && stage.news.isEmpty)
        try stage.show(Stage.bar(3...4, 100, 103, 95, 102))
        #expect(stage.fills.map(\.price.ticks) == [100])
    }

    @Test func `a halt may reject what comes meanwhile`() throws {
        var rules = ExecutionRules()
        rules.halts = [
            TradingPause(
                instrument: "I1", start: Stage.hour(1), end: Stage.hour(3), rejects: true)
        ]
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        for hour in [0, 1, 2, 3] as [Int64] { try stage.place(.buy, 1, .limit(90), at: hour) }
        #expect(stage.updates.map(\.change) == [.accepted, .rejected, .rejected, .accepted])
        #expect(stage.news.map(\.reason) == [.halted, .halted])
    }

    @Test func `orders outside the bands are rejected while they hold`() throws {
        var rules = ExecutionRules()
        rules.bands = [
            PriceBand(
                instrument: "I1", start: Stage.hour(1), end: Stage.hour(2),
                low: try ExactDecimal("0.95"), high: try ExactDecimal("1.05"))
        ]
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        try stage.place(.buy, 1, .limit(94), at: 0)
        for level in [94, 95, 105] as [Int64] { try stage.place(.buy, 1, .limit(level), at: 1) }
        try stage.place(.buy, 1, .stop(106), at: 1)
        try stage.place(.buy, 1, .market(), at: 1)
        #expect(stage.news.map(\.reason) == [.outsideBands, .outsideBands])
        #expect(stage.news.map(\.limit) == [95, 105])
    }

    @Test func `an order may fill at the close it was decided at, where that is asked for`() throws
    {
        for (rule, prices) in [
            (SameClose.off, []), (.lookAhead, [102]), (.lookAheadAll, [102, 102]),
        ] as [(SameClose, [Int64])] {
            var rules = ExecutionRules()
            rules.sameClose = rule
            var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
            try stage.show(Stage.bar(0...1, 100, 103, 97, 102))
            try stage.place(.buy, 1, .market(), at: 1)
            try stage.place(.buy, 1, .limit(110), at: 1)
            #expect(stage.fills.map(\.price.ticks) == prices)
            #expect(stage.fills.allSatisfy { $0.point == .close })
            // Later than the close: not at that one.
            try stage.place(.buy, 1, .market(), at: 2)
            #expect(stage.fills.map(\.price.ticks) == prices)
            #expect(stage.updates.count == 3)
        }
    }

    @Test func `a stop that the close has passed may be rejected`() throws {
        var rules = ExecutionRules()
        rules.passedStop = .reject
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules), kind: .margin)
        try stage.show(Stage.bar(0...1, 100, 103, 97, 102))
        try stage.place(.buy, 1, .stop(102), at: 1)
        try stage.place(.buy, 1, .stop(103), at: 1)
        try stage.place(.sell, 1, .stop(103), at: 1)
        try stage.place(.buy, 1, .ifTouched(Price(ticks: 103)), at: 1)
        #expect(
            stage.updates.map(\.change) == [.rejected, .accepted, .rejected, .rejected])
        #expect(stage.news.allSatisfy { $0.reason == .stopAlreadyThrough && $0.limit == 102 })
    }

    @Test(arguments: ["9:00", "24:01", "12:60", "noon", "", "-1:00", "12:00:00"])
    func `what is no time of the day is refused`(_ text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test func `rules without sense are refused by name`() throws {
        var shares: [ExecutionRules] = []
        for text in ["0", "-0.1", "1.1"] {
            var rules = ExecutionRules()
            rules.participation = try Rate(text)
            shares.append(rules)
        }
        var backwards = ExecutionRules()
        backwards.halts = [TradingPause(instrument: "I1", start: Stage.hour(3), end: Stage.hour(3))]
        var unknown = ExecutionRules()
        unknown.halts = [TradingPause(instrument: "XX", start: Stage.hour(1), end: Stage.hour(3))]
        var offGrid = ExecutionRules()
        offGrid.bands = [
            PriceBand(
                instrument: "I1", start: Stage.hour(1), end: Stage.hour(2),
                low: try ExactDecimal("0.951"), high: try ExactDecimal("1.05"))
        ]
        for rules in shares + [backwards, unknown, offGrid] {
            #expect(throws: MarketError.self) { try Stage(EngineSettings(rules: rules)) }
        }
    }

    @Test func `a share of a volume that is not known ends the run with its cause`() throws {
        var rules = ExecutionRules()
        rules.participation = try Rate("0.5")
        var stage = try Stage(EngineSettings(rules: rules))
        try stage.place(.buy, 1, .market(), at: 0)
        #expect(throws: MarketError.self) { try stage.show(Stage.bar(0...1, 100, 101, 99, 100)) }
    }
}

import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// The worked examples of the rules, in the engine and by the walk tick by tick.
@Suite struct ExampleTests {
    /// Prices in whole currency as ticks of a hundredth.
    private static func bar(
        _ hour: Int64, _ open: Double, _ high: Double, _ low: Double, _ close: Double
    )
        -> Bar
    {
        func ticks(_ price: Double) -> Int64 { Int64((price * 100).rounded()) }
        return Stage.bar(hour...(hour + 1), ticks(open), ticks(high), ticks(low), ticks(close))
    }

    private static func stage(_ path: IntrabarPath, held: Int64 = 0) throws -> Stage {
        try Stage(EngineSettings(path: path), kind: .margin, held: [held])
    }

    private static func price(_ whole: Double) -> Price {
        Price(ticks: Int64((whole * 100).rounded()))
    }

    // The same orders in the slow matcher, along one path.
    private static func slow(_ path: IntrabarPath, held: Int64) -> SlowMatcher {
        var slow = SlowMatcher(cash: 0, position: held, highFirst: path != .olhc)
        slow.isFree = true
        return slow
    }

    private static func entry(
        _ number: Int, _ side: Side, _ kind: OrderKind, _ lots: Int64, reduceOnly: Bool = false,
        parent: Int? = nil, group: Int? = nil
    ) -> SlowMatcher.Entry {
        SlowMatcher.Entry(
            number: number, side: side, kind: kind, lots: lots, reduceOnly: reduceOnly,
            parent: parent, group: group, turn: number, hour: 0,
            released: parent == nil ? nil : 0)
    }

    // X2 and X28: long 10, a stop at 97 and a limit at 104 of which one cancels the other, bar
    // 100 105 96 103. Along the high first the limit is met: 10 · 104 = 1040; along the low first
    // the stop: 970. The adverse path is the worse of both.
    @Test(
        arguments: zip(
            [IntrabarPath.ohlc, .olhc, .adverse, .nearestFirst], [10_400, 9700, 9700, 9700]))
    func `X2, X28: a stop and a limit of which one cancels the other`(
        _ path: IntrabarPath, _ paid: Int64
    ) throws {
        var stage = try Self.stage(path, held: 10)
        let stop = try stage.place(.sell, 10, .stop(Self.price(97)), at: 0, reduceOnly: true)
        let limit = try stage.place(
            .sell, 10, .limit(Self.price(104)), at: 0, reduceOnly: true, group: stop)
        let bar = Self.bar(0, 100, 105, 96, 103)
        try stage.show(bar)
        #expect(stage.fills.map(\.price.ticks) == [paid])
        #expect(stage.news.map(\.reason) == [.ocoPeer])
        #expect(stage.news.map(\.order) == [paid == 9700 ? limit : stop])
        #expect(stage.engine.workingOrders == 0)

        if path == .nearestFirst || path == .adverse { return }
        var slow = Self.slow(path, held: 10)
        slow.entries = [
            Self.entry(1, .sell, .stop(Self.price(97)), 10, reduceOnly: true),
            Self.entry(2, .sell, .limit(Self.price(104)), 10, reduceOnly: true, group: 1),
        ]
        slow.meet(bar, hour: 0)
        #expect(slow.log.first?.contains("fills 10 at \(paid)") == true)
    }

    // X3: the same, but the bar opens at 95, beyond the stop.
    @Test(arguments: [IntrabarPath.ohlc, .olhc, .adverse])
    func `X3: a gap through the stop fills it at the open`(_ path: IntrabarPath) throws {
        var stage = try Self.stage(path, held: 10)
        let stop = try stage.place(.sell, 10, .stop(Self.price(97)), at: 0, reduceOnly: true)
        try stage.place(.sell, 10, .limit(Self.price(104)), at: 0, reduceOnly: true, group: stop)
        try stage.show(Self.bar(0, 95, 105, 94, 103))
        #expect(stage.fills.map(\.price) == [Self.price(95)])
        #expect(stage.fills.map(\.order) == [stop])
        #expect(stage.fills.map(\.point) == [.open])
    }

    // X4: buy 105 limit 106: triggers at 105, which is no worse than 106.
    @Test(arguments: [IntrabarPath.ohlc, .olhc, .adverse])
    func `X4: a stop-limit fills at its trigger where the limit allows`(_ path: IntrabarPath) throws
    {
        var stage = try Self.stage(path)
        try stage.place(
            .buy, 1, .stopLimit(stop: Self.price(105), limit: Self.price(106)), at: 0)
        try stage.show(Self.bar(0, 100, 110, 99, 108))
        #expect(stage.fills.map(\.price) == [Self.price(105)])
        #expect(stage.fills.map(\.rule) == [.stopLimit])
        #expect(stage.news.map(\.change) == [.triggered])
    }

    // X5: buy 105 limit 103: high first it triggers on the way up and fills on the way down; low
    // first it triggers and rests, as the close is 108. Worth 5 and 0: adverse has no fill.
    @Test func `X5: a stop-limit's limit lies on the path after its trigger`() throws {
        for (path, prices) in [
            (IntrabarPath.ohlc, [10_300]), (.olhc, []), (.adverse, []),
        ] as [(IntrabarPath, [Int64])] {
            var stage = try Self.stage(path)
            try stage.place(
                .buy, 1, .stopLimit(stop: Self.price(105), limit: Self.price(103)), at: 0)
            let bar = Self.bar(0, 100, 110, 99, 108)
            try stage.show(bar)
            #expect(stage.fills.map(\.price.ticks) == prices)
            #expect(stage.news.map(\.change) == [.triggered])
            // What has triggered is a limit in later bars.
            try stage.show(Self.bar(1, 106, 107, 102, 104))
            #expect(stage.fills.map(\.price.ticks) == [10_300])
            #expect(stage.fills.map(\.liquidity) == (path == .ohlc ? [.taker] : [.maker]))

            if path == .adverse { continue }
            var slow = Self.slow(path, held: 0)
            slow.entries = [
                Self.entry(
                    1, .buy, .stopLimit(stop: Self.price(105), limit: Self.price(103)), 1)
            ]
            slow.meet(bar, hour: 0)
            #expect(slow.log.filter { $0.contains("fills") }.count == prices.count)
        }
    }

    // X6: long 1, a trailing sell 3 behind, level 97 before: its best price was 100. Bar 103 106
    // 101 105. High first: best 106, level 103, met on the way to 101. Low first: best 103 at the
    // open, level 100; then best 106, level 103, and the close is 105.
    @Test(arguments: [IntrabarPath.ohlc, .olhc, .adverse])
    func `X6: a trailing stop follows along the path`(_ path: IntrabarPath) throws {
        var stage = try Self.stage(path, held: 1)
        try stage.place(.sell, 1, .trailingStop(.distance(ticks: 300)), at: 0)
        try stage.show(Self.bar(0, 100, 100, 99, 100))
        #expect(stage.fills.isEmpty)
        try stage.show(Self.bar(1, 103, 106, 101, 105))
        #expect(stage.fills.map(\.price) == (path == .olhc ? [] : [Self.price(103)]))
        #expect(stage.fills.allSatisfy { $0.rule == .trailing && $0.point == .interior })
        // The level is 103 in either case.
        try stage.show(Self.bar(2, 105, 105, 102, 104))
        #expect(stage.fills.map(\.price) == [Self.price(103)])
    }

    // X7: flat, a bid of 99 with a stop at 97 and a target at 103, bar 100 104 98 102. High
    // first: 99 on the way down from 104, open at 102: +3. Low first: 99, then 103: +4.
    @Test func `X7: a bracket's exits act from the price of its entry on`() throws {
        for (path, prices) in [
            (IntrabarPath.ohlc, [9900]), (.olhc, [9900, 10_300]), (.adverse, [9900]),
        ] as [(IntrabarPath, [Int64])] {
            var stage = try Self.stage(path)
            let bracket = try stage.bracket(
                .buy, 1, .limit(Self.price(99)), stop: 9700, target: 10_300, at: 0)
            try stage.show(Self.bar(0, 100, 104, 98, 102))
            #expect(stage.fills.map(\.price.ticks) == prices)
            if path == .olhc {
                #expect(stage.news.map(\.order) == [bracket.stop])
                #expect(stage.engine.workingOrders == 0)
            } else {
                #expect(stage.news.isEmpty && stage.engine.workingOrders == 2)
            }
        }
    }

    // X8: the same with a low of 96.5: 99, then the stop at 97, whichever way.
    @Test(arguments: [IntrabarPath.ohlc, .olhc, .adverse])
    func `X8: a bracket may open and close in one bar`(_ path: IntrabarPath) throws {
        var stage = try Self.stage(path)
        try stage.bracket(.buy, 1, .limit(Self.price(99)), stop: 9700, target: 10_300, at: 0)
        try stage.show(Self.bar(0, 100, 104, 96.5, 102))
        #expect(stage.fills.map(\.price.ticks) == [9900, 9700])
        #expect(stage.position() == 0)
    }

    // X9: a bid of 99 rests, the bar opens at 98.
    @Test(arguments: zip([GapLimit.open, .atLimit], [9800, 9900]))
    func `X9: a limit that the open has passed`(_ gap: GapLimit, _ paid: Int64) throws {
        for extra in [false, true] {
            var stage = try Stage(
                EngineSettings(path: .ohlc, gapLimit: gap), kind: .margin)
            try stage.place(.buy, 1, .limit(Self.price(99)), at: 0)
            if extra { try stage.place(.buy, 1, .trailingStop(.distance(ticks: 5000)), at: 0) }
            try stage.show(Self.bar(0, 98, 101, 97, 100))
            #expect(stage.fills.map(\.price.ticks) == [paid])
        }
    }

    // X10: 5 basis points on a purchase at 99.97: 100.019985, up to 100.02; on a sale 99.920015,
    // down to 99.92. With a high of 100 the purchase is cut there, by 2 ticks of one lot.
    @Test func `X10: a slipped price is rounded against the trader and cut at the bar's edge`()
        throws
    {
        let slippage = Slippage.rate(RateSlippage(rate: try Rate("0.0005")))
        for (side, high, paid, cut) in [
            (Side.buy, 101.0, 10_002, 0), (.sell, 101, 9992, 0), (.buy, 100, 10_000, 2),
        ] as [(Side, Double, Int64, Int64)] {
            var stage = try Stage(
                EngineSettings(path: .ohlc, slippage: slippage), kind: .margin)
            try stage.place(side, 1, .market(), at: 0)
            try stage.show(Self.bar(0, 99.97, high, 99, 99.97))
            #expect(stage.fills.map(\.price.ticks) == [paid])
            #expect(stage.engine.tally.slippageCut == Money(units: cut))
        }
    }

    // X11: volume 1000, a tenth of it: two market orders of 60 get 60 and 40, a limit met later
    // gets nothing, the last 20 fill at the next open.
    @Test func `X11: a bar's volume is used up in the order of the path`() throws {
        var rules = ExecutionRules()
        rules.participation = try Rate("0.1")
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules))
        let first = try stage.place(.buy, 60, .market(), at: 0)
        let second = try stage.place(.buy, 60, .market(), at: 0)
        let limit = try stage.place(.buy, 10, .limit(95), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 94, 99, volume: 1000))
        #expect(stage.fills.map(\.order) == [first, second])
        #expect(stage.fills.map(\.quantity.lots) == [60, 40])
        #expect(stage.fills.map(\.leaves.lots) == [0, 20])
        try stage.show(Stage.bar(1...2, 98, 99, 94, 97, volume: 1000))
        #expect(stage.fills.map(\.order) == [first, second, second, limit])
        #expect(stage.fills.map(\.quantity.lots) == [60, 40, 20, 10])
        #expect(stage.fills.map(\.price.ticks) == [100, 100, 98, 95])
    }

    // X27 through the presets' settings, as far as they are rules of the matcher: a bid of 99 on
    // the bar 98 101 97 100.
    @Test func `X27: the same bar under the rules of several peers`() throws {
        func fills(_ change: (inout EngineSettings) -> Void) throws -> [Int64] {
            var settings = EngineSettings()
            change(&settings)
            var stage = try Stage(settings, kind: .margin)
            try stage.place(.buy, 1, .limit(Self.price(99)), at: 0)
            try stage.show(Self.bar(0, 98, 101, 97, 100))
            return stage.fills.map(\.price.ticks)
        }
        #expect(try fills { _ in } == [9800])
        #expect(try fills { $0.rules.matcher = .queueOrder } == [9800])
        #expect(try fills { $0.gapLimit = .atLimit } == [9900])
        #expect(try fills { $0.rules.matcher = .closeOnly } == [])
    }

    // X28 in the order of the queue: who came first.
    @Test(arguments: [true, false])
    func `X28: in the order of the queue the first that is met is filled`(_ stopFirst: Bool) throws
    {
        var rules = ExecutionRules()
        rules.matcher = .queueOrder
        var stage = try Stage(EngineSettings(rules: rules), kind: .margin, held: [10])
        let kinds: [OrderKind] = [.stop(Self.price(97)), .limit(Self.price(104))]
        let first = try stage.place(
            .sell, 10, kinds[stopFirst ? 0 : 1], at: 0, reduceOnly: true)
        try stage.place(
            .sell, 10, kinds[stopFirst ? 1 : 0], at: 0, reduceOnly: true, group: first)
        try stage.show(Self.bar(0, 100, 105, 96, 103))
        #expect(stage.fills.map(\.price) == [Self.price(stopFirst ? 97 : 104)])
    }
}

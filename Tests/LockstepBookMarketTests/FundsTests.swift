import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

@Suite struct FundsTests {
    private static func settings(
        fee: Int64 = 0, rate: String = "0", slippage: Slippage = .none,
        range: SlippageRange = .withinBar, initialMargin: String = "1"
    ) throws -> EngineSettings {
        EngineSettings(
            path: .ohlc, slippageRange: range,
            fees: .proportional(
                ProportionalFee(fixed: Money(units: fee), rate: try Rate(rate))),
            slippage: slippage, initialMargin: try Rate(initialMargin))
    }

    private static let flat = Stage.bar(1...2, 100, 100, 100, 100)

    /// 10 at 100 and a fee of 5: 1005.
    @Test(arguments: [(1005, true), (1004, false)])
    func `a cash account fills what its cash pays for, fee included`(
        _ cash: Int64, _ fills: Bool
    ) throws {
        var stage = try Stage(Self.settings(fee: 5), cash: cash)
        try stage.place(.buy, 10, .market(), at: 1)
        try stage.show(Self.flat)
        #expect(stage.fills.count == (fills ? 1 : 0))
        #expect(stage.news.map(\.reason) == (fills ? [] : [.insufficientAtFill]))
        #expect(stage.cash == (fills ? 0 : cash))
    }

    @Test func `cash freed by an earlier fill pays, by a later one does not`() throws {
        var stage = try Stage(cash: 0, held: [1, 0].map { $0 * 10 })
        try stage.place(.buy, 10, .market(), at: 1)
        try stage.place(.sell, 10, .market(), at: 1)
        try stage.place(.buy, 10, .market(), at: 1)
        try stage.show(Self.flat)
        #expect(stage.fills.map(\.side) == [.sell, .buy])
        #expect(stage.news.map(\.reason) == [.insufficientAtFill])
    }

    @Test func `a cash account sells what it holds`() throws {
        var stage = try Stage(held: [5])
        try stage.place(.sell, 6, .market(), at: 1)
        try stage.place(.sell, 5, .market(), at: 1)
        try stage.place(.sell, 1, .market(), at: 1)
        try stage.show(Self.flat)
        #expect(stage.fills.map(\.quantity.lots) == [5])
        #expect(stage.news.map(\.reason) == [.insufficientAtFill, .insufficientAtFill])
        #expect(stage.news.map(\.limit) == [5, 0])
    }

    /// Equity 1000: long or short 10 at 100 without a fee; with a fee of 1 only 9.
    @Test(arguments: [
        (Side.buy, 10, 0, "1", true), (.sell, 10, 0, "1", true), (.buy, 10, 1, "1", false),
        (.sell, 10, 1, "1", false), (.buy, 9, 1, "1", true), (.sell, 9, 1, "1", true),
        // At half the margin twice as much.
        (.sell, 20, 0, "0.5", true), (.sell, 21, 0, "0.5", false),
    ])
    func `a margin account opens what its equity carries`(
        _ side: Side, _ lots: Int64, _ fee: Int64, _ margin: String, _ fills: Bool
    ) throws {
        var stage = try Stage(
            Self.settings(fee: fee, initialMargin: margin), cash: 1000, kind: .margin)
        try stage.place(side, lots, .market(), at: 1)
        try stage.show(Self.flat)
        #expect(stage.fills.count == (fills ? 1 : 0))
        #expect(stage.news.map(\.reason) == (fills ? [] : [.insufficientAtFill]))
    }

    /// Short 10 at 100, cash 2000.
    ///
    /// At 110 the equity is 900; closing always fills. Long 8 at 110
    /// needs 880 of 900, long 9 needs 990.
    @Test(arguments: [(18, [18], 8), (19, [10], 0)])
    func `the part that closes fills when the rest cannot be carried`(
        _ lots: Int64, _ filled: [Int64], _ position: Int64
    ) throws {
        var stage = try Stage(Self.settings(), cash: 1000, kind: .margin)
        try stage.place(.sell, 10, .market(), at: 1)
        try stage.show(Self.flat)
        #expect(stage.position() == -10 && stage.cash == 2000)
        try stage.place(.buy, lots, .market(), at: 2)
        try stage.show(Stage.bar(2...3, 110, 110, 110, 110))
        #expect(stage.fills.dropFirst().map(\.quantity.lots) == filled)
        #expect(stage.position() == position)
        #expect(stage.news.map(\.reason) == (position == 0 ? [.insufficientAtFill] : []))
        #expect(stage.news.map(\.leaves.lots) == (position == 0 ? [9] : []))
    }

    /// Long 5 of the first at 100; it closes at 120, so the equity is 1100: 600 in cash and value
    /// are tied, 500 are free for the second.
    @Test(arguments: [(5, true), (6, false)])
    func `what is held elsewhere counts at its last close`(_ lots: Int64, _ fills: Bool) throws {
        var stage = try Stage(Self.settings(), instruments: 2, cash: 1000, kind: .margin)
        try stage.place(.buy, 5, .market(), at: 1, of: 1)
        try stage.show(Stage.bar(1...2, 100, 120, 100, 120))
        try stage.place(.sell, lots, .market(), at: 2, of: 2)
        try stage.show(
            Stage.bar(2...3, 10, 120, 10, 100), Stage.bar(2...3, 100, 100, 100, 100, of: 2))
        #expect(stage.position(2) == (fills ? -lots : 0))
    }

    /// 10,000 at 0.1 % and 7 fixed: 17.
    ///
    /// Half of a unit goes to the even one: 500 · 0.001 = 0.5.
    @Test(arguments: [
        (100, "0.001", 7, 17, 0), (5, "0.001", 0, 0, 0), (15, "0.001", 0, 2, 0),
        (100, "-0.001", 0, 0, 10),
    ])
    func `a proportional fee is a fixed amount and a rate, a negative one a rebate`(
        _ lots: Int64, _ rate: String, _ fixed: Int64, _ fee: Int64, _ rebate: Int64
    ) throws {
        var stage = try Stage(Self.settings(fee: fixed, rate: rate))
        try stage.place(.buy, lots, .market(), at: 1)
        try stage.show(Self.flat)
        let fill = try #require(stage.fills.first)
        #expect(fill.fee.units == fee && fill.rebate.units == rebate)
        #expect(stage.cash == 1_000_000_000 - lots * 100 - fee + rebate)
    }

    /// X10: 5 bp on 99.97 is 0.049985; bought at 100.02 and sold at 99.92.
    ///
    /// A high of 100.00 cuts
    /// 0.02, unless prices may leave the bar.
    @Test(arguments: [
        (Side.buy, 10_100, 9900, SlippageRange.withinBar, 10_002, 5, 0),
        (.sell, 10_100, 9900, .withinBar, 9992, 5, 0),
        (.buy, 10_000, 9900, .withinBar, 10_000, 3, 2),
        (.buy, 10_000, 9900, .beyondBar, 10_002, 5, 0),
        (.sell, 10_000, 9995, .withinBar, 9995, 2, 3),
        (.sell, 10_000, 9995, .beyondBar, 9992, 5, 0),
    ])
    func `slippage rounds against the trader and is cut at the bar's edge`(
        _ side: Side, _ high: Int64, _ low: Int64, _ range: SlippageRange, _ price: Int64,
        _ cost: Int64, _ cut: Int64
    ) throws {
        let slippage = Slippage.rate(RateSlippage(rate: try Rate("0.0005")))
        var stage = try Stage(Self.settings(slippage: slippage, range: range), held: [3])
        try stage.place(side, 2, .market(), at: 1)
        try stage.show(Stage.bar(1...2, 9997, high, low, 9997))
        let fill = try #require(stage.fills.first)
        #expect(fill.price.ticks == price && fill.reference.ticks == 9997)
        #expect(fill.notional.units == price * 2 && fill.slippage.units == cost * 2)
        #expect(stage.engine.tally.slippageCut.units == cut * 2)
        #expect(stage.engine.tally.cutFills == (cut == 0 ? 0 : 1))
    }

    @Test func `a taking limit is not slipped beyond its limit, a resting one not at all`() throws {
        let slippage = Slippage.ticks(TickSlippage(ticks: 5))
        var stage = try Stage(Self.settings(slippage: slippage))
        try stage.place(.buy, 1, .limit(102), at: 1)
        try stage.show(Stage.bar(1...2, 100, 110, 90, 100))
        try stage.place(.buy, 1, .limit(102), at: 1)
        try stage.show(Stage.bar(2...3, 100, 110, 90, 100))
        #expect(stage.fills.map(\.price.ticks) == [102, 100])
        #expect(stage.fills.map(\.liquidity) == [.taker, .maker])
    }

    /// Bought at 100 and 1 %, sold at 100; then the short of a sale that crosses zero opens.
    @Test func `slippage may concern what opens only`() throws {
        let slippage = Slippage.rate(RateSlippage(rate: try Rate("0.01"), scope: .opening))
        var stage = try Stage(Self.settings(slippage: slippage), kind: .margin)
        let wide = { (hour: Int64) in Stage.bar(hour...(hour + 1), 100, 200, 50, 100) }
        try stage.place(.buy, 2, .market(), at: 1)
        try stage.show(wide(1))
        try stage.place(.sell, 1, .market(), at: 2)
        try stage.show(wide(2))
        try stage.place(.sell, 2, .market(), at: 3)
        try stage.show(wide(3))
        #expect(stage.fills.map(\.price.ticks) == [101, 100, 99])
    }

    @Test func `bookings move cash and positions, but neither own fills nor the opening`() throws {
        var stage = try Stage(cash: 1000)
        func booking(_ kind: BookingKind, _ change: Int64, after: Int64) -> Booking {
            Booking(
                account: Stage.main, strategy: StrategyID(0),
                instrument: InstrumentID(kind == .trade ? 1 : 0), kind: kind,
                cashChange: Money(units: change), cashAfter: Money(units: after),
                positionAfter: SignedQuantity(lots: 9))
        }
        try stage.engine.apply(booking(.deposit, 1000, after: 1000))
        #expect(stage.cash == 1000)
        try stage.engine.apply(booking(.deposit, 1000, after: 2000))
        try stage.engine.apply(booking(.trade, -500, after: 1500))
        try stage.engine.apply(booking(.funding, -1, after: 1499))
        #expect(stage.cash == 1999 && stage.position() == 0)
    }

    @Test func `a size whose worth does not fit ends the run with its cause`() throws {
        var stage = try Stage(kind: .margin)
        try stage.place(.buy, 1 << 52, .market(), at: 1)
        let error = #expect(throws: MarketError.self) {
            try stage.show(Stage.bar(1...2, 1 << 50, 1 << 50, 1 << 50, 1 << 50))
        }
        #expect(error == .overflow(instrument: InstrumentID(1), operation: .notional))
    }

    @Test(arguments: [
        (EngineSettings(through: -1), "through"),
        (EngineSettings(slippage: .ticks(TickSlippage(ticks: -1))), "slippage.ticks"),
        (
            EngineSettings(slippage: .rate(RateSlippage(rate: Rate(trillionths: -1)))),
            "slippage.rate"
        ),
        (EngineSettings(initialMargin: .zero), "initial_margin"),
    ])
    func `settings without sense are refused by name`(_ settings: EngineSettings, _ name: String) {
        let error = #expect(throws: MarketError.self) { try Stage(settings) }
        guard case .invalidSetting(name, _) = error else {
            Issue.record("\(String(describing: error)) does not name \(name)")
            return
        }
    }
}

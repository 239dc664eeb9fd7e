import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

@Suite struct SlippageModelTests {
    /// A fill of some lots, in a bar of some volume.
    private static func price(
        _ model: some SlippageModel, _ side: Side = .buy, at reference: Int64, lots: Int64,
        before: Int64 = 0, volume: Int64? = nil, past: PastSessions = .none
    ) throws -> Int64 {
        var model = model
        var random = RandomStream(seed: 1, component: "test")
        let fill = FillTerms(
            account: AccountID(1), order: OrderID(strategy: StrategyID(1), ordinal: 1),
            instrument: InstrumentID(1), side: side, liquidity: .taker, opens: true,
            quantity: Quantity(lots: lots), filledInBar: Quantity(lots: before),
            reference: Price(ticks: reference), executedAt: .epoch)
        let bar = Stage.bar(0...1, 1, 1, 1, 1, volume: volume)
        return try model.price(fill, bar: bar, past: past, random: &random).ticks
    }

    @Test func `half the spread and a share of the volume are basis points of the price`() throws {
        let model = ShareSlippage(spread: try Rate("2"), k: try Rate("10"))
        // 250 of 1000 are a share of 0.25: 1 + 2.5 = 3.5 bp of 1,000,000 ticks.
        #expect(try Self.price(model, at: 1_000_000, lots: 250, volume: 1000) == 1_000_350)
        #expect(try Self.price(model, .sell, at: 1_000_000, lots: 250, volume: 1000) == 999_650)
        // Behind 250 others the share is 0.5: 1 + 5 bp.
        #expect(
            try Self.price(model, at: 1_000_000, lots: 250, before: 250, volume: 1000) == 1_000_600)
        // A part of a tick is a whole one: 3.5 bp of 10,000 ticks are 3.5.
        #expect(try Self.price(model, at: 10_000, lots: 250, volume: 1000) == 10_004)
        #expect(try Self.price(model, .sell, at: 10_000, lots: 250, volume: 1000) == 9_996)
    }

    @Test func `X18: a quadratic share is rounded against the trader`() throws {
        // 0.1 · 0.025² = 0.0000625; of 100 that is 0.00625, a tick of 0.01.
        let model = QuadraticSlippage(k: try Rate("0.1"))
        #expect(try Self.price(model, at: 10_000, lots: 25, volume: 1000) == 10_001)
        #expect(try Self.price(model, .sell, at: 10_000, lots: 25, volume: 1000) == 9_999)
        // With a tick of 0.00001 it is exact.
        #expect(try Self.price(model, at: 10_000_000, lots: 25, volume: 1000) == 10_000_625)
    }

    @Test func `X19: the impact of a hundredth of the daily volume at 2 % is 20 basis points`()
        throws
    {
        let past = PastSessions(
            volatility: try Rate("0.02"), volume: Quantity(lots: 10_000))
        let model = ImpactSlippage(y: .one)
        #expect(try Self.price(model, at: 10_000, lots: 100, past: past) == 10_020)
        #expect(try Self.price(model, .sell, at: 10_000, lots: 100, past: past) == 9_980)
        // Four times as much is twice as dear; what the bar filled before counts.
        #expect(
            try Self.price(model, at: 10_000, lots: 100, before: 300, past: past) == 10_040)
        #expect(
            try Self.price(ImpactSlippage(y: Rate("0.5")), at: 10_000, lots: 100, past: past)
                == 10_010)
        // Nothing is known yet.
        #expect(try Self.price(model, at: 10_000, lots: 100) == 10_000)
    }

    @Test func `an irrational root is rounded against the trader`() throws {
        // √0.02 = 0.1414213562373095…, of 2 % a rate of 0.002828427124746190…: of 10¹² ticks
        // 2,828,427,124.746…
        let past = PastSessions(volatility: try Rate("0.02"), volume: Quantity(lots: 100))
        let model = ImpactSlippage(y: .one)
        #expect(
            try Self.price(model, at: 1_000_000_000_000, lots: 2, past: past)
                == 1_002_828_427_125)
    }

    @Test func `the models are encoded as they are configured`() throws {
        let texts = [
            #"{"kind":"share","spread":"2","k":"10"}"#, #"{"kind":"quadratic","k":"0.1"}"#,
            #"{"kind":"impact","y":"1"}"#,
        ]
        for text in texts {
            let model = try JSONDecoder().decode(Slippage.self, from: Data(text.utf8))
            let again = try JSONDecoder().decode(Slippage.self, from: JSONEncoder().encode(model))
            #expect(String(describing: again) == String(describing: model))
            #expect(!model.isNone)
            #expect(model.needsVolume || model.needsSessions)
        }
        var settings = EngineSettings(slippage: .impact(ImpactSlippage(y: try Rate("-1"))))
        #expect(throws: MarketError.self) { try settings.validate() }
        settings.slippage = .share(ShareSlippage(spread: .zero, k: try Rate("-1")))
        #expect(throws: MarketError.self) { try settings.validate() }
        settings.slippage = .quadratic(QuadraticSlippage(k: try Rate("-1")))
        #expect(throws: MarketError.self) { try settings.validate() }
    }

    // MARK: In the engine

    @Test func `the share grows with the fills of a bar, and what the bar's edge cuts is counted`()
        throws
    {
        let slippage = Slippage.quadratic(QuadraticSlippage(k: .one))
        var stage = try Stage(EngineSettings(path: .ohlc, slippage: slippage))
        try stage.place(.buy, 60, .market(), at: 0)
        try stage.place(.buy, 60, .market(), at: 0)
        // 0.06² · 10,000 = 36; 0.12² · 10,000 = 144, of which the high of 10,100 leaves 100.
        try stage.show(Stage.bar(0...1, 10_000, 10_100, 9_900, 10_000, volume: 1000))
        #expect(stage.fills.map(\.price.ticks) == [10_036, 10_100])
        #expect(stage.engine.tally.cutFills == 1)
        #expect(stage.engine.tally.slippageCut == Money(units: 44 * 60))
        // The next bar begins with nothing.
        try stage.place(.sell, 60, .market(), at: 1)
        try stage.show(Stage.bar(1...2, 10_000, 10_100, 9_900, 10_000, volume: 1000))
        #expect(stage.fills.last?.price.ticks == 9_964)
    }

    @Test func `each of two walks begins with the volume as it was`() throws {
        let slippage = Slippage.quadratic(QuadraticSlippage(k: .one))
        var stage = try Stage(
            EngineSettings(path: .adverse, slippage: slippage), kind: .margin)
        try stage.place(.buy, 50, .stop(10_010), at: 0)
        try stage.place(.sell, 50, .stop(9_990), at: 0)
        // High first: bought at 10,010 + 25.025, sold at 9,990 − 99.9; low first it is the same loss.
        try stage.show(Stage.bar(0...1, 10_000, 10_500, 9_500, 10_000, volume: 1000))
        #expect(stage.fills.map(\.price.ticks) == [10_036, 9_890])
    }

    @Test func `a bar without any volume fills nothing, and orders wait`() throws {
        let slippage = Slippage.share(ShareSlippage(spread: .zero, k: .one))
        var stage = try Stage(EngineSettings(path: .ohlc, slippage: slippage))
        try stage.place(.buy, 1, .market(), at: 0)
        try stage.show(Stage.bar(0...1, 100, 110, 90, 100, volume: 0))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(1...2, 100, 110, 90, 100, volume: 10))
        #expect(stage.fills.count == 1)
    }

    @Test func `with its preset, a quadratic share and a fee a share costs are zipline's`() throws {
        var settings = Execution.compatible(with: .zipline)
        settings.slippage = .quadratic(QuadraticSlippage(k: try Rate("0.1")))
        // 0.001 a share is a tenth of a cent; ten of them make the unit.
        settings.fees = .perLot(PerLotFee(amount: Money(units: 1)))
        var stage = try Stage(settings)
        try stage.place(.buy, 40, .market(), at: 0)
        // 2.5 % of 1000 are 25 shares at 100 · (1 + 0.1 · 0.025²) = 100.00625; the rest at the next
        // close of 200, of which a share of 0.015 makes 200 · (1 + 0.1 · 0.000225) = 200.0045.
        try stage.show(Stage.bar(0...1, 9_900, 10_100, 9_800, 10_000, volume: 1000))
        try stage.show(Stage.bar(1...2, 19_900, 20_100, 19_800, 20_000, volume: 1000))
        #expect(stage.fills.map(\.quantity.lots) == [25, 15])
        #expect(stage.fills.map(\.price.ticks) == [10_001, 20_001])
        #expect(stage.fills.map(\.fee.units) == [25, 15])
        #expect(stage.fills.map(\.point) == [.close, .close])
    }

    @Test func `impact knows the sessions before today's alone`() throws {
        let slippage = Slippage.impact(ImpactSlippage(y: .one))
        var stage = try Stage(EngineSettings(path: .ohlc, slippage: slippage))
        // Returns of 2 %, −2 % and 0: their mean is 0, the sum of squares 0.0008, of three less one
        // 0.0004, and the root 2 %. The mean volume is 10,000.
        let closes: [Int64] = [10_000, 10_200, 9_996, 9_996]
        for (day, close) in closes.enumerated() {
            let start = Int64(day) * 24
            try stage.show(
                Stage.bar(
                    start...start + 12, close, close, close, close + 0, volume: 4_000))
            try stage.show(
                Stage.bar(start + 12...start + 24, close, close, close, close, volume: 6_000))
        }
        // Today's morning moves the price and the volume, and counts for nothing.
        try stage.show(Stage.bar(96...108, 20_000, 20_000, 20_000, 20_000, volume: 9_000_000))
        try stage.place(.buy, 100, .market(), at: 108)
        try stage.show(Stage.bar(108...120, 10_000, 10_500, 9_500, 10_000, volume: 10_000))
        #expect(stage.fills.map(\.price.ticks) == [10_020])
        // The engine, encoded and decoded, knows the same.
        let copy = try JSONDecoder().decode(
            BarMarketEngine.self, from: JSONEncoder().encode(stage.engine))
        stage.engine = copy
        try stage.place(.sell, 100, .market(), at: 109)
        try stage.show(Stage.bar(110...120, 10_000, 10_500, 9_500, 10_000, volume: 10_000))
        #expect(stage.fills.last?.price.ticks == 9_980)
    }

    @Test(arguments: [
        EngineSettings(slippage: .share(ShareSlippage(spread: .one, k: .zero))),
        EngineSettings(slippage: .quadratic(QuadraticSlippage(k: .one))),
        EngineSettings(slippage: .impact(ImpactSlippage(y: .one))),
        Execution.compatible(with: .zipline),
    ])
    func `what asks for volumes is refused where there are none`(_ settings: EngineSettings) throws
    {
        let currency = try Currency("USD", decimals: 2)
        let instrument = try Instrument(
            id: InstrumentID(1), symbol: "A", venue: VenueID(1), currency: currency,
            tickSize: ExactDecimal("0.01"), lot: .one)
        func make(_ withoutVolume: Set<InstrumentID>) throws {
            _ = try BarMarket(settings: settings).makeEngine(
                VenueID(1),
                in: MarketSetting(
                    instruments: Instruments([instrument]), primarySeries: [SeriesID(1)],
                    accounts: [], seed: 1, withoutVolume: withoutVolume))
        }
        #expect(settings.needsVolume)
        try make([])
        let error = #expect(throws: MarketError.self) { try make([InstrumentID(1)]) }
        #expect(error?.description.contains("the data of A have none") == true)
    }
}

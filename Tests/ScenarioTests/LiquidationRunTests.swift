import LockstepAudit
import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepStrategy
import Testing

/// Buys some lots of each instrument after the first bar, and rests a purchase far below.
private struct Buyer: Strategy {
    struct Parameters: StrategyParameters {
        var lots: [Int64] = [10]
    }

    private let parameters: Parameters
    private var hasBought = false

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    var subscriptions: Subscriptions {
        for number in 1...parameters.lots.count { Bars(InstrumentID(UInt32(number))) }
    }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) {
        if hasBought { return }
        hasBought = true
        for (place, lots) in parameters.lots.enumerated() {
            let instrument = InstrumentID(UInt32(place + 1))
            context.submit(OrderTerms(.buy, Quantity(lots: lots), of: instrument))
        }
        let far = OrderKind.limit(Price(ticks: 100), .goodTilCancelled)
        context.submit(OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1), far))
    }
}

/// Margin accounts in whole runs: a tenth to open, a twentieth to hold.
@Suite struct LiquidationRunTests {
    /// Bars of one minute: open, high, low, close.
    private static func bars(
        _ number: UInt32, _ rows: [(Int64, Int64, Int64, Int64)]
    ) throws -> DataSeries {
        let interval = try BarInterval("1m")
        let series = Series(
            id: SeriesID(number), instrument: InstrumentID(number), interval: interval,
            source: "table \(number)")
        return DataSeries(
            try MemoryBarSource(
                series: series,
                bars: ContiguousArray(
                    rows.enumerated().map { place, row in
                        let start = Timestamp(nanoseconds: Int64(place) * interval.nanoseconds)
                        return Bar(
                            instrument: InstrumentID(number), series: SeriesID(number),
                            start: start,
                            end: Timestamp(nanoseconds: start.nanoseconds + interval.nanoseconds),
                            label: start, open: Price(ticks: row.0), high: Price(ticks: row.1),
                            low: Price(ticks: row.2), close: Price(ticks: row.3),
                            volume: Quantity(lots: 1000))
                    })))
    }

    private static func run(
        _ tables: [[(Int64, Int64, Int64, Int64)]], lots: [Int64], cash: Int64,
        fee: String = "0", _ rules: LiquidationRules = LiquidationRules()
    ) throws -> BacktestResult {
        let usd = try Currency("USD")
        var settings = EngineSettings(initialMargin: try Rate("0.1"))
        settings.margin.maintenance = try Rate("0.05")
        settings.margin.liquidationFee = try Rate(fee)
        var configuration = BacktestConfiguration(
            name: "margin", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try Instruments(
                (1...tables.count).map {
                    try Instrument(
                        id: InstrumentID(UInt32($0)), symbol: "I\($0)", venue: VenueID(1),
                        currency: usd, tickSize: ExactDecimal("0.01"), lot: .one)
                }),
            data: try tables.enumerated().map { try bars(UInt32($0 + 1), $1) },
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: usd,
                    startingCash: Money(units: cash * 1_000_000), kind: .margin)
            ],
            strategies: [try StrategyPlan(Buyer.self, Buyer.Parameters(lots: lots))])
        configuration.risk = try RiskLimits(liquidation: rules)
        return try withScratch { directory in
            let path = directory + "/audit.lka"
            let result = try Backtest(configuration, recording: .inMemory).runHere(auditLog: path)
            let report = try AuditSemantics.check(path: path)
            #expect(report.findings.isEmpty)
            return result
        }
    }

    private static func flat(_ price: Int64) -> (Int64, Int64, Int64, Int64) {
        (price, price, price, price)
    }

    private static func count(_ reason: OrderReason, _ result: BacktestResult) -> Int {
        result.reasons.first { $0.reason == reason }?.count ?? 0
    }

    // X26 in a whole run, with a fee of 1 %: 47.30 less 9.473.
    @Test func `an account of one instrument is liquidated on the path`() throws {
        let result = try Self.run(
            [[Self.flat(10_000), Self.flat(10_000), (10_000, 10_000, 9000, 9500)]], lots: [10],
            cash: 110, fee: "0.01")
        // With 110.00 it is 10 P − 890 < 0.5 P, from 93.68 on: 46.80 less 9.368.
        #expect(result.status == .completed)
        #expect(result.fills.map(\.price.ticks) == [10_000, 9368])
        #expect(result.fills.last?.point == .liquidation)
        #expect(Self.count(.liquidation, result) == 2)
        #expect(result.accounts.first?.cashEnd == Money(units: 37_432_000))
    }

    // 50 at 100.00 and 20 at 100.00 with 1000.00. At 85.00 of the first 250.00 are left, and 212.50
    // and 100.00 needed. The first, that needs more, is closed at the next open, 84.00; the second
    // needs 200.00 to be opened, which 250.00 cover.
    @Test func `of several positions the one that needs most goes first`() throws {
        let rows: [Int64] = [10_000, 10_000, 9000, 8500, 8400, 8400]
        let result = try Self.run(
            [rows.map(Self.flat), rows.map { _ in Self.flat(10_000) }], lots: [50, 20],
            cash: 1000)
        #expect(result.fills.map(\.side) == [.buy, .buy, .sell])
        let fill = try #require(result.fills.last)
        #expect(fill.instrument == InstrumentID(1) && fill.quantity.lots == 50)
        #expect(fill.price.ticks == 8400 && fill.order.isLiquidation)
        #expect(!fill.order.isLiquidationAtVenue)
        #expect(Self.count(.liquidation, result) == 1)
        // 1000 − 2000 − 50 × 16.
        #expect(result.accounts.first?.cashEnd == Money(units: -1_800_000_000))
        #expect(result.accounts.first?.equityEnd == Money(units: 200_000_000))
    }

    // At the lows of 85.00 and 100.00 the account has too little, at the closes of 95.00 enough.
    @Test(arguments: [(LiquidationCheck.close, 2), (.extreme, 3)])
    func `the prices of the check decide`(_ check: LiquidationCheck, _ fills: Int) throws {
        let rows = [
            Self.flat(10_000), Self.flat(10_000), (9500, 9500, 8500, 9500), Self.flat(9500),
        ]
        let result = try Self.run(
            [rows, rows.map { _ in Self.flat(10_000) }], lots: [50, 20], cash: 1000,
            LiquidationRules(check: check))
        #expect(result.fills.count == fills)
    }

    // Opened at 80.00: 100.00 less 10 × 20.00.
    @Test func `an account that keeps its loss beyond zero ends the run`() throws {
        let rows = [10_000, 10_000, 8000, 8000, 8000].map { Self.flat($0) }
        let kept = try Self.run([rows], lots: [10], cash: 110)
        #expect(kept.status == .ruined)
        #expect(kept.counters.steps == 3)
        #expect(kept.accounts.first?.equityEnd == Money(units: -90_000_000))
        let ruin = try #require(kept.ruin)
        #expect(ruin.account == "main" && ruin.equity.hasPrefix("-90"))
        let insured = try Self.run(
            [rows], lots: [10], cash: 110, LiquidationRules(beyondZero: .insured))
        #expect(insured.status == .completed)
        #expect(insured.counters.steps == 5)
        #expect(insured.accounts.first?.cashEnd == .zero)
        #expect(insured.accounts.first?.equityEnd == .zero)
    }
}

import LockstepAnalytics
import LockstepBookMarket
import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepStrategy

@testable import LockstepBacktest

/// Buys ten lots in a limit order that no bar reaches, or of which the account pays nothing.
struct Wisher: Strategy {
    struct Parameters: StrategyParameters {
        var limit: Int64 = 1
        var lots: Int64 = 10
        var fails = false
        var repeats = false
    }

    struct Broken: Error, CustomStringConvertible {
        var description: String { "the wish was broken" }
    }

    private let parameters: Parameters
    private let instrument: InstrumentID
    private var hasWished = false

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
        instrument = try instruments("S1").id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        if parameters.fails { throw Broken() }
        if hasWished && !parameters.repeats { return }
        hasWished = true
        context.submit(
            OrderTerms(
                .buy, Quantity(lots: parameters.lots), of: instrument,
                .limit(Price(ticks: parameters.limit))))
    }
}

/// Runs and results made by hand.
enum Sample {
    /// Three days of bars: closes at 101.00, 103.00 and 102.00.
    static func configuration(
        name: String = "sample", _ strategies: [StrategyPlan]
    ) throws -> BacktestConfiguration {
        let rows: [(Int64, Int64, Int64, Int64)] = [
            (10000, 10200, 9900, 10100), (10100, 10400, 10000, 10300),
            (10300, 10500, 10100, 10200),
        ]
        let day = CivilTime.day
        let first = try CivilTime.nanoseconds("2004-08-19")
        let bars = rows.enumerated().map { place, row in
            let start = Timestamp(nanoseconds: first + Int64(place) * day)
            return Bar(
                instrument: InstrumentID(1), series: SeriesID(1), start: start,
                end: Timestamp(nanoseconds: start.nanoseconds + day), label: start,
                open: Price(ticks: row.0), high: Price(ticks: row.1), low: Price(ticks: row.2),
                close: Price(ticks: row.3), volume: Quantity(lots: 1000))
        }
        let series = Series(
            id: SeriesID(1), instrument: InstrumentID(1), interval: try BarInterval("1d"),
            source: "a table")
        let usd = try Currency("USD")
        return BacktestConfiguration(
            name: name, venues: [.init("sim", BarMarket(settings: EngineSettings()))],
            instruments: try Instruments([
                try Instrument(
                    id: InstrumentID(1), symbol: "S1", venue: VenueID(1), currency: usd,
                    tickSize: ExactDecimal("0.01"), lot: ExactDecimal(1),
                    multiplier: ExactDecimal(1))
            ]),
            data: [DataSeries(try MemoryBarSource(series: series, bars: ContiguousArray(bars)))],
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: usd,
                    startingCash: Money(units: 100_000_000_000))
            ], strategies: strategies)
    }

    /// The result of a run whose strategy has these parameters.
    static func run(
        _ parameters: Wisher.Parameters, cancellation: RunCancellation = RunCancellation()
    ) throws -> BacktestResult {
        let plan = try StrategyPlan(Wisher.self, parameters)
        do {
            return try Backtest(configuration([plan])).runHere(cancellation: cancellation)
        } catch BacktestError.runFailed(let result) {
            return result
        }
    }

    /// A result with every figure given by hand.
    static func result(name: String = "by-hand") throws -> BacktestResult {
        var result = BacktestResult(of: try configuration(name: name, []))
        result.start = Timestamp(nanoseconds: try CivilTime.nanoseconds("2000-03-10"))
        result.end = Timestamp(nanoseconds: try CivilTime.nanoseconds("2013-03-02"))
        result.counters.steps = 3270
        result.counters.bars = 6540
        result.accounts = [try account("main", end: 104_231_505_000)]
        result.statistics.totalReturn = 0.042315
        result.statistics.compoundAnnualGrowthRate = 0.0032
        result.statistics.annualVolatility = 0.0111
        result.statistics.sharpeRatio = 0.314
        result.statistics.maxDrawdown = -0.0323
        result.statistics.maxDrawdownDays = 1412
        result.statistics.exposure = 0.55
        result.trades.count = 48
        result.trades.wins = 20
        result.trades.losses = 28
        result.trades.winRate = 20.0 / 48
        result.trades.profitFactor = 1.25
        result.trades.expectancy = 88.156
        result.orders.intents = 98
        result.orders.accepted = 97
        result.orders.rejected = 1
        result.orders.filled = 96
        result.orders.fills = 96
        result.reasons = [(reason: .insufficientFunds, count: 1)]
        result.digest = SHA256Digest(bytes: [UInt8](repeating: 0xAB, count: 32))
        result.auditPath = "runs/by-hand-001/audit.lka"
        var curve = try DownsampledCurve(capacity: 64)
        for value in 0..<8 {
            try curve.add(Double(value), at: Timestamp(nanoseconds: Int64(value)))
        }
        result.curve = curve.points
        return result
    }

    /// An account that began with 100,000.00.
    static func account(_ name: String, end: Int64) throws -> BacktestResult.Account {
        BacktestResult.Account(
            name: name, currency: try Currency("USD"), cashStart: Money(units: 100_000_000_000),
            cashEnd: Money(units: end), equityStart: Money(units: 100_000_000_000),
            equityEnd: Money(units: end), realised: .zero, unrealised: .zero,
            fees: Money(units: 12_345_678), slippage: .zero)
    }
}

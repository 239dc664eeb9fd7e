import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepStrategy

/// Does nothing: what is left is feed and engine.
struct Idle: Strategy {
    struct Parameters: StrategyParameters {
        var instruments = 1
    }

    private let instruments: [InstrumentID]
    private var seen = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.instruments = instruments.map(\.id)
    }

    @SubscriptionBuilder var subscriptions: Subscriptions {
        for instrument in instruments { Bars(instrument) }
    }

    mutating func onBar(_ bar: Bar, _ context: inout Context) { seen &+= 1 }
}

/// One market order per bar, buying and selling ten lots in turn.
struct Churn: Strategy {
    struct Parameters: StrategyParameters {
        var lots: Int64 = 10
    }

    private let instrument: InstrumentID
    private let quantity: Quantity
    private var side = Side.buy

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = instruments[0].id
        quantity = Quantity(lots: parameters.lots)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        context.submit(OrderTerms(side, quantity, of: instrument))
        side = side.opposite
    }
}

/// The works that every backtester is measured with.
enum Work {
    static let interval = "1m"

    static func instruments(_ count: Int) throws -> Instruments {
        try Instruments(
            (1...count).map { number in
                try Instrument(
                    id: InstrumentID(UInt32(number)), symbol: "S\(number)", venue: VenueID(1),
                    currency: Currency("USD"), tickSize: ExactDecimal("0.01"),
                    lot: ExactDecimal(1), multiplier: ExactDecimal(1))
            })
    }

    /// Reads a file of close-stamped minute bars into memory.
    static func bars(_ path: String, series number: Int) throws -> MemoryBarSource {
        let instrument = try instruments(number)[number - 1]
        var layout = CSVBarLayout(interval: try BarInterval(interval), stamp: .close)
        layout.timeFormat = .milliseconds
        let source = try CSVBarSource(
            path: path, id: SeriesID(UInt32(number)), instrument: instrument, layout: layout)
        var bars: ContiguousArray<Bar> = []
        while let bar = try source.next() { bars.append(bar) }
        return try MemoryBarSource(series: source.series, bars: bars)
    }

    static func cross(_ number: Int, fast: Int, slow: Int) throws -> StrategyPlan {
        var parameters = MovingAverageCross.Parameters()
        parameters.symbol = "S\(number)"
        parameters.fast = fast
        parameters.slow = slow
        parameters.lots = 10
        return try StrategyPlan(MovingAverageCross.self, parameters, name: "cross-\(number)")
    }

    /// Ten million of cash, a fee of a thousandth, no slippage.
    static func backtest(
        _ data: [DataSeries], _ strategies: [StrategyPlan], audit: Bool = false
    ) throws -> Backtest {
        var settings = EngineSettings()
        settings.fees = .proportional(ProportionalFee(rate: try Rate("0.001")))
        let usd = try Currency("USD")
        var configuration = BacktestConfiguration(
            name: "benchmark", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try instruments(data.count), data: data,
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: usd,
                    startingCash: Money(units: 10_000_000_000_000))
            ], strategies: strategies)
        configuration.audit.isEnabled = audit
        return try Backtest(configuration)
    }
}

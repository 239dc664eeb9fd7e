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

    static func cross(_ number: Int, fast: Int, slow: Int) throws -> StrategyPlan {
        var parameters = MovingAverageCross.Parameters()
        parameters.symbol = "S\(number)"
        parameters.fast = fast
        parameters.slow = slow
        parameters.lots = 10
        return try StrategyPlan(MovingAverageCross.self, parameters, name: "cross-\(number)")
    }

    static func crosses(_ count: Int) throws -> [StrategyPlan] {
        try (1...count).map { try cross($0, fast: 10, slow: 30) }
    }

    /// A fee of a thousandth, no slippage.
    static func settings() throws -> EngineSettings {
        var settings = EngineSettings()
        settings.fees = .proportional(ProportionalFee(rate: try Rate("0.001")))
        return settings
    }

    /// One venue and one cash account, of ten million unless told.
    static func backtest(
        _ data: [DataSeries], _ strategies: [StrategyPlan], audit: Bool = false,
        settings: EngineSettings? = nil, cash: Int64 = 10_000_000, services: [ServicePlan] = []
    ) throws -> Backtest {
        let market = BarMarket(settings: try settings ?? Work.settings())
        var configuration = BacktestConfiguration(
            name: "benchmark", venues: [.init("sim", market)],
            instruments: try instruments(data.count), data: data,
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: try Currency("USD"),
                    startingCash: Money(units: cash * 1_000_000))
            ], strategies: strategies)
        configuration.audit.isEnabled = audit
        configuration.services = services
        return try Backtest(configuration)
    }
}

import LockstepBacktest
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy

/// Asks for what a script says, and writes down what it hears.
struct ScriptedTrader: OutcomeStrategy {
    /// One wish, at a number of seconds after the opening.
    struct Wish: Hashable, Sendable, Codable {
        var second: Int64
        var side: Side = .buy
        var token = "market/A/YES"
        var lots: Int64 = 0
        /// In ticks; nil for a market order.
        var limit: Int64?
        var autoFill = false
        var maxSlippage: String?
        /// The place of an earlier wish that is cancelled instead.
        var cancels: Int?
    }

    struct Parameters: StrategyParameters {
        var script: [Wish] = []
        /// Whether every fill is answered with an order for one lot.
        var answers = false
    }

    private let parameters: Parameters
    private let instruments: Instruments
    private var handles: [OrderHandle?] = []

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
        self.instruments = instruments
    }

    var subscriptions: Subscriptions { .none }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        let second =
            (context.now.nanoseconds - OutcomeRun.start.nanoseconds) / 1_000_000_000
        while handles.count < parameters.script.count {
            let wish = parameters.script[handles.count]
            if wish.second > second { return }
            handles.append(try ask(wish, &context))
        }
    }

    private func ask(_ wish: Wish, _ context: inout Context) throws -> OrderHandle? {
        if let cancels = wish.cancels {
            if let handle = handles[cancels] { context.cancel(handle) }
            return nil
        }
        let kind: OrderKind =
            wish.limit.map { .limit(Price(ticks: $0), .goodTilCancelled, postOnly: false) }
            ?? .market(nil)
        return context.submit(
            OrderTerms(
                wish.side, Quantity(lots: wish.lots), of: try instruments(wish.token).id, kind,
                autoFill: wish.autoFill, maxSlippage: try wish.maxSlippage.map { try Rate($0) }))
    }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        context.note("filled in step", Double(context.step.rawValue))
        if parameters.answers {
            context.submit(OrderTerms(.buy, Quantity(lots: 10_000), of: fill.instrument))
        }
    }

    mutating func onOutcome(_ quote: OutcomeQuote, _ context: inout Context) throws {
        context.note(
            "quote \(quote.outcome) \(quote.status)", Double(quote.yesPrice.trillionths) / 1e12)
    }

    mutating func onResolve(_ event: VenueEvent, _ context: inout Context) throws {
        context.note("\(event.kind) \(event.outcome)", Double(event.amount.units) / 1e6)
    }
}

/// An outcome market in a run, with scripted traders.
enum OutcomeRun {
    static let start = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    static func second(_ count: Int64) -> Timestamp {
        Timestamp(nanoseconds: start.nanoseconds + count * 1_000_000_000)
    }

    /// Settings of a market with outcomes A, B, C and so on, for some seconds.
    static func settings(_ outcomes: Int = 3, seconds: Int64 = 10) -> OutcomeMarketSettings {
        let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]
        var settings = OutcomeMarketSettings(
            outcomes: Array(names.prefix(outcomes)), start: start)
        settings.duration = seconds * 1_000_000_000
        return settings
    }

    /// What is decided, by seconds after the opening.
    static func resolutions(
        _ list: [(Int64, OutcomeResolution)]
    ) -> DatumFeed {
        DatumFeed(
            list.map {
                DatedDatum(time: second($0.0), datum: $0.1.datum(of: InstrumentID(1)))
            })
    }

    /// A run in which every script has an account of its own.
    static func configuration(
        _ settings: OutcomeMarketSettings, _ scripts: [[ScriptedTrader.Wish]],
        cash: Int64 = 1000, feeds: [DatumFeed] = [], seed: UInt64 = 1
    ) throws -> BacktestConfiguration {
        let usdc = try Currency("USDC")
        let market = OutcomeMarket(settings: settings)
        var plans: [StrategyPlan] = []
        var accounts: [Account] = []
        for (place, script) in scripts.enumerated() {
            let account = AccountID(UInt32(place + 1))
            accounts.append(
                Account(
                    id: account, name: "account-\(place + 1)", currency: usdc,
                    startingCash: Money(units: cash * 1_000_000)))
            var parameters = ScriptedTrader.Parameters()
            parameters.script = script
            plans.append(
                try StrategyPlan(
                    ScriptedTrader.self, parameters, account: account,
                    name: "trader-\(place + 1)"))
        }
        var configuration = BacktestConfiguration(
            name: "outcome", venues: [.init("market", market)],
            instruments: try Instruments(
                market.instruments(
                    venue: VenueID(1), name: "market", from: InstrumentID(1), currency: usdc)),
            data: [], accounts: accounts, strategies: plans, seed: seed)
        configuration.feeds = feeds
        return configuration
    }
}

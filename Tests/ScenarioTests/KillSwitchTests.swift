import LockstepAudit
import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepEvents
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepStrategy
import Testing

/// Buys at once, rests another purchase far below, and goes on asking for one lot at a time.
private struct Stubborn: Strategy {
    struct Parameters: StrategyParameters {
        var lots = Int64(50)
        /// The bar after which it pulls the kill switch itself; none is -1.
        var killsAfter = -1
        var flattens = false
    }

    private let parameters: Parameters
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    var subscriptions: Subscriptions { Bars(InstrumentID(1)) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let first = InstrumentID(1)
        bars += 1
        if bars == 1 {
            context.submit(OrderTerms(.buy, Quantity(lots: parameters.lots), of: first))
            let far = OrderKind.limit(Price(ticks: 1000), .goodTilCancelled)
            context.submit(OrderTerms(.buy, Quantity(lots: 1), of: first, far))
            return
        }
        if bars - 1 == parameters.killsAfter {
            context.halt(flatten: parameters.flattens)
            return
        }
        context.submit(
            OrderTerms(
                .buy, Quantity(lots: 1), of: first, .limit(Price(ticks: 1000), .goodTilCancelled)))
    }
}

/// Publishes a halt at the end of given steps.
private actor Guard: BusService {
    nonisolated let name = "guard"
    nonisolated let executor: RunExecutor
    private let halts: [Int: Halt]
    private var step = 0

    init(on executor: RunExecutor, _ halts: [Int: Halt]) {
        self.executor = executor
        self.halts = halts
    }

    func connect(_ port: BusPort) throws {
        let publisher = try port.publisher(Topics.halt)
        let halts = halts
        try port.forEach(Topics.settle) { _ in
            self.step += 1
            if let halt = halts[self.step] { try publisher.publish(halt) }
        }
    }
}

@Suite struct KillSwitchTests {
    /// Bars of one minute that open and close at the same price.
    private static func bars(_ closes: [Int64]) throws -> DataSeries {
        let interval = try BarInterval("1m")
        let series = Series(
            id: SeriesID(1), instrument: InstrumentID(1), interval: interval, source: "table")
        return DataSeries(
            try MemoryBarSource(
                series: series,
                bars: ContiguousArray(
                    closes.enumerated().map { place, close in
                        let start = Timestamp(nanoseconds: Int64(place) * interval.nanoseconds)
                        let price = Price(ticks: close)
                        return Bar(
                            instrument: InstrumentID(1), series: SeriesID(1), start: start,
                            end: Timestamp(nanoseconds: start.nanoseconds + interval.nanoseconds),
                            label: start, open: price, high: price, low: price, close: price,
                            volume: Quantity(lots: 1000))
                    })))
    }

    private static func configuration(
        _ closes: [Int64], _ parameters: Stubborn.Parameters = Stubborn.Parameters(),
        accounts: Int = 1, _ risk: RiskLimits = .none,
        _ rules: ExecutionRules = ExecutionRules()
    ) throws -> BacktestConfiguration {
        let usd = try Currency("USD")
        var settings = EngineSettings()
        settings.rules = rules
        var configuration = BacktestConfiguration(
            name: "kill", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try Instruments([
                Instrument(
                    id: InstrumentID(1), symbol: "A", venue: VenueID(1), currency: usd,
                    tickSize: ExactDecimal("0.01"), lot: .one)
            ]), data: [try bars(closes)],
            accounts: (1...accounts).map {
                Account(
                    id: AccountID(UInt32($0)), name: "account \($0)", currency: usd,
                    startingCash: Money(units: 10_000_000_000))
            },
            strategies: try (1...accounts).map {
                try StrategyPlan(
                    Stubborn.self, parameters, account: AccountID(UInt32($0)),
                    name: "stubborn \($0)")
            })
        configuration.risk = risk
        return configuration
    }

    /// Runs it, and checks its log.
    private static func run(_ configuration: BacktestConfiguration) throws -> BacktestResult {
        try withScratch { directory in
            let path = directory + "/audit.lka"
            let result = try Backtest(configuration, recording: .inMemory).runHere(auditLog: path)
            let report = try AuditSemantics.check(path: path)
            #expect(report.findings.isEmpty)
            #expect(report.count == 0)
            return result
        }
    }

    private static func count(_ reason: OrderReason, _ result: BacktestResult) -> Int {
        result.reasons.first { $0.reason == reason }?.count ?? 0
    }

    // 10000.00 in cash, 50 bought at 100.00; at 80.00 the account is worth 9000.00, a tenth less.
    // It is stopped at the end of the third bar, and what it holds is sold at the next open, 79.00.
    // Cancelled: the two purchases at 10.00. Refused: those after the fourth and the fifth bar.
    @Test func `a drawdown flattens and lets nothing through`() throws {
        let limits = try RiskLimits(
            account: AccountLimits(drawdown: Rate("0.1"), onBreach: .flatten))
        let result = try Self.run(
            Self.configuration([10_000, 10_000, 8000, 7900, 7900], Stubborn.Parameters(), limits))
        #expect(result.fills.map(\.price.ticks) == [10_000, 7900])
        #expect(result.fills.map(\.side) == [.buy, .sell])
        let fill = try #require(result.fills.last)
        #expect(fill.order.isOfHouse && fill.strategy == .house)
        #expect(result.orders.cancelled == 3)
        #expect(result.orders.rejected == 2)
        #expect(Self.count(.killed, result) == 5)
        let halt = try #require(result.halts.first)
        #expect(result.halts.count == 1)
        #expect(halt.time == Timestamp(nanoseconds: 180_000_000_000))
        #expect(halt.reason == .drawdown && halt.flattens)
        #expect(halt.account == "account 1" && halt.instrument == nil)
        let account = try #require(result.accounts.first)
        // 10000 − 5000 + 3950.
        #expect(account.cashEnd == Money(units: 8_950_000_000))
    }

    @Test func `a kill alone leaves the position`() throws {
        let limits = try RiskLimits(account: AccountLimits(drawdown: Rate("0.1"), onBreach: .kill))
        let result = try Self.run(
            Self.configuration([10_000, 10_000, 8000, 7900, 7900], Stubborn.Parameters(), limits))
        #expect(result.fills.count == 1)
        #expect(result.orders.cancelled == 3)
        #expect(result.orders.rejected == 2)
    }

    // After bar 3 the day's loss is 1000.00; cleared in the step that ends bar 4, from when losses
    // count anew: 100.00 more at bar 5 is not enough.
    @Test func `a dated clear lets the account trade again, and losses count anew`() throws {
        let limits = try RiskLimits(
            account: AccountLimits(dailyLoss: ExactDecimal("1000"), onBreach: .kill),
            clears: [Timestamp(nanoseconds: 1), Timestamp(nanoseconds: 200_000_000_000)])
        let result = try Self.run(
            Self.configuration([10_000, 10_000, 8000, 8000, 7800], Stubborn.Parameters(), limits))
        #expect(result.halts.map(\.reason) == [.dailyLoss, .none])
        #expect(
            result.halts.map(\.time.nanoseconds) == [180_000_000_000, 240_000_000_000])
        #expect(result.orders.rejected == 0)
        #expect(result.orders.open == 2)
    }

    @Test func `a strategy pulls the switch of its own account alone`() throws {
        var parameters = Stubborn.Parameters()
        parameters.lots = 5
        parameters.killsAfter = 2
        parameters.flattens = true
        let both = try Self.configuration(
            [10_000, 10_000, 10_000, 10_000], parameters, accounts: 2)
        var one = both
        one.strategies[1] = try StrategyPlan(
            Stubborn.self, Stubborn.Parameters(), account: AccountID(2), name: "other")
        for (configuration, accounts) in [(both, [1, 2]), (one, [1])] {
            let result = try Self.run(configuration)
            let closed = result.fills.filter { $0.side == .sell }
            #expect(closed.map { Int($0.account.rawValue) } == accounts)
            #expect(closed.allSatisfy { $0.quantity.lots == 5 && $0.order.isOfHouse })
            #expect(result.halts.map(\.account) == accounts.map { "account \($0)" })
            // Per account: the far purchases of bars 1 and 2 are cancelled, that of bar 4 refused.
            #expect(Self.count(.killed, result) == 3 * accounts.count)
        }
    }

    @Test func `a service stops one instrument, and clears it`() throws {
        var configuration = try Self.configuration(
            [10_000, 10_000, 10_000, 10_000, 10_000, 10_000])
        let first = InstrumentID(1)
        configuration.services = [
            ServicePlan { loop, _ in
                Guard(
                    on: loop,
                    [
                        2: Halt(reason: .killed, scope: first, flatten: true),
                        4: Halt(reason: .none, scope: first),
                    ])
            }
        ]
        let result = try Self.run(configuration)
        #expect(result.fills.map(\.side) == [.buy, .sell])
        #expect(result.halts.map(\.instrument) == ["A", "A"])
        // Cancelled: the two of bars 1 and 2; refused: those of bars 3 and 4.
        #expect(Self.count(.killed, result) == 4)
        #expect(result.orders.open == 2)
    }

    // A tenth of 100 lots may be sold in a bar: 50 take five of them.
    @Test func `positions are closed as far as the market takes them, bar by bar`() throws {
        var parameters = Stubborn.Parameters()
        parameters.killsAfter = 6
        parameters.flattens = true
        var rules = ExecutionRules()
        rules.participation = try Rate("0.01")
        let result = try Self.run(
            Self.configuration(
                Array(repeating: 10_000, count: 14), parameters, .none, rules))
        let sales = result.fills.filter { $0.side == .sell }
        #expect(sales.map(\.quantity.lots) == [10, 10, 10, 10, 10])
        #expect(Set(sales.map(\.order)).count == 1)
    }
}

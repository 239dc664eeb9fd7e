import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepStrategy
import Testing

@testable import LockstepCLI

@Suite struct ConfigurationFileTests {
    private func read(
        _ text: String, _ overrides: [String] = []
    ) throws -> BacktestConfiguration {
        try ConfigurationFile(text: text, path: "dir/a.toml", overrides: overrides)
            .run(try .builtIn()).configuration
    }

    @Test func `what is left out has its default`() throws {
        let found = try read(Sample.configuration())
        #expect(found.seed == 1)
        #expect(found.start == nil)
        #expect(found.end == nil)
        #expect(found.risk == .none)
        #expect(found.audit == BacktestConfiguration.Audit())
        #expect(found.periodsPerYear == 252)
        #expect(found.accounts[0].kind == .cash)
        #expect(found.accounts[0].currency.decimals == 6)
        #expect(found.instruments[0].multiplier == .one)
    }

    @Test func `paths are relative to the file`() throws {
        #expect(try read(Sample.configuration()).data[0].path == "dir/A.csv")
        #expect(try read(Sample.configuration(data: "/x/A.csv")).data[0].path == "/x/A.csv")
    }

    @Test func `every kind of fee is read, with what it needs`() throws {
        func fees(_ text: String) throws -> FeeSchedule {
            let found = try read(
                Sample.configuration().replacing(
                    "{ kind = \"proportional\", rate = \"0.001\" }", with: text))
            return try #require(found.venues[0].market as? BarMarket).settings.fees
        }
        guard
            case .makerTaker(let model) = try fees(
                "{ kind = \"maker_taker\", maker = \"-0.0001\", taker = \"0.0005\" }")
        else {
            Issue.record("no rates of makers and takers")
            return
        }
        #expect(model == MakerTakerFee(maker: try Rate("-0.0001"), taker: try Rate("0.0005")))
        guard
            case .perLot(let lots) = try fees(
                "{ kind = \"per_lot\", amount = \"0.005\", minimum = \"1\" }")
        else {
            Issue.record("no amount for each lot")
            return
        }
        #expect(lots == PerLotFee(amount: Money(units: 5000), minimum: Money(units: 1_000_000)))
        guard
            case .tiered(let tiered) = try fees(
                "{ kind = \"tiered\", tiers = [{ from = \"0\", maker = \"0.001\", taker = "
                    + "\"0.002\" }, { from = \"5000\", maker = \"0\", taker = \"0.001\" }] }")
        else {
            Issue.record("no tiers")
            return
        }
        #expect(tiered.tiers.map(\.from.units) == [0, 5_000_000_000])
        for (text, part) in [
            ("{ kind = \"maker_taker\", maker = \"0\" }", "venues.sim.fees.taker"),
            ("{ kind = \"per_lot\" }", "venues.sim.fees.amount"),
            ("{ kind = \"per_lot\", amount = \"1\", minimum = \"-1\" }", "fees.minimum"),
            ("{ kind = \"tiered\" }", "fees.tiers"),
            ("{ kind = \"tiered\", tiers = 3 }", "must be a list such as"),
            ("{ kind = \"tiered\", tiers = [] }", "must be a list such as"),
        ] {
            do {
                _ = try fees(text)
                Issue.record("\(text) was taken")
            } catch let error as CommandError {
                #expect("\(error)".contains(part), "\(error)")
            }
        }
    }

    @Test func `every key that is there comes to its place`() throws {
        let text = """
            [run]
            name = "full"
            seed = 7
            start = 2020-01-02
            end = "2020-02-01T12:00:00Z"
            [[currencies]]
            code = "USD"
            decimals = 2
            [[venues]]
            name = "one"
            [[venues]]
            name = "two"
            kind = "bars"
            path = "olhc"
            gap_limit = "atLimit"
            through = 3
            slippage_range = "beyondBar"
            fees = { kind = "proportional", rate = "0.002", fixed = "1.5" }
            slippage = { kind = "rate", rate = "0.0005", scope = "opening" }
            initial_margin = "0.5"
            allows_non_positive_prices = true
            latency = { order = "0ms", response = "0ms", feed = "0ms" }
            compatible_with = "backtestingPy"
            same_close = "look-ahead"
            participation = "0.1"
            queue = "arrival"
            post_only = "reprice"
            maintenance_margin = "0.25"
            liquidation_fee = "0.01"
            insufficient = "fillAffordable"
            session_end = "17:30"
            halts = [{ instrument = "A", start = 2020-01-02, end = 2020-01-03, orders = "reject" }]
            bands = [{ instrument = "A", start = 2020-01-02, end = 2020-01-03, low = "1", high = "2" }]
            [[instruments]]
            symbol = "A"
            venue = "two"
            currency = "USD"
            tick_size = "0.05"
            lot = "10"
            multiplier = "2"
            kind = "spot"
            initial_margin = "0.4"
            maintenance_per_contract = "0.5"
            [[data]]
            instrument = "A"
            format = "csv"
            path = "A.csv"
            interval = "5m"
            stamp = "close"
            time = { column = "when", format = "ms" }
            columns = { open = "O", high = "H", low = "L", close = "C", volume = "V" }
            off_grid = "nearest"
            [[accounts]]
            name = "main"
            currency = "USD"
            cash = "12.34"
            kind = "margin"
            [[accounts]]
            name = "second"
            currency = "USD"
            cash = 5
            [[strategies]]
            name = "hold"
            use = "BuyAndHold"
            account = "second"
            parameters = { symbol = "A", lots = 3 }
            [risk]
            max_size = 100
            max_notional = "5000"
            max_position = "60"
            price_collar = "0.1"
            order_rate = "100/1s"
            max_gross = "9000"
            max_net = "8000"
            daily_loss = "50"
            drawdown = "0.25"
            on_breach = "flatten"
            liquidation_check = "extreme"
            beyond_zero = "insured"
            clear = ["2024-01-03T00:00:00Z", 2024-01-02T12:00:00Z]
            [audit]
            enabled = false
            level = 3
            block = 4096
            sync = "block"
            [report]
            periods_per_year = 365
            [engine]
            strict = false
            deliveries_per_step = 99
            """
        let file = try ConfigurationFile(text: text, path: "a.toml")
        let run = try file.run(try .builtIn())
        let found = run.configuration
        #expect(found.name == "full")
        #expect(found.seed == 7)
        #expect(found.start?.description == "2020-01-02T00:00:00Z")
        #expect(found.end?.description == "2020-02-01T12:00:00Z")
        #expect(found.venues.map(\.name) == ["one", "two"])
        let settings = try #require(found.venues[1].market as? BarMarket).settings
        #expect(settings.path == .olhc)
        #expect(settings.gapLimit == .atLimit)
        #expect(settings.through == 3)
        #expect(settings.slippageRange == .beyondBar)
        var rules = Execution.compatible(with: .backtestingPy).rules
        rules.sameClose = .lookAhead
        rules.participation = try Rate("0.1")
        rules.queue = .arrival
        rules.postOnly = .reprice
        rules.sessionEnd = try #require(TimeOfDay("17:30"))
        // The second and third of January 2020.
        let day = Timestamp(nanoseconds: 18_263 * Timestamp.nanosecondsPerDay)
        let next = Timestamp(nanoseconds: 18_264 * Timestamp.nanosecondsPerDay)
        rules.halts = [TradingPause(instrument: "A", start: day, end: next, rejects: true)]
        rules.bands = [
            PriceBand(
                instrument: "A", start: day, end: next, low: try ExactDecimal("1"),
                high: try ExactDecimal("2"))
        ]
        #expect(settings.rules == rules)
        // 1.50 in units of a cent.
        #expect(settings.fees.largestFee.fixed == Money(units: 150))
        #expect(settings.fees.largestFee.rate == (try Rate("0.002")))
        guard case .rate(let slippage) = settings.slippage else {
            Issue.record("slippage is no rate")
            return
        }
        #expect(slippage == RateSlippage(rate: try Rate("0.0005"), scope: .opening))
        #expect(settings.initialMargin == (try Rate("0.5")))
        #expect(settings.allowsNonPositivePrices)
        let instrument = found.instruments[0]
        #expect(instrument.venue == VenueID(2))
        #expect(instrument.tickSize.description == "0.05")
        #expect(instrument.lot.description == "10")
        #expect(instrument.multiplier.description == "2")
        // Half a unit of money for a contract, of which a lot has ten.
        #expect(
            instrument.margin
                == MarginTerms(
                    initial: .share(try Rate("0.4")), maintenance: .perLot(Money(units: 500))))
        #expect(settings.margin.maintenance == (try Rate("0.25")))
        #expect(settings.margin.liquidationFee == (try Rate("0.01")))
        #expect(settings.margin.insufficient == .fillAffordable)
        let layout = run.files[0].layout
        #expect(layout.interval.description == "5m")
        #expect(layout.stamp == .close)
        #expect(layout.timeColumn == "when")
        #expect(layout.timeFormat == .milliseconds)
        #expect(layout.openColumn + layout.highColumn == "OH")
        #expect(layout.lowColumn + layout.closeColumn == "LC")
        #expect(layout.volumeColumn == "V")
        #expect(layout.offGrid == .nearest)
        #expect(found.accounts[0].startingCash == Money(units: 1234))
        #expect(found.accounts.map(\.kind) == [.margin, .cash])
        #expect(found.strategies[0].account == AccountID(2))
        #expect(found.strategies[0].parameters.map(\.value) == [.string("A"), .integer(3)])
        #expect(found.risk.maxSize == Quantity(lots: 100))
        #expect(found.risk.maxNotional?.description == "5000")
        #expect(found.risk.maxPosition == Quantity(lots: 60))
        #expect(found.risk.orderRate?.description == "100/1s")
        #expect(found.risk.priceCollar == (try Rate("0.1")))
        #expect(found.risk.account.maxGross?.description == "9000")
        #expect(found.risk.account.maxNet?.description == "8000")
        #expect(found.risk.account.dailyLoss?.description == "50")
        #expect(found.risk.account.drawdown == (try Rate("0.25")))
        #expect(found.risk.account.onBreach == .flatten)
        #expect(
            found.risk.liquidation == LiquidationRules(check: .extreme, beyondZero: .insured))
        // 2024-01-02T12:00:00Z is 1,704,196,800 seconds after 1970.
        #expect(
            found.risk.clears.map { $0.nanoseconds / 1_000_000_000 } == [
                1_704_196_800, 1_704_240_000,
            ])
        #expect(!found.audit.isEnabled)
        #expect(found.audit.level == 3)
        #expect(found.audit.block == 4096)
        #expect(found.audit.synchronization == .block)
        #expect(found.periodsPerYear == 365)
        #expect(!found.bus.strict)
        #expect(found.bus.deliveriesPerStep == 99)
    }

    @Test func `an override goes above the file, and the last one above those before`() throws {
        let text = Sample.configuration(extra: "[report]\nperiods_per_year = 100")
        let found = try read(
            text,
            [
                "report.periods_per_year=200", "report.periods_per_year=300", "run.seed=9",
                "accounts.main.cash=0.5", "strategies.first.parameters.lots=8",
                "instruments.A.tick_size=0.05", "venues.sim.path=ohlc", "risk.max_size=4",
                "strategies.first.name=renamed",
            ])
        #expect(found.periodsPerYear == 300)
        #expect(found.seed == 9)
        #expect(found.accounts[0].startingCash == Money(units: 500_000))
        #expect(found.strategies[0].parameters.last?.value == .integer(8))
        #expect(found.strategies[0].name == "renamed")
        #expect(found.instruments[0].tickSize.description == "0.05")
        #expect((found.venues[0].market as? BarMarket)?.settings.path == .ohlc)
        #expect(found.risk.maxSize == Quantity(lots: 4))
    }
}

import LockstepBacktest
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import LockstepStrategy
import Testing

@testable import LockstepCLI

/// Order-book markets in configurations.
@Suite struct BookConfigurationTests {
    private static func text(venue: String, data: String = "format = \"depth\"") -> String {
        """
        [run]
        name = "book"
        [[venues]]
        name = "sim"
        kind = "book"
        \(venue)
        [[instruments]]
        symbol = "B"
        venue = "sim"
        currency = "USD"
        tick_size = "0.01"
        lot = "1"
        [[data]]
        instrument = "B"
        path = "book.csv"
        \(data)
        [[accounts]]
        name = "main"
        currency = "USD"
        cash = "1000"
        kind = "margin"
        [[strategies]]
        name = "quoter"
        use = "TopQuoter"
        account = "main"
        parameters = { symbol = "B" }
        """
    }

    private func run(_ text: String) throws -> ConfiguredRun {
        try ConfigurationFile(text: text, path: "a.toml").run(StrategyRegistry.builtIn())
    }

    @Test func `every setting of an order-book market is read`() throws {
        let venue = """
            queue = { kind = "power2", exponent = "1.5" }
            self_trade = "decrement"
            beyond_depth = "wait"
            world = "shared"
            stop_trigger = "trade"
            post_only = "reprice"
            initial_margin = "0.5"
            fees = { kind = "proportional", rate = "0.0001" }
            [venues.latency]
            order = "5ms"
            response = { kind = "random", least = "1ms", greatest = "2ms" }
            feed = { kind = "recorded", times = ["2024-01-02T09:30:00Z"], delays = ["7us"] }
            """
        let configuration = try run(Self.text(venue: venue)).configuration
        let market = try #require(configuration.venues[0].market as? BookMarket)
        let settings = market.settings
        #expect(settings.queue == .power2(try #require(QueueExponent(Rate("1.5")))))
        #expect(settings.selfTrade == .decrement && settings.beyondDepth == .wait)
        #expect(settings.world == .shared && settings.stopTrigger == .trade)
        #expect(settings.postOnly == .reprice)
        #expect(settings.initialMargin == (try Rate("0.5")))
        #expect(settings.latency.order == .constant(5_000_000))
        #expect(settings.latency.response == .random(least: 1_000_000, greatest: 2_000_000))
        #expect(
            settings.latency.feed
                == .recorded([
                    LatencyMeasure(
                        time: Timestamp(nanoseconds: 1_704_187_800_000_000_000), delay: 7000)
                ]))
        #expect(configuration.feeds.map(\.path) == ["book.csv"] && configuration.data.isEmpty)
        let canonical = try configuration.canonicalText()
        #expect(canonical.contains("\"queue\":{\"exponent\":\"1.5\",\"kind\":\"power2\"}"))
    }

    @Test func `what is left out has its default`() throws {
        let configuration = try run(Self.text(venue: "")).configuration
        let market = try #require(configuration.venues[0].market as? BookMarket)
        #expect(market.settings.queue == .riskAverse && market.settings.world == .perAccount)
        #expect(market.settings.latency == .none)
    }

    @Test(arguments: [
        ("path = \"ohlc\"", "is no setting of an order-book market"),
        ("queue = { kind = \"power\" }", "exponent"),
        ("queue = { kind = \"power\", exponent = \"0.3\" }", "must be a multiple of 0.5"),
        ("queue = { kind = \"log\", exponent = \"1\" }", "is none of log. Remove it."),
        ("queue = { kind = \"lgo\" }", "Did you mean \"log\"?"),
        ("world = \"alone\"", "must be one of \"perAccount\", \"shared\""),
        ("latency = { order = \"5\" }", "is no span of time"),
        (
            "latency = { feed = { kind = \"random\", least = \"2ms\", greatest = \"1ms\" } }",
            "the least not above the greatest"
        ),
        (
            "latency = { feed = { kind = \"recorded\", times = [], delays = [] } }",
            "times is missing"
        ),
    ])
    func `wrong settings are refused`(_ venue: String, _ message: String) throws {
        let error = #expect(throws: CommandError.self) { _ = try run(Self.text(venue: venue)) }
        let text = "\(try #require(error))"
        #expect(text.contains(message), "\(text)")
    }

    @Test(arguments: [
        ("format = \"csv\"", "trades at an order-book market"),
        ("", "must be one of \"quotes\", \"depth\", \"orders\""),
        ("format = \"depth\"\ninterval = \"1d\"", "is for bars alone"),
        ("format = \"depth\"\ncolumns = { prize = \"p\" }", "Did you mean \"price\"?"),
    ])
    func `wrong data are refused`(_ data: String, _ message: String) throws {
        let error = #expect(throws: CommandError.self) {
            _ = try run(Self.text(venue: "", data: data))
        }
        let text = "\(try #require(error))"
        #expect(text.contains(message), "\(text)")
    }

    @Test func `settings of order books are refused elsewhere`() throws {
        let text = Self.text(venue: "world = \"shared\"")
            .replacing("kind = \"book\"", with: "kind = \"bars\"")
        let error = #expect(throws: CommandError.self) { _ = try run(text) }
        #expect("\(try #require(error))".contains("is for order-book markets alone"))
    }
}

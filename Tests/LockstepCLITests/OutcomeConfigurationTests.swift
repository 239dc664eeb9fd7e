import LockstepBacktest
import LockstepFiles
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy
import Testing

@testable import LockstepCLI

@Suite struct OutcomeConfigurationTests {
    private static let text = """
        [run]
        name = "event"
        start = "2026-05-01"
        [[venues]]
        name = "final"
        kind = "outcome"
        [venues.outcome]
        outcomes = ["Ann", "Bob", "Cid"]
        duration = "10m"
        kappa = { start = "0.001", end = "0.002" }
        gas = "0.01"
        guards = { max_slippage = "off" }
        latency = { main = "250ms" }
        [[accounts]]
        name = "main"
        currency = "USDC"
        cash = "1000"

        """

    private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
        guard let range = text.firstRange(of: old) else { return text }
        var text = text
        text.replaceSubrange(range, with: new)
        return text
    }

    private func configured(_ text: String) throws(CommandError) -> BacktestConfiguration {
        try ConfigurationFile(text: text, path: "event.toml").run(StrategyRegistry()).configuration
    }

    @Test func `an event is read, with its defaults`() throws {
        let market = try #require(
            try configured(Self.text).venues.first?.market as? OutcomeMarket)
        let settings = market.settings
        #expect(settings.outcomes == ["Ann", "Bob", "Cid"])
        #expect(settings.start.description == "2026-05-01T00:00:00Z")
        #expect(settings.duration == 600_000_000_000)
        #expect(settings.kappa.end == Rate(trillionths: 2_000_000_000))
        #expect(settings.gas == Money(units: 10_000))
        #expect(settings.guards.maxSlippage == nil && settings.guards.redemption)
        #expect(settings.latency == ["main": 250_000_000])
        #expect(settings.opening == .coherent)
    }

    @Test func `the venue makes its instruments`() throws {
        let instruments = try configured(Self.text).instruments
        #expect(
            instruments.map(\.symbol) == [
                "final/Ann/YES", "final/Ann/NO", "final/Bob/YES", "final/Bob/NO", "final/Cid/YES",
                "final/Cid/NO",
            ])
        #expect(instruments[0].tickSize.description == "0.01")
        #expect(instruments[0].lot.description == "0.0001")
    }

    @Test func `an event runs without anybody, from its first batch to its end`() throws {
        let result = try Backtest(configured(Self.text)).runHere()
        // 600 batches of a second.
        #expect(result.counters.steps == 600)
        #expect(result.status == .completed)
    }

    @Test(arguments: [
        ("outcomes = [\"Ann\", \"Bob\", \"Cid\"]", "outcomes = [\"Ann\"]", "outcomes is refused"),
        ("outcomes = [\"Ann\", \"Bob\", \"Cid\"]", "", "outcomes is missing"),
        ("duration = \"10m\"", "duration = \"soon\"", "is no span of time"),
        ("duration = \"10m\"", "p_max = \"0.4\"", "allowed: above 0.5, below 1"),
        ("duration = \"10m\"", "zeta = \"0.6\"", "allowed: 0 to 0.95 / (N - 1)"),
        ("duration = \"10m\"", "eta = \"2.3\"", "allowed: a multiple of 0.5 from 1 to 16"),
        ("duration = \"10m\"", "opening = \"halve\"", "must be one of \"coherent\", \"half\""),
        ("duration = \"10m\"", "q0 = \"1\"", "q0_yes is refused"),
        (
            "duration = \"10m\"", "p_max = \"0.6\"",
            "opening is refused: a coherent one has YES at 1/3 and NO at 2/3"
        ),
        ("duration = \"10m\"", "opening = \"coherent\"\nq0 = \"1700\"", "Remove it, or q0"),
        ("duration = \"10m\"", "bates = 1", "There is no key \"venues.final.outcome.bates\""),
        ("kind = \"outcome\"", "kind = \"outcome\"\npath = \"ohlc\"", "for bar markets alone"),
        ("kind = \"outcome\"", "kind = \"bars\"", "for outcome markets alone"),
        ("main = \"250ms\"", "mian = \"250ms\"", "there is no such account"),
        ("cash = \"1000\"", "cash = \"1000\"\nkind = \"margin\"", "use cash"),
    ])
    func `what cannot be is refused with a remedy`(old: String, new: String, part: String) {
        do {
            let configuration = try configured(
                Self.replaced(Self.text, old, new))
            _ = try Backtest(configuration).runHere()
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(part), "\(error)")
        }
    }
}

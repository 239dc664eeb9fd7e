import LockstepBacktest
import LockstepModel
import LockstepStrategy
import Testing

@testable import LockstepCLI

/// What configurations say of dated events and of what holding costs.
@Suite struct FinancingConfigurationTests {
    private func read(_ text: String) throws -> BacktestConfiguration {
        try ConfigurationFile(text: text, path: "dir/a.toml").run(try .builtIn()).configuration
    }

    private static let financing = """
        [financing]
        day_count = 360
        session_end = "21:00"
        short_rebate = "0.01"
        fee_increment = "0.01"
        [[events]]
        path = "events.csv"
        """

    private func sample() -> String {
        Sample.configuration(extra: Self.financing)
            .replacing(
                "lot = \"1\"", with: "lot = \"1\"\nborrow_rate = \"0.03\"\nborrow_available = 50"
            )
            .replacing("cash = \"1000\"", with: "cash = \"1000\"\ndebit_rate = \"0.06\"")
            .replacing("stamp = \"open\"", with: "stamp = \"open\"\nadjusted = true")
    }

    @Test func `every key is read`() throws {
        let found = try read(sample())
        #expect(found.financing.dayCount == .days360)
        #expect(found.financing.sessionEnd == 21 * 3600)
        #expect(found.financing.shortRebate == (try Rate("0.01")))
        #expect(found.financing.feeIncrement == Money(units: 10_000))
        #expect(
            found.financing.borrows == [
                InstrumentID(1): Financing.Borrow(
                    rate: try Rate("0.03"), available: Quantity(lots: 50))
            ])
        #expect(found.financing.debitRates == [AccountID(1): try Rate("0.06")])
        #expect(found.adjusted == [InstrumentID(1)])
        #expect(found.feeds.map(\.path) == ["dir/events.csv"])
    }

    @Test func `what is left out costs nothing, and leaves the digest as it was`() throws {
        let found = try read(Sample.configuration())
        #expect(found.financing == Financing())
        #expect(!(try found.canonicalText()).contains("financing"))
        #expect((try read(sample()).canonicalText()).contains("financing"))
    }

    @Test(arguments: [
        ("day_count = 360", "day_count = 366", "Write 365 or 360"),
        ("\"21:00\"", "\"00:00\"", "no end of a day"),
        ("short_rebate = \"0.01\"", "short_rebate = \"-0.01\"", "from 0"),
        ("fee_increment = \"0.01\"", "fee_increment = \"0\"", "above zero"),
        ("path = \"events.csv\"", "path = \"\"", "is empty"),
        ("borrow_rate = \"0.03\"", "borrow_rate = \"-1\"", "from 0"),
        ("borrow_available = 50", "borrow_available = \"0.5\"", "refused"),
        ("debit_rate = \"0.06\"", "debit_rat = \"0.06\"", "Did you mean \"debit_rate\"?"),
    ])
    func `what makes no sense is refused with its place`(
        _ old: String, _ new: String, _ message: String
    ) throws {
        let text = sample()
        #expect(text.contains(old))
        let error = try #require(throws: CommandError.self) {
            _ = try read(text.replacing(old, with: new))
        }
        #expect("\(error)".contains("dir/a.toml:"))
        #expect("\(error)".contains(message))
    }
}

import Foundation
import Testing

@testable import LockstepCLI

@Suite struct MarketCommandTests {
    private static func configuration(
        outcomes: Int = 3, _ keys: String = "opening = \"half\""
    ) -> String {
        let names = (1...outcomes).map { "\"o\($0)\"" }.joined(separator: ", ")
        return """
            [run]
            name = "event"
            start = "2026-01-01"
            [[venues]]
            name = "final"
            kind = "outcome"
            [venues.outcome]
            outcomes = [\(names)]
            \(keys)
            """
    }

    private static func write(_ text: String, _ scratch: Scratch) throws -> String {
        try scratch.write(text, "event.toml")
    }

    /// The JSON that a command printed.
    private static func object(_ spoken: Spoken) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(spoken.output.utf8)) as? [String: Any])
    }

    @Test(arguments: [(3, "184"), (5, "734"), (10, "1586")])
    func `the check tells what an opening at a half gives away`(
        outcomes: Int, profit: String
    ) throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(outcomes: outcomes), scratch)
        let spoken = try Spoken("market", "check", path, "--json")
        #expect(spoken.code == .finding)
        let stages = try #require(try Self.object(spoken)["stages"] as? [[String: Any]])
        // The opening and each choice of one.
        #expect(stages.count == outcomes + 1)
        let found = try #require(
            (stages[0]["riskless_profit"] as? String).flatMap { Double($0) })
        #expect(String(format: "%.0f", found) == profit)
        #expect(stages[0]["pumps"] as? Bool == false)
        let text = try Spoken("market", "check", path)
        #expect(text.code == .finding)
        #expect(text.output.contains("without any one"))
        #expect(text.output.contains("without risk"))
        #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `a coherent opening gives nothing away until somebody leaves`() throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(outcomes: 5, ""), scratch)
        let spoken = try Spoken("market", "check", path)
        let opening = try #require(
            spoken.output.split(separator: "\n").first { $0.hasPrefix("opening") })
        #expect(opening.hasSuffix("none"))
    }

    @Test func `planned eliminations are looked at in their order`() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            time,event,outcomes
            2026-01-01T00:05:00Z,freeze,
            2026-01-01T00:05:00Z,eliminate,o4
            2026-01-01T00:06:00Z,resume,
            2026-01-01T00:10:00Z,eliminate,o1
            2026-01-01T00:15:00Z,settle,o2

            """, "events.csv")
        let path = try Self.write(
            Self.configuration(outcomes: 4, "events = \"events.csv\""), scratch)
        let stages = try #require(
            try Self.object(try Spoken("market", "check", path, "--json"))["stages"]
                as? [[String: Any]])
        #expect(
            stages.map { $0["eliminated"] as? [String] } == [[], ["o4"], ["o4", "o1"]])
        #expect(stages.map { $0["seconds"] as? Double } == [0, 300, 600])
        try scratch.write("time,event,outcomes\n2026-01-01,eliminate,o9\n", "events.csv")
        #expect(try Spoken("market", "check", path).code == .badData)
        let missing = try Self.write(
            Self.configuration(outcomes: 4, "events = \"other.csv\""), scratch)
        #expect(try Spoken("market", "check", missing).code == .inputMissing)
    }

    @Test func `unequal weights pump what was measured`() throws {
        let scratch = try Scratch()
        let path = try Self.write(
            Self.configuration("mu = \"2\"\nkappa = \"0\"\nopening = \"half\""), scratch)
        let spoken = try Spoken("market", "check", path)
        #expect(spoken.code == .finding)
        // 31.0 USDC a cycle.
        #expect(spoken.output.contains("pump up to 31.0"))
    }

    @Test func `a quote is what the market asks, and changes with the side`() throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(), scratch)
        // kappa D² of 100 tokens is 10 USDC of it, half of 100 tokens is 50, the price's move the rest.
        let bought = try Spoken("market", "quote", path, "--outcome", "o2", "--size", "100")
        #expect(bought.code == .success)
        #expect(bought.output.hasPrefix("Buy      100 YES of o2 on final\nAmount   61."))
        let sold = try Spoken(
            "market", "quote", path, "--outcome", "o2", "--size", "100", "--side", "sell",
            "--token", "no", "--json")
        let quote = try Self.object(sold)
        #expect(quote["token"] as? String == "no")
        #expect(quote["refused"] is NSNull)
        let prices = try #require(quote["prices"] as? [[String: Any]])
        let after = try #require(prices[1]["no_after"] as? Double)
        #expect(after < 0.5)
    }

    @Test func `a quote says what the guards refuse from a strategy`() throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(), scratch)
        func quote(_ words: String...) throws -> Any? {
            let spoken = try Spoken(
                ["market", "quote", path, "--outcome", "o2", "--json"] + words)
            #expect(spoken.code == .success)
            return try Self.object(spoken)["guard"]
        }
        // 5 tokens cost at most 5 % more than their price, 300 more: kappa D² alone is 90 USDC.
        #expect(try quote("--size", "5") is NSNull)
        #expect(try quote("--size", "300") as? String == "slippage")
        // kappa D² is 1,000 USDC for 1,000 tokens: more than one each.
        #expect(
            try quote("--size", "1000", "--max-slippage", "9") as? String
                == "priceOutsideRedemption")
        let text = try Spoken("market", "quote", path, "--outcome", "o2", "--size", "300")
        #expect(text.output.contains("Guard    slippage"))
        let off = try Spoken(
            "market", "quote", path, "--outcome", "o2", "--size", "1000", "--max-slippage", "9",
            "--set", "venues.0.outcome.guards.redemption=false")
        #expect(!off.output.contains("Guard"))
    }

    @Test func `a quote that the market refuses says why`() throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(), scratch)
        let spoken = try Spoken(
            "market", "quote", path, "--outcome", "o1", "--size", "5000", "--max-slippage", "0.01")
        #expect(spoken.code == .finding)
        #expect(spoken.output.contains("Refused  slippage"))
    }

    @Test(arguments: [
        (["--size", "100"], "--outcome is missing"),
        (["--outcome", "o9", "--size", "1"], "no such outcome"),
        (["--outcome", "o1"], "--size is missing"),
        (["--outcome", "o1", "--size", "-1"], "--size must be a number of tokens"),
        (["--outcome", "o1", "--size", "1", "--at", "2025-12-31"], "but the market opens at"),
        (["--outcome", "o1", "--size", "1", "--token", "maybe"], "--token must be yes, no"),
        (["--outcome", "o1", "--size", "1", "--max-slippage", "x"], "--max-slippage must be"),
        (["--outcome", "o1", "--size", "1", "--venue", "finale"], "Did you mean \"final\""),
    ])
    func `a question that makes no sense is refused in one line`(
        words: [String], message: String
    ) throws {
        let scratch = try Scratch()
        let path = try Self.write(Self.configuration(), scratch)
        let spoken = try Spoken(["market", "quote", path] + words)
        #expect(spoken.code == .usage)
        #expect(spoken.error.contains(message))
        #expect(spoken.error.split(separator: "\n").count == 1)
        #expect(spoken.output.isEmpty)
    }

    @Test func `a configuration without a market, and a missing one, have their codes`() throws {
        let scratch = try Scratch()
        let bars = try scratch.write(Sample.configuration(), "bars.toml")
        let none = try Spoken("market", "check", bars)
        #expect(none.code == .configuration)
        #expect(none.error.contains("No venue is an outcome market"))
        #expect(try Spoken("market", "check", scratch("nothing.toml")).code == .inputMissing)
        let wrong = try Self.write(Self.configuration("gama = \"0\""), scratch)
        let unknown = try Spoken("market", "check", wrong)
        #expect(unknown.code == .configuration)
        #expect(unknown.error.contains("Did you mean \"gamma\""))
    }
}

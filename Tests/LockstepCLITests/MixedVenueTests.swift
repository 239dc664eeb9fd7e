import Foundation
import Testing

@testable import LockstepCLI

/// An outcome market beside a market of bars.
@Suite struct MixedVenueTests {
    private static let bars = """
        timestamp,open,high,low,close,volume
        2026-01-01T00:00:00Z,10.00,11.00,9.00,10.10,100
        2026-01-01T00:01:00Z,10.20,11.00,9.00,10.40,100

        """

    private static let events = """
        time,event,outcomes
        2026-01-01T00:00:40Z,freeze,
        2026-01-01T00:00:41Z,settle,Bob

        """

    /// A run; with bars there is a stock, an account for it, and its holder.
    private static func configuration(
        hasBars: Bool, stocks: String = "stocks", bets: String = "bets",
        place: String = "venue = \"final\""
    ) -> String {
        let stock = """
            [[venues]]
            name = "sim"
            [[instruments]]
            symbol = "AAA"
            venue = "sim"
            currency = "USDC"
            tick_size = "0.01"
            lot = "1"
            [[data]]
            instrument = "AAA"
            path = "AAA.csv"
            interval = "1m"
            stamp = "open"
            [[accounts]]
            name = "stocks"
            currency = "USDC"
            cash = "1000"
            [[strategies]]
            name = "holder"
            use = "BuyAndHold"
            account = "\(stocks)"
            parameters = { symbol = "AAA", lots = 2 }
            """
        return """
            [run]
            name = "mixed"
            seed = 3
            [[currencies]]
            code = "USDC"
            decimals = 6
            \(hasBars ? stock : "")
            [[venues]]
            name = "final"
            kind = "outcome"
            [venues.outcome]
            outcomes = ["Ann", "Bob", "Cid"]
            start = "2026-01-01"
            events = "events.csv"
            duration = "1m"
            [[accounts]]
            name = "bets"
            currency = "USDC"
            cash = "500"
            \(hasBars ? place : "")
            [[strategies]]
            name = "quoter"
            use = "InventoryMaker"
            account = "\(bets)"
            [[agents]]
            kind = "noise"
            count = 4
            cash = "200"
            parameters = { patience = 2 }
            """
    }

    private static func run(
        _ text: String, _ scratch: Scratch, _ name: String
    ) throws -> Spoken {
        try scratch.write(bars, "AAA.csv")
        try scratch.write(events, "events.csv")
        let path = try scratch.write(text, name + ".toml")
        return try Spoken("market", "run", path, "--out", scratch(name))
    }

    /// Fills of tokens without what numbers events and orders, or strategies.
    private static func tokens(_ scratch: Scratch, _ name: String) throws -> [String] {
        let text = try String(contentsOfFile: scratch(name) + "/fills.csv", encoding: .utf8)
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        let kept = header.indices.filter { !["sequence", "order"].contains(header[$0]) }
        return lines.dropFirst().map { row in kept.map { row[$0] }.joined(separator: ",") }
            .filter { $0.contains("final/") }
    }

    @Test func `each market goes as it does alone, and the books are apart`() throws {
        let scratch = try Scratch()
        let spoken = try Self.run(Self.configuration(hasBars: true), scratch, "both")
        #expect(spoken.code == .success, "\(spoken.error)")
        // Only those who trade there are participants of the event.
        #expect(spoken.output.contains("5 participants"))
        #expect(!spoken.output.contains("stocks"))
        let alone = try Self.run(Self.configuration(hasBars: false), scratch, "alone")
        #expect(alone.code == .success, "\(alone.error)")
        let fills = try Self.tokens(scratch, "both")
        #expect(fills.count > 20)
        #expect(try fills == Self.tokens(scratch, "alone"))
        // Two at the open of the second bar, 10.20, and worth 10.40 each: 1000 + 2 * 0.20.
        let result = try String(contentsOfFile: scratch("both") + "/result.json", encoding: .utf8)
        #expect(result.contains("\"equity_end\": \"1000.400000\""))
        let verified = try Spoken(
            "audit", "verify", "--semantics", scratch("both") + "/audit.lka")
        #expect(verified.code == .success, "\(verified.output)")
        let quote = try Spoken(
            "market", "quote", "--log", scratch("both") + "/audit.lka", "--step", "20",
            "--outcome", "Ann", "--size", "1")
        #expect(quote.code == .success, "\(quote.error)")
    }

    @Test func `an account that would trade at both is refused where it does not belong`() throws {
        for (stocks, bets) in [("bets", "bets"), ("stocks", "stocks")] {
            let scratch = try Scratch()
            let text = Self.configuration(hasBars: true, stocks: stocks, bets: bets)
            let spoken = try Self.run(text, scratch, "crossed")
            #expect(spoken.code == .success, "\(spoken.error)")
            let log = try Spoken(
                "audit", "dump", scratch("crossed") + "/audit.lka", "--topic", "orderUpdate")
            #expect(log.output.contains("reason=notTradable"))
            let fills = try String(
                contentsOfFile: scratch("crossed") + "/fills.csv", encoding: .utf8)
            #expect(!fills.contains(stocks == "bets" ? ",AAA," : ",quoter,"))
        }
    }

    @Test(arguments: [
        ("", "No account trades there", true),
        ("venue = \"sim\"", "keeps no accounts", false),
        ("venue = \"finale\"", "Did you mean \"final\"", false),
    ])
    func `accounts that have no place are refused`(
        place: String, message: String, isAlone: Bool
    ) throws {
        let scratch = try Scratch()
        var text = Self.configuration(hasBars: true, place: place)
        // Without agents, whose accounts are the event's by themselves.
        if isAlone, let agents = text.range(of: "[[agents]]") {
            text = String(text[..<agents.lowerBound])
        }
        let spoken = try Self.run(text, scratch, "refused")
        #expect(spoken.code == .configuration)
        #expect(spoken.error.contains(message), "\(spoken.error)")
    }
}

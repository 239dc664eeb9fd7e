import Foundation
import LockstepAudit
import LockstepEvents
import LockstepModel
import Testing

@testable import LockstepCLI

/// Quotes against the state in an audit log.
@Suite struct MarketQuoteLogTests {
    /// Three outcomes, a crowd and an elimination, with answers to batches, cancels and gas.
    private static let configuration = """
        [run]
        name = "event"
        seed = 5
        [[venues]]
        name = "final"
        kind = "outcome"
        [venues.outcome]
        outcomes = ["Ann", "Bob", "Cid"]
        start = "2026-01-01"
        events = "events.csv"
        gas = "0.01"
        duration = "1m"
        round_ends = ["30s"]
        clock = "reset"
        kappa = { start = "0.001", end = "0.002" }
        [[agents]]
        kind = "noise"
        count = 8
        cash = "200"
        parameters = { patience = 2 }
        [[agents]]
        kind = "maker"
        cash = "500"
        [[agents]]
        kind = "arbitrage"
        cash = "500"
        """

    private static let events = """
        time,event,outcomes
        2026-01-01T00:00:30Z,freeze,
        2026-01-01T00:00:31Z,eliminate,Cid
        2026-01-01T00:00:32Z,resume,
        2026-01-01T00:01:00Z,freeze,
        2026-01-01T00:01:01Z,settle,Bob

        """

    /// Runs the event and returns the path of its log.
    private static func log(_ scratch: Scratch) throws -> String {
        try scratch.write(events, "events.csv")
        let path = try scratch.write(configuration, "event.toml")
        let spoken = try Spoken(
            "market", "run", path, "--out", scratch("run"), "--quiet", "--set", "audit.block=4096")
        #expect(spoken.code == .success, "\(spoken.error)")
        return scratch("run") + "/audit.lka"
    }

    private static func quote(_ log: String, _ words: [String]) throws -> [String: Any] {
        let spoken = try Spoken(
            ["market", "quote", "--log", log, "--outcome", "Bob", "--size", "1", "--json"] + words)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(spoken.output.utf8)) as? [String: Any],
            "\(spoken.error)")
    }

    @Test func `the prices before a trade are those that the run told last, at every step`() throws
    {
        let scratch = try Scratch()
        let path = try Self.log(scratch)
        let log = try AuditLog(path: path)
        var told: [UInt32: OutcomeQuote] = [:]
        let quotes = try log.events(of: Topics.outcomeQuote).all()
        #expect(quotes.count > 50)
        // Every seventh step, those around the elimination, and the last one that trades.
        for step in Array(stride(from: 1, through: 57, by: 7)) + [31, 32, 33, 59] {
            let quote = try Self.quote(path, ["--step", "\(step)"])
            #expect(quote["step"] as? Int == step)
            let text = try #require(quote["time"] as? String)
            for event in quotes where "\(event.time)" <= text {
                told[event.payload.outcome] = event.payload
            }
            let prices = try #require(quote["prices"] as? [[String: Any]])
            #expect(prices.count == (step > 30 ? 2 : 3))
            for price in prices {
                let name = try #require(price["outcome"] as? String)
                let number: UInt32 = ["Ann": 1, "Bob": 2, "Cid": 3][name] ?? 0
                let last = try #require(told[number])
                let yes = try #require(price["yes_before"] as? Double)
                let no = try #require(price["no_before"] as? Double)
                // Told prices are cut off at twelve decimals.
                #expect(abs(yes - Double(last.yesPrice.trillionths) / 1e12) < 2e-12)
                #expect(abs(no - Double(last.noPrice.trillionths) / 1e12) < 2e-12)
            }
        }
    }

    @Test func `a moment is a step or a time, and what trades then is said`() throws {
        let scratch = try Scratch()
        let path = try Self.log(scratch)
        let byStep = try Self.quote(path, ["--step", "20"])
        // Between two steps the state is that of the first one.
        let byTime = try Self.quote(path, ["--at", "2026-01-01T00:00:20.5Z"])
        #expect(byTime["step"] as? Int == 20)
        func before(_ quote: [String: Any]) throws -> [Double?] {
            let prices = try #require(quote["prices"] as? [[String: Any]])
            return prices.flatMap { [$0["yes_before"] as? Double, $0["no_before"] as? Double] }
        }
        // Not those after it: the convexity grows with the time.
        #expect(try before(byStep) == before(byTime))
        #expect(try before(byStep).count == 6)
        let opening = try Self.quote(path, ["--at", "2026-01-01"])
        #expect(opening["step"] as? Int == 0)
        #expect(opening["status"] as? String == "open")
        let frozen = try Self.quote(path, ["--step", "30"])
        #expect(frozen["status"] as? String == "frozen")
        #expect(frozen["refused"] as? String == "frozen")
        let end = try Self.quote(path, [])
        #expect(end["status"] as? String == "settled")
        #expect(end["step"] as? Int == 61)
        let text = try Spoken(
            "market", "quote", "--log", path, "--step", "20", "--outcome", "Bob", "--size", "1")
        #expect(text.code == .success)
        #expect(text.output.contains("State    step 20 of \(path), 2026-01-01T00:00:20Z, open"))
    }

    @Test func `what makes no sense is refused in one line`() throws {
        let scratch = try Scratch()
        let path = try Self.log(scratch)
        let trade = ["--outcome", "Bob", "--size", "1"]
        let cases: [([String], String)] = [
            (["--log", path, "--step", "62"], "--step is 62, but \(path) has 61 steps"),
            (["--log", path, "--step", "0"], "--step must be a whole number from 1"),
            (["--log", path, "--at", "2025-12-31"], "but the market opens at"),
            (["--log", path, "--at", "2026-01-01", "--step", "1"], "Keep one"),
            (["--log", path, "--venue", "fianl"], "Did you mean \"final\""),
            (["--log", path, "--set", "run.seed=1"], "--set changes a configuration"),
            ([scratch("event.toml"), "--log", path], "one word too many"),
            ([scratch("event.toml"), "--step", "1"], "name its log with --log"),
            ([], "CONFIG is missing, or --log FILE"),
        ]
        for (words, message) in cases {
            let spoken = try Spoken(["market", "quote"] + words + trade)
            #expect(spoken.code == .usage, "\(words)")
            #expect(spoken.error.contains(message), "\(spoken.error)")
            #expect(spoken.error.split(separator: "\n").count == 1)
        }
        let name = try Spoken(
            ["market", "quote", "--log", path, "--outcome", "Bobb", "--size", "1"])
        #expect(name.error.contains("Did you mean \"Bob\""))
    }

    @Test func `a file that is no log, a torn one and one of bars have their codes`() throws {
        let scratch = try Scratch()
        let path = try Self.log(scratch)
        let trade = ["--outcome", "Bob", "--size", "1"]
        let none = try Spoken(["market", "quote", "--log", scratch("event.toml")] + trade)
        #expect(none.code == .notALog)
        let missing = try Spoken(["market", "quote", "--log", scratch("other.lka")] + trade)
        #expect(missing.code == .inputMissing)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast(bytes.count / 3).write(to: URL(fileURLWithPath: scratch("torn.lka")))
        let torn = try Spoken(["market", "quote", "--log", scratch("torn.lka")] + trade)
        #expect(torn.code == .finding)
        // What lies before the tear is known.
        let early = try Spoken(
            ["market", "quote", "--log", scratch("torn.lka"), "--step", "5"] + trade)
        #expect(early.code == .success, "\(early.error)")
        try scratch.write(Sample.bars, "A.csv")
        let bars = try scratch.write(Sample.configuration(), "bars.toml")
        _ = try Spoken("run", bars, "--out", scratch("bars"), "--quiet")
        let other = try Spoken(
            ["market", "quote", "--log", scratch("bars") + "/audit.lka"] + trade)
        #expect(other.code == .badData)
        #expect(other.error.contains("No venue of the run is an outcome market"))
    }
}

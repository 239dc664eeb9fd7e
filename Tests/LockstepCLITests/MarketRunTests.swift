import Foundation
import LockstepAudit
import LockstepEvents
import LockstepModel
import Testing

@testable import LockstepCLI

/// A small event of three outcomes, one elimination and a crowd.
private enum Event {
    static let events = """
        time,event,outcomes
        2026-01-01T00:00:30Z,freeze,
        2026-01-01T00:00:31Z,eliminate,Cid
        2026-01-01T00:00:32Z,resume,
        2026-01-01T00:01:00Z,freeze,
        2026-01-01T00:01:01Z,settle,Bob

        """

    static let crowd = """
        [[agents]]
        kind = "noise"
        count = 8
        cash = "200"
        parameters = { patience = 3 }
        [[agents]]
        kind = "momentum"
        count = 2
        cash = "200"
        [[agents]]
        kind = "contrarian"
        count = 2
        cash = "200"
        [[agents]]
        kind = "maker"
        cash = "500"
        [[agents]]
        kind = "arbitrage"
        cash = "500"
        """

    static func configuration(_ participants: String = crowd, seed: Int = 3) -> String {
        """
        [run]
        name = "event"
        seed = \(seed)
        [[venues]]
        name = "final"
        kind = "outcome"
        [venues.outcome]
        outcomes = ["Ann", "Bob", "Cid"]
        start = "2026-01-01"
        events = "events.csv"
        \(participants)
        """
    }

    /// A participant with an account of its own that never asks for anything, since nobody tells it
    /// anything; but it is awake at times that are nobody else's.
    static let idle = """
        [[accounts]]
        name = "mine"
        currency = "USDC"
        cash = "1000"
        [[strategies]]
        name = "mine"
        use = "InformedTrader"
        account = "mine"
        parameters = { every = 730, patience = 1 }
        """

    static func write(
        _ scratch: Scratch, _ participants: String = crowd, as name: String = "event.toml"
    ) throws -> String {
        try scratch.write(events, "events.csv")
        return try scratch.write(configuration(participants), name)
    }

    /// The rows of a table of fills without what numbers the events and the orders.
    static func fills(_ text: String) throws -> [String] {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        let kept = header.indices.filter { !["sequence", "order"].contains(header[$0]) }
        return lines.dropFirst().map { row in kept.map { row[$0] }.joined(separator: ",") }
    }
}

@Suite struct MarketRunTests {
    @Test func `an event runs from its opening to its payout, and all money is somewhere`()
        throws
    {
        let scratch = try Scratch()
        let path = try Event.write(scratch)
        let spoken = try Spoken("market", "run", path, "--out", scratch("out"), "--json")
        #expect(spoken.code == .success, "\(spoken.error)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(spoken.output.utf8)) as? [String: Any])
        let market = try #require(object["market"] as? [String: Any])
        #expect(market["settled"] as? Bool == true)
        let outcomes = try #require(market["outcomes"] as? [[String: Any]])
        #expect(
            outcomes.map { $0["status"] as? String } == ["lost", "won", "eliminated"])
        // What the users lost is what the house has won, to the unit.
        let members = try #require(market["participants"] as? [[String: Any]])
        #expect(members.count == 14)
        let sum = members.reduce(Decimal(0)) { sum, member in
            sum + (Decimal(string: member["profit"] as? String ?? "") ?? .nan)
        }
        let house = try #require((market["house"] as? String).flatMap { Decimal(string: $0) })
        #expect(sum + house == 0)
        let sources = try #require(market["sources"] as? [String: [String: Any]])
        #expect((sources["amm"]?["fills"] as? Int ?? 0) > 0)
        #expect((sources["book"]?["fills"] as? Int ?? 0) > 0)
        #expect(spoken.error.isEmpty)
        // At the last stop: the market maker buys below its price, and takes a fee.
        func amount(_ member: [String: Any], _ key: String) -> Decimal {
            (member[key] as? String).flatMap { Decimal(string: $0) } ?? .nan
        }
        #expect(members.contains { amount($0, "held_at_prices") > 0 })
        #expect(
            members.allSatisfy { amount($0, "maker_would_pay") <= amount($0, "held_at_prices") })
        // A pair is a token of two buyers.
        let rows = try scratch.read("out/fills.csv").split(separator: "\n").filter {
            $0.contains(",cross,") && $0.contains(",buy,")
        }
        let header = try #require(try scratch.read("out/fills.csv").split(separator: "\n").first)
        let place = try #require(header.split(separator: ",").firstIndex(of: "quantity"))
        let tokens = rows.reduce(Decimal(0)) { sum, row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            return sum + (Decimal(string: String(cells[place])) ?? .nan)
        }
        let pairs = try #require(market["pairs"] as? [String: Any])
        #expect(tokens > 0)
        #expect(amount(pairs, "minted") * 2 == tokens)
    }

    @Test func `the report tells prices, decisions, participants and the house`() throws {
        let scratch = try Scratch()
        let path = try Event.write(scratch)
        let spoken = try Spoken("market", "run", path, "--out", scratch("out"), "--top", "2")
        #expect(spoken.code == .success)
        for part in [
            "event · seed 3 · completed", "14 participants", "Bob      won", "Cid leaves",
            "Bob wins", "market maker", "noise", "House    ", "Pairs    ",
            "maker would pay", "when trading stopped last", "Digest   ", "… 10 more",
        ] {
            #expect(spoken.output.contains(part), "\(part)")
        }
        // The same run by 'run' has the same digest: watching changes nothing.
        let plain = try Spoken("run", path, "--out", scratch("plain"), "--json")
        let digest = try #require(
            spoken.output.split(separator: "\n").first { $0.hasPrefix("Digest") })
        #expect(plain.output.contains(String(digest.dropFirst(9))))
    }

    @Test func `a participant that never trades leaves every fill of the others as it was`() throws
    {
        let scratch = try Scratch()
        let alone = try Event.write(scratch)
        let joined = try Event.write(
            scratch, Event.idle + "\n" + Event.crowd, as: "joined.toml")
        for (path, out) in [(alone, "alone"), (joined, "joined")] {
            let spoken = try Spoken("market", "run", path, "--out", scratch(out), "--quiet")
            #expect(spoken.code == .success, "\(spoken.error)")
        }
        let fills = try Event.fills(try scratch.read("alone/fills.csv"))
        #expect(fills.count > 50)
        #expect(try Event.fills(try scratch.read("joined/fills.csv")) == fills)
        // Whoever else may be there, all orders are asked for at the same times.
        let orders = try Spoken("market", "flow", scratch("alone/audit.lka"))
        #expect(
            try Spoken("market", "flow", scratch("joined/audit.lka")).output == orders.output)
    }

    @Test func `one agent more changes neither what the others draw nor when they decide`() throws {
        let scratch = try Scratch()
        let few = try Event.write(scratch)
        // Nine noise traders, of whom the last has no cash: it can ask for nothing.
        let poor = """
            [[agents]]
            kind = "noise"
            name = "poor"
            cash = "0"
            parameters = { patience = 2 }
            """
        let more = try Event.write(scratch, poor + "\n" + Event.crowd, as: "more.toml")
        #expect(
            try Spoken("market", "run", few, "--out", scratch("few"), "--quiet").code == .success)
        #expect(
            try Spoken("market", "run", more, "--out", scratch("more"), "--quiet").code == .success)
        #expect(
            try Event.fills(try scratch.read("more/fills.csv"))
                == Event.fills(try scratch.read("few/fills.csv")))
    }

    @Test(arguments: [true, false])
    func `a recorded event runs again as it was, from its log and from a file`(
        fromLog: Bool
    ) throws {
        let scratch = try Scratch()
        let path = try Event.write(scratch)
        #expect(
            try Spoken("market", "run", path, "--out", scratch("first"), "--quiet").code
                == .success)
        var flow = scratch("first/audit.lka")
        if !fromLog {
            let written = try Spoken("market", "flow", flow, "-o", scratch("flow.csv"))
            #expect(written.code == .success)
            #expect(written.output.contains("rows of 14 participants"))
            flow = scratch("flow.csv")
        }
        let again = try Spoken(
            "market", "replay", path, flow, "--out", scratch("again"), "--quiet", "--seed", "3")
        #expect(again.code == .success, "\(again.error)")
        #expect(
            try Event.fills(try scratch.read("again/fills.csv"))
                == Event.fills(try scratch.read("first/fills.csv")))
        #expect(try scratch.read("again/equity.csv") == scratch.read("first/equity.csv"))
    }

    @Test func `recorded orders take part in a run of their own`() throws {
        let scratch = try Scratch()
        let path = try Event.write(scratch)
        _ = try Spoken("market", "run", path, "--out", scratch("first"), "--quiet")
        _ = try Spoken("market", "flow", scratch("first/audit.lka"), "-o", scratch("flow.csv"))
        let flowing = try Event.write(
            scratch,
            """
            [[flow]]
            path = "flow.csv"
            cash = "500"
            \(Event.idle)
            """, as: "flowing.toml")
        let spoken = try Spoken("market", "run", flowing, "--out", scratch("again"))
        #expect(spoken.code == .success, "\(spoken.error)")
        #expect(spoken.output.contains("15 participants"))
        #expect(try Event.fills(try scratch.read("again/fills.csv")).count > 50)
    }

    @Test func `the report subtracts the run without a strategy`() throws {
        let scratch = try Scratch()
        let path = try Event.write(scratch)
        let spoken = try Spoken(
            "market", "run", path, "--out", scratch("out"), "--without", "maker-1")
        #expect(spoken.code == .success, "\(spoken.error)")
        #expect(spoken.output.contains("What maker-1 changed:"))
        #expect(spoken.output.contains("the house"))
        #expect(scratch.exists("out-without/result.json"))
        // Without a strategy that does nothing anyway, nothing changes.
        let joined = try Event.write(
            scratch, Event.idle + "\n" + Event.crowd, as: "joined.toml")
        let none = try Spoken(
            "market", "run", joined, "--out", scratch("none"), "--without", "mine", "--json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(none.output.utf8)) as? [String: Any])
        let impact = try #require(object["impact"] as? [String: Any])
        #expect(impact["touched"] as? Int == 0)
        let prices = try #require(impact["prices"] as? [[String: Any]])
        #expect(prices.allSatisfy { $0["most"] as? Double == 0 })
    }

    @Test func `a signal is an event for one agent alone`() throws {
        let scratch = try Scratch()
        let path = try Event.write(
            scratch,
            """
            [[agents]]
            kind = "informed"
            count = 3
            cash = "300"
            signals = "signals.csv"
            """)
        try scratch.write(
            """
            time,agent,outcome,belief
            2026-01-01T00:00:05.5Z,informed-2,final/Bob/YES,0.9

            """, "signals.csv")
        let spoken = try Spoken("market", "run", path, "--out", scratch("out"), "--quiet")
        #expect(spoken.code == .success, "\(spoken.error)")
        let log = try AuditLog(path: scratch("out/audit.lka"))
        let signals = try log.events(of: Topics.venueEvent).all().filter {
            $0.payload.kind == .signal
        }
        #expect(signals.count == 1)
        #expect(signals.first?.payload.account == AccountID(2))
        #expect(signals.first?.payload.outcome == 2)
        #expect(signals.first?.payload.amount == Money(units: 900_000))
        // Only who was told asks for anything, and only afterwards.
        let intents = try log.events(of: Topics.intent).all()
        #expect(!intents.isEmpty)
        let told = try #require(signals.first?.time)
        #expect(intents.allSatisfy { $0.payload.account == AccountID(2) && $0.time > told })
        // Nothing of it stands in the frames, which everybody sees.
        let frames = try log.events(of: Topics.frame).all()
        #expect(frames.allSatisfy { $0.payload.data.allSatisfy { $0.kind != 17 } })
        #expect(!frames.contains { $0.time == told && !$0.payload.data.isEmpty })
    }

    @Test(arguments: [
        ("[[agents]]\nkind = \"noisy\"\ncash = \"1\"", "Did you mean \"noise\""),
        ("[[agents]]\ncash = \"1\"", "kind is missing"),
        ("[[agents]]\nkind = \"noise\"", "cash is missing"),
        ("[[agents]]\nkind = \"noise\"\ncash = \"-1\"", "must be zero or more"),
        ("[[agents]]\nkind = \"noise\"\ncash = \"1\"\ncount = 0", "must be 1 to 100000"),
        ("[[agents]]\nkind = \"noise\"\ncash = \"1\"\nsize = 2", "There is no key"),
        (
            "[[agents]]\nkind = \"noise\"\ncash = \"1\"\nparameters = { sise = 2 }",
            "Did you mean \"size\""
        ),
        (
            "[[agents]]\nkind = \"noise\"\ncash = \"1\"\nparameters = { limits = 101 }",
            "limits must be 0 to 100"
        ),
        (
            "[[agents]]\nkind = \"noise\"\ncash = \"1\"\nparameters = { market = \"finale\" }",
            "Did you mean \"final\""
        ),
        (
            "[[agents]]\nkind = \"noise\"\ncash = \"1\"\n[[agents]]\nkind = \"noise\"\ncash = \"1\"",
            "which is there already"
        ),
        (
            "[[agents]]\nkind = \"noise\"\ncash = \"1\"\nsignals = \"s.csv\"",
            "is for informed agents"
        ),
        ("[[flow]]\ncash = \"1\"", "path is missing"),
    ])
    func `a crowd that cannot be is refused at its place`(
        participants: String, message: String
    ) throws {
        let scratch = try Scratch()
        let path = try Event.write(scratch, participants)
        let spoken = try Spoken("market", "run", path, "--out", scratch("out"))
        #expect(spoken.code == .configuration)
        #expect(spoken.error.contains(message), "\(spoken.error)")
        #expect(spoken.error.split(separator: "\n").count == 1)
        #expect(!scratch.exists("out"))
    }

    @Test func `files that are missing or wrong have their codes`() throws {
        let scratch = try Scratch()
        let informed = "[[agents]]\nkind = \"informed\"\ncash = \"1\"\nsignals = \"s.csv\""
        let path = try Event.write(scratch, informed)
        #expect(try Spoken("market", "run", path, "--out", scratch("a")).code == .inputMissing)
        try scratch.write(
            "time,agent,outcome,belief\n2026-01-01,informed-9,final/Bob/YES,0.5\n", "s.csv")
        let wrong = try Spoken("market", "run", path, "--out", scratch("a"))
        #expect(wrong.code == .badData)
        #expect(wrong.error.contains("s.csv:2:"))
        let event = try Event.write(scratch)
        #expect(
            try Spoken("market", "replay", event, scratch("no.csv")).code == .inputMissing)
        try scratch.write("time\n", "short.csv")
        #expect(try Spoken("market", "replay", event, scratch("short.csv")).code == .badData)
        let unknown = try Spoken(
            "market", "run", event, "--without", "maker", "--out", scratch("a"))
        #expect(unknown.code == .usage)
        #expect(unknown.error.contains("Did you mean \"maker-1\""))
        let bars = try scratch.write(Sample.configuration(), "bars.toml")
        #expect(try Spoken("market", "run", bars).code == .configuration)
        #expect(!scratch.exists("a"))
    }
}

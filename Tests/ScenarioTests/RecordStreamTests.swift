import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepMarket
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Testing

@Suite struct RecordStreamTests {
    /// Two random walks, three strategies on two accounts, fees, slippage, refusals and timers.
    static func configuration() throws -> BacktestConfiguration {
        var crossing = MovingAverageCross.Parameters()
        crossing.fast = 3
        crossing.slow = 8
        var plans: [StrategyPlan] = []
        for number in 1...2 {
            crossing.symbol = "S\(number)"
            plans.append(
                try StrategyPlan(
                    MovingAverageCross.self, crossing, account: AccountID(UInt32(number)),
                    name: "cross-\(number)"))
        }
        plans.append(
            try Stage.script(
                [
                    "frame@5 buy 1 3 tag early", "frame@9 sell 1 3 limit 9990",
                    "frame@12 sell 2 9", "frame@20 wake 1231", "timer@21 buy 2 2",
                    "fill@23 note seen 1", "frame@30 cancel 2", "end@402 buy 1 1",
                ]))
        return try Stage.configuration(
            [Stage.walk(1, seed: 1, count: 400), Stage.walk(2, seed: 2, count: 400)],
            instruments: 2, accounts: [Stage.account(1), Stage.account(2, kind: .margin)],
            settings: EngineSettings(
                fees: .proportional(
                    ProportionalFee(fixed: Money(units: 10_000), rate: try Rate("0.0005"))),
                slippage: .rate(RateSlippage(rate: try Rate("0.0002")))), plans)
    }

    private static func log() throws -> Log {
        try withScratch { directory in
            let path = directory + "/run.lka"
            _ = try Backtest(configuration()).runHere(auditLog: path)
            return try Log(path)
        }
    }

    @Test func `numbers are gapless, causes come before, and roots have none`() throws {
        let log = try Self.log()
        #expect(log.status == .closed(.completed))
        #expect(log.records.map(\.sequence) == Array(1...UInt64(log.records.count)))
        let parents: [String: Set<String>] = [
            "intent": ["frame", "booking", "orderUpdate", "lifecycle"], "order": ["intent"],
            "orderUpdate": ["order", "frame", "intent"], "fill": ["frame"],
            "booking": ["fill", "lifecycle"], "lotClosed": ["fill"],
            "snapshot": ["frame", "lifecycle"], "note": ["frame", "booking", "orderUpdate"],
            "wake": ["frame", "order", "lifecycle"],
        ]
        var seen: Set<String> = []
        for record in log.records {
            seen.insert(record.topic)
            if record.topic == "frame" || record.topic == "lifecycle" {
                #expect(record.cause == 0)
                #expect(record.producer == 0)
                continue
            }
            guard let expected = parents[record.topic] else { continue }
            #expect(record.cause > 0 && record.cause < record.sequence, "\(record)")
            let parent = log.records[Int(record.cause) - 1]
            #expect(expected.contains(parent.topic), "\(record.topic) of \(parent.topic)")
            // Everything that an envelope causes belongs to its step.
            #expect(parent.time == record.time, "\(record)")
        }
        #expect(seen.isSuperset(of: Set(parents.keys).union(["frame", "lifecycle", "control"])))
    }

    @Test func `every envelope of a step has its time, and steps follow each other`() throws {
        let log = try Self.log()
        var times: Set<Timestamp> = []
        var previous: Timestamp?
        var step: UInt64 = 0
        for record in log.records {
            if record.name("kind") == "end", record.topic == "control" { continue }
            times.insert(record.time)
            guard record.topic == "control", record.name("kind") == "stepEnd" else { continue }
            try #require(times.count == 1, "step \(step)")
            // The end of the feed has the time of the last step; all others come after another.
            if let previous {
                #expect(step == 402 ? record.time == previous : record.time > previous)
            }
            previous = record.time
            times = []
            step += 1
        }
        // The set-up, 400 bars, one timer between bars, and the end of the feed.
        #expect(step == 403)
        #expect(times.isEmpty)
        #expect(log.end?.name("kind") == "end")
    }

    @Test func `no order fills before it was asked, nor at data that began before`() throws {
        let log = try Self.log()
        var asked: [UInt64: Timestamp] = [:]
        for intent in log.records(of: "intent") where intent.name("action") == "place" {
            let order = try #require(intent.number("id"))
            asked[order] = intent.time
        }
        let fills = log.records(of: "fill")
        #expect(fills.count > 20)
        for fill in fills {
            let order = try #require(fill.number("order"))
            let time = try #require(asked[order])
            let executed = try #require(fill.time("executedAt"))
            #expect(executed >= time)
            #expect(fill.time > time)
            // A fill at the open has the start of its bar, which is not before the intent.
            if fill.name("point") == "open" {
                #expect(executed.nanoseconds % (60 * Stage.second) == 0)
            }
        }
    }

    @Test func `the configuration in the log is canonical JSON without paths and names of files`()
        throws
    {
        let (text, file) = try withScratch { directory in
            let file = directory + "/quotes.csv"
            try Formats.iso(to: file)
            var configuration = try Formats.configuration(path: file, Formats.isoLayout())
            configuration.name = "a-name-of-its-own"
            let path = directory + "/run.lka"
            _ = try Backtest(configuration).runHere(auditLog: path)
            return (try #require(try Log(path).configuration), file)
        }
        #expect(!text.contains("quotes"))
        #expect(!text.contains(file))
        #expect(!text.contains("a-name-of-its-own"))
        #expect(!text.contains("csv"))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let canonical = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        #expect(String(bytes: canonical, encoding: .utf8) == text)
        let tree = try #require(object as? [String: Any])
        #expect(
            Set(tree.keys) == [
                "seed", "start", "end", "venues", "instruments", "series", "accounts",
                "strategies", "risk",
            ])
    }
}

import Foundation
import LockstepAudit
import LockstepBus
import LockstepFiles
import Testing

@testable import LockstepCLI

@Suite struct AuditCommandTests {
    /// Makes a log and gives its path.
    private func log(_ scratch: Scratch) throws -> String {
        try scratch.write(Sample.bars, "A.csv")
        let path = try scratch.write(Sample.configuration(), "a.toml")
        let spoken = try Spoken("run", path, "--out", scratch("out"), "--quiet")
        #expect(spoken.code == .success)
        return scratch("out/audit.lka")
    }

    @Test func `the short form of dump does the same as the long one`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let short = try Spoken("dump", log)
        #expect(short.code == .success)
        #expect(short.output == (try Spoken("audit", "dump", log)).output)
        #expect(short.output.hasPrefix("1 2020-01-01T00:00:00Z control"))
    }

    @Test func `conditions are joined`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        func lines(_ words: String...) throws -> [Substring] {
            try Spoken(["dump", log] + words).output.split(separator: "\n")
        }
        #expect(try lines("--topic", "fill").count == 1)
        #expect(try lines("--topic", "fill", "--topic", "order").count == 2)
        #expect(try lines("--topic", "fill", "--symbol", "A").count == 1)
        #expect(try lines("--seq", "2..4").map { $0.prefix(2) } == ["2 ", "3 ", "4 "])
        #expect(try lines("--seq", "3").count == 1)
        #expect(try lines("--seq", "..2").count == 2)
        let fill = try #require(try lines("--topic", "fill").first)
        // The order of the first bar is filled in the frame that ends the second one.
        #expect(fill.contains("2020-01-03T00:00:00Z fill"))
        #expect(
            try lines("--topic", "fill", "--from", "2020-01-03", "--to", "2020-01-03") == [fill])
        #expect(try lines("--topic", "fill", "--to", "2020-01-02").isEmpty)
    }

    @Test func `csv has a column for each field of one topic, and jsonl an object a line`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let csv = try Spoken("dump", log, "--topic", "order", "--format", "csv").output
        #expect(csv.hasPrefix("seq,time,topic,parent,producer,id,intent\n"))
        let json = try Spoken("dump", log, "--topic", "order", "--format=jsonl").output
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect(object?["topic"] as? String == "order")
    }

    @Test(arguments: [
        (["--topic", "fil"], "Did you mean \"fill\"?"),
        (["--symbol", "AA"], "No instrument \"AA\""),
        (["--seq", "5..2"], "--seq is \"5..2\"."),
        (["--seq", ".."], "--seq is \"..\"."),
        (["--from", "soon"], "--from is \"soon\", which is no time."),
        (["--from", "2020-01-03", "--to", "2020-01-02"], "--from is after --to."),
        (["--format", "cvs"], "Did you mean \"csv\"?"),
        (["--format", "csv", "--raw"], "--raw goes with text and jsonl only."),
    ])
    func `a condition that makes no sense is refused`(_ words: [String], _ part: String) throws {
        let scratch = try Scratch()
        let spoken = try Spoken(["dump", try log(scratch)] + words)
        #expect(spoken.code == .usage)
        #expect(spoken.error.contains(part), "\(spoken.error)")
        #expect(spoken.output.isEmpty)
    }

    @Test func `verify, stat and the result agree on the digest`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let result =
            try JSONSerialization.jsonObject(with: Data(try scratch.read("out/result.json").utf8))
            as? [String: Any]
        let digest = try #require(result?["digest"] as? String)
        let verified = try Spoken("audit", "verify", log, "--digest", digest.uppercased())
        #expect(verified.code == .success)
        #expect(verified.output.contains("digest   \(digest)"))
        #expect(try Spoken("audit", "stat", log).output.contains("digest   \(digest)"))
        let json = try Spoken("audit", "stat", log, "--json").output
        let found = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect(found?["digest"] as? String == digest)
        let other = String(repeating: "0", count: 64)
        let refused = try Spoken("audit", "verify", log, "--digest", other)
        #expect(refused.code == .corrupt)
        #expect(refused.error.contains(digest) && refused.error.contains(other))
    }

    @Test func `a cut log is a finding, a changed one corrupt, another file no log`() throws {
        let scratch = try Scratch()
        let bytes = try Data(contentsOf: URL(filePath: try log(scratch)))
        try bytes.dropLast(20).write(to: URL(filePath: scratch("torn.lka")))
        var changed = bytes
        changed[bytes.count / 3] ^= 1
        try changed.write(to: URL(filePath: scratch("changed.lka")))
        #expect(try Spoken("audit", "verify", scratch("torn.lka")).code == .finding)
        let corrupt = try Spoken("audit", "verify", scratch("changed.lka"))
        #expect(corrupt.code == .corrupt)
        #expect(corrupt.error.contains("changed.lka: corrupt at byte"))
        #expect(try Spoken("audit", "verify", scratch("a.toml")).code == .notALog)
        #expect(try Spoken("audit", "stat", scratch("none.lka")).code == .inputMissing)
        #expect(try Spoken("dump", scratch("torn.lka")).code == .finding)
    }
}

@Suite struct SemanticsCommandTests {
    /// A log with sound bytes of steps that have a symbol each, and of steps that have nothing.
    private func write(steps: [Bool], _ path: String) throws {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
        let writer = try AuditLogWriter(
            creating: path, manifest: AuditManifest(run: "marks", toolVersion: "1.0"),
            settings: try AuditLogSettings(sync: .none, salt: .derived(digest)))
        var sequence: UInt64 = 0
        func append(_ event: ControlEvent, step: Int) throws {
            sequence += 1
            try writer.append(
                sequence: sequence, time: Int64(step) * 1_000_000_000, topic: 0
            ) { event.encode(into: &$0) }
        }
        for (step, isSound) in steps.enumerated() {
            if isSound { try append(.symbol(id: UInt32(step), text: "s\(step)"), step: step) }
            try append(.stepEnd, step: step)
        }
        try append(.end(.completed, reason: nil), step: steps.count)
        _ = try writer.close(.completed)
    }

    @Test func `a sound log has a line for each rule and no finding`() throws {
        let scratch = try Scratch()
        try write(steps: [true, true, true], scratch("sound.lka"))
        let spoken = try Spoken("audit", "verify", "--semantics", scratch("sound.lka"))
        #expect(spoken.code == .success)
        #expect(spoken.error.isEmpty)
        let lines = spoken.output.split(separator: "\n")
        for rule in ["records", "steps", "times", "parents", "causes", "risk", "orders", "leaves"]
            + ["fills", "decisions", "cash", "positions", "lots", "profits", "equity"]
        {
            #expect(
                lines.count { $0.hasPrefix(rule + " ") && $0.contains("  0  ") } >= 1, "\(rule)")
        }
    }

    @Test func `findings are shown up to twenty, counted all, and end the command with 1`() throws {
        let scratch = try Scratch()
        // Of 31 steps 30 have nothing but their end.
        try write(steps: (0...30).map { $0 == 0 }, scratch("gaps.lka"))
        let spoken = try Spoken("audit", "verify", "--semantics", scratch("gaps.lka"))
        #expect(spoken.code == .finding)
        #expect(spoken.error.contains("gaps.lka: 30 findings"))
        #expect(spoken.output.contains("findings (20 of 30)"))
        let found = spoken.output.split(separator: "\n").filter { $0.hasPrefix("steps: ") }
        #expect(found.count == 20)
        let first =
            "steps: record 3, step 1, 1970-01-01T00:00:01Z: "
            + "expected a record of step 1 before its end, found its end alone"
        #expect(found.first.map(String.init) == first)
        // Bytes and numbers of records are sound all the same.
        #expect(try Spoken("audit", "verify", scratch("gaps.lka")).code == .success)
    }

    @Test func `damage of bytes stands above findings`() throws {
        let scratch = try Scratch()
        try write(steps: [true, false], scratch("gaps.lka"))
        let bytes = try Data(contentsOf: URL(filePath: scratch("gaps.lka")))
        try bytes.dropLast(20).write(to: URL(filePath: scratch("torn.lka")))
        let torn = try Spoken("audit", "verify", "--semantics", scratch("torn.lka"))
        #expect(torn.code == .finding)
        #expect(torn.error.contains("torn at byte"))
        #expect(torn.output.contains("expected a record of step 1 before its end"))
        let both = try Spoken("audit", "verify", "--semantics", "--quick", scratch("gaps.lka"))
        #expect(both.code == .usage)
    }
}

@Suite struct StrategiesCommandTests {
    @Test func `strategies are listed with their defaults`() throws {
        let spoken = try Spoken("strategies")
        #expect(
            spoken.output.contains("MovingAverageCross\n    symbol = \"AAPL\"\n    fast = 10\n"))
        #expect(spoken.output.contains("Stumbler\n"))
        let json = try Spoken("strategies", "--json").output
        let list =
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
        #expect(
            list?.map { $0["name"] as? String } == [
                "BuyAndHold", "ContrarianTrader", "Fickle", "InformedTrader", "InventoryMaker",
                "MomentumTrader", "MovingAverageCross", "NoiseTrader", "SetArbitrageur",
                "StrengthRotation", "Stumbler", "TopQuoter",
            ])
    }

    @Test func `the version is told`() throws {
        #expect(try Spoken("--version").output == "lockstep \(MachineFacts.version)\n")
    }
}

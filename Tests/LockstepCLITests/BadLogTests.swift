import Foundation
import LockstepAudit
import LockstepBus
import LockstepFiles
import Testing

@testable import LockstepCLI

/// What questions to a log say to inputs that cannot be answered.
@Suite struct BadLogTests {
    static let commands: [[String]] = [
        ["why", "FILE", "1"], ["at", "FILE", "2020-01-01"],
        ["export", "FILE", "--to", "jsonl", "-o", "OUT"], ["dump", "FILE", "--causes", "1"],
    ]

    private func ask(_ command: [String], _ file: String, _ scratch: Scratch) throws -> Spoken {
        try Spoken(
            ["audit"]
                + command.map { $0 == "FILE" ? file : $0 == "OUT" ? scratch("made") : $0 })
    }

    @Test(arguments: commands)
    func `files that are none are told in one line each`(_ command: [String]) throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch("directory"), withIntermediateDirectories: false)
        try scratch.write("", "empty.lka")
        try scratch.write("timestamp,open,high\n1,2,3\n", "other.csv")
        try Data([0x50, 0x2A, 0x4D, 0x18, 0x40]).write(to: URL(filePath: scratch("cut.lka")))
        let before = try scratch.names
        for (name, codes) in [
            ("missing.lka", [ExitCode.inputMissing]), ("directory", [.inputMissing]),
            ("empty.lka", [.finding, .notALog]), ("other.csv", [.notALog]), ("cut.lka", [.finding]),
        ] {
            let spoken = try ask(command, scratch(name), scratch)
            #expect(codes.contains(spoken.code), "\(name): \(spoken.code) \(spoken.error)")
            let lines = spoken.error.split(separator: "\n")
            #expect(lines.count == 1, "\(name): \(spoken.error)")
            #expect(lines.allSatisfy { $0.contains(name) }, "\(name): \(spoken.error)")
            #expect(try scratch.names == before)
        }
    }

    @Test(arguments: commands)
    func `a changed byte in the middle is corrupt`(_ command: [String]) throws {
        let run = try ExampleRun("portfolio")
        var bytes = try Data(contentsOf: URL(filePath: run.log))
        // Without its index a log is read as a whole; its first block is changed.
        bytes = bytes.dropLast(20)
        bytes[bytes.count / 4] ^= 1
        try bytes.write(to: URL(filePath: run.scratch("bad.lka")))
        let spoken = try ask(command, run.scratch("bad.lka"), run.scratch)
        #expect(spoken.code == .corrupt)
        #expect(spoken.error.contains("bad.lka: "))
        #expect(spoken.error.contains("corrupt at byte"))
        #expect(spoken.error.split(separator: "\n").count == 1)
        #expect(!run.scratch.exists("made"))
    }

    @Test(arguments: ["why", "at", "export", "dump"])
    func `a reader that goes away is no error`(_ name: String) throws {
        let run = try ExampleRun("demo")
        let line =
            switch name {
            case "why": "\"$0\" audit why run/audit.lka 87"
            case "at": "\"$0\" audit at run/audit.lka 2010-01-01"
            case "export": "\"$0\" audit export run/audit.lka --to csv -o made"
            default: "\"$0\" dump run/audit.lka --causes 87"
            }
        let (code, error) = try ProcessTests.run(
            line + " | head -n 0; exit ${PIPESTATUS[0]}", [], in: run.scratch.path)
        #expect(code == 0)
        #expect(error.isEmpty)
    }

    @Test func `names and texts of a log cannot steer a terminal`() throws {
        let scratch = try Scratch()
        let hostile = "\u{1B}[31mred\u{202E}\nline"
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
        let writer = try AuditLogWriter(
            creating: scratch("a.lka"), manifest: AuditManifest(run: "a", toolVersion: "1.0"),
            settings: try AuditLogSettings(sync: .none, salt: .derived(digest)))
        let json = JSONValue.string(hostile).text()
        let configuration = """
            {"accounts":[{"name":\(json),"currency":\(json)}],"strategies":[{"name":\(json)}],\
            "instruments":[{"symbol":\(json)}]}
            """
        let schema = RecordSchema([
            .init("instrument", .unsigned), .init("strategy", .unsigned), .init(hostile, .string),
        ])
        let events: [ControlEvent] = [
            .schema(topic: 32, name: hostile, schema: schema),
            .configuration(json: configuration),
        ]
        var sequence: UInt64 = 0
        for event in events {
            sequence += 1
            try writer.append(sequence: sequence, time: 0, topic: 0) { event.encode(into: &$0) }
        }
        try writer.append(sequence: 3, time: 0, topic: 32, cause: 2, producer: 5) { record in
            record.unsigned(1)
            record.unsigned(1)
            record.string(hostile)
        }
        _ = try writer.close(.completed)
        let log = scratch("a.lka")
        for words in [
            ["why", log, "3"], ["why", log, "3", "--format", "json"], ["at", log, "2000-01-01"],
            ["at", log, "2000-01-01", "--format", "json"], ["dump", log, "--causes", "3"],
        ] {
            let spoken = try Spoken(["audit"] + words)
            #expect(spoken.code == .success, "\(spoken.error)")
            for scalar in (spoken.output + spoken.error).unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && scalar != "\u{202E}", "\(words)")
            }
            #expect(spoken.output.contains("red"))
        }
        for (format, name) in [("jsonl", "o.jsonl"), ("csv", "o")] {
            let spoken = try Spoken("audit", "export", log, "--to", format, "-o", scratch(name))
            #expect(spoken.code == .success, "\(spoken.error)")
        }
        #expect(try scratch.read("o.jsonl").contains("\u{1B}") == false)
        #expect(try scratch.read("o/topic-32.csv").contains("\u{1B}") == false)
    }
}

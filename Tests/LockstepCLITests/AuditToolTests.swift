import Foundation
import Glibc
import LockstepAudit
import Testing

@testable import LockstepCLI

/// `audit tail`, `diff`, `recover` and `dump --salvage`.
@Suite struct AuditToolTests {
    /// Runs a backtest of some hundred bars with small blocks, and gives the path of its log.
    private func log(_ scratch: Scratch, _ name: String = "one", lots: Int = 1) throws -> String {
        try scratch.write(Sample.manyBars(300), "A.csv")
        let text = Sample.manyBarsConfiguration(
            parameters: "symbol = \"A\", fast = 2, slow = 5, lots = \(lots)")
        let path = try scratch.write(text + "\n[audit]\nblock = 1024\n", "\(name).toml")
        let spoken = try Spoken("run", path, "--out", scratch(name), "--quiet")
        #expect(spoken.code == .success, "\(spoken.error)")
        return scratch("\(name)/audit.lka")
    }

    private func cut(_ log: String, _ path: String, by count: Int) throws -> String {
        try Data(contentsOf: URL(filePath: log)).dropLast(count).write(to: URL(filePath: path))
        return path
    }

    @Test func `tail shows the end of what dump shows`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let all = try Spoken("dump", log).output.split(separator: "\n")
        #expect(try Spoken("audit", "tail", log).output.split(separator: "\n") == all.suffix(10))
        let three = try Spoken("audit", "tail", "-n3", log)
        #expect(three.output.split(separator: "\n") == all.suffix(3))
        #expect(try Spoken("audit", "tail", "-n", "0", log).output.isEmpty)
        let fills = try Spoken("dump", log, "--topic", "fill").output.split(separator: "\n")
        let last = try Spoken("audit", "tail", "-n", "2", "--topic", "fill", log)
        #expect(last.output.split(separator: "\n") == fills.suffix(2))
        #expect(last.code == .success)
        // A closed log has nothing more to wait for.
        #expect(try Spoken("audit", "tail", "-f", "-n", "3", log).output == three.output)
        let torn = try Spoken("audit", "tail", try cut(log, scratch("torn.lka"), by: 30))
        #expect(torn.code == .finding)
        #expect(torn.error.contains("torn at byte"))
    }

    @Test func `a log that does not grow is waited for as long as asked`() throws {
        let scratch = try Scratch()
        let torn = try cut(try log(scratch), scratch("torn.lka"), by: 30)
        let spoken = try Spoken("audit", "tail", "-f", "--idle", "1", "-n", "1", torn)
        #expect(spoken.code == .finding)
        #expect(spoken.error == "\(torn): not closed, and not grown for 1 s\n")
        #expect(spoken.output.split(separator: "\n").count == 1)
        // A file in which nothing stands yet is no error either.
        let empty = try scratch.write("", "empty.lka")
        #expect(try Spoken("audit", "tail", "-f", "--idle", "1", empty).code == .finding)
    }

    @Test(.timeLimit(.minutes(2))) func `tail follows a log to its end`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let bytes = try Data(contentsOf: URL(filePath: log))
        try Data().write(to: URL(filePath: scratch("live.lka")))
        let (process, pipe) = try ProcessTests.start(
            "\"$0\" audit tail -f -n 100000 --idle 60 live.lka > out.txt", [], in: scratch.path)
        let file = try #require(FileHandle(forWritingAtPath: scratch("live.lka")))
        for start in stride(from: 0, to: bytes.count, by: 3000) {
            try file.write(contentsOf: bytes[start..<min(start + 3000, bytes.count)])
            usleep(20_000)
        }
        let error = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(error)")
        #expect(error.isEmpty)
        #expect(try scratch.read("out.txt") == Spoken("dump", log).output)
    }

    @Test func `a file that becomes another one while it is followed ends it with 2`() throws {
        let scratch = try Scratch()
        let torn = try cut(try log(scratch), scratch("torn.lka"), by: 30)
        let (process, pipe) = try ProcessTests.start(
            "\"$0\" audit tail -f -n 1 --idle 60 torn.lka > out.txt", [], in: scratch.path)
        while try scratch.exists("out.txt") == false || scratch.read("out.txt").isEmpty {
            usleep(5000)
        }
        try Data(count: 100).write(to: URL(filePath: torn), options: [])
        let error = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 2)
        #expect(error.contains("it has become shorter"), "\(error)")
        #expect(error.split(separator: "\n").count == 1)
    }

    @Test func `diff ends with 0, 1 or 2 and shows where two logs part, and why`() throws {
        let scratch = try Scratch()
        let one = try log(scratch)
        let again = try log(scratch, "again")
        let other = try log(scratch, "other", lots: 2)
        let same = try Spoken("audit", "diff", one, again)
        #expect(same.code == .success)
        #expect(same.output.hasPrefix("no difference: "))
        // The configuration tells the lots.
        let first = try Spoken("audit", "diff", one, other)
        #expect(first.code == .finding)
        #expect(first.error.isEmpty)
        #expect(first.output.contains("control\n"))
        let order = try Spoken("audit", "diff", one, other, "--topic", "intent", "--context", "1")
        #expect(order.code == .finding)
        let lines = order.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.contains { $0.hasPrefix("terms.size.value  1") && $0.hasSuffix("2") },
            "\(order.output)")
        let causes = try #require(lines.firstIndex(of: "causes"))
        #expect(lines[causes + 1].contains(" frame "))
        #expect(lines.contains("before") && lines.contains("after"))
        let ignoring = try Spoken(
            "audit", "diff", one, other, "--topic", "frame", "--ignore", "frame.volume")
        #expect(ignoring.code == .success)
        let unknown = try Spoken("audit", "diff", one, other, "--ignore", "volum")
        #expect(unknown.code == .usage)
        #expect(unknown.error.contains("Did you mean \"volume\"?"))
        let torn = try cut(one, scratch("torn.lka"), by: 3000)
        #expect(try Spoken("audit", "diff", one, torn).code == .corrupt)
        #expect(try Spoken("audit", "diff", torn, torn).code == .corrupt)
        let prefix = try Spoken("audit", "diff", one, torn, "--prefix")
        #expect(prefix.code == .success)
        #expect(prefix.error.contains("torn at byte"))
        #expect(try Spoken("audit", "diff", torn, other, "--prefix").code == .finding)
    }

    @Test func `recover closes a log and touches nothing else`() throws {
        let scratch = try Scratch()
        let torn = try cut(try log(scratch), scratch("torn.lka"), by: 3000)
        let before = try Data(contentsOf: URL(filePath: torn))
        let spoken = try Spoken("audit", "recover", torn, "-o", scratch("whole.lka"))
        #expect(spoken.code == .success)
        #expect(spoken.error.contains("torn at byte"))
        let verified = try Spoken("audit", "verify", scratch("whole.lka"))
        #expect(verified.code == .success)
        #expect(verified.output.contains("status   closed (recovered)"))
        #expect(
            try Spoken("audit", "tail", "-n1", scratch("whole.lka")).output
                .contains("kind=recovered offset="))
        let stat = try Spoken("audit", "stat", scratch("whole.lka"))
        #expect(stat.code == .success)
        let digest = try #require(
            stat.output.split(separator: "\n").first { $0.hasPrefix("digest") }?.suffix(64))
        #expect(verified.output.contains(digest))
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd") {
            // Stock tools read it too, and find the digest.
            let (code, error) = try ProcessTests.run(
                "zstd -q -t whole.lka && zstd -dcq whole.lka | sha256sum | grep -q '^\(digest) '",
                [], in: scratch.path)
            #expect(code == 0, "\(error)")
        }
        #expect(try Spoken("audit", "verify", "--semantics", scratch("whole.lka")).code == .success)
        #expect(try Spoken("audit", "recover", torn, "-o", torn).code == .usage)
        #expect(
            try Spoken("audit", "recover", torn, "-o", scratch("whole.lka")).code == .cannotCreate)
        #expect(
            try Spoken("audit", "recover", torn, "-o", scratch("no/x.lka")).code == .cannotCreate)
        #expect(try Spoken("audit", "recover", torn).code == .usage)
        #expect(try Data(contentsOf: URL(filePath: torn)) == before)
        #expect(try scratch.names == ["A.csv", "one", "one.toml", "torn.lka", "whole.lka"])
    }

    @Test func `stat and verify tell the state of any log`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        let whole = try Spoken("audit", "stat", log)
        #expect(whole.code == .success)
        #expect(whole.output.contains("status   closed (completed)"))
        #expect(whole.output.contains("fill 9 v"))
        let json =
            try JSONSerialization.jsonObject(
                with: Data(try Spoken("audit", "stat", "--json", log).output.utf8))
            as? [String: Any]
        let schemas = try #require(json?["schemas"] as? [[String: Any]])
        let fill = try #require(schemas.first { $0["name"] as? String == "fill" })
        #expect((fill["fields"] as? [String])?.contains("price") == true)

        let torn = try cut(log, scratch("torn.lka"), by: 6000)
        for command in ["stat", "verify"] {
            let spoken = try Spoken("audit", command, torn)
            #expect(spoken.code == .finding)
            #expect(spoken.output.hasPrefix("status   torn at byte"))
            #expect(spoken.error.hasPrefix("\(torn): torn at byte"))
        }
        let stat = try Spoken("audit", "stat", torn)
        let left = try #require(stat.output.split(separator: "\n").first { $0.hasPrefix("torn ") })
        #expect(left.hasSuffix(" bytes"))

        // The head of the second block: without an index, heads are all that is known.
        var bytes = try Data(contentsOf: URL(filePath: torn))
        let mark = try #require(bytes.dropFirst(1000).firstRange(of: Data("LKB1".utf8)))
        bytes[mark.lowerBound + 20] ^= 1
        try bytes.write(to: URL(filePath: scratch("corrupt.lka")))
        for command in ["stat", "verify", "dump", "tail"] {
            let spoken = try Spoken("audit", command, scratch("corrupt.lka"))
            #expect(spoken.code == .corrupt, "\(command)")
            #expect(spoken.error.contains("corrupt at byte"))
        }
    }

    @Test func `dump goes on behind damage where it is asked to`() throws {
        let scratch = try Scratch()
        let log = try log(scratch)
        var bytes = try Data(contentsOf: URL(filePath: log))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: scratch("damaged.lka")))
        let all = try Spoken("dump", log).output.split(separator: "\n")
        let plain = try Spoken("dump", scratch("damaged.lka"))
        #expect(plain.code == .corrupt)
        let salvaged = try Spoken("dump", scratch("damaged.lka"), "--salvage")
        #expect(salvaged.code == .corrupt)
        #expect(salvaged.error == plain.error)
        let lines = salvaged.output.split(separator: "\n")
        let gap = try #require(lines.firstIndex { $0.hasPrefix("--- gap at byte") })
        #expect(Array(lines[..<gap]) == plain.output.split(separator: "\n"))
        #expect(lines.count { $0.hasPrefix("---") } == 1)
        let rest = lines[(gap + 1)...]
        #expect(!rest.isEmpty && rest.elementsEqual(all.suffix(rest.count)))
        let json = try Spoken("dump", scratch("damaged.lka"), "--salvage", "--format", "jsonl")
        let line = try #require(
            json.output.split(separator: "\n").first { $0.hasPrefix("{\"gap\"") })
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let found = try #require(object?["gap"] as? [String: Any])
        #expect((found["blocks"] as? [Int])?.count == 2)
        #expect(lines[gap - 1].hasPrefix("\(try #require(found["records"] as? [Int])[0] - 1) "))
    }
}

/// Files that are no logs, and readers that go away: one clear line each, and the exit code.
@Suite struct AuditInputTests {
    private static let commands: [[String]] = [
        ["verify", "FILE"], ["verify", "--quick", "FILE"], ["verify", "--semantics", "FILE"],
        ["stat", "FILE"], ["dump", "FILE"], ["dump", "--salvage", "FILE"], ["tail", "FILE"],
        ["tail", "-f", "--idle", "1", "FILE"], ["diff", "FILE", "FILE"],
        ["recover", "FILE", "-o", "OUT"],
    ]

    /// What each command says to a file.
    private func expect(
        _ scratch: Scratch, _ path: String, _ code: ExitCode, _ part: String,
        otherwise: [String: ExitCode] = [:]
    ) throws {
        for command in Self.commands {
            let words = command.map {
                $0 == "FILE" ? path : $0 == "OUT" ? scratch("copy.lka") : $0
            }
            let spoken = try Spoken(["audit"] + words)
            #expect(spoken.code == otherwise[command[0]] ?? code, "\(words) \(spoken.error)")
            #expect(spoken.error.contains(part), "\(words) \(spoken.error)")
            let lines = spoken.error.split(separator: "\n").count
            #expect(lines == 1 || command[0] == "diff" && lines == 2, "\(spoken.error)")
            #expect(!scratch.exists("copy.lka"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `what is no log is told in one line`() throws {
        let scratch = try Scratch()
        try expect(scratch, scratch("none.lka"), .inputMissing, "No such file")
        try expect(scratch, scratch.path, .inputMissing, "this is a directory")
        // Safe because: the path outlives the call, which keeps no pointer to it.
        #expect(unsafe mkfifo(scratch("pipe"), 0o600) == 0)
        try expect(scratch, scratch("pipe"), .inputMissing, "this is a pipe")
        try expect(scratch, "/dev/null", .inputMissing, "this is a device")
        try expect(
            scratch, try scratch.write("timestamp,open\n1,2\n", "bars.csv"), .notALog,
            "not an audit log")
        let zip = scratch("other.zst")
        try Data([0x28, 0xB5, 0x2F, 0xFD] + [UInt8](repeating: 0, count: 100)).write(
            to: URL(filePath: zip))
        try expect(scratch, zip, .notALog, "not an audit log")
    }

    @Test func `an empty file is a log that has not begun`() throws {
        let scratch = try Scratch()
        let empty = try scratch.write("", "empty.lka")
        try expect(scratch, empty, .finding, "empty.lka", otherwise: ["diff": .corrupt])
    }

    @Test func `a reader that goes away ends a command with 0`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.manyBars(5000), "A.csv")
        let text = Sample.manyBarsConfiguration(parameters: "symbol = \"A\"")
        try scratch.write(text, "a.toml")
        #expect(
            try Spoken("run", scratch("a.toml"), "--out", scratch("a"), "--quiet").code == .success)
        for command in [
            "dump", "dump --format jsonl", "dump --salvage", "dump --topic frame",
            "tail -n 20000", "tail -f -n 20000",
        ] {
            let (code, error) = try ProcessTests.run(
                "\"$0\" audit \(command) a/audit.lka | head -n 1 > line; exit ${PIPESTATUS[0]}", [],
                in: scratch.path)
            #expect(code == 0 && error.isEmpty, "\(command): \(code) \(error)")
            #expect(try scratch.read("line").split(separator: "\n").count == 1)
        }
        for command in ["verify", "stat", "dump", "tail"] {
            let (code, error) = try ProcessTests.run(
                "\"$0\" audit \(command) a/audit.lka > /dev/full", [], in: scratch.path)
            #expect(code == 74 && error.contains("standard output: cannot write"), "\(error)")
        }
    }
}

import Foundation
import LockstepModel
import Testing

@testable import LockstepCLI

/// A run of an example, gone with it.
struct ExampleRun {
    static let names = ["demo", "portfolio", "rotation"]

    let scratch: Scratch
    let log: String

    init(_ name: String) throws {
        scratch = try Scratch()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Examples/MovingAverageCross/\(name).toml").path
        let spoken = try Spoken("run", path, "--out", scratch("run"), "--quiet")
        #expect(spoken.code == .success, "\(spoken.error)")
        log = scratch("run/audit.lka")
    }
}

@Suite struct WhyCommandTests {
    /// The numbers in front of the lines that a dump shows.
    private func numbers(_ words: String...) throws -> [Substring] {
        try Spoken(["dump"] + words).output.split(separator: "\n").compactMap {
            $0.split(separator: " ").first
        }
    }

    @Test(arguments: ExampleRun.names)
    func `why on a fill is a tree from the fill to the data`(_ name: String) throws {
        let run = try ExampleRun(name)
        for fill in try numbers(run.log, "--topic", "fill").prefix(25) {
            let spoken = try Spoken("audit", "why", run.log, String(fill))
            #expect(spoken.code == .success)
            #expect(spoken.error.isEmpty)
            let lines = spoken.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("fill \(fill) ") == true)
            for part in ["─ order ", "─ intent ", "─ frame ", "─ orderUpdate ", " passed risk"] {
                #expect(lines.contains { $0.contains(part) }, "\(part)")
            }
            #expect(lines.last?.contains("; none is later than ") == true)
            // Every line has its time.
            let tree = lines.dropLast()
            #expect(tree.allSatisfy { $0.contains("T00:00:00Z  ") })
        }
    }

    @Test func `the tree of one fill reads as it happened`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.bars, "A.csv")
        let path = try scratch.write(Sample.configuration(), "a.toml")
        _ = try Spoken("run", path, "--out", scratch("out"), "--quiet")
        let log = scratch("out/audit.lka")
        let fill = try #require(try numbers(log, "--topic", "fill").first)
        let spoken = try Spoken("audit", "why", log, String(fill))
        // Two shares are bought with the first bar's end in hand, and filled at the next open.
        let parts = [
            "2020-01-03T00:00:00Z  bought 2 A at 10.5 for order 1 of first, nothing left open",
            "executed 2020-01-02T00:00:00Z, fee 0.021",
            "2020-01-02T00:00:00Z  first asks to buy 2 A, market",
            "2020-01-02T00:00:00Z  A from 2020-01-01T00:00:00Z: open 10, high 11, low 9, "
                + "close 10.5, volume 100",
            "2020-01-02T00:00:00Z  order 1 of first is accepted, 2 open",
        ]
        for part in parts { #expect(spoken.output.contains(part), "\(part)\n\(spoken.output)") }
        let causes = try numbers(log, "--causes", String(fill))
        #expect(causes.count == 2 && causes.last == fill)
        let csv = try Spoken("dump", log, "--causes", String(fill), "--format", "csv").output
        #expect(csv.split(separator: "\n").count == 3)
        #expect(try numbers(log, "--causes", String(fill), "--topic", "fill") == [fill])
        #expect(try numbers(log, "--causes", String(fill), "--symbol", "A").count == 2)
    }

    @Test func `json has the records and what links them`() throws {
        let run = try ExampleRun("demo")
        let fill = try #require(try numbers(run.log, "--topic", "fill").first)
        let json = try Spoken("audit", "why", run.log, String(fill), "--format", "json").output
        let tree = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect(tree?["link"] as? String == "asked")
        #expect(tree?["topic"] as? String == "fill")
        let reasons = try #require(tree?["reasons"] as? [[String: Any]])
        #expect(reasons.map { $0["link"] as? String } == ["order", "history", "cause"])
    }

    @Test(arguments: [
        (["0"], "SEQ is \"0\", which is no number of a record."),
        (["x"], "SEQ is \"x\", which is no number of a record."),
        (["5697"], "There is no record 5697 in this log; it has 1 to 5696."),
        (["87", "--format", "xml"], "--format must be text, json, not \"xml\"."),
        ([], "SEQ is missing."),
    ])
    func `a number that makes no sense is refused`(_ words: [String], _ part: String) throws {
        let run = try ExampleRun("demo")
        let spoken = try Spoken(["audit", "why", run.log] + words)
        #expect(spoken.code == .usage)
        #expect(spoken.output.isEmpty)
        #expect(spoken.error.contains(part), "\(spoken.error)")
        #expect(spoken.error.split(separator: "\n").count == 1)
    }

    @Test func `a torn log is right up to the tear, and says so`() throws {
        let run = try ExampleRun("portfolio")
        let scratch = run.scratch
        let bytes = try Data(contentsOf: URL(filePath: run.log))
        // The last bytes are the index: every record is still there.
        try bytes.dropLast(20).write(to: URL(filePath: scratch("torn.lka")))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: scratch("half.lka")))
        let whole = try Spoken("audit", "why", run.log, "7000").output
        let torn = try Spoken("audit", "why", scratch("torn.lka"), "7000")
        #expect(torn.code == .finding)
        #expect(torn.output == whole)
        #expect(torn.error.contains("torn at byte"))
        let beyond = try Spoken("audit", "why", scratch("half.lka"), "7000")
        #expect(beyond.code == .finding)
        #expect(beyond.output.isEmpty)
        #expect(beyond.error.contains("half.lka: no record 7000 before the damage: torn at byte"))
    }
}

@Suite struct AtCommandTests {
    @Test(arguments: ExampleRun.names)
    func `cash and equity at any time are those of the run's own table`(_ name: String) throws {
        let run = try ExampleRun(name)
        let table = URL(filePath: run.log).deletingLastPathComponent().appending(path: "equity.csv")
        let rows = String(decoding: try Data(contentsOf: table), as: UTF8.self)
            .split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
        for row in stride(from: 0, to: rows.count, by: 97).map({ rows[rows.startIndex + $0] }) {
            let spoken = try Spoken("audit", "at", run.log, row[0], "--format", "json")
            #expect(spoken.code == .success)
            let found =
                try JSONSerialization.jsonObject(with: Data(spoken.output.utf8)) as? [String: Any]
            let accounts = try #require(found?["accounts"] as? [[String: Any]])
            let account = try #require(accounts.first { $0["name"] as? String == row[1] })
            #expect(account["cash"] as? String == Self.short(row[2]), "\(row)")
            #expect(account["equity"] as? String == Self.short(row[3]), "\(row)")
        }
    }

    /// A decimal without zeros that say nothing.
    private static func short(_ decimal: String) -> String {
        guard decimal.contains(".") else { return decimal }
        var text = decimal
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    @Test func `the text says which step it is the end of`() throws {
        let run = try ExampleRun("demo")
        let spoken = try Spoken("audit", "at", run.log, "2005-05-26T18:00:00Z")
        #expect(
            spoken.output.hasPrefix(
                "At 2005-05-26T18:00:00Z, with everything up to step 61 of 2005-05-26T00:00:00Z "
                    + "(record 162), and nothing of the next step, of 2005-05-27T00:00:00Z.\n"))
        for part in ["main (USD)", "3 of cross", "working", "last price"] {
            #expect(spoken.output.contains(part), "\(part)")
        }
        let early = try Spoken("audit", "at", run.log, "1999-01-01")
        #expect(early.code == .success)
        #expect(early.output.contains("nothing had happened; the first step is of 2005-03-01T"))
    }

    @Test func `a time that is none is refused, and a torn log ends with its code`() throws {
        let run = try ExampleRun("portfolio")
        let refused = try Spoken("audit", "at", run.log, "soon")
        #expect(refused.code == .usage)
        #expect(refused.error.contains("TIME is \"soon\", which is no time."))
        let scratch = run.scratch
        let bytes = try Data(contentsOf: URL(filePath: run.log))
        try bytes.dropLast(20).write(to: URL(filePath: scratch("torn.lka")))
        // What lies before the moment is right, whatever comes later.
        #expect(try Spoken("audit", "at", scratch("torn.lka"), "2006-01-01").code == .success)
        let end = try Spoken("audit", "at", scratch("torn.lka"), "2030-01-01")
        #expect(end.code == .finding)
        #expect(end.error.contains("torn at byte"))
        #expect(end.output.contains("; no step follows."))
    }
}

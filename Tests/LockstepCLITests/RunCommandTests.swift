import Foundation
import Testing

@testable import LockstepCLI

@Suite struct RunCommandTests {
    private func sample(_ scratch: Scratch, _ text: String = Sample.configuration()) throws
        -> String
    {
        try scratch.write(Sample.bars, "A.csv")
        return try scratch.write(text, "a.toml")
    }

    @Test func `a run writes its files, the result last, and shows what it came to`() throws {
        let scratch = try Scratch()
        let spoken = try Spoken("run", try sample(scratch), "--out", scratch("out"))
        #expect(spoken.code == .success)
        #expect(spoken.error.isEmpty)
        let out = try FileManager.default.contentsOfDirectory(atPath: scratch("out")).sorted()
        #expect(
            out == ["audit.lka", "equity.csv", "fills.csv", "manifest.json", "result.json"])
        // Bought at the open of the second bar: 2 lots at 10.50 are 21; the fee is 0.021.
        let fills = try scratch.read("out/fills.csv").split(separator: "\n")
        #expect(fills.count == 2)
        #expect(fills[1].contains(",A,buy,"))
        #expect(fills[1].contains(",21.000000,0.021000,"))
        // 1000 - 21 - 0.021 + 2 · 11.50.
        #expect(try scratch.read("out/result.json").contains("\"equity_end\": \"1001.979000\""))
        #expect(spoken.output.contains("sample"))
        #expect(spoken.output.contains("Rules    sim (bars), path adverse,"))
    }

    @Test func `equal runs have equal text files, and with --reproducible equal logs`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        for name in ["one", "two"] {
            #expect(
                try Spoken("run", path, "--out", scratch(name), "--quiet", "--reproducible").code
                    == .success)
        }
        for file in ["result.json", "equity.csv", "fills.csv", "audit.lka"] {
            let pair = try ["one/", "two/"].map {
                try Data(contentsOf: URL(filePath: scratch($0 + file)))
            }
            #expect(pair[0] == pair[1], "\(file)")
        }
    }

    @Test func `quiet prints nothing, and json the result alone`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        let quiet = try Spoken("run", path, "--out", scratch("one"), "--quiet")
        #expect(quiet.output.isEmpty && quiet.error.isEmpty)
        let json = try Spoken("run", path, "--out", scratch("two"), "--json")
        #expect(json.output == (try scratch.read("two/result.json")))
        #expect(json.error.isEmpty)
    }

    @Test func `the seed of the command line is above all others`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        _ = try Spoken(
            "run", path, "--out", scratch("out"), "--seed", "18446744073709551615", "--set",
            "run.seed=3")
        #expect(
            try scratch.read("out/result.json").contains("\"seed\": \"18446744073709551615\""))
    }

    @Test func `what exists is never overwritten`() throws {
        let scratch = try Scratch()
        try scratch.write("mine", "out")
        let spoken = try Spoken("run", try sample(scratch), "--out", scratch("out"))
        #expect(spoken.code == .cannotCreate)
        #expect(spoken.error.contains("exists already and is not overwritten"))
        #expect(try scratch.read("out") == "mine")
    }

    @Test(arguments: [
        ("parameters = { symbol = \"A\"", "parameters = { symbol = \"B\"", ExitCode.configuration),
        ("path = \"A.csv\"", "path = \"B.csv\"", .inputMissing),
        ("tick_size = \"0.01\"", "tick_size = \"0.03\"", .badData),
        ("[run]", "[run]\nstart = \"2021-01-01\"", .badData),
    ])
    func `of a run that never began nothing is left`(
        _ old: String, _ new: String, _ code: ExitCode
    ) throws {
        let scratch = try Scratch()
        let path = try sample(scratch, Sample.configuration().replacing(old, with: new))
        let spoken = try Spoken("run", path, "--out", scratch("out"))
        #expect(spoken.code == code)
        #expect(spoken.output.isEmpty)
        #expect(spoken.error.split(separator: "\n").count == 1, "\(spoken.error)")
        #expect(try scratch.names == ["A.csv", "a.toml"])
    }

    @Test(arguments: [
        "../x", "..", ".", "/tmp/x", "a/b", "-rf", "", "$(touch x)", "`touch x`", "a\\u0000b", "ａ",
        "a\\u202Eb", "a b", "a\\nb", String(repeating: "x", count: 300),
    ])
    func `names in a configuration lead nowhere, and nothing in them is carried out`(
        _ name: String
    ) throws {
        let scratch = try Scratch()
        let inner = scratch("inner")
        try FileManager.default.createDirectory(
            atPath: inner, withIntermediateDirectories: false)
        try scratch.write(Sample.bars, "inner/A.csv")
        let path = try scratch.write(Sample.configuration(name: name), "inner/a.toml")
        let spoken = try Spoken("run", path, "--out", scratch("inner/out"))
        #expect(spoken.code == .configuration)
        #expect(spoken.error.split(separator: "\n").count == 1)
        #expect(!spoken.error.utf8.contains { $0 < 0x20 && $0 != 0x0A })
        #expect(try scratch.names == ["inner"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: inner).sorted()
                == ["A.csv", "a.toml"])
    }

    @Test func `a configuration that is not there is a missing input`() throws {
        let scratch = try Scratch()
        let spoken = try Spoken("run", scratch("none.toml"))
        #expect(spoken.code == .inputMissing)
        #expect(spoken.error.contains("none.toml: cannot open"))
    }

    @Test func `a bad row in the middle ends the run as bad data, with its place`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        try scratch.write(Sample.bars + "2020-01-04,11.00,10.00,9.00,10.50,100\n", "A.csv")
        let spoken = try Spoken("run", path, "--out", scratch("out"))
        #expect(spoken.code == .badData)
        #expect(spoken.error.contains("A.csv:5:"))
        #expect(try scratch.read("out/result.json").contains("\"status\": \"failed\""))
    }

    @Test func `a strategy that throws ends the run with one line and a log that is whole`() throws
    {
        let scratch = try Scratch()
        let text = Sample.configuration(use: "Stumbler", parameters: "symbol = \"A\"")
        let spoken = try Spoken("run", try sample(scratch, text), "--out", scratch("out"))
        #expect(spoken.code == .runFailed)
        #expect(spoken.error.split(separator: "\n").count == 1)
        #expect(spoken.error.contains("in step 2"))
        #expect(spoken.error.contains("the second bar is one too many"))
        let result = try scratch.read("out/result.json")
        #expect(result.contains("\"status\": \"failed\""))
        #expect(result.contains("\"step\": 2"))
        let verified = try Spoken("audit", "verify", scratch("out/audit.lka"))
        #expect(verified.code == .success)
        #expect(verified.output.contains("closed (failed)"))
    }

    @Test func `in a batch one failure stops no other, and the first one gives the code`() throws {
        let scratch = try Scratch()
        let good = try sample(scratch)
        let later = try scratch.write(Sample.configuration(name: "later"), "c.toml")
        let bad = try scratch.write(
            Sample.configuration(name: "bad", use: "Stumbler", parameters: ""), "b.toml")
        let broken = try scratch.write("[run]\nnaem = \"x\"\n", "d.toml")
        let spoken = try Spoken(
            "run", good, bad, broken, later, "--out", scratch("out"), "--jobs", "2")
        #expect(spoken.code == .runFailed)
        for name in ["sample", "bad", "later"] {
            #expect(scratch.exists("out/\(name)/result.json"), "\(name)")
        }
        let places = ["sample ", "bad ", "not begun", "later "].compactMap {
            spoken.output.range(of: $0)?.lowerBound
        }
        #expect(places.count == 4)
        #expect(places == places.sorted())
        #expect(spoken.error.contains("d.toml:2:1: There is no key \"run.naem\"."))
        let digests = try ["sample", "later"].map {
            try scratch.read("out/\($0)/result.json").split(separator: "\n")
                .first { $0.contains("\"digest\"") }
        }
        // The name does not decide anything.
        #expect(digests[0] == digests[1])
    }

    @Test func `json of a batch is a list in the order given`() throws {
        let scratch = try Scratch()
        let good = try sample(scratch)
        let broken = try scratch.write("[run]\nnaem = \"x\"\n", "d.toml")
        let spoken = try Spoken("run", broken, good, "--out", scratch("out"), "--json")
        #expect(spoken.code == .configuration)
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(spoken.output.utf8)) as? [[String: Any]])
        #expect(list.map { $0["status"] as? String } == ["failed", "completed"])
        let error = try #require(list[0]["error"] as? [String: Any])
        #expect((error["message"] as? String)?.contains("d.toml:2:1") == true)
    }

    @Test func `a batch with a target that exists, or with one name twice, does not start`() throws
    {
        let scratch = try Scratch()
        let first = try sample(scratch)
        let second = try scratch.write(Sample.configuration(name: "other"), "b.toml")
        let twice = try Spoken("run", first, first, "--out", scratch("out"))
        #expect(twice.code == .usage)
        #expect(twice.error.contains("Two runs are named \"sample\""))
        try FileManager.default.createDirectory(
            atPath: scratch("out/other"), withIntermediateDirectories: true)
        let taken = try Spoken("run", first, second, "--out", scratch("out"))
        #expect(taken.code == .cannotCreate)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("out")) == ["other"])
    }
}

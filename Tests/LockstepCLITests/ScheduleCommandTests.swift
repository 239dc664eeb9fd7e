import LockstepModel
import LockstepStrategy
import Synchronization
import Testing

@testable import LockstepCLI

@Suite struct ScheduleCommandTests {
    private func sample(_ scratch: Scratch, use: String = "BuyAndHold") throws -> String {
        try scratch.write(Sample.bars, "A.csv")
        let parameters = use == "BuyAndHold" ? "symbol = \"A\", lots = 2" : "symbol = \"A\""
        return try scratch.write(
            Sample.configuration(use: use, parameters: parameters), "a.toml")
    }

    @Test func `a sound backtest has one digest under all schedules`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        let spoken = try Spoken("check", "schedule", path, "--seeds", "40", "--jobs", "2")
        #expect(spoken.code == .success)
        #expect(spoken.output.contains("Schedules      40 (seeds 0 to 39)"))
        #expect(spoken.output.contains("\n40 × "))
        #expect(spoken.output.contains("Digests agree"))
        #expect(spoken.error.isEmpty)
        // Nothing is left behind.
        #expect(try scratch.names == ["A.csv", "a.toml"])
    }

    @Test func `the digest is that of the run itself`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        let run = try Spoken("run", path, "--out", scratch("out"))
        let digest = try #require(
            run.output.split(separator: "\n").first { $0.hasPrefix("Digest") }
        ).dropFirst(9)
        #expect(
            try Spoken("check", "schedule", path, "--seed", "3").output
                .contains("Plain digest   \(digest)"))
    }

    @Test func `one seed is replayed and described`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        let spoken = try Spoken("check", "schedule", path, "--seed", "7")
        #expect(spoken.code == .success)
        #expect(spoken.output.contains("Schedule       seed 7: "))
        #expect(spoken.output == (try Spoken("check", "schedule", path, "--seed", "7").output))
    }

    @Test func `a backtest that fails is compared up to its failure`() throws {
        let scratch = try Scratch()
        let spoken = try Spoken(
            "check", "schedule", try sample(scratch, use: "Stumbler"), "--seeds", "20")
        #expect(spoken.code == .success)
        #expect(spoken.output.contains("the second bar is one too many"))
        #expect(spoken.output.contains("\n20 × "))
    }

    @Test func `a strategy that differs from run to run is found, with the first different event`()
        throws
    {
        let scratch = try Scratch()
        let spoken = try Spoken(
            "check", "schedule", try sample(scratch, use: "Fickle"), "--seeds", "5", "--out",
            scratch("logs"))
        #expect(spoken.code == .finding)
        #expect(spoken.output.contains("DIGESTS DIFFER"))
        #expect(spoken.output.contains("First different event, in step 1:"))
        // The note of the first bar has another value in every run.
        let lines = spoken.output.split(separator: "\n").filter { $0.contains("note") }
        #expect(lines.count == 2 && lines[0] != lines[1])
        #expect(scratch.exists("logs/plain.lka"))
        #expect(
            try Spoken("audit", "verify", scratch("logs/plain.lka")).code == .success)
    }

    @Test(arguments: [
        (["check", "schedule"], "CONFIG is missing"),
        (["check", "schedule", "a.toml", "--seeds", "0"], "from 1"),
        (["check", "schedule", "a.toml", "--seeds", "18446744073709551615"], "from 1"),
        (["check", "schedule", "a.toml", "--seed", "x"], "from 0"),
        (["check", "schedule", "a.toml", "--seed", "1", "--seeds", "2"], "exclude each other"),
        (["check", "schedule", "a.toml", "--set", "x"], "lacks a value"),
        (["check", "scedule", "a.toml"], "schedule"),
    ])
    func `what cannot be understood is refused`(words: [String], part: String) throws {
        let spoken = try Spoken(words)
        #expect(spoken.code == .usage)
        #expect(spoken.error.contains(part))
    }

    @Test func `an existing target is refused before anything runs`() throws {
        let scratch = try Scratch()
        let path = try sample(scratch)
        #expect(
            try Spoken("check", "schedule", path, "--out", scratch("A.csv")).code == .cannotCreate)
    }
}

/// Notes something else in every run: what no strategy may do.
struct Fickle: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "A"
    }

    private static let runs = Mutex(0)
    private let instrument: InstrumentID
    private let number: Int

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        number = Self.runs.withLock { runs in
            runs += 1
            return runs
        }
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        context.note("run", Double(number))
    }
}

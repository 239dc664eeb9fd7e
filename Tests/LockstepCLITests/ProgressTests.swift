import LockstepModel
import LockstepStrategy
import Testing

@testable import LockstepCLI

@Suite struct ProgressTests {
    @Test func `a line tells the share, the speed and the time that is left`() {
        // 4 of 16 cells; 1 200 000 steps in 6 s are 200 000 a second; 6 s for a quarter leave 18.
        let line = ProgressLine(title: "demo", share: 0.25, steps: 1_200_000, seconds: 6)
        #expect(
            line.text
                == "demo  [####------------]  25 %  1.2 M steps  200 k steps/s  0:18 left")
    }

    @Test func `without a known end there is no bar and no time left`() {
        let line = ProgressLine(title: "demo", share: nil, steps: 999, seconds: 1)
        #expect(line.text == "demo  999 steps  999 steps/s")
    }

    @Test func `a line is never longer than 79 columns`() {
        let line = ProgressLine(
            title: String(repeating: "x", count: 200), share: 0.02, steps: .max, seconds: 1e6)
        #expect(line.text.count <= 79)
    }

    @Test(arguments: [(0.0, "0:00"), (59.2, "1:00"), (61, "1:01"), (3661, "1:01:01")])
    func `seconds are told as a clock does`(_ seconds: Double, _ text: String) {
        #expect(ProgressLine.clock(seconds) == text)
    }

    @Test func `the end of a run is told by the last row of its data`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.bars, "A.csv")
        let path = try scratch.write(Sample.configuration(), "a.toml")
        let run = try PreparedRun(reading: path, PreparedRun.Demands(), try .builtIn())
        #expect(DataEnd.estimate(run)?.description == "2020-01-03T00:00:00Z")
        let short = try PreparedRun(
            reading: path, PreparedRun.Demands(overrides: ["run.end=2020-01-02"]), try .builtIn())
        #expect(DataEnd.estimate(short)?.description == "2020-01-02T00:00:00Z")
        try scratch.write("timestamp,open,high,low,close\nsoon,1,1,1,1\n", "A.csv")
        #expect(DataEnd.estimate(run) == nil)
    }

    @Test func `messages stay on one line and carry no control characters`() {
        #expect(Console.line("a\nb\u{1B}[2J\u{202E}c") == "a b\\u{1b}[2J\\u{202e}c")
    }
}

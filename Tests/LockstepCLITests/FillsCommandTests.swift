import Foundation
import LockstepModel
import LockstepStrategy
import Testing

@testable import LockstepCLI

/// Buys with a limit below the first close, protected on both sides.
private struct Fence: Strategy {
    struct Parameters: StrategyParameters { var symbol = "A" }

    private let instrument: InstrumentID
    private var isSent = false

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        if isSent { return }
        isSent = true
        context.bracket(
            OrderTerms(.buy, Quantity(lots: 2), of: instrument),
            stop: .stop(try bar.close.advanced(byTicks: -200)),
            target: .limit(try bar.close.advanced(byTicks: 200)))
    }
}

@Suite struct FillsCommandTests {
    private static func registry() throws -> StrategyRegistry {
        var registry = try StrategyRegistry.builtIn()
        try registry.register(Fence.self)
        return registry
    }

    /// Bought at 100 on the second day; its bar reaches the stop at 98 and the target at 102.
    private static let bars = """
        timestamp,open,high,low,close,volume
        2020-01-01,100,100,100,100,1000
        2020-01-02,100,103,97,101,1000
        2020-01-03,101,101,101,101,1000
        """

    private func path(_ scratch: Scratch, _ bars: String) throws -> String {
        try scratch.write(bars, "A.csv")
        return try scratch.write(
            Sample.configuration(use: "Fence", parameters: "symbol = \"A\""), "a.toml")
    }

    @Test func `what rests on the path inside a bar is told`() throws {
        let scratch = try Scratch()
        let spoken = try Spoken(
            ["check", "fills", try path(scratch, Self.bars)], strategies: Self.registry())
        #expect(spoken.code == .success)
        let lines = spoken.output.split(separator: "\n").map(String.init)
        // Two lots: 4 lost at the stop, 4 won at the target.
        #expect(lines.contains { $0.hasPrefix("path = \"adverse\"") && $0.contains(" 0") })
        #expect(
            lines.contains {
                $0.hasPrefix("path = \"ohlc\"") && $0.contains("sell 2 A at 102")
                    && $0.contains("not 2020-01-02T00:00:00Z sell 2 A at 98")
            }, "\(spoken.output)")
        #expect(lines.last?.contains("(as configured)") == true)
        #expect(lines.last?.contains("(path = \"ohlc\")") == true)
        // Nothing is left behind.
        #expect(try scratch.names == ["A.csv", "a.toml"])
    }

    @Test func `a rule that the data do not allow is told, and the others go on`() throws {
        let scratch = try Scratch()
        let empty = Self.bars.replacing(",1000", with: ",0").replacing(
            "2020-01-03,101,101,101,101,0", with: "2020-01-03,101,101,101,101,5")
        let spoken = try Spoken(
            ["check", "fills", try path(scratch, empty)], strategies: Self.registry())
        #expect(spoken.code == .success)
        // No volume on the second day: nothing is bought then, and a tenth of five is nothing.
        #expect(
            spoken.output.split(separator: "\n").contains {
                $0.hasPrefix("participation = \"0.1\"") && $0.contains("not 2020-01-02")
            }, "\(spoken.output)")
    }

    @Test func `a tear sheet tells the range where it is asked for`() throws {
        let scratch = try Scratch()
        let path = try path(scratch, Self.bars)
        let words = ["run", path, "--out", scratch("out"), "--check-fills"]
        let spoken = try Spoken(words, strategies: Self.registry())
        #expect(spoken.code == .success)
        let told = spoken.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // Four lost at the stop, or four won at the target, on what was there.
        #expect(told.contains("Under other rules of filling: Final equity from "), "\(told)")
        #expect(told.contains("(as configured) to ") && told.contains("(path = \"ohlc\")."))
        let plain = try Spoken(
            ["run", path, "--out", scratch("plain")], strategies: Self.registry())
        #expect(!plain.output.contains("Under other rules"))
        // What is written is the same.
        let results = try ["out", "plain"].map {
            try String(contentsOfFile: scratch($0) + "/fills.csv", encoding: .utf8)
        }
        #expect(results[0] == results[1])
        for flag in ["--quiet", "--json"] {
            #expect(try Spoken(words + [flag], strategies: Self.registry()).code == .usage)
        }
        #expect(
            try Spoken(["run", path, path, "--check-fills"], strategies: Self.registry()).code
                == .usage)
    }

    @Test func `without volumes the other rules are still told`() throws {
        let scratch = try Scratch()
        let configuration = Sample.configuration(use: "Fence", parameters: "symbol = \"A\"")
            .replacing("stamp = \"open\"", with: "stamp = \"open\"\ncolumns = { volume = \"\" }")
        try scratch.write(Self.bars, "A.csv")
        let path = try scratch.write(configuration, "a.toml")
        let spoken = try Spoken(["check", "fills", path], strategies: Self.registry())
        #expect(spoken.code == .success)
        let lines = spoken.output.split(separator: "\n")
        for share in ["0.01", "0.1"] {
            #expect(
                lines.contains {
                    $0.hasPrefix("participation = \"\(share)\"") && $0.contains("asks for volumes")
                }, "\(spoken.output)")
        }
        #expect(lines.contains { $0.hasPrefix("participation off") && $0.contains(" 0") })
        #expect(lines.last?.contains("(path = \"ohlc\")") == true)
    }
}

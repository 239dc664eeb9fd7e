import Foundation
import LockstepBacktest
import LockstepFeed
import LockstepModel

/// Peak memory of short and long runs, each in a process of its own.
enum MemoryBenchmarks {
    static func run(_ suite: inout Suite, scratch: String) throws {
        for bars in [100_000, 10_000_000] {
            try suite.amount("engine/peak-memory-\(bars)", unit: "MiB", count: bars, samples: 3) {
                try measure(bars, scratch)
            }
        }
    }

    /// Runs a walk of so many bars with the audit log on, and prints the peak in MiB.
    static func child(bars: Int, scratch: String) throws {
        let interval = try BarInterval("1m")
        let series = Series(
            id: SeriesID(1), instrument: InstrumentID(1), interval: interval, source: "walk")
        let data = DataSeries(instrument: InstrumentID(1), interval: interval) {
            AnyBarSource(
                try SyntheticBarSource(series: series, seed: 1, start: .epoch, count: Int64(bars)))
        }
        let backtest = try Work.backtest(
            [data], [try Work.cross(1, fast: 10, slow: 30)], audit: true)
        _ = try backtest.runHere(auditLog: "\(scratch)/memory-\(bars).lka")
        print(Machine.peakMemory)
    }

    private static func measure(_ bars: Int, _ scratch: String) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--peak-memory", String(bars), scratch]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: "\(scratch)/memory-\(bars).lka")
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
        guard let peak = Double(text) else { throw ChildFailed(output: text) }
        return peak
    }

    private struct ChildFailed: Error { let output: String }
}

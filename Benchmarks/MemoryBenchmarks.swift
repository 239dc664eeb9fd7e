import FoundationEssentials
import LockstepBacktest
import LockstepFeed
import LockstepModel

/// Peak memory of short and long runs, each in a process of its own.
enum MemoryBenchmarks {
    static let name = "engine/peak-memory"

    static func run(_ suite: inout Suite, scratch: String) throws {
        let lengths = [100_000, 1_000_000, 10_000_000]
        guard ([name] + lengths.map { "\(name)-\($0)" }).contains(where: suite.wants) else {
            return
        }
        var all: [Double] = []
        for bars in lengths {
            // Three samples of the short ones; the long one takes its time.
            let peaks = try (0..<(bars > 1_000_000 ? 1 : 3)).map { _ in try measure(bars, scratch) }
            suite.addAmount("\(name)-\(bars)", unit: "MiB", count: bars, peaks)
            all += peaks
        }
        // The longest run, and the worst of all.
        suite.addAmount(
            name, unit: "MiB", count: lengths[lengths.count - 1], [all.max() ?? 0])
    }

    /// Runs a walk of so many bars with the audit log on, and prints the peak in MiB.
    static func child(bars: Int, scratch: String) throws {
        let backtest = try Work.backtest(
            [try Walk.series(1, interval: Work.interval, count: Int64(bars))], try Work.crosses(1),
            audit: true, cash: 1_000_000_000)
        _ = try backtest.runHere(auditLog: "\(scratch)/memory-\(bars).lka")
        print(Machine.peakMemory)
    }

    private static func measure(_ bars: Int, _ scratch: String) throws -> Double {
        let output = "\(scratch)/peak-memory"
        let code = try ChildProcess.run(
            "/proc/self/exe", ["--peak-memory", String(bars), scratch], output: output)
        let data = FileManager.default.contents(atPath: output) ?? Data()
        try? FileManager.default.removeItem(atPath: "\(scratch)/memory-\(bars).lka")
        let text = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
        guard code == 0, let peak = Double(text) else {
            throw BenchmarkError.childFailed(output: text)
        }
        return peak
    }
}

/// Bars that are made while the run asks for them, so that they need no memory.
enum Walk {
    static func series(_ number: Int, interval: String, count: Int64) throws -> DataSeries {
        let interval = try BarInterval(interval)
        let series = Series(
            id: SeriesID(UInt32(number)), instrument: InstrumentID(UInt32(number)),
            interval: interval, source: "walk-\(number)")
        return DataSeries(instrument: series.instrument, interval: interval) {
            // About a hundredth of a percent a bar, so that prices stay away from zero for long.
            AnyBarSource(
                try SyntheticBarSource(
                    series: series, seed: 1, start: .epoch, count: count, firstPrice: 1_000_000,
                    largestMove: 200))
        }
    }
}

import FoundationEssentials
import LockstepBacktest
import LockstepFeed
import LockstepModel

/// The bars of the works, as `make_data.py` makes them.
struct WorkData {
    let folder: String

    /// The files of a work.
    enum Name {
        static func one(_ length: String) -> [String] { ["one_\(length)"] }
        static let ten = (0..<10).map { "ten_200k_\($0)" }
        static let two = (0..<2).map { "two_2m_\($0)" }
        static let all = ["100k", "500k", "2m"].flatMap { one($0) } + ten + two
    }

    /// The longest names of the benchmarks that need data.
    static let users =
        (1...4).map { "engine/W\($0)+audit" } + (2...4).map { "allocations/W\($0)-per-bar+audit" }
        + EngineBenchmarks.checkedLengths.map { EngineBenchmarks.resultsName($0) }
        + ["engine/W5-seconds", StressBenchmark.bars, StressBenchmark.orders]
        + [StressBenchmark.deliveries]
        + [AuditBenchmarks.loop, AuditBenchmarks.total, AuditBenchmarks.slowdown]

    func has(_ names: [String]) -> Bool {
        names.allSatisfy { FileManager.default.fileExists(atPath: path($0)) }
    }

    /// Refuses a folder that is not there.
    func checkFolder() throws {
        guard FileManager.default.fileExists(atPath: folder + "/.")
        else { throw BenchmarkError.unreadable(path: folder, reason: "there is no such folder") }
    }

    /// Makes what is missing, where the program was started in the package's folder.
    func make() throws {
        let script = ".ci/benchmark-data"
        guard !has(Name.all), FileManager.default.isExecutableFile(atPath: script) else { return }
        let code = try ChildProcess.run(script, [folder])
        if code != 0 {
            throw BenchmarkError.childFailed(output: "\(script) ended with code \(code)")
        }
    }

    /// The bars of files, the first of which is of instrument 1, in memory.
    func bars(_ names: [String]) throws -> [MemoryBarSource] {
        try names.enumerated().map { place, name in
            let number = place + 1
            let instrument = try Work.instruments(number)[place]
            var layout = CSVBarLayout(interval: try BarInterval(Work.interval), stamp: .close)
            layout.timeFormat = .milliseconds
            let source = try CSVBarSource(
                path: path(name), id: SeriesID(UInt32(number)), instrument: instrument,
                layout: layout)
            var bars: ContiguousArray<Bar> = []
            while let bar = try source.next() { bars.append(bar) }
            return try MemoryBarSource(series: source.series, bars: bars)
        }
    }

    private func path(_ name: String) -> String { "\(folder)/\(name).csv" }
}

extension MemoryBarSource {
    /// The first half of the bars.
    func firstHalf() throws -> MemoryBarSource {
        var bars: ContiguousArray<Bar> = []
        var source = self
        while let bar = try source.next() { bars.append(bar) }
        bars.removeLast(bars.count / 2)
        return try MemoryBarSource(series: series, bars: bars)
    }
}

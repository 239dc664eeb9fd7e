import Glibc
import LockstepBacktest
import LockstepFeed
import LockstepModel
import LockstepStrategy

/// Allocations of whole runs: what a run of twice the length allocates more, for each bar.
struct AllocationBenchmarks {
    let data: WorkData
    /// Where logs are written.
    let scratch: String

    func run(_ suite: inout Suite) throws {
        let works: [(name: String, files: [String], plans: (Int) throws -> [StrategyPlan])] = [
            ("W2", WorkData.Name.one("500k"), Work.crosses),
            ("W3", WorkData.Name.one("500k"), { _ in [try StrategyPlan(Churn.self)] }),
            ("W4", WorkData.Name.ten, Work.crosses),
        ]
        for work in works {
            let name = "allocations/\(work.name)-per-bar"
            guard suite.wants(name) || suite.wants(name + "+audit"), data.has(work.files) else {
                continue
            }
            guard Machine.seesAllocations else {
                return suite.note("\(name) is not available: allocations cannot be seen")
            }
            let long = try data.bars(work.files)
            let short = try long.map { try $0.firstHalf() }
            let plans = try work.plans(work.files.count)
            for audit in [false, true] where suite.wants(name + (audit ? "+audit" : "")) {
                // Once before, so that what is made once for all runs is there.
                _ = try count(short, plans, audit: audit)
                let half = try count(short, plans, audit: audit)
                let whole = try count(long, plans, audit: audit)
                let bars = whole.bars - half.bars
                let more = Double(whole.allocations) - Double(half.allocations)
                suite.addAmount(
                    name + (audit ? "+audit" : ""), unit: "allocations", count: bars,
                    [more / Double(bars)])
                suite.note("\(whole.allocations) in all, \(half.allocations) for half the bars")
            }
        }
    }

    private func count(
        _ bars: [MemoryBarSource], _ plans: [StrategyPlan], audit: Bool
    ) throws -> (allocations: UInt64, bars: Int) {
        let backtest = try Work.backtest(bars.map { DataSeries($0) }, plans, audit: audit)
        let path = "\(scratch)/allocations.lka"
        var counted = 0
        let allocations = try Machine.allocations {
            counted = Int(try backtest.runHere(auditLog: audit ? path : nil).counters.bars)
        }
        // Safe because: the string outlives the call; a missing file is no error here.
        _ = unsafe unlink(path)
        return (allocations, counted)
    }
}

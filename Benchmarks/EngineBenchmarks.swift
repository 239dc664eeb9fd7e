import Glibc
import LockstepBacktest
import LockstepFeed
import LockstepModel
import LockstepStrategy

/// Whole runs: bars in, strategies, risk, market and books, with the audit log and without.
struct EngineBenchmarks {
    let data: WorkData
    /// Where logs are written.
    let scratch: String

    /// One work: its data and its strategies.
    private struct Case {
        let name: String
        let unit: String
        let bars: [MemoryBarSource]
        let plans: [StrategyPlan]
    }

    func run(_ suite: inout Suite) throws {
        for work in try works(&suite) {
            for audit in [false, true] { try measure(work, audit: audit, &suite) }
        }
        try sweep(&suite)
        try checkResults(&suite)
    }

    private func works(_ suite: inout Suite) throws -> [Case] {
        func wants(_ names: String...) -> Bool {
            names.contains { [suite] in
                suite.wants("engine/\($0)") || suite.wants("engine/\($0)+audit")
            }
        }
        var works: [Case] = []
        // The longest there is: beginning a run and closing its log weigh little then.
        let one = ["2m", "500k"].map(WorkData.Name.one).first(where: data.has)
        if wants("W1", "W2", "W3"),
            let one = try bars(one ?? WorkData.Name.one("2m"), "W1 to W3", suite)
        {
            works += [
                Case(name: "W1", unit: "bars", bars: one, plans: [try StrategyPlan(Idle.self)]),
                Case(name: "W2", unit: "bars", bars: one, plans: try Work.crosses(1)),
                Case(name: "W3", unit: "orders", bars: one, plans: [try StrategyPlan(Churn.self)]),
            ]
        }
        if wants("W4"), let ten = try bars(WorkData.Name.ten, "W4", suite) {
            works.append(
                Case(name: "W4", unit: "bars", bars: ten, plans: try Work.crosses(ten.count)))
        }
        return works
    }

    private func bars(
        _ names: [String], _ works: String, _ suite: Suite
    ) throws -> [MemoryBarSource]? {
        if data.has(names) { return try data.bars(names) }
        suite.note(
            "\(works): left out, \(data.folder) has no \(names[0]).csv (make bench makes it)")
        return nil
    }

    private func measure(_ work: Case, audit: Bool, _ suite: inout Suite) throws {
        let name = "engine/\(work.name)" + (audit ? "+audit" : "")
        guard suite.wants(name) else { return }
        let backtest = try Work.backtest(work.bars.map { DataSeries($0) }, work.plans, audit: audit)
        let first = try backtest.runHere()
        let isOrders = work.unit == "orders"
        var outcomes: Set<Outcome> = [Outcome(first)]
        try suite.rate(
            name, unit: work.unit,
            count: isOrders ? first.orders.filled : Int(first.counters.bars)
        ) {
            let path = "\(scratch)/benchmark.lka"
            // Safe because: the string outlives the call; a missing file is no error here.
            _ = unsafe unlink(path)
            let start = Machine.now
            let result = try backtest.runHere(auditLog: audit ? path : nil)
            let seconds = Machine.now - start
            outcomes.insert(Outcome(result))
            return seconds
        }
        if outcomes.count > 1 { suite.fail("\(name): runs that differ") }
        suite.check(Outcome(first), work.name, bars: Int(first.counters.bars))
    }

    /// A hundred runs of W2 with other averages, on two threads.
    private func sweep(_ suite: inout Suite) throws {
        let name = "engine/W5-seconds"
        guard suite.wants(name), let one = try bars(WorkData.Name.one("100k"), "W5", suite) else {
            return
        }
        let series = one.map { DataSeries($0) }
        let backtests = try stride(from: 5, to: 55, by: 5).flatMap { fast in
            try stride(from: 60, to: 160, by: 10).map { slow in
                try Work.backtest(series, [try Work.cross(1, fast: fast, slow: slow)])
            }
        }
        let sweep = Sweep(backtests)
        try suite.amount(name, unit: "s", count: backtests.count) {
            let start = Machine.now
            try sweep.run(threads: 2)
            return Machine.now - start
        }
        suite.check(Outcome(orders: sweep.orders, equity: sweep.best), "W5", bars: sweep.bars)
    }

    /// The lengths that are not timed.
    static let checkedLengths = ["100k", "500k"]

    /// The name under which a length that is not timed is checked.
    static func resultsName(_ length: String) -> String { "results/W2-and-W3-one_\(length)" }

    /// Orders and equities of the lengths that are not timed.
    private func checkResults(_ suite: inout Suite) throws {
        for length in Self.checkedLengths {
            let name = Self.resultsName(length)
            guard suite.wants(name), let one = try bars(WorkData.Name.one(length), name, suite)
            else { continue }
            say(name)
            let series = one.map { DataSeries($0) }
            for (work, plan) in [
                ("W2", try Work.cross(1, fast: 10, slow: 30)), ("W3", try StrategyPlan(Churn.self)),
            ] {
                let result = try Work.backtest(series, [plan]).runHere()
                suite.check(Outcome(result), work, bars: Int(result.counters.bars))
            }
        }
    }
}

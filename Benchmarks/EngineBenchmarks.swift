import Glibc
import LockstepBacktest
import LockstepModel
import LockstepStrategy

/// Whole runs: bars in, strategies, risk, market and books, with the audit log and without.
struct EngineBenchmarks {
    /// The folder with the works' data.
    let data: String
    /// Where logs are written.
    let scratch: String

    /// One work: its data and its strategies.
    private struct Case {
        let name: String
        let unit: String
        let series: [DataSeries]
        let plans: [StrategyPlan]
    }

    func run(_ suite: inout Suite) throws {
        for work in try works(wanted: suite) {
            for audit in [false, true] { try measure(work, audit: audit, &suite) }
        }
        try sweep(&suite)
    }

    private func works(wanted suite: Suite) throws -> [Case] {
        func isWanted(_ name: String) -> Bool { suite.wants(name) || suite.wants(name + "+audit") }
        var works: [Case] = []
        if ["engine/W1", "engine/W2", "engine/W3"].contains(where: isWanted) {
            let one = [DataSeries(try Work.bars("\(data)/one_500k.csv", series: 1))]
            works.append(
                Case(
                    name: "engine/W1", unit: "bars", series: one,
                    plans: [try StrategyPlan(Idle.self)]))
            works.append(
                Case(
                    name: "engine/W2", unit: "bars", series: one,
                    plans: [try Work.cross(1, fast: 10, slow: 30)]))
            works.append(
                Case(
                    name: "engine/W3", unit: "orders", series: one,
                    plans: [try StrategyPlan(Churn.self)]))
        }
        if isWanted("engine/W4") {
            works.append(
                Case(
                    name: "engine/W4", unit: "bars",
                    series: try (1...10).map { number in
                        DataSeries(
                            try Work.bars("\(data)/ten_200k_\(number - 1).csv", series: number))
                    }, plans: try (1...10).map { try Work.cross($0, fast: 10, slow: 30) }))
        }
        return works
    }

    private func measure(_ work: Case, audit: Bool, _ suite: inout Suite) throws {
        let name = work.name + (audit ? "+audit" : "")
        guard suite.wants(name) else { return }
        let backtest = try Work.backtest(work.series, work.plans, audit: audit)
        let result = try backtest.runHere()
        let orders = result.orders.filled
        try suite.rate(
            name, unit: work.unit,
            count: work.unit == "orders" ? orders : Int(result.counters.bars)
        ) {
            let path = "\(scratch)/benchmark.lka"
            // Safe because: the string outlives the call; a missing file is no error here.
            _ = unsafe unlink(path)
            let start = Machine.now
            _ = try backtest.runHere(auditLog: audit ? path : nil)
            return Machine.now - start
        }
        let equity = result.accounts.map { $0.currency.text(of: $0.equityEnd) }
        print("    \(orders) orders, final equity \(equity.joined(separator: ", "))")
    }

    /// A hundred runs of W2 with other averages, on two threads.
    private func sweep(_ suite: inout Suite) throws {
        guard suite.wants("engine/W5-seconds") else { return }
        let series = [DataSeries(try Work.bars("\(data)/one_100k.csv", series: 1))]
        let backtests = try stride(from: 5, to: 55, by: 5).flatMap { fast in
            try stride(from: 60, to: 160, by: 10).map { slow in
                try Work.backtest(series, [try Work.cross(1, fast: fast, slow: slow)])
            }
        }
        let sweep = Sweep(backtests)
        try suite.amount("engine/W5-seconds", unit: "s", count: backtests.count) {
            let start = Machine.now
            try sweep.run(threads: 2)
            return Machine.now - start
        }
        print("    \(sweep.orders) orders in all, best equity \(sweep.best)")
    }
}

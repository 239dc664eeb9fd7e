import Glibc
import LockstepBacktest
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import LockstepStrategy

/// The predecessor's stress test: two instruments, minute bars, averages of 5 and 15 with a stop at
/// 0.2 % and a target at 0.3 %, a fee of a basis point, five basis points of slippage, audit on.
enum StressBenchmark {
    static let bars = "engine/stress-bars"
    static let orders = "engine/stress-orders"
    static let deliveries = "engine/stress-deliveries"

    static func settings() throws -> EngineSettings {
        var settings = EngineSettings()
        settings.fees = .proportional(ProportionalFee(rate: try Rate("0.0001")))
        settings.slippage = .rate(RateSlippage(rate: try Rate("0.0005")))
        return settings
    }

    static func plans(_ count: Int) throws -> [StrategyPlan] {
        try (1...count).map { number in
            var parameters = BracketCross.Parameters()
            parameters.symbol = "S\(number)"
            return try StrategyPlan(BracketCross.self, parameters, name: "bracket-\(number)")
        }
    }

    static func run(_ suite: inout Suite, data: WorkData, scratch: String) throws {
        guard [bars, orders, deliveries].contains(where: suite.wants) else { return }
        guard data.has(WorkData.Name.two) else {
            return suite.note(
                "engine/stress: left out, \(data.folder) has no two_2m_0.csv (make bench makes it)")
        }
        let series = try data.bars(WorkData.Name.two).map { DataSeries($0) }
        let backtest = try Work.backtest(
            series, try plans(series.count), audit: true, settings: try settings())
        let path = "\(scratch)/stress.lka"
        var seconds: [Double] = []
        var results: [BacktestResult] = []
        for _ in 0...suite.samples {
            // Safe because: the string outlives the call; a missing file is no error here.
            _ = unsafe unlink(path)
            let start = Machine.now
            results.append(try backtest.runHere(auditLog: path))
            seconds.append(Machine.now - start)
        }
        _ = unsafe unlink(path)
        seconds.removeFirst()
        let result = results[0]
        // Each from the intent to its end: filled, cancelled or expired.
        let ended = result.orders.accepted - result.orders.open
        for (name, unit, count) in [
            (bars, "bars", Int(result.counters.bars)), (orders, "orders", ended),
            (deliveries, "deliveries", Int(result.counters.deliveries)),
        ] where suite.wants(name) {
            suite.addRate(name, unit: unit, count: count, seconds)
        }
        if Set(results.map(\.digest)).count > 1 { suite.fail("engine/stress: digests that differ") }
        suite.note(
            "\(result.orders.filled) orders filled, \(result.orders.cancelled) cancelled, "
                + "\(result.orders.rejected) rejected; \(result.trades.count) round trips; "
                + "\(result.counters.events) events; equity \(Outcome(result).equity)")
    }
}

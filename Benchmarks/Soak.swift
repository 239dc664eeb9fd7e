import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import Synchronization

/// Runs the stress test on bars without end until so many events are published, and tells how much
/// memory is resident on the way.
enum Soak {
    static let goal = 32.0
    /// Bytes an order.
    ///
    /// Two bits for each identity, cancels among them, which stays taken for the run, and the log's
    /// index of its blocks. Bars and other events leave nothing behind.
    static let growthGoal = 1.0

    /// What was seen, and whether it is enough.
    final class Watch: Sendable {
        let cancellation = RunCancellation()
        private let marks: Mutex<[(events: UInt64, resident: Double)]>
        let last: UInt64

        init(until last: UInt64) {
            self.last = last
            marks = Mutex([])
        }

        func note(_ events: UInt64) {
            let resident = Machine.residentMemory
            say(
                "\(events) events: \(Measurement.text(resident)) MiB resident, without the pages "
                    + "of program and libraries \(Measurement.text(Machine.ownMemory)) MiB")
            marks.withLock { $0.append((events, resident)) }
            if events >= last { cancellation.cancel() }
        }

        var seen: [(events: UInt64, resident: Double)] { marks.withLock { $0 } }
    }

    /// Looks at the number of each step's frame, which is how many events were published.
    private actor Observer: BusService {
        nonisolated let name = "observer"
        nonisolated let executor: RunExecutor
        nonisolated let isObserver = true
        private let watch: Watch
        private var next: UInt64 = 1_000_000

        init(_ watch: Watch, on loop: RunExecutor) {
            self.watch = watch
            executor = loop
        }

        func connect(_ port: BusPort) throws {
            try port.forEach(Topics.settle) { envelope in
                if envelope.sequence.rawValue >= self.next {
                    self.reach(envelope.sequence.rawValue)
                }
            }
        }

        private func reach(_ events: UInt64) {
            watch.note(events)
            next = next < watch.last ? min(next * 10, watch.last) : .max
        }
    }

    /// Runs, and tells whether the goals are met.
    static func run(events: UInt64, scratch: String) throws -> Bool {
        let watch = Watch(until: events)
        // At least an event for each bar, so they never run out.
        let series = try (1...2).map {
            try Walk.series($0, interval: "1s", count: Int64(events))
        }
        let backtest = try Work.backtest(
            series, try StressBenchmark.plans(series.count), audit: true,
            settings: try StressBenchmark.settings(), cash: 1_000_000_000,
            services: [ServicePlan { loop, _ in Observer(watch, on: loop) }])
        let start = Machine.now
        let result = try backtest.runHere(
            auditLog: "\(scratch)/soak.lka", cancellation: watch.cancellation)
        let seconds = Machine.now - start
        say(
            "\(result.counters.events) events, \(result.counters.bars) bars, "
                + "\(result.orders.accepted) orders, \(result.orders.rejected) rejected, in "
                + "\(Measurement.text(seconds)) s")
        let seen = watch.seen
        guard let first = seen.first, let last = seen.last else { return false }
        let share = 1 - Double(first.events) / Double(last.events)
        let orders = Double(result.orders.accepted) * share
        let growth = (last.resident - first.resident) * 1_048_576 / max(orders, 1)
        let peak = Machine.peakMemory
        say(
            "grown by \(Measurement.text(growth)) bytes an order since \(first.events) events "
                + "(goal <= \(Measurement.text(growthGoal)): "
                + "\(growth <= growthGoal ? "met" : "NOT met")); peak "
                + "\(Measurement.text(peak)) MiB (goal <= \(Measurement.text(goal)) MiB: "
                + "\(peak <= goal ? "met" : "NOT met"))")
        return growth <= growthGoal && peak <= goal
    }
}

import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepStrategy
import Synchronization
import Testing

@testable import LockstepBacktest

@Suite struct ScheduleCheckTests {
    /// Two services that number what they publish from one counter: the mistake to find.
    private final class Counter: Sendable {
        private let count = Mutex<Int64>(0)

        func next() -> Int64 {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private actor Numberer: BusService {
        nonisolated let name: String
        nonisolated let executor: RunExecutor
        private let counter: Counter

        init(_ name: String, on executor: RunExecutor, _ counter: Counter) {
            self.name = name
            self.executor = executor
            self.counter = counter
        }

        func connect(_ port: BusPort) throws {
            let notes = try port.publisher(Topics.note)
            let counter = counter
            try port.forEach(Topics.frame) { _ in
                try notes.publish(
                    Note(strategy: StrategyID(1), name: SymbolID(1), value: Double(counter.next())))
            }
        }
    }

    private func backtest(sharing: Bool) throws -> Backtest {
        var holding = BuyAndHold.Parameters()
        holding.symbol = "S1"
        var configuration = try Sample.configuration(
            [try Sample.walk(1, seed: 5, count: 8)], [try StrategyPlan(BuyAndHold.self, holding)])
        // The loop is held, so that no later one has its address.
        let shared = Mutex<(loop: RunExecutor, counter: Counter)?>(nil)
        configuration.services = ["one", "two"].map { name in
            ServicePlan { loop, _ in
                // Several threads make them at once: what they do not share they do not touch.
                if !sharing { return Numberer(name, on: loop, Counter()) }
                let counter = shared.withLock { shared in
                    if let present = shared, present.loop === loop { return present.counter }
                    let counter = Counter()
                    shared = (loop, counter)
                    return counter
                }
                return Numberer(name, on: loop, counter)
            }
        }
        return try Backtest(configuration)
    }

    @Test func `services that share a counter are found`() throws {
        let report = try ScheduleCheck(backtest(sharing: true)).run(
            seeds: 0...99, jobs: 1, look: { _ in })
        #expect(!report.isIndependent)
        #expect(report.groups.count > 1)
        #expect(report.groups.map(\.schedules).reduce(0, +) == 100)
        let seed = try #require(report.firstDiverging)
        let again = try backtest(sharing: true).runHere(schedule: Schedule(seed: seed))
        #expect(again.result.digest != report.plain.digest)
    }

    @Test func `services of their own agree, however many threads look`() throws {
        for jobs in [1, 2, 7] {
            let report = try ScheduleCheck(backtest(sharing: false)).run(
                seeds: 0...59, jobs: jobs, look: { _ in })
            #expect(report.isIndependent)
            #expect(report.schedules == 60)
            #expect(report.interleavings > 40)
            #expect(report.firstDiverging == nil)
        }
    }

    @Test func `a run in order is the plain run`() throws {
        let backtest = try backtest(sharing: true)
        let plain = try backtest.runHere()
        let scheduled = try backtest.runHere(schedule: .inOrder)
        #expect(scheduled.result.digest == plain.digest)
        #expect(scheduled.trace.choices == 0)
    }
}

import LockstepBus
package import LockstepFiles
import Synchronization

/// Runs one backtest under many schedules, side by side, and tells whether all agree.
package final class ScheduleCheck: Sendable {
    /// The schedules that gave one digest.
    package struct Group: Sendable {
        /// The digest; nil where the log failed.
        package let digest: SHA256Digest?
        /// How many schedules gave it.
        package fileprivate(set) var schedules: Int
        /// The least seed among them.
        package fileprivate(set) var firstSeed: UInt64
    }

    /// What was found.
    package struct Report: Sendable {
        /// The run without a schedule.
        package let plain: BacktestResult
        /// The digests of the others, in the order of their first seeds.
        package let groups: [Group]
        /// How many schedules there were.
        package let schedules: Int
        /// How many different interleavings they made.
        package let interleavings: Int
        /// How often, in all, there was something to choose.
        package let choices: UInt64

        /// Whether every schedule gave the digest of the run without one.
        package var isIndependent: Bool {
            plain.digest != nil && groups.allSatisfy { $0.digest == plain.digest }
        }

        /// The least seed whose digest is another one.
        package var firstDiverging: UInt64? {
            groups.first { $0.digest == nil || $0.digest != plain.digest }?.firstSeed
        }
    }

    /// What the threads have found so far.
    private struct Findings: Sendable {
        var groups: [SHA256Digest?: Group] = [:]
        var interleavings: Set<UInt64> = []
        var choices: UInt64 = 0
        var ended = 0
        var error: (any Error)?
    }

    /// The backtest, with its log enabled.
    package let backtest: Backtest
    private let findings = Monitor(Findings())
    private let next = Atomic<Int>(0)
    private let bell = Signal()

    /// Makes a check, to be run once.
    ///
    /// - Parameter backtest: What is run; its log is enabled, since the digest comes from there.
    /// - Throws: What refuses the configuration.
    package init(_ backtest: Backtest) throws {
        var configuration = backtest.configuration
        configuration.audit.isEnabled = true
        self.backtest = try Backtest(configuration)
    }

    /// Runs without a schedule and under the schedule of every seed.
    ///
    /// - Parameters:
    ///   - seeds: The seeds; as many as an Int can count.
    ///   - jobs: How many run at once; at least one.
    ///   - look: Called about ten times a second with how many schedules have ended.
    /// - Returns: What was found.
    /// - Throws: What keeps a run from beginning; runs that fail are compared like others.
    package func run(
        seeds: ClosedRange<UInt64>, jobs: Int, look: (Int) -> Void
    ) throws -> Report {
        // The plain run is made without a schedule at all, as users' runs are.
        let plain = try backtest.execute(
            on: RunExecutor(), in: nil, auditLog: nil, progress: nil,
            cancellation: RunCancellation())
        let schedules = seeds.count
        let threads = max(1, min(jobs, schedules))
        let working = Atomic<Int>(0)
        for _ in 0..<threads {
            working.add(1, ordering: .relaxed)
            do {
                try RunThread.start { [self] in work(seeds.lowerBound, schedules) }
            } catch {
                findings.withLock { $0.error = $0.error ?? error }
                next.store(schedules, ordering: .relaxed)
                working.subtract(1, ordering: .relaxed)
                break
            }
        }
        while endedThreads.load(ordering: .acquiring) < working.load(ordering: .relaxed) {
            look(findings.withLock { $0.ended })
            bell.wait(atMostMilliseconds: 100)
        }
        let found = findings.withLock { $0 }
        if let error = found.error { throw error }
        return Report(
            plain: plain, groups: found.groups.values.sorted { $0.firstSeed < $1.firstSeed },
            schedules: schedules, interleavings: found.interleavings.count, choices: found.choices)
    }

    private let endedThreads = Atomic<Int>(0)

    private func work(_ first: UInt64, _ schedules: Int) {
        while true {
            let place = next.add(1, ordering: .relaxed).oldValue
            if place >= schedules { break }
            let seed = first + UInt64(place)
            do {
                add(try backtest.runHere(schedule: Schedule(seed: seed)), seed)
            } catch {
                findings.withLock { $0.error = $0.error ?? error }
                next.store(schedules, ordering: .relaxed)
            }
        }
        endedThreads.add(1, ordering: .releasing)
        bell.raise()
    }

    private func add(_ run: ScheduledRun, _ seed: UInt64) {
        findings.withLock { found in
            let digest = run.result.digest
            var group =
                found.groups[digest] ?? Group(digest: digest, schedules: 0, firstSeed: seed)
            group.schedules += 1
            group.firstSeed = min(group.firstSeed, seed)
            found.groups[digest] = group
            found.interleavings.insert(run.trace.interleaving)
            found.choices += run.trace.choices
            found.ended += 1
        }
        bell.raise()
    }
}

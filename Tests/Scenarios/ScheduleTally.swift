package import LockstepBacktest
import LockstepBus
package import LockstepFiles

/// What many schedules of one scenario came to.
package struct ScheduleTally: Sendable {
    /// A schedule whose run differs from what it should be.
    package struct Finding: Hashable, Sendable {
        package let seed: UInt64
        package let what: String
    }

    /// How many schedules were run.
    package private(set) var schedules = 0
    /// The digests they gave, with the first seed of each.
    package private(set) var digests: [SHA256Digest: UInt64] = [:]
    /// The interleavings they made.
    package private(set) var interleavings: Set<UInt64> = []
    /// How often there was something to pick from, in all of them.
    package private(set) var choices: UInt64 = 0
    /// What is wrong; the first ones only.
    package private(set) var findings: [Finding] = []

    private static let kept = 8

    package init() {}

    /// Adds one run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - seed: The seed of its schedule.
    ///   - expected: What the reference engine says of it.
    package mutating func add(
        _ run: ScheduledRun, seed: UInt64, expected: ReferenceEngine.Outcome
    ) {
        schedules += 1
        choices += run.trace.choices
        interleavings.insert(run.trace.interleaving)
        if let digest = run.result.digest {
            digests[digest] = min(digests[digest] ?? seed, seed)
        }
        if run.result.digest != expected.digest {
            let digest = run.result.digest.map { "\($0)" } ?? "no digest"
            let failure = run.result.failure.map { ": \($0.message)" } ?? ""
            find(seed, digest + " instead of \(expected.digest)" + failure)
        } else if run.result.failure?.message != expected.failure {
            find(
                seed,
                "\(run.result.failure?.message ?? "completed") instead of "
                    + (expected.failure ?? "completed"))
        }
    }

    /// Adds what another thread has found.
    package mutating func add(_ other: Self) {
        schedules += other.schedules
        choices += other.choices
        interleavings.formUnion(other.interleavings)
        digests.merge(other.digests, uniquingKeysWith: min)
        findings = Array((findings + other.findings).sorted { $0.seed < $1.seed }.prefix(Self.kept))
    }

    /// Notes something wrong.
    package mutating func find(_ seed: UInt64, _ what: String) {
        if findings.count < Self.kept { findings.append(Finding(seed: seed, what: what)) }
    }

    /// Runs a scenario under the schedules of some seeds.
    ///
    /// - Parameters:
    ///   - backtest: The scenario's run.
    ///   - seeds: The seeds.
    ///   - expected: What the reference engine says of it.
    /// - Returns: What it came to.
    package static func of(
        _ backtest: Backtest, seeds: Range<UInt64>, expected: ReferenceEngine.Outcome
    ) -> Self {
        var tally = Self()
        for seed in seeds {
            do {
                tally.add(
                    try backtest.runHere(schedule: Schedule(seed: seed)), seed: seed,
                    expected: expected)
            } catch {
                tally.find(seed, "refused: \(error)")
            }
        }
        return tally
    }
}

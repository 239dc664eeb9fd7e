import LockstepModel

/// The order in which a run takes up what is ready; a seed gives the same order every time.
///
/// A run without a schedule delivers one envelope at a time, in place, first in, first out. A
/// schedule permutes everything that may be permuted: which service takes its next delivery, which
/// suspended scope goes on. No run's digest may depend on it, which is what schedules are for.
public struct Schedule: Hashable, Sendable, CustomStringConvertible {
    /// How the next of several ready things is picked.
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// The one that has been ready for longest; always the same order.
        case inOrder
        /// Any, with equal chances.
        case uniform
        /// Any but those of one service, which go on only when nothing else can.
        case starveOne
        /// The one that became ready last, but for one pick in eight.
        case depthFirst
        /// The one that has been ready for longest, but for one pick in eight.
        case breadthFirst
        /// Of the service that was registered last, but for one pick in eight.
        case priorityInversion
        /// By random priorities of the services, three of which sink in the course of the run.
        case changePoints
    }

    /// What the picks are drawn from.
    public let seed: UInt64
    /// How they are drawn.
    public let policy: Policy
    /// Whether all deliveries of a wave (the envelopes that are pending together) may run side by
    /// side; otherwise one after another, and only suspended scopes can be permuted.
    public let isWaveAtOnce: Bool

    /// The schedule of a seed: policy and waves are drawn from it.
    ///
    /// - Parameter seed: Any number.
    public init(seed: UInt64) {
        var random = RandomStream(seed: seed, component: "schedule")
        let policies = Policy.allCases.filter { $0 != .inOrder }
        let policy = policies[Int(random.next() % UInt64(policies.count))]
        self.init(seed: seed, policy: policy, isWaveAtOnce: random.next() % 8 != 0)
    }

    /// A schedule of a policy.
    ///
    /// - Parameters:
    ///   - seed: Any number; of no effect where the policy is ``Policy/inOrder``.
    ///   - policy: How the next of several ready things is picked.
    ///   - isWaveAtOnce: Whether deliveries of a wave may run side by side.
    public init(seed: UInt64, policy: Policy, isWaveAtOnce: Bool) {
        self.seed = seed
        self.policy = policy
        self.isWaveAtOnce = isWaveAtOnce
    }

    /// The order of a run without a schedule.
    public static let inOrder = Schedule(seed: 0, policy: .inOrder, isWaveAtOnce: false)

    /// What the seed expands to.
    public var description: String {
        "seed \(seed): \(policy.rawValue), "
            + (isWaveAtOnce ? "a wave at once" : "one delivery at a time")
    }
}

/// What became of a schedule in a run.
public struct ScheduleTrace: Hashable, Sendable {
    /// How often there was more than one thing to pick from.
    public internal(set) var choices: UInt64 = 0
    /// A hash of the picks: runs of equal interleaving have the same.
    public internal(set) var interleaving: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The trace of a run in which nothing was picked yet.
    public init() {}
}

public import LockstepModel
import Synchronization

/// How far a run has come; read by anyone while the run writes.
public final class RunProgress: Sendable {
    private let stepCount = Atomic<UInt64>(0)
    private let nanoseconds = Atomic<Int64>(.min)
    private let begin = Atomic<Int64>(.min)

    /// Makes progress of nothing yet.
    public init() {}

    /// How many steps are resolved.
    public var steps: UInt64 { stepCount.load(ordering: .relaxed) }

    /// The simulated time of the last of them; nil before the first.
    public var time: Timestamp? {
        let value = nanoseconds.load(ordering: .relaxed)
        return value == .min ? nil : Timestamp(nanoseconds: value)
    }

    /// The simulated time at which the run began; nil before that.
    public var start: Timestamp? {
        let value = begin.load(ordering: .relaxed)
        return value == .min ? nil : Timestamp(nanoseconds: value)
    }

    func begin(at time: Timestamp) { begin.store(time.nanoseconds, ordering: .relaxed) }

    func advance(to step: StepNumber, at time: Timestamp) {
        stepCount.store(step.rawValue, ordering: .relaxed)
        nanoseconds.store(time.nanoseconds, ordering: .relaxed)
    }
}

/// A request to end a run after the step in hand; may be made by any thread at any time.
public final class RunCancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Makes a request that was not made yet.
    public init() {}

    /// Asks the run to end.
    public func cancel() { flag.store(true, ordering: .relaxed) }

    /// Whether somebody asked.
    public var isRequested: Bool { flag.load(ordering: .relaxed) }
}

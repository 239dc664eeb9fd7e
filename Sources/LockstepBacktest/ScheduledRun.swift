public import LockstepBus
import LockstepModel

/// What came out of a run under a schedule.
public struct ScheduledRun: Sendable {
    /// The result; of a failed run as far as it came.
    public let result: BacktestResult
    /// How often there was more than one thing to pick from, and a hash of the picks.
    public let trace: ScheduleTrace
}

extension Backtest {
    /// Runs on the calling thread in the order of a schedule.
    ///
    /// The digest must be that of a run without a schedule; another one means that something in the
    /// run depends on the order in which services happen to be served. Work that services
    /// `offload` is done on the calling thread, at a time that the schedule picks.
    ///
    /// - Parameters:
    ///   - schedule: The order.
    ///   - auditLog: The new file for the audit log; without one only the digest is kept.
    /// - Returns: The result, also of a failed run.
    /// - Throws: What ``run(auditLog:progress:cancellation:)`` throws, but
    ///   ``BacktestError/runFailed(_:)``.
    public func runHere(
        schedule: Schedule, auditLog: String? = nil
    ) throws -> ScheduledRun {
        let loop = RunExecutor(schedule: schedule)
        let result = try execute(
            on: loop, in: nil, auditLog: auditLog, progress: nil, cancellation: RunCancellation())
        return ScheduledRun(result: result, trace: loop.trace ?? ScheduleTrace())
    }
}

import LockstepBus
import LockstepModel

/// The rule `steps`: marks are numbered one after another, and the end of the run is the last record.
///
/// The log of a run that failed may end within a step; others may not.
struct StepCheck: Sendable {
    private var next: UInt64 = 0
    private var end: ControlEvent.EndStatus?

    /// Takes any record; after the end there must be none.
    @inline(__always)
    mutating func take(_ findings: inout SemanticFindings) {
        if end == nil { return }
        findings.add(.steps, expected: "nothing after the end of the run", found: "a record")
        end = nil
    }

    /// Takes the end of a step.
    mutating func takeEnd(ofStep step: UInt64, _ findings: inout SemanticFindings) {
        findings.examine(.steps)
        findings.check(
            .steps, step == next, expected: "the end of step \(next)",
            found: "the end of step \(step)")
        next = step &+ 1
    }

    /// Takes the end of the run.
    ///
    /// - Parameters:
    ///   - status: How it ended.
    ///   - open: How many records the step in hand has.
    ///   - findings: Where findings go.
    mutating func takeEnd(
        _ status: ControlEvent.EndStatus, open: Int, _ findings: inout SemanticFindings
    ) {
        findings.examine(.steps)
        findings.check(
            .steps, status == .failed || open == 0,
            expected: "the end of step \(next) before the end of a run that is \(status)",
            found: "\(open) records of a step that has not ended")
        end = status
    }

    /// Takes the state of the log after its last record.
    mutating func finish(_ status: AuditStatus, open: Int, _ findings: inout SemanticFindings) {
        guard case .closed(let closed) = status, closed == .completed || closed == .cancelled
        else { return }
        findings.check(
            .steps, end == closed,
            expected: "the end of a run that is \(closed), as the last record",
            found: end.map { "the end of one that is \($0)" } ?? "another record")
    }
}

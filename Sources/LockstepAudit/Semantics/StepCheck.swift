import LockstepBus
import LockstepModel

/// The rule `steps`: every mark ends a step of which there is a record, and the end of the run is
/// the last record.
///
/// The log of a run that failed may end within a step; others may not.
struct StepCheck: Sendable {
    /// The number of the step in hand.
    private var step: UInt64 = 0
    private var end: ControlEvent.EndStatus?

    /// Takes any record; after the end there must be none.
    @inline(__always)
    mutating func take(_ findings: inout SemanticFindings) {
        if end == nil { return }
        findings.add(.steps, expected: "nothing after the end of the run", found: "a record")
        end = nil
    }

    /// Takes the end of a step.
    ///
    /// - Parameters:
    ///   - open: How many records the step has, its mark among them.
    ///   - findings: Where findings go.
    mutating func takeEndOfStep(open: Int, _ findings: inout SemanticFindings) {
        findings.examine(.steps)
        findings.check(
            .steps, open > 1, expected: "a record of step \(step) before its end",
            found: "its end alone")
        step &+= 1
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
            expected: "the end of step \(step) before the end of a run that is \(status)",
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

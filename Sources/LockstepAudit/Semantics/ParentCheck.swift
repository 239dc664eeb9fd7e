import LockstepModel

/// The rule `parents`: a cause is a record that came before, in the same step.
struct ParentCheck: Sendable {
    /// Takes a record that names a cause.
    @inline(__always)
    func take(
        _ cause: SequenceNumber, of sequence: SequenceNumber, _ scope: borrowing StepScope,
        _ findings: inout SemanticFindings
    ) {
        findings.examine(.parents)
        let first = scope.first
        findings.check(
            .parents, cause.rawValue >= first && cause < sequence,
            expected: "a cause from \(first) to \(sequence.rawValue - 1), in this step",
            found: "record \(cause.rawValue)")
    }
}

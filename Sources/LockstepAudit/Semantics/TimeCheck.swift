import LockstepModel

/// The rule `times`: all records of a step have its time, and it rises from step to step.
///
/// The end of the feed alone is a step at the time of the one before. A later time before the mark
/// means that a step began before the one before it was resolved.
struct TimeCheck: Sendable {
    private var last: Timestamp?

    /// Takes the first record of a step.
    mutating func begin(
        at time: Timestamp, isEndOfFeed: Bool, _ findings: inout SemanticFindings
    ) {
        findings.examine(.times)
        if let last {
            findings.check(
                .times, time > last || isEndOfFeed && time == last,
                expected: isEndOfFeed ? "\(last), or later" : "a time after \(last)",
                found: "\(time)")
        }
        last = max(last ?? time, time)
    }

    /// Takes another record of a step.
    ///
    /// - Returns: The time that the rest of the step is compared with.
    @inline(__always)
    mutating func goOn(
        from time: Timestamp, to found: Timestamp, _ findings: inout SemanticFindings
    ) -> Timestamp {
        findings.examine(.times)
        if found == time { return time }
        findings.add(
            .times, expected: "\(time), the time of a step that has not ended", found: "\(found)")
        last = max(last ?? found, found)
        return found
    }
}

import LockstepBus

/// The first place at which two logs tell different things.
package struct FirstDifference: Hashable, Sendable {
    /// The number of the step in which they part: the last one that both have sealed, plus one.
    package let step: UInt64
    /// The record of the first log as a line of text; nil where it has ended.
    package let one: String?
    /// The record of the second log as a line of text; nil where it has ended.
    package let other: String?

    /// Compares two logs record by record.
    ///
    /// - Parameters:
    ///   - one: A log.
    ///   - other: Another one.
    /// - Returns: The first difference; nil where there is none.
    /// - Throws: ``AuditError``.
    package static func find(
        _ one: AuditLogReader, _ other: AuditLogReader
    ) throws(AuditError) -> FirstDifference? {
        var step: UInt64 = 0
        while true {
            let first = try one.next()
            let second = try other.next()
            if first == second {
                guard let first else { return nil }
                if first.isStepEnd { step += 1 }
                continue
            }
            return FirstDifference(
                step: step, one: try line(first, one), other: try line(second, other))
        }
    }

    private static func line(
        _ record: AuditRecord?, _ reader: AuditLogReader
    ) throws(AuditError) -> String? {
        guard let record else { return nil }
        return try AuditText(reader.decoder).line(record)
    }
}

import LockstepModel

/// A record and what it came from: a node of the tree that answers why something happened.
public struct AuditReason: Hashable, Sendable {
    /// How a record belongs to the one above it in the tree.
    public enum Link: String, Hashable, Sendable {
        /// It is the record that was asked about.
        case asked
        /// The one above was published while this one was in hand.
        case cause
        /// The one above happened to this order.
        case order
        /// It happened earlier to the same order.
        case history
        /// The strategy wrote it down while it decided what stands above.
        case note
    }

    /// How it belongs to the record above it.
    public let link: Link
    /// The record.
    public let record: AuditRecord
    /// Its fields.
    public let value: RecordValue
    /// What it came from, in the order of the log.
    public internal(set) var reasons: [AuditReason] = []
    /// How many further records there would be: the middle of a long history.
    public internal(set) var omitted = 0
    /// Whether its own order is not followed here; asking for this record does.
    public internal(set) var hasMore = false

    /// Whether nothing caused it: data, the start of the run, what was declared beforehand.
    public var isInput: Bool { record.cause == .none }

    /// The inputs from which it came, in the order of the log, each once.
    public var inputs: [AuditRecord] {
        var found: [SequenceNumber: AuditRecord] = [:]
        visit { if $0.isInput { found[$0.record.sequence] = $0.record } }
        return found.values.sorted { $0.sequence < $1.sequence }
    }

    /// Visits it and everything below, in the order in which it is shown.
    public func visit(_ body: (AuditReason) -> Void) {
        body(self)
        for reason in reasons { reason.visit(body) }
    }
}

import LockstepFiles
public import LockstepModel

/// Answers why something is in a log: from a fill to its order, to the intent, to the data.
///
/// Two ways lead back. The cause of a record is the one that its producer had in hand; it lies in
/// the same step, and the first of a chain is an input. What happens to an order later than the
/// step in which it was asked for leads back to it by the number of the order. That way is taken
/// up to the first intent; what a strategy asked because of an earlier fill has `hasMore` there.
///
/// ```swift
/// let reasons = try AuditReasons(AuditLog(path: "runs/ma-cross-001/audit.lka"))
/// let why = try reasons.explain(SequenceNumber(87))
/// for input in why.inputs { print(input.sequence, input.time) }
/// ```
public final class AuditReasons {
    /// The most records that lead from one to another within a step; real ones are a handful.
    private static let greatestDepth = 200
    /// The most records of an order's earlier life that are shown, from its begin and its end.
    private static let mostHistory = 12
    private static let mostNotes = 50

    private let log: AuditLookup

    /// Opens a log for questions.
    ///
    /// - Parameter log: The log; of one without an index everything is read once.
    /// - Throws: ``AuditError/files(_:)``.
    public init(_ log: AuditLog) throws(AuditError) { self.log = try AuditLookup(log) }

    /// What messages call the log: its path.
    public var name: String { log.name }

    /// In what state the log is; of a closed one only what is needed was looked at.
    public var status: AuditStatus { log.status }

    /// Reads fields, by all that the log has told so far.
    public var decoder: AuditDecoder { log.decoder }

    /// A record, and what it came from.
    ///
    /// - Parameter sequence: The number of the record, from 1.
    /// - Returns: The tree with this record on top.
    /// - Throws: ``AuditError/noRecord(sequence:last:)``, ``AuditError/damaged(path:_:)``, and what
    ///   decoding throws.
    public func explain(_ sequence: SequenceNumber) throws(AuditError) -> AuditReason {
        let record = try self.record(sequence)
        return try reason(.asked, record, Walk())
    }

    /// A record and the chain of records that caused it, in the order of the log.
    ///
    /// - Parameter sequence: The number of the record, from 1.
    /// - Returns: The records; the last one is the one asked for.
    /// - Throws: As ``explain(_:)``.
    public func causes(of sequence: SequenceNumber) throws(AuditError) -> [AuditRecord] {
        var chain = [try record(sequence)]
        while let last = chain.last, last.cause != .none { chain.append(try record(last.cause)) }
        return chain.reversed()
    }

    // MARK: Parts

    /// How a walk came to where it is.
    private struct Walk {
        var depth = 0
        /// Whether orders are followed: until the first intent.
        var followsOrders = true
        /// The order that is already on the way.
        var order: SequenceNumber = .none

        func deeper() -> Walk {
            var walk = self
            walk.depth += 1
            return walk
        }
    }

    private func record(_ sequence: SequenceNumber) throws(AuditError) -> AuditRecord {
        guard let record = try log.record(sequence.rawValue) else {
            throw .noRecord(sequence: sequence.rawValue, last: log.count)
        }
        return record
    }

    private func reason(
        _ link: AuditReason.Link, _ record: AuditRecord, _ walk: Walk
    ) throws(AuditError) -> AuditReason {
        var node = AuditReason(
            link: link, record: record, value: try log.decoder.decode(record))
        if walk.depth >= Self.greatestDepth {
            node.hasMore = record.cause != .none
            return node
        }
        var walk = walk.deeper()
        if record.topic == TopicNumber.intent {
            walk.followsOrders = false
            try addNotes(to: &node)
        }
        if let order = node.value.order(ofTopic: record.topic) {
            if walk.followsOrders {
                try addOrder(order, to: &node, &walk)
            } else {
                node.hasMore = link == .cause
            }
        }
        if record.cause != .none, record.cause != walk.order {
            let cause = try self.record(record.cause)
            // Of what happened earlier only what was asked for has a story of its own.
            if link != .history || cause.topic == TopicNumber.order {
                node.reasons.append(try reason(.cause, cause, walk))
            }
        }
        node.reasons.sort { $0.record.sequence < $1.record.sequence }
        return node
    }

    /// Adds the order to which something happened, and what else had happened to it.
    private func addOrder(
        _ order: UInt64, to node: inout AuditReason, _ walk: inout Walk
    ) throws(AuditError) {
        var (placed, history): (AuditRecord?, [AuditRecord]) = (nil, [])
        let decoder = log.decoder
        try log.walk(
            before: node.record.sequence.rawValue, topics: TopicNumber.ofOrders
        ) { (record) throws(AuditError) in
            let value = try decoder.decode(record)
            if record.topic == TopicNumber.order {
                guard value.number("id") == order else { return true }
                placed = record
                return false
            }
            if value.order(ofTopic: record.topic) == order { history.append(record) }
            return true
        }
        guard let placed else { return }
        walk.order = placed.sequence
        node.reasons.append(try reason(.order, placed, walk))
        var shown = Array(history.reversed())
        if shown.count > Self.mostHistory {
            node.omitted = shown.count - Self.mostHistory
            let half = Self.mostHistory / 2
            shown.removeSubrange(half..<shown.count - half)
        }
        var past = walk
        past.followsOrders = false
        for record in shown { node.reasons.append(try reason(.history, record, past)) }
    }

    /// Adds what a strategy noted while it had the same envelope in hand as for its intent.
    private func addNotes(to intent: inout AuditReason) throws(AuditError) {
        let record = intent.record
        guard record.cause != .none else { return }
        var sequence = record.cause.rawValue + 1
        var found = 0
        while found < Self.mostNotes, let next = try log.record(sequence) {
            if next.isStepEnd { return }
            sequence += 1
            guard next.topic == TopicNumber.note, next.cause == record.cause,
                next.producer == record.producer
            else { continue }
            let value = try log.decoder.decode(next)
            guard value.number("strategy") == intent.value.number("strategy") else { continue }
            intent.reasons.append(AuditReason(link: .note, record: next, value: value))
            found += 1
        }
    }
}

@available(*, unavailable)
extension AuditReasons: Sendable {}

extension RecordValue {
    /// A field that is a number without sign.
    func number(_ name: String) -> UInt64? {
        if case .unsigned(let number)? = self[name] { number } else { nil }
    }

    /// The order to which a record of a topic happened.
    func order(ofTopic topic: UInt32) -> UInt64? {
        topic == TopicNumber.orderUpdate || topic == TopicNumber.fill ? number("order") : nil
    }
}

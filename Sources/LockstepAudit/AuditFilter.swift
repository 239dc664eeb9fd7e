public import LockstepModel

/// Which records are wanted; a filter without conditions wants all.
public struct AuditFilter: Hashable, Sendable {
    /// The numbers of the topics.
    public var topics: Set<UInt32>?
    /// The first and the last simulated time.
    public var times: ClosedRange<Timestamp>?
    /// The first and the last number.
    public var sequences: ClosedRange<UInt64>?
    /// The numbers of the instruments.
    ///
    /// A record matches if any of its fields called `instrument`,
    /// also within rows and lists, has one of them; a record that names none does not match.
    public var instruments: Set<UInt64>?

    /// Makes a filter.
    public init(
        topics: Set<UInt32>? = nil, times: ClosedRange<Timestamp>? = nil,
        sequences: ClosedRange<UInt64>? = nil, instruments: Set<UInt64>? = nil
    ) {
        self.topics = topics
        self.times = times
        self.sequences = sequences
        self.instruments = instruments
    }

    /// Whether a block may have a record that matches.
    func mayMatch(
        first: UInt64, end: UInt64, earliest: Timestamp, latest: Timestamp, topics bits: UInt64
    ) -> Bool {
        if let topics, !topics.contains(where: { bits & AuditBlockHead.bit(UInt64($0)) != 0 }) {
            return false
        }
        if let times, times.upperBound < earliest || times.lowerBound > latest { return false }
        if let sequences, sequences.upperBound < first || sequences.lowerBound >= end {
            return false
        }
        return true
    }

    /// Whether a block may have a record that matches.
    func mayMatch(_ head: AuditBlockHead) -> Bool {
        mayMatch(
            first: head.firstSequence, end: head.endSequence, earliest: head.earliest,
            latest: head.latest, topics: head.topics)
    }

    /// Whether a record matches, as far as its head tells.
    func matches(topic: UInt64, time: Int64, sequence: UInt64) -> Bool {
        if let topics {
            guard let topic = UInt32(exactly: topic), topics.contains(topic) else { return false }
        }
        if let times, !times.contains(Timestamp(nanoseconds: time)) { return false }
        if let sequences, !sequences.contains(sequence) { return false }
        return true
    }

    /// Whether a record matches, as far as its head tells.
    public func matches(_ record: AuditRecord) -> Bool {
        matches(
            topic: UInt64(record.topic), time: record.time.nanoseconds,
            sequence: record.sequence.rawValue)
    }

    /// Whether the fields of a record name one of the instruments.
    public func matches(_ value: RecordValue) -> Bool {
        guard let instruments else { return true }
        return Self.names(instruments, value)
    }

    private static func names(_ instruments: Set<UInt64>, _ value: RecordValue) -> Bool {
        switch value {
        case .row(let fields):
            fields.contains { field in
                if field.name == "instrument", case .unsigned(let id) = field.value {
                    return instruments.contains(id)
                }
                return names(instruments, field.value)
            }
        case .list(let values): values.contains { names(instruments, $0) }
        default: false
        }
    }
}

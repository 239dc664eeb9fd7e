import LockstepBus

/// How two logs are compared, and which records and fields count.
///
/// ```swift
/// let found = try AuditComparison().compare(AuditLog(path: "a.lka"), AuditLog(path: "b.lka"))
/// for field in found.difference?.fields ?? [] { print(field.path, field.one, field.other) }
/// ```
public struct AuditComparison: Hashable, Sendable {
    /// What comparing two logs has found.
    public struct Outcome: Hashable, Sendable {
        /// The first pair of records that differ; `nil` where none do.
        public let difference: AuditDifference?
        /// In what state the first log is, as far as it was looked at.
        public let one: AuditStatus
        /// In what state the second log is, as far as it was looked at.
        public let other: AuditStatus
        /// How many pairs of records were compared one by one; all before have one digest.
        public let compared: UInt64
        /// How many blocks of both logs were decompressed.
        public let blocksRead: UInt64
    }

    /// The names of the topics that count; none for all.
    ///
    /// With any, the numbers of records and of their causes do not count: they count all topics.
    public var topics: [String]
    /// The names of fields that do not count, alone or after that of their topic: `fill.fee`.
    ///
    /// `time`, `parent` and `producer` are those of the record itself.
    public var ignored: Set<String>
    /// Whether the end of the shorter log is no difference.
    public var isOfPrefix: Bool

    /// Makes a comparison.
    ///
    /// - Parameters:
    ///   - topics: The names of the topics that count; none for all.
    ///   - ignored: The names of fields that do not count.
    ///   - isOfPrefix: Whether the end of the shorter log is no difference.
    public init(topics: [String] = [], ignored: Set<String> = [], isOfPrefix: Bool = false) {
        self.topics = topics
        self.ignored = ignored
        self.isOfPrefix = isOfPrefix
    }

    /// Finds the first difference of two logs.
    ///
    /// Equal digests end it at once. Else the digests in the heads of blocks tell, by binary search,
    /// up to where the logs are equal, and records are compared one by one from there on. What the
    /// heads say of blocks that are passed over is believed; ``AuditVerifier`` checks it.
    ///
    /// - Parameters:
    ///   - one: A log.
    ///   - other: Another one.
    /// - Returns: What was found.
    /// - Throws: ``AuditError/unknownTopic(name:known:)``, ``AuditError/unknownField(name:known:)``
    ///   or ``AuditError/files(_:)``.
    public func compare(
        _ one: AuditLog, _ other: AuditLog
    ) throws(AuditError) -> Outcome {
        let first = try filter(one, other)
        let second = try filter(other, one)
        try checkIgnored(one, other)
        if let left = one.index, let right = other.index, left.digest == right.digest {
            return Outcome(
                difference: nil, one: .closed(left.status), other: .closed(right.status),
                compared: 0, blocksRead: 0)
        }
        let start = try EqualPrefix(one, other)
        var matcher = RecordMatcher(
            self, try AuditLogReader(one, filter: first, from: start.one),
            try AuditLogReader(other, filter: second, from: start.other))
        let difference = try matcher.firstDifference()
        return Outcome(
            difference: difference, one: matcher.one.status ?? start.oneStatus,
            other: matcher.other.status ?? start.otherStatus, compared: matcher.compared,
            blocksRead: matcher.one.blocksRead + matcher.other.blocksRead)
    }

    // MARK: Parts

    /// The topics by number; a name that one log alone has chooses nothing in the other.
    private func filter(_ log: AuditLog, _ other: AuditLog) throws(AuditError) -> AuditFilter {
        if topics.isEmpty { return AuditFilter() }
        var numbers: Set<UInt32> = []
        for name in topics {
            do throws(AuditError) {
                numbers.insert(try log.decoder.topic(named: name))
            } catch { _ = try other.decoder.topic(named: name) }
        }
        return AuditFilter(topics: numbers)
    }

    private func checkIgnored(_ one: AuditLog, _ other: AuditLog) throws(AuditError) {
        if ignored.isEmpty { return }
        var known: Set<String> = ["time", "parent", "producer"]
        for topic in one.decoder.schemas + other.decoder.schemas {
            for name in Self.names(topic.schema.fields) {
                known.formUnion([name, "\(topic.name).\(name)"])
            }
        }
        for name in Self.controlNames { known.formUnion([name, "control.\(name)"]) }
        for name in ignored.sorted() where !known.contains(name) {
            throw .unknownField(name: name, known: known.filter { !$0.contains(".") }.sorted())
        }
    }
}

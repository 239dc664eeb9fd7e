public import LockstepBus
public import LockstepFiles
public import LockstepModel

/// The index at the end of a closed log: where each block is and what it holds.
public struct AuditIndex: Hashable, Sendable {
    /// The longest payload of an index; a reader takes no more into memory.
    static let greatestPayload = 64 << 20
    /// The most bytes of copied records; what comes later is found in the blocks alone.
    static let greatestCopy = 16 << 20

    /// One block.
    public struct Entry: Hashable, Sendable {
        /// Where the head of the block begins in the file.
        public let offset: UInt64
        /// The number of its first record.
        public let firstSequence: UInt64
        /// The least time of its records.
        public let earliest: Timestamp
        /// The greatest time of its records.
        public let latest: Timestamp
        /// One bit for each topic that occurs, as in the head of the block.
        public let topics: UInt64
    }

    /// What a topic has in the whole log.
    public struct TopicTotal: Hashable, Sendable {
        /// The number of the topic.
        public let topic: UInt32
        /// How many records.
        public let records: UInt64
        /// Their bytes before compression.
        public let bytes: UInt64
    }

    /// The digest of the stream.
    public internal(set) var digest: SHA256Digest
    /// How many records the log has.
    public internal(set) var records: UInt64
    /// How the run ended.
    public internal(set) var status: ControlEvent.EndStatus
    /// The blocks, in order.
    public internal(set) var entries: [Entry]
    /// The topics that occur, by number.
    public internal(set) var topics: [TopicTotal]
    /// The schema, symbol and configuration records, one after another, as in the stream.
    var copies: [UInt8]

    /// The frame.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        let payload = Self.payload(
            blocks: entries.count, topics: topics.count, copies: copies.count)
        bytes.reserveCapacity(payload + SkippableFrame.prefix)
        bytes.appendNumber(SkippableFrame.index)
        bytes.appendNumber(UInt32(payload))
        bytes.appendNumber(UInt64(entries.count))
        bytes += digest.bytes
        bytes.appendNumber(records)
        bytes.append(status.rawValue)
        bytes.appendNumber(UInt32(entries.count))
        for entry in entries {
            bytes.appendNumber(entry.offset)
            bytes.appendNumber(entry.firstSequence)
            bytes.appendNumber(entry.earliest.nanoseconds)
            bytes.appendNumber(entry.latest.nanoseconds)
            bytes.appendNumber(entry.topics)
        }
        bytes.appendNumber(UInt32(topics.count))
        for total in topics {
            bytes.appendNumber(total.topic)
            bytes.appendNumber(total.records)
            bytes.appendNumber(total.bytes)
        }
        bytes.appendNumber(UInt32(copies.count))
        bytes += copies
        bytes.appendNumber(Checksum.crc32c(bytes))
        return bytes
    }

    /// The bytes of the payload: the fixed fields, and what they count.
    static func payload(blocks: Int, topics: Int, copies: Int) -> Int {
        53 + blocks * 40 + 4 + topics * 20 + 4 + copies + 4
    }

    init(
        digest: SHA256Digest, records: UInt64, status: ControlEvent.EndStatus, entries: [Entry],
        topics: [TopicTotal], copies: [UInt8]
    ) {
        self.digest = digest
        self.records = records
        self.status = status
        self.entries = entries
        self.topics = topics
        self.copies = copies
    }

    /// Reads a frame.
    ///
    /// - Parameter bytes: The whole frame.
    /// - Throws: ``AuditFault/index(_:)``.
    init(_ bytes: Span<UInt8>) throws(AuditFault) {
        guard bytes.count >= SkippableFrame.prefix + 65,
            bytes.number(UInt32.self, at: 0) == SkippableFrame.index,
            Int(bytes.number(UInt32.self, at: 4)) == bytes.count - SkippableFrame.prefix
        else { throw .index("length") }
        let end = bytes.count - 4
        guard Checksum.crc32c(bytes.extracting(0..<end)) == bytes.number(UInt32.self, at: end)
        else { throw .index("checksum") }
        guard let digest = SHA256Digest(bytes: bytes.copy(16..<48)),
            let status = ControlEvent.EndStatus(rawValue: bytes[56])
        else { throw .index("end status") }
        let count = Int(bytes.number(UInt32.self, at: 57))
        guard bytes.number(UInt64.self, at: 8) == UInt64(count) else { throw .index("blocks") }
        var at = 61
        guard count <= (end - at) / 40 else { throw .index("entries") }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            entries.append(
                Entry(
                    offset: bytes.number(UInt64.self, at: at),
                    firstSequence: bytes.number(UInt64.self, at: at + 8),
                    earliest: Timestamp(nanoseconds: bytes.number(Int64.self, at: at + 16)),
                    latest: Timestamp(nanoseconds: bytes.number(Int64.self, at: at + 24)),
                    topics: bytes.number(UInt64.self, at: at + 32)))
            at += 40
        }
        guard end - at >= 4 else { throw .index("topics") }
        let topicCount = Int(bytes.number(UInt32.self, at: at))
        at += 4
        guard topicCount <= (end - at) / 20 else { throw .index("topics") }
        var topics: [TopicTotal] = []
        for _ in 0..<topicCount {
            topics.append(
                TopicTotal(
                    topic: bytes.number(UInt32.self, at: at),
                    records: bytes.number(UInt64.self, at: at + 4),
                    bytes: bytes.number(UInt64.self, at: at + 12)))
            at += 20
        }
        guard end - at >= 4 else { throw .index("copies") }
        let copied = Int(bytes.number(UInt32.self, at: at))
        at += 4
        guard copied == end - at else { throw .index("copies") }
        self.init(
            digest: digest, records: bytes.number(UInt64.self, at: 48), status: status,
            entries: entries, topics: topics, copies: bytes.copy(at..<end))
    }
}

extension AuditIndex.Entry {
    /// The entry of a block.
    ///
    /// - Parameters:
    ///   - head: The head of the block.
    ///   - offset: Where in the file the head begins.
    init(of head: AuditBlockHead, at offset: UInt64) {
        self.init(
            offset: offset, firstSequence: head.firstSequence, earliest: head.earliest,
            latest: head.latest, topics: head.topics)
    }
}

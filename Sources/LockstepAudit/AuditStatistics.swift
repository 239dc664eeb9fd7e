public import LockstepFiles
public import LockstepModel

/// What a log holds, found from its index or its heads without decompressing more than the set-up.
public struct AuditStatistics: Hashable, Sendable {
    /// A topic of the log.
    public struct Topic: Hashable, Sendable {
        /// Its number.
        public let id: UInt32
        /// Its name.
        public let name: String
        /// How many records; `nil` in a log without an index.
        public let records: UInt64?
        /// Their bytes before compression; `nil` in a log without an index.
        public let bytes: UInt64?
    }

    /// What messages call the log: its path.
    public let name: String
    /// In what state it is; the contents of blocks are not looked at.
    public let status: AuditStatus
    /// Run, versions and settings as JSON; empty when the head of the file is cut.
    public let manifest: String
    /// How many blocks.
    public let blocks: UInt64
    /// How many records.
    public let records: UInt64
    /// The bytes of the records.
    public let rawBytes: UInt64
    /// The bytes of the file.
    public let storedBytes: UInt64
    /// The least time.
    public let earliest: Timestamp?
    /// The greatest time.
    public let latest: Timestamp?
    /// The digest of the stream up to the last block.
    public let digest: SHA256Digest?
    /// The topics that occur, by number.
    public let topics: [Topic]
    /// The schemas that are known without reading every block.
    public let schemas: [AuditDecoder.TopicSchema]

    /// How many bytes of records a byte of the file holds; `nil` for an empty file.
    public var ratio: Double? {
        storedBytes == 0 ? nil : Double(rawBytes) / Double(storedBytes)
    }

    /// The simulated time from the first to the last record, in nanoseconds.
    public var duration: Int64? {
        guard let earliest, let latest else { return nil }
        return try? latest.nanoseconds(since: earliest)
    }

    /// The bytes at the end that belong to no accepted block; 0 for a whole log.
    public var tornBytes: UInt64 {
        switch status {
        case .closed: 0
        case .torn(let damage), .corrupt(let damage): storedBytes - min(storedBytes, damage.offset)
        }
    }

    /// Looks at a file.
    ///
    /// - Parameter path: The file.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``.
    public init(path: String) throws(AuditError) {
        try self.init(AuditLog(path: path))
    }

    /// Looks at a log in memory.
    ///
    /// - Parameter bytes: The log.
    /// - Throws: ``AuditError/notALog(path:_:)``.
    public init(bytes: [UInt8]) throws(AuditError) { try self.init(AuditLog(bytes: bytes)) }

    private init(_ log: AuditLog) throws(AuditError) {
        name = log.name
        storedBytes = try log.source.size()
        let decoder = log.decoder
        schemas = decoder.schemas
        manifest = log.header?.manifest ?? ""
        if let tail = log.tail {
            let index = tail.index
            status = .closed(index.status)
            blocks = UInt64(index.entries.count)
            records = index.records
            rawBytes = tail.rawBytes
            earliest = index.entries.map(\.earliest).min()
            latest = index.entries.map(\.latest).max()
            digest = index.digest
            topics = index.topics.map { total in
                Topic(
                    id: total.topic, name: decoder.name(ofTopic: total.topic),
                    records: total.records, bytes: total.bytes)
            }
            return
        }
        let scanner = try BlockScanner(log.source)
        status = try Self.walk(scanner)
        blocks = scanner.number
        records = scanner.nextSequence - 1
        rawBytes = scanner.rawBytes
        earliest = scanner.earliest
        latest = scanner.latest
        digest = scanner.lastDigest
        let bits = scanner.topics
        topics = (0..<63).filter { bits & 1 << UInt64($0) != 0 }.map { slot in
            Topic(
                id: UInt32(slot), name: decoder.name(ofTopic: UInt32(slot)), records: nil,
                bytes: nil)
        }
    }

    /// Goes from head to head.
    private static func walk(_ scanner: BlockScanner) throws(AuditError) -> AuditStatus {
        while true {
            switch try scanner.look() {
            case .end(let status): return status
            case .block(let head):
                if let status = try scanner.skip(head) { return status }
            }
        }
    }
}

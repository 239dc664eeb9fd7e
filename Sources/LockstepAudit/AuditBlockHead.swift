public import LockstepFiles
public import LockstepModel

/// The head of a block: what its frame holds, and where it belongs.
///
/// A skippable zstd frame of 136 bytes in front of the frame with the records.
public struct AuditBlockHead: Hashable, Sendable {
    static let tag: [UInt8] = Array("LKB1".utf8)
    static let payload = 128
    static let length = SkippableFrame.prefix + payload
    /// The most bytes of records in a block.
    static let greatestRaw = 8 << 20

    /// The place of the block in the file, from 0.
    public internal(set) var number: UInt64 = 0
    /// The bytes of its records, at most 8 MiB.
    public internal(set) var rawLength = 0
    /// The bytes of its frame.
    public internal(set) var frameLength = 0
    /// How many records it has, at least one.
    public internal(set) var count = 0
    /// The checksum of all schema records up to the end of this block.
    public internal(set) var schemaChecksum: UInt32 = 0
    /// The number of its first record.
    public internal(set) var firstSequence: UInt64 = 1
    /// The least time of its records.
    public internal(set) var earliest = Timestamp.epoch
    /// The greatest time of its records.
    public internal(set) var latest = Timestamp.epoch
    /// One bit for each topic that occurs, by its number; the highest for all above 62.
    public internal(set) var topics: UInt64 = 0
    /// The salt of the file.
    public internal(set) var salt: UInt64 = 0
    /// The digest of the stream from its first byte to the end of this block.
    public internal(set) var digest: SHA256Digest
    /// The checksum of the head before this one.
    public internal(set) var previousChecksum: UInt32 = 0
    /// The checksum of the frame.
    public internal(set) var frameChecksum: UInt32 = 0
    /// The time of the record before the first one; 0 for the first block.
    public internal(set) var base = Timestamp.epoch

    init(digest: SHA256Digest) { self.digest = digest }

    /// The bit of a topic.
    @inline(__always)
    static func bit(_ topic: UInt64) -> UInt64 { 1 << min(topic, 63) }

    /// The number of the record after the last one.
    var endSequence: UInt64 { firstSequence + UInt64(count) }

    /// The frame, and the checksum at its end, to which the next block refers.
    var encoded: (bytes: [UInt8], checksum: UInt32) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        bytes.appendNumber(SkippableFrame.blockHead)
        bytes.appendNumber(UInt32(Self.payload))
        bytes += Self.tag
        bytes.appendNumber(UInt32(0))
        bytes.appendNumber(number)
        bytes.appendNumber(UInt32(rawLength))
        bytes.appendNumber(UInt32(frameLength))
        bytes.appendNumber(UInt32(count))
        bytes.appendNumber(schemaChecksum)
        bytes.appendNumber(firstSequence)
        bytes.appendNumber(earliest.nanoseconds)
        bytes.appendNumber(latest.nanoseconds)
        bytes.appendNumber(topics)
        bytes.appendNumber(salt)
        bytes += digest.bytes
        bytes.appendNumber(previousChecksum)
        bytes.appendNumber(frameChecksum)
        bytes.appendNumber(base.nanoseconds)
        bytes.appendNumber(UInt32(0))
        let checksum = Checksum.crc32c(bytes)
        bytes.appendNumber(checksum)
        return (bytes, checksum)
    }

    /// Reads a head and checks what it alone can tell.
    ///
    /// - Parameter bytes: 136 bytes.
    /// - Returns: The head, and the checksum at its end.
    /// - Throws: ``AuditFault``: it is no head, or damaged, or out of its limits.
    static func decode(
        _ bytes: Span<UInt8>
    ) throws(AuditFault) -> (head: AuditBlockHead, checksum: UInt32) {
        guard bytes.count == length,
            bytes.number(UInt32.self, at: 0) == SkippableFrame.blockHead,
            bytes.number(UInt32.self, at: 4) == UInt32(payload)
        else { throw .notAHead }
        for index in 0..<4 where bytes[8 + index] != tag[index] { throw .notAHead }
        let checksum = bytes.number(UInt32.self, at: length - 4)
        guard Checksum.crc32c(bytes.extracting(0..<length - 4)) == checksum else {
            throw .headChecksum
        }
        guard bytes.number(UInt32.self, at: 12) == 0 else { throw .headField("flags") }
        guard bytes.number(UInt32.self, at: 128) == 0 else { throw .headField("reserved") }
        guard let digest = SHA256Digest(bytes: bytes.copy(80..<112)) else {
            throw .headField("digest")
        }
        var head = AuditBlockHead(digest: digest)
        head.number = bytes.number(UInt64.self, at: 16)
        head.rawLength = Int(bytes.number(UInt32.self, at: 24))
        head.frameLength = Int(bytes.number(UInt32.self, at: 28))
        head.count = Int(bytes.number(UInt32.self, at: 32))
        head.schemaChecksum = bytes.number(UInt32.self, at: 36)
        head.firstSequence = bytes.number(UInt64.self, at: 40)
        head.earliest = Timestamp(nanoseconds: bytes.number(Int64.self, at: 48))
        head.latest = Timestamp(nanoseconds: bytes.number(Int64.self, at: 56))
        head.topics = bytes.number(UInt64.self, at: 64)
        head.salt = bytes.number(UInt64.self, at: 72)
        head.previousChecksum = bytes.number(UInt32.self, at: 112)
        head.frameChecksum = bytes.number(UInt32.self, at: 116)
        head.base = Timestamp(nanoseconds: bytes.number(Int64.self, at: 120))
        try head.checkLimits()
        return (head, checksum)
    }

    private func checkLimits() throws(AuditFault) {
        guard rawLength > 0, rawLength <= Self.greatestRaw else { throw .headField("raw length") }
        guard frameLength > 0, frameLength <= ZstdCompressor.bound(Self.greatestRaw) else {
            throw .headField("compressed length")
        }
        // The shortest record is three bytes: length, topic, cause with producer.
        guard count >= 1, count <= rawLength / 3 else { throw .headField("record count") }
        guard firstSequence >= 1, firstSequence <= UInt64.max - UInt64(count) else {
            throw .headField("first sequence")
        }
        guard earliest <= latest else { throw .headField("times") }
        guard topics != 0 else { throw .headField("topics") }
    }
}

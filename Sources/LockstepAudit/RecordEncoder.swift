import LockstepBus
import LockstepFiles
import LockstepModel

/// What a block holds, besides its bytes.
struct BlockTally: Hashable {
    var firstSequence: UInt64 = 1
    var count = 0
    var earliest: Int64 = 0
    var latest: Int64 = 0
    var topics: UInt64 = 0
    var base: Int64 = 0
    var schemaChecksum: UInt32 = 0
}

/// Turns envelopes into the records of a block.
///
/// `record = varint length, varint topic, zigzag dt, varint parentDistance, varint producer,
/// payload`; the sequence number is implied. Nothing is allocated while a block is filled.
struct RecordEncoder: ~Copyable {
    /// The most bytes of a record, its length not counted.
    static let greatestRecord = 1 << 20

    var writer: RecordWriter
    private(set) var tally = BlockTally()
    private var lastTime: Int64 = 0
    /// The number that is next; 0, which no envelope has, once nothing is taken any more.
    private var nextSequence: UInt64 = 1
    private(set) var records = InlineArray<64, UInt64>(repeating: 0)
    private(set) var bytes = InlineArray<64, UInt64>(repeating: 0)
    private var schemaChecksum = Checksum()
    /// Schema, symbol and configuration records, for the index.
    private(set) var copies: [UInt8] = []
    /// Why nothing is taken any more.
    private(set) var failure: AuditError?

    init(capacity: Int) { writer = RecordWriter(capacity: capacity) }

    /// Appends the record of an envelope.
    ///
    /// - Throws: The first failure, again and again: after a gap a log would be a lie.
    @inline(__always)
    mutating func append(_ delivery: borrowing Delivery) throws(AuditError) {
        let sequence = delivery.sequence.rawValue
        let cause = delivery.cause.rawValue
        let time = delivery.time.nanoseconds
        let topic = delivery.topic.rawValue
        let start = try begin(
            sequence: sequence, time: time, topic: topic, cause: cause,
            producer: delivery.producer.rawValue)
        let payload = topic == 0 ? writer.count : 0
        delivery.encodePayload(into: &writer)
        try end(start, payload: payload, sequence: sequence, time: time, topic: topic)
    }

    /// Appends a record whose payload is written by a closure.
    mutating func append(
        sequence: UInt64, time: Int64, topic: UInt8, cause: UInt64, producer: UInt16,
        _ payload: (inout RecordWriter) -> Void
    ) throws(AuditError) {
        let start = try begin(
            sequence: sequence, time: time, topic: topic, cause: cause, producer: producer)
        let place = writer.count
        payload(&writer)
        try end(start, payload: place, sequence: sequence, time: time, topic: topic)
    }

    @inline(__always)
    private mutating func begin(
        sequence: UInt64, time: Int64, topic: UInt8, cause: UInt64, producer: UInt16
    ) throws(AuditError) -> Int {
        if sequence != nextSequence || cause >= sequence {
            throw refuse(sequence: sequence, cause: cause)
        }
        let start = writer.reserveLength()
        writer.unsigned(UInt64(topic))
        writer.integer(time &- lastTime)
        writer.unsigned(cause == 0 ? 0 : sequence &- cause)
        writer.unsigned(UInt64(producer))
        writer.recordTime = time
        writer.recordSequence = sequence
        return start
    }

    @inline(__always)
    private mutating func end(
        _ start: Int, payload: Int, sequence: UInt64, time: Int64, topic: UInt8
    ) throws(AuditError) {
        let length = writer.count &- start &- 1
        if length > Self.greatestRecord {
            writer.truncate(to: start)
            throw fail(
                .recordTooLarge(sequence: sequence, bytes: length, limit: Self.greatestRecord))
        }
        if topic == 0 {
            noteControl(start, payload: payload)
        } else {
            writer.prefixLength(from: start)
        }
        if tally.count == 0 {
            tally.base = lastTime
            tally.firstSequence = sequence
            tally.earliest = time
            tally.latest = time
        } else if time != lastTime {
            tally.earliest = min(tally.earliest, time)
            tally.latest = max(tally.latest, time)
        }
        lastTime = time
        tally.count &+= 1
        let slot = Int(topic) & 63
        tally.topics |= 1 << UInt64(slot)
        records[slot] &+= 1
        bytes[slot] &+= UInt64(writer.count &- start)
        nextSequence = sequence &+ 1
    }

    /// Keeps a copy of what a reader needs to understand the other records.
    @inline(never)
    private mutating func noteControl(_ start: Int, payload: Int) {
        let kind = writer.withBytes { bytes in
            bytes.byteCount > payload ? Span<UInt8>(_bytes: bytes)[payload] : 0xFF
        }
        writer.prefixLength(from: start)
        guard kind <= 2 else { return }
        let copy = writer.withBytes { bytes in
            Span<UInt8>(_bytes: bytes).copy(start..<bytes.byteCount)
        }
        if kind == 0 { schemaChecksum.update(copy.span) }
        if copies.count + copy.count <= AuditIndex.greatestCopy { copies += copy }
    }

    /// Gives the filled block away against an empty buffer.
    ///
    /// - Parameter other: The empty buffer; afterwards it holds the block.
    /// - Returns: What the block holds.
    mutating func seal(into other: inout RecordWriter) -> BlockTally {
        swap(&writer, &other)
        writer.truncate(to: 0)
        var sealed = tally
        sealed.schemaChecksum = schemaChecksum.value
        tally = BlockTally()
        return sealed
    }

    /// Remembers the first failure, after which nothing is taken.
    mutating func fail(_ error: AuditError) -> AuditError {
        if failure == nil { failure = error }
        nextSequence = 0
        return failure ?? error
    }

    @inline(never)
    private mutating func refuse(sequence: UInt64, cause: UInt64) -> AuditError {
        if let failure { return failure }
        if sequence != nextSequence {
            return fail(.outOfSequence(expected: nextSequence, found: sequence))
        }
        return fail(.causeNotBefore(sequence: sequence, cause: cause))
    }

    /// The topics that occur, by number.
    var topicTotals: [AuditIndex.TopicTotal] {
        (0..<64).compactMap { slot in
            records[slot] == 0
                ? nil
                : AuditIndex.TopicTotal(
                    topic: UInt32(slot), records: records[slot], bytes: bytes[slot])
        }
    }
}

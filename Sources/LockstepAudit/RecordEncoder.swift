import LockstepBus
import LockstepFiles
import LockstepModel

/// What a block holds, besides its bytes.
struct BlockTally: Hashable {
    var firstSequence: UInt64 = 1
    var count = 0
    var earliest = Int64.max
    var latest = Int64.min
    var topics: UInt64 = 0
    var base: Int64 = 0
    var schemaChecksum: UInt32 = 0
}

/// How many records a topic has, and their bytes.
struct TopicTally {
    var records: UInt64 = 0
    var bytes: UInt64 = 0
}

/// Turns envelopes into the records of a block.
///
/// ``RecordHead`` says what stands before a payload; the sequence number is implied. Nothing is
/// allocated while a block is filled.
struct RecordEncoder: ~Copyable {
    /// The most bytes of a record, its length not counted.
    static let greatestRecord = 1 << 20

    var writer: RecordWriter
    private var tally = BlockTally()
    /// The number that was taken last; the greatest, after which none comes, once nothing is taken
    /// any more.
    private var taken: UInt64 = 0
    /// How many records the blocks before this one hold, of each topic.
    private var sealed = InlineArray<64, UInt64>(repeating: 0)
    private var totals = InlineArray<64, TopicTally>(repeating: TopicTally())
    private var schemaChecksum = Checksum()
    /// Schema, symbol and configuration records, for the index.
    private(set) var copies: [UInt8] = []
    /// Why nothing is taken any more.
    private(set) var failure: AuditError?

    init(capacity: Int) { writer = RecordWriter(capacity: capacity) }

    /// Appends the records of envelopes until the block is full.
    ///
    /// - Parameters:
    ///   - cursor: Goes over the envelopes.
    ///   - limit: The bytes from which on a block is full.
    /// - Returns: Whether the block is full; else all envelopes were taken.
    /// - Throws: The first failure, again and again: after a gap a log would be a lie.
    mutating func append(
        _ cursor: inout TapCursor, upTo limit: Int
    ) throws(AuditError) -> Bool {
        while let envelope = cursor.next() {
            let start = writer.count
            try check(sequence: envelope.sequence, cause: envelope.cause)
            if envelope.isControl {
                try append(
                    sequence: envelope.sequence, time: envelope.time, topic: 0,
                    cause: envelope.cause, producer: envelope.producer
                ) { envelope.encodePayload(into: &$0) }
            } else {
                envelope.encodeRecord(into: &writer)
                // Read once more, where it is, and not kept over the call.
                try note(from: start, time: envelope.time, topic: envelope.topic)
            }
            if writer.count >= limit { return true }
        }
        return false
    }

    /// Appends a record whose payload is written by a closure.
    mutating func append(
        sequence: UInt64, time: Int64, topic: UInt8, cause: UInt64, producer: UInt16,
        _ payload: (inout RecordWriter) -> Void
    ) throws(AuditError) {
        try check(sequence: sequence, cause: cause)
        let start = writer.beginRecord(
            topic: topic & 63, time: time, sequence: sequence,
            distance: cause == 0 ? 0 : sequence &- cause, producer: producer)
        let place = writer.count
        payload(&writer)
        let kind = topic == 0 && writer.count > place ? writer.byte(at: place) : 0xFF
        writer.prefixLength(from: start)
        try note(from: start, time: time, topic: topic)
        if kind <= 2 { keepCopy(from: start, isSchema: kind == 0) }
    }

    @inline(__always)
    private mutating func check(sequence: UInt64, cause: UInt64) throws(AuditError) {
        if sequence != taken &+ 1 || cause >= sequence {
            throw refuse(sequence: sequence, cause: cause)
        }
    }

    /// Counts a record that was written.
    @inline(__always)
    private mutating func note(
        from start: Int, time: Int64, topic: UInt8
    ) throws(AuditError) {
        let length = writer.count &- start
        // A record of the greatest length has three bytes in front of it that tell its length.
        if length > Self.greatestRecord &+ 3 {
            writer.truncate(to: start)
            throw fail(
                .recordTooLarge(
                    sequence: taken &+ 1, bytes: length &- 3, limit: Self.greatestRecord))
        }
        if time < tally.earliest { tally.earliest = time }
        if time > tally.latest { tally.latest = time }
        let slot = Int(topic) & 63
        totals[slot].records &+= 1
        totals[slot].bytes &+= UInt64(bitPattern: Int64(length))
        taken &+= 1
    }

    /// Keeps a copy of what a reader needs to understand the other records.
    @inline(never)
    private mutating func keepCopy(from start: Int, isSchema: Bool) {
        let copy = writer.withBytes { bytes in
            Span<UInt8>(_bytes: bytes).copy(start..<bytes.byteCount)
        }
        if isSchema { schemaChecksum.update(copy.span) }
        if copies.count + copy.count <= AuditIndex.greatestCopy { copies += copy }
    }

    /// Gives the filled block away against an empty buffer.
    ///
    /// - Parameter other: The empty buffer; afterwards it holds the block.
    /// - Returns: What the block holds.
    mutating func seal(into other: inout RecordWriter) -> BlockTally {
        swap(&writer, &other)
        writer.truncate(to: 0)
        writer.recordTime = other.recordTime
        var block = tally
        block.schemaChecksum = schemaChecksum.value
        for slot in 0..<64 {
            let records = totals[slot].records - sealed[slot]
            block.count += Int(records)
            if records > 0 { block.topics |= 1 << UInt64(slot) }
            sealed[slot] = totals[slot].records
        }
        tally = BlockTally()
        tally.base = writer.recordTime
        tally.firstSequence = block.firstSequence + UInt64(block.count)
        return block
    }

    /// Remembers the first failure, after which nothing is taken.
    mutating func fail(_ error: AuditError) -> AuditError {
        if failure == nil { failure = error }
        taken = .max
        return failure ?? error
    }

    @inline(never)
    private mutating func refuse(sequence: UInt64, cause: UInt64) -> AuditError {
        if let failure { return failure }
        if sequence != taken &+ 1 {
            return fail(.outOfSequence(expected: taken &+ 1, found: sequence))
        }
        return fail(.causeNotBefore(sequence: sequence, cause: cause))
    }

    /// The topics that occur, by number.
    var topicTotals: [AuditIndex.TopicTotal] {
        (0..<64).compactMap { slot in
            totals[slot].records == 0
                ? nil
                : AuditIndex.TopicTotal(
                    topic: UInt32(slot), records: totals[slot].records, bytes: totals[slot].bytes)
        }
    }
}

/// A growing buffer to which records are written, field by field.
///
/// Numbers are variable-length: seven bits a byte, the lowest first. Writing costs about a
/// nanosecond a field and allocates only when the buffer grows.
// Safe because: every write first makes room for what it writes, and the storage is owned by
// this value alone, which cannot be copied.
@safe
public struct RecordWriter: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var end: UnsafeMutablePointer<UInt8>
    /// Up to here a number of 10 bytes fits without asking again.
    @usableFromInline var limit: UnsafeMutablePointer<UInt8>

    /// The time of the record being written, in nanoseconds; times are written relative to it.
    public var recordTime: Int64 = 0

    /// The number of the record being written; distances to earlier records are taken from it.
    public var recordSequence: UInt64 = 0

    // The last distance between the times of two records that took one byte, and that byte: steps
    // mostly follow each other at one distance. Before there is one, it is one that none has.
    @usableFromInline var lastStride: Int64 = 0
    @usableFromInline var strideByte: UInt32 = 0

    /// Makes a buffer.
    ///
    /// - Parameter capacity: The bytes to begin with; it grows as needed.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    public init(capacity: Int) {
        let size = max(capacity, 16) + 16
        unsafe base = .allocate(capacity: size)
        unsafe end = base
        unsafe limit = base + (size - 16)
    }

    deinit { unsafe base.deallocate() }

    /// How many bytes were written.
    @inlinable
    public var count: Int { unsafe end - base }

    /// A copy of what was written.
    public var bytes: [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// A byte that was written.
    ///
    /// - Parameter place: Less than ``count``.
    /// - Returns: The byte.
    @inlinable @inline(__always)
    package func byte(at place: Int) -> UInt8 {
        precondition(place >= 0 && place < count)
        return unsafe base[place]
    }

    /// Lends what was written, in place.
    ///
    /// - Parameter body: Gets the bytes, which are valid until it returns.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// Forgets what was written from a place on, and keeps the storage.
    ///
    /// - Parameter length: The bytes to keep; at most ``count``.
    @inlinable
    public mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        unsafe end = base + length
    }

    /// Writes a number without sign.
    @inlinable @inline(__always)
    public mutating func unsigned(_ value: UInt64) {
        var cursor = cursor(numbers: 1)
        cursor.unsigned(value)
        take(cursor)
    }

    /// Writes a number with sign, as 0, 1, 2, 3 for 0, −1, 1, −2 and so on.
    @inlinable @inline(__always)
    public mutating func integer(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Writes the difference of a number to an earlier one.
    @inlinable @inline(__always)
    public mutating func relative(_ value: Int64, to base: Int64) { integer(value &- base) }

    /// Writes an instant, given in nanoseconds, as its distance from the record's time.
    public mutating func time(_ nanoseconds: Int64) {
        var cursor = cursor(numbers: 1)
        cursor.time(nanoseconds)
        take(cursor)
    }

    /// Writes a truth value.
    @inlinable
    public mutating func boolean(_ value: Bool) { unsigned(value ? 1 : 0) }

    /// Writes whether an optional field follows.
    @inlinable
    public mutating func presence(_ isPresent: Bool) { unsigned(isPresent ? 1 : 0) }

    /// Writes a floating-point number; every NaN becomes the quiet one.
    public mutating func float64(_ value: Double) {
        if unsafe end > limit { grow(by: 16) }
        var bits = value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern
        for _ in 0..<8 {
            unsafe end.pointee = UInt8(truncatingIfNeeded: bits)
            unsafe end += 1
            bits >>= 8
        }
    }

    /// Writes a length and the bytes of a text in UTF-8.
    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { buffer in unsafe append(buffer) }
    }

    /// Writes a length and the bytes.
    public mutating func bytes(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { buffer in unsafe append(buffer) }
    }

    /// Writes the length of what follows a place in front of it.
    ///
    /// - Parameter start: Where the record begins, one byte before which was left for the length.
    ///   The bytes from `start + 1` on are the record.
    @inlinable @inline(__always)
    public mutating func prefixLength(from start: Int) {
        let length = count &- start &- 1
        if length < 0x80 {
            unsafe base[start] = UInt8(truncatingIfNeeded: length)
        } else {
            longPrefix(from: start, length: length)
        }
    }

    /// Leaves one byte for a length that ``prefixLength(from:)`` fills in.
    ///
    /// - Returns: Where the byte is.
    @inlinable @inline(__always)
    public mutating func reserveLength() -> Int {
        let start = count
        if unsafe end > limit { grow(by: 16) }
        unsafe end += 1
        return start
    }

    /// Makes room for numbers that are written one after another, without asking before each.
    ///
    /// - Parameter count: How many numbers are written at most.
    /// - Returns: What writes them; nothing else is written until ``take(_:)`` gets it back.
    @inlinable @inline(__always)
    package mutating func cursor(numbers count: Int) -> RecordCursor {
        if unsafe limit - end < count &* 10 { grow(by: count &* 10) }
        return unsafe RecordCursor(
            at: end, recordTime: recordTime, recordSequence: recordSequence)
    }

    /// Goes on behind what a cursor wrote.
    ///
    /// - Parameter cursor: What ``cursor(numbers:)`` returned.
    @inlinable @inline(__always)
    package mutating func take(_ cursor: RecordCursor) { unsafe end = cursor.at }

    /// Begins a record: leaves a byte for its length and writes what stands before its payload.
    ///
    /// Its time counts from that of the record before, which is the time the writer knows.
    ///
    /// - Parameters:
    ///   - topic: The topic, 0 to 62.
    ///   - time: The time of the record in nanoseconds.
    ///   - sequence: The number of the record.
    ///   - distance: How many records before it its cause stands; 0 for none.
    ///   - producer: The service that published it.
    /// - Returns: Where the record begins, as ``prefixLength(from:)`` wants to know it.
    @inlinable @inline(__always)
    package mutating func beginRecord(
        topic: UInt8, time: Int64, sequence: UInt64, distance: UInt64, producer: UInt16
    ) -> Int {
        let last = recordTime
        recordTime = time
        recordSequence = sequence
        let start = count
        var cursor = cursor(numbers: 5)
        // A topic takes six bits, and so one byte.
        unsafe cursor.at[1] = topic &<< 1 | (time == last ? 0 : 1)
        unsafe cursor.at += 2
        if time != last {
            let place = unsafe cursor.at
            cursor.span(time &- last)
            if unsafe cursor.at == place + 1 {
                lastStride = time &- last
                strideByte = UInt32(unsafe place.pointee)
            }
        }
        if producer < 15 {
            cursor.unsigned(distance &<< 4 | UInt64(producer))
        } else {
            cursor.small(distance &<< 4 | 15, UInt64(producer &- 15))
        }
        take(cursor)
        return start
    }

    /// Begins the record of an envelope.
    // Safe because: the header is that of an envelope in the journal, and there is room for what is
    // written: 64 bytes are asked for.
    @inlinable @inline(__always)
    mutating func beginRecord(_ envelope: UnsafePointer<EnvelopeHeader>, topic: UInt8) -> Int {
        let (sequence, cause) = unsafe (envelope.pointee.sequence, envelope.pointee.cause)
        let distance = cause == 0 ? 0 : sequence &- cause
        let producer = unsafe envelope.pointee.producer
        let time = unsafe envelope.pointee.time
        if unsafe producer < 15 && distance < 8 && limit - end >= 64 {
            let start = count
            let cause = UInt32(truncatingIfNeeded: distance &<< 4) | UInt32(producer)
            if time == recordTime {
                // As most records begin: the length, the topic, which takes six bits, the cause.
                recordSequence = sequence
                let three = UInt32(topic) &<< 9 | cause &<< 16
                unsafe UnsafeMutableRawPointer(end).storeBytes(
                    of: three.littleEndian, as: UInt32.self)
                unsafe end += 3
                return start
            }
            if time &- recordTime == lastStride {
                // The next step, as far away as the one before.
                recordTime = time
                recordSequence = sequence
                let four = (UInt32(topic) &<< 1 | 1) &<< 8 | strideByte &<< 16 | cause &<< 24
                unsafe UnsafeMutableRawPointer(end).storeBytes(
                    of: four.littleEndian, as: UInt32.self)
                unsafe end += 4
                return start
            }
        }
        return unsafe beginOtherRecord(envelope, topic: topic, distance: distance)
    }

    @usableFromInline @inline(never)
    mutating func beginOtherRecord(
        _ envelope: UnsafePointer<EnvelopeHeader>, topic: UInt8, distance: UInt64
    ) -> Int {
        unsafe beginRecord(
            topic: topic, time: envelope.pointee.time, sequence: envelope.pointee.sequence,
            distance: distance, producer: envelope.pointee.producer)
    }

    /// Writes the record of the end of a step: the most frequent one, and mostly the same four bytes.
    // Safe because: as said of other records.
    @inlinable @inline(__always)
    mutating func stepEnd(_ envelope: UnsafePointer<EnvelopeHeader>) {
        if unsafe envelope.pointee.time == recordTime && limit - end >= 64 {
            recordSequence = unsafe envelope.pointee.sequence
            // Three bytes long, topic 0 at the same time, no cause; the kind is 3.
            unsafe UnsafeMutableRawPointer(end).storeBytes(
                of: (3 as UInt32 &<< 24 | 3).littleEndian, as: UInt32.self)
            unsafe end += 4
        } else {
            unsafe rareStepEnd(envelope)
        }
    }

    @usableFromInline @inline(never)
    mutating func rareStepEnd(_ envelope: UnsafePointer<EnvelopeHeader>) {
        let start = unsafe beginOtherRecord(envelope, topic: 0, distance: 0)
        StepEnd().encode(into: &self)
        prefixLength(from: start)
    }

    /// Moves the record for a length of more than one byte, which is then written in front of it.
    @usableFromInline @inline(never)
    mutating func longPrefix(from start: Int, length: Int) {
        let extra = (UInt64.bitWidth - 1 - UInt64(length).leadingZeroBitCount) / 7
        if unsafe limit - end < extra { grow(by: extra) }
        unsafe (base + start + 1 + extra).update(from: base + start + 1, count: length)
        var rest = length
        for place in start..<start + extra {
            unsafe base[place] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
        }
        unsafe base[start + extra] = UInt8(truncatingIfNeeded: rest)
        unsafe end += extra
    }

    private mutating func append(_ buffer: UnsafeBufferPointer<UInt8>) {
        unsigned(UInt64(buffer.count))
        if unsafe end + buffer.count > limit { grow(by: buffer.count) }
        if let start = buffer.baseAddress {
            unsafe end.update(from: start, count: buffer.count)
            unsafe end += buffer.count
        }
    }

    @usableFromInline @inline(never)
    mutating func grow(by extra: Int) {
        let used = count
        let size = (used + extra) * 2 + 32
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        unsafe larger.update(from: base, count: used)
        unsafe base.deallocate()
        unsafe base = larger
        unsafe end = larger + used
        unsafe limit = larger + (size - 16)
    }
}

@available(*, unavailable)
extension RecordWriter: Sendable {}

import LockstepBus

/// What stands in front of the payload of a record.
///
/// `length, topic · 2 + later, span dt where later is 1, distance · 16 + producer, payload`, all but
/// dt numbers without sign. A producer from 15 on is written as 15 there and the rest as a number
/// after it.
struct RecordHead {
    var topic: UInt64 = 0
    var time: Int64 = 0
    /// How many records before this one its cause stands; 0 for none.
    var distance: UInt64 = 0
    var producer: UInt64 = 0
    /// Where the record begins, its length included.
    var start = 0
    var payload = 0
    var end = 0

    /// Reads the head of a record and goes on behind the record.
    ///
    /// - Parameters:
    ///   - bytes: The records of a block.
    ///   - at: Where the record begins; afterwards where the next one does.
    ///   - count: How many of the bytes are records.
    ///   - last: The time of the record before.
    /// - Throws: ``RecordError``.
    @inline(__always)
    init(
        _ bytes: Span<UInt8>, _ at: inout Int, count: Int, after last: Int64
    ) throws(RecordError) {
        start = at
        let length = try Self.number(bytes, &at, count)
        guard length <= UInt64(RecordEncoder.greatestRecord) else {
            throw .outOfRange(field: "length")
        }
        guard length <= UInt64(count &- at) else { throw .truncated }
        end = at &+ Int(length)
        let what = try Self.number(bytes, &at, end)
        topic = what >> 1
        time = last
        if what & 1 == 1 {
            let later = try Self.span(bytes, &at, end)
            guard later != 0 else { throw .malformedNumber }
            time = last &+ later
        }
        let from = try Self.number(bytes, &at, end)
        distance = from >> 4
        producer = from & 15
        if producer == 15 {
            let more = try Self.number(bytes, &at, end)
            guard more <= UInt64(UInt16.max - 15) else { throw .outOfRange(field: "producer") }
            producer &+= more
        }
        payload = at
        at = end
        guard topic <= UInt64(UInt32.max) else { throw .outOfRange(field: "topic") }
    }

    /// A length of time in nanoseconds.
    @inline(__always)
    static func span(
        _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(RecordError) -> Int64 {
        guard at < end else { throw .truncated }
        let first = bytes[at]
        at &+= 1
        if first == 0 { return 0 }
        return try RecordSpan.length(first, more: first < 0x80 ? 0 : number(bytes, &at, end))
    }

    /// A number without sign, of at most ten bytes and without padding.
    @inline(__always)
    static func number(
        _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(RecordError) -> UInt64 {
        guard at < end else { throw .truncated }
        let byte = bytes[at]
        if byte < 0x80 {
            at &+= 1
            return UInt64(byte)
        }
        return try longNumber(bytes, &at, end)
    }

    /// Goes past a number, which may take any value.
    @inline(__always)
    static func skip(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) throws(RecordError) {
        guard at < end else { throw .truncated }
        if bytes[at] < 0x80 {
            at &+= 1
        } else if end &- at >= 8 {
            // The bytes of which the top bit is 0: the first of them is the number's last.
            let word = bytes.word(at: at)
            let last = ~word & 0x8080_8080_8080_8080
            if last == 0 {
                _ = try longNumber(bytes, &at, end)
            } else {
                let shift = UInt64(truncatingIfNeeded: last.trailingZeroBitCount &- 7)
                guard word &>> shift & 0xFF != 0 else { throw .malformedNumber }
                at &+= Int(truncatingIfNeeded: shift &>> 3 &+ 1)
            }
        } else {
            _ = try longNumber(bytes, &at, end)
        }
    }

    private static func longNumber(
        _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end {
            let byte = bytes[at]
            at &+= 1
            if shift == 63, byte > 1 { throw .malformedNumber }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 {
                if byte == 0 { throw .malformedNumber }
                return value
            }
            shift &+= 7
            if shift > 63 { throw .malformedNumber }
        }
        throw .truncated
    }
}

import LockstepBus

/// What stands in front of the payload of a record.
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
        topic = try Self.number(bytes, &at, end)
        let difference = try Self.number(bytes, &at, end)
        time =
            last
            &+ (Int64(bitPattern: difference >> 1) ^ -Int64(bitPattern: difference & 1))
        distance = try Self.number(bytes, &at, end)
        producer = try Self.number(bytes, &at, end)
        payload = at
        at = end
        guard topic <= UInt64(UInt32.max) else { throw .outOfRange(field: "topic") }
        guard producer <= UInt64(UInt16.max) else { throw .outOfRange(field: "producer") }
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

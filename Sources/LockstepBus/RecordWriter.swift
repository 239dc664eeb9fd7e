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
        if unsafe end > limit { grow(by: 16) }
        if value < 0x80 {
            unsafe end.pointee = UInt8(truncatingIfNeeded: value)
            unsafe end += 1
        } else if value < 0x4000 {
            unsafe end[0] = UInt8(truncatingIfNeeded: value) | 0x80
            unsafe end[1] = UInt8(truncatingIfNeeded: value >> 7)
            unsafe end += 2
        } else {
            longNumber(value)
        }
    }

    /// Writes a number with sign, as 0, 1, 2, 3 for 0, −1, 1, −2 and so on.
    @inlinable @inline(__always)
    public mutating func integer(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Writes the difference of a number to an earlier one.
    @inlinable @inline(__always)
    public mutating func relative(_ value: Int64, to base: Int64) { integer(value &- base) }

    /// Writes an instant, given in nanoseconds, relative to the record's time.
    @inlinable @inline(__always)
    public mutating func time(_ nanoseconds: Int64) { integer(nanoseconds &- recordTime) }

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

    /// Spreads the groups of seven bits over eight bytes, stored at once.
    @usableFromInline
    mutating func longNumber(_ value: UInt64) {
        var value = value
        if value < 1 << 56 {
            value = (value & 0x0000_0000_0FFF_FFFF) | ((value & 0x00FF_FFFF_F000_0000) << 4)
            value = (value & 0x0000_3FFF_0000_3FFF) | ((value & 0x0FFF_C000_0FFF_C000) << 2)
            value = (value & 0x007F_007F_007F_007F) | ((value & 0x3F80_3F80_3F80_3F80) << 1)
            let length = 8 &- value.leadingZeroBitCount >> 3
            let lower = (1 << UInt64((length &- 1) &* 8)) &- 1 as UInt64
            let stored = (value | (0x8080_8080_8080_8080 & lower)).littleEndian
            unsafe UnsafeMutableRawPointer(end).storeBytes(of: stored, as: UInt64.self)
            unsafe end += length
            return
        }
        while value >= 0x80 {
            unsafe end.pointee = UInt8(truncatingIfNeeded: value) | 0x80
            unsafe end += 1
            value >>= 7
        }
        unsafe end.pointee = UInt8(truncatingIfNeeded: value)
        unsafe end += 1
    }

    @usableFromInline
    mutating func longPrefix(from start: Int, length: Int) {
        var prefix = [UInt8]()
        var rest = UInt64(length)
        while rest >= 0x80 {
            prefix.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        prefix.append(UInt8(truncatingIfNeeded: rest))
        let extra = prefix.count - 1
        if unsafe end + extra > limit { grow(by: extra) }
        unsafe (base + start + prefix.count).update(from: base + start + 1, count: length)
        for (offset, byte) in prefix.enumerated() { unsafe base[start + offset] = byte }
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

/// Writes numbers into room that was made for them, so that none of them asks for room.
///
/// It lives in registers: nothing is stored but the numbers.
// Safe because: it is got from a writer that made room for a given number of numbers, ten bytes
// each and sixteen more, and every caller writes at most so many before it gives it back.
@safe @frozen @usableFromInline
package struct RecordCursor {
    @usableFromInline var at: UnsafeMutablePointer<UInt8>
    /// The time of the record being written, in nanoseconds.
    @usableFromInline package let recordTime: Int64
    /// The number of the record being written.
    @usableFromInline package let recordSequence: UInt64

    @inlinable @inline(__always)
    init(at place: UnsafeMutablePointer<UInt8>, recordTime: Int64, recordSequence: UInt64) {
        unsafe at = place
        self.recordTime = recordTime
        self.recordSequence = recordSequence
    }

    /// Writes a number without sign.
    @inlinable @inline(__always)
    package mutating func unsigned(_ value: UInt64) {
        if value < 0x80 {
            unsafe at.pointee = UInt8(truncatingIfNeeded: value)
            unsafe at += 1
        } else if value < 0x4000 {
            // 2 · the upper seven bits, with the lower ones and the sign that there are more.
            let both = UInt16(truncatingIfNeeded: value &+ (value & 0x3F80) | 0x80)
            unsafe UnsafeMutableRawPointer(at).storeBytes(
                of: both.littleEndian, as: UInt16.self)
            unsafe at += 2
        } else {
            unsafe at = Self.long(value, at)
        }
    }

    /// Writes two numbers without sign that mostly take a byte each.
    @inlinable @inline(__always)
    package mutating func small(_ first: UInt64, _ second: UInt64) {
        if first | second < 0x80 {
            let both = UInt16(truncatingIfNeeded: first | second &<< 8)
            unsafe UnsafeMutableRawPointer(at).storeBytes(
                of: both.littleEndian, as: UInt16.self)
            unsafe at += 2
        } else {
            unsafe at = Self.each(first, second, at)
        }
    }

    /// Writes three numbers without sign that mostly take a byte each.
    @inlinable @inline(__always)
    package mutating func small(_ first: UInt64, _ second: UInt64, _ third: UInt64) {
        if first | second | third < 0x80 {
            let all = UInt32(truncatingIfNeeded: first | second &<< 8 | third &<< 16)
            unsafe UnsafeMutableRawPointer(at).storeBytes(of: all.littleEndian, as: UInt32.self)
            unsafe at += 3
        } else {
            unsafe at = Self.long(third, Self.each(first, second, at))
        }
    }

    /// Writes three numbers with sign that mostly take a byte each.
    @inlinable @inline(__always)
    package mutating func smallIntegers(_ first: Int64, _ second: Int64, _ third: Int64) {
        small(Self.zigzag(first), Self.zigzag(second), Self.zigzag(third))
    }

    /// A number with sign as one without: 0, 1, 2, 3 for 0, −1, 1, −2 and so on.
    @inlinable @inline(__always)
    static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
    }

    @usableFromInline @inline(never)
    static func each(
        _ first: UInt64, _ second: UInt64, _ place: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        unsafe long(second, long(first, place))
    }

    /// Writes a number without sign that often takes three bytes.
    @inlinable @inline(__always)
    package mutating func medium(_ value: UInt64) {
        if value &- 0x4000 < 0x20_0000 - 0x4000 {
            var spread = UInt32(truncatingIfNeeded: value)
            spread &+= (spread & 0x1F_C000) &* 3
            spread &+= spread & 0x3F80
            unsafe UnsafeMutableRawPointer(at).storeBytes(
                of: (spread | 0x8080).littleEndian, as: UInt32.self)
            unsafe at += 3
        } else {
            unsigned(value)
        }
    }

    /// Writes a number with sign that often takes three bytes.
    @inlinable @inline(__always)
    package mutating func mediumInteger(_ value: Int64) {
        medium(Self.zigzag(value))
    }

    /// Writes a number without sign that often takes more than three bytes.
    @inlinable @inline(__always)
    package mutating func wide(_ value: UInt64) {
        if value < 1 << 56 {
            unsafe at = Self.spread(value, at)
        } else {
            unsafe at = Self.long(value, at)
        }
    }

    /// Writes a number with sign that often takes more than three bytes.
    @inlinable @inline(__always)
    package mutating func wideInteger(_ value: Int64) {
        wide(Self.zigzag(value))
    }

    /// Writes a number with sign, as 0, 1, 2, 3 for 0, −1, 1, −2 and so on.
    @inlinable @inline(__always)
    package mutating func integer(_ value: Int64) {
        unsigned(Self.zigzag(value))
    }

    /// Writes an instant, given in nanoseconds, as its distance from the record's time.
    @inlinable @inline(__always)
    package mutating func time(_ nanoseconds: Int64) { span(nanoseconds &- recordTime) }

    /// Writes the number of an earlier record as how far back it stands; 0 for none.
    @inlinable @inline(__always)
    package mutating func record(_ sequence: UInt64) { unsigned(distance(to: sequence)) }

    /// How far back an earlier record stands; 0 for none.
    @inlinable @inline(__always)
    package func distance(to sequence: UInt64) -> UInt64 {
        sequence == 0 ? 0 : recordSequence &- sequence
    }

    /// Writes a length of time in nanoseconds, as ``RecordSpan`` says.
    @inlinable @inline(__always)
    package mutating func span(_ nanoseconds: Int64) {
        if nanoseconds == 0 {
            unsafe at.pointee = 0
            unsafe at += 1
            return
        }
        // Up to seven whole minutes take one byte, as nothing at all does.
        let minutes = nanoseconds / 60_000_000_000
        let zigzag = UInt64(bitPattern: (minutes << 1) ^ (minutes >> 63))
        if minutes &* 60_000_000_000 == nanoseconds, zigzag < 16 {
            unsafe at.pointee = UInt8(truncatingIfNeeded: zigzag &<< 3 | 4)
            unsafe at += 1
        } else {
            unsafe at = Self.span(nanoseconds, at)
        }
    }

    @usableFromInline
    static func span(
        _ nanoseconds: Int64, _ place: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        let (count, unit) = RecordSpan.parts(nanoseconds)
        let zigzag = UInt64(bitPattern: (count << 1) ^ (count >> 63))
        let first = UInt8(truncatingIfNeeded: (zigzag & 15) << 3 | unit)
        if zigzag < 16 {
            unsafe place.pointee = first
            return unsafe place + 1
        }
        unsafe place.pointee = first | 0x80
        return unsafe long(zigzag >> 4, place + 1)
    }

    /// Spreads the groups of seven bits of a number below 2⁵⁶ over eight bytes, stored at once.
    @inlinable @inline(__always)
    static func spread(
        _ value: UInt64, _ place: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var value = value
        // What moves up by n bits is added 2ⁿ − 1 times: the upper half of all, of each half, of
        // each quarter.
        value &+= (value & 0x00FF_FFFF_F000_0000) &* 15
        value &+= (value & 0x0FFF_C000_0FFF_C000) &* 3
        value &+= value & 0x3F80_3F80_3F80_3F80
        // Zero has one byte too; its first bit is as good as any to count from.
        let unused = UInt64(truncatingIfNeeded: (value | 1).leadingZeroBitCount) & 56
        let stored = (value | 0x0080_8080_8080_8080 &>> unused).littleEndian
        unsafe UnsafeMutableRawPointer(place).storeBytes(of: stored, as: UInt64.self)
        return unsafe place + Int(truncatingIfNeeded: 8 &- unused &>> 3)
    }

    @usableFromInline
    static func long(
        _ value: UInt64, _ place: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var place = unsafe place
        var value = value
        if value < 1 << 56 { return unsafe spread(value, place) }
        while value >= 0x80 {
            unsafe place.pointee = UInt8(truncatingIfNeeded: value) | 0x80
            unsafe place += 1
            value >>= 7
        }
        unsafe place.pointee = UInt8(truncatingIfNeeded: value)
        return unsafe place + 1
    }
}

@available(*, unavailable)
extension RecordCursor: Sendable {}

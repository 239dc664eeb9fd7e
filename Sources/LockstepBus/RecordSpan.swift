/// How a length of time is written: in the greatest unit of which it is a whole number.
///
/// The first byte holds the unit in its three lowest bits (0 nanosecond, 1 microsecond,
/// 2 millisecond, 3 second, 4 minute, 5 hour, 6 day) and above them the four lowest bits of the
/// zig-zag number of units; where its top bit is 1, the other bits follow as a number without sign.
/// A minute takes one byte. No length is the byte 0.
package enum RecordSpan: Sendable {
    /// Nanoseconds of each unit.
    static let units: [7 of Int64] = [
        1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, 86_400_000_000_000,
    ]

    /// A length that is not 0 as a number of its greatest unit.
    @inlinable @inline(__always)
    static func parts(_ nanoseconds: Int64) -> (count: Int64, unit: UInt64) {
        let minutes = nanoseconds / 60_000_000_000
        if minutes &* 60_000_000_000 == nanoseconds {
            let hours = minutes / 60
            if hours &* 60 != minutes { return (minutes, 4) }
            let days = hours / 24
            return days &* 24 == hours ? (days, 6) : (hours, 5)
        }
        let micro = nanoseconds / 1000
        if micro &* 1000 != nanoseconds { return (nanoseconds, 0) }
        let milli = micro / 1000
        if milli &* 1000 != micro { return (micro, 1) }
        let seconds = milli / 1000
        return seconds &* 1000 == milli ? (seconds, 3) : (milli, 2)
    }

    /// Puts a length together.
    ///
    /// - Parameters:
    ///   - first: The first byte.
    ///   - more: The number that follows it, where its top bit is 1.
    /// - Returns: The length in nanoseconds.
    /// - Throws: ``RecordError/malformedNumber`` for what no length is written as.
    @inline(__always)
    package static func length(_ first: UInt8, more: UInt64) throws(RecordError) -> Int64 {
        if first == 0 { return 0 }
        let unit = UInt64(first & 7)
        let zigzag = UInt64(first >> 3 & 15) | more &<< 4
        let count = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
        guard unit < 7, zigzag != 0, more < 1 << 60, first < 0x80 || more != 0 else {
            throw .malformedNumber
        }
        let (length, overflow) = count.multipliedReportingOverflow(by: units[Int(unit)])
        guard !overflow, parts(length) == (count, unit) else { throw .malformedNumber }
        return length
    }
}

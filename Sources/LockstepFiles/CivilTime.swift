import LockstepModel

/// Instants in nanoseconds since 1970 UTC, as text and from text, without leap seconds or zones.
package enum CivilTime {
    /// The length of a day in nanoseconds.
    package static var day: Int64 { Timestamp.nanosecondsPerDay }

    /// The instant as `2004-08-19T00:00:00Z`, with a fraction only when it is not zero.
    ///
    /// - Parameter nanoseconds: Since 1970 UTC, any value.
    /// - Returns: The text; fractions have 3, 6 or 9 digits.
    package static func text(_ nanoseconds: Int64) -> String {
        Timestamp(nanoseconds: nanoseconds).description
    }

    /// The UTC date of an instant as `2004-08-19`.
    package static func dateText(_ nanoseconds: Int64) -> String {
        CivilDate(daysSince1970: Timestamp(nanoseconds: nanoseconds).day).description
    }

    /// Reads a date or a date with time in the form of ISO 8601.
    ///
    /// Forms: `2004-08-19`, `2004-08-19T16:30:00`, a blank for the `T`, a fraction of 1 to 9 digits,
    /// and at the end `Z`, `+hh:mm` or `-hh:mm`; without these the time is UTC.
    ///
    /// - Parameter bytes: The whole text, in ASCII.
    /// - Returns: Nanoseconds since 1970 UTC.
    /// - Throws: ``FieldFault/empty``, ``FieldFault/notATime`` or ``FieldFault/timeOutOfRange`` for
    ///   years before 1678 or after 2261.
    package static func nanoseconds(_ bytes: Span<UInt8>) throws(FieldFault) -> Int64 {
        if bytes.isEmpty { throw .empty }
        var at = 0
        let year = try number(4, in: bytes, &at)
        try expect(UInt8(ascii: "-"), in: bytes, &at)
        let month = try number(2, in: bytes, &at)
        try expect(UInt8(ascii: "-"), in: bytes, &at)
        let day = try number(2, in: bytes, &at)
        guard let date = CivilDate(year: year, month: month, day: day) else { throw .notATime }
        var time: Int64 = 0
        if at < bytes.count {
            guard bytes[at] == UInt8(ascii: "T") || bytes[at] == UInt8(ascii: " ") else {
                throw .notATime
            }
            at += 1
            time = try timeOfDay(bytes, &at) - zone(bytes, &at)
            if at < bytes.count { throw .notATime }
        }
        guard (1678...2261).contains(year) else { throw .timeOutOfRange }
        // Both years lie whole, with a day on either side, within the range of 64 bits.
        return date.daysSince1970 * Self.day + time
    }

    /// Reads a date or a date with time from a string; see ``nanoseconds(_:)``.
    package static func nanoseconds(_ text: String) throws(FieldFault) -> Int64 {
        try nanoseconds(Array(text.utf8).span)
    }

    private static func timeOfDay(
        _ bytes: Span<UInt8>, _ at: inout Int
    ) throws(FieldFault) -> Int64 {
        let hour = try number(2, in: bytes, &at)
        try expect(UInt8(ascii: ":"), in: bytes, &at)
        let minute = try number(2, in: bytes, &at)
        try expect(UInt8(ascii: ":"), in: bytes, &at)
        let second = try number(2, in: bytes, &at)
        guard hour < 24, minute < 60, second < 60 else { throw .notATime }
        var fraction: Int64 = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            var unit: Int64 = 100_000_000
            let start = at
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if unit == 0 { throw .notATime }
                fraction += Int64(bytes[at] - 0x30) * unit
                unit /= 10
                at += 1
            }
            if at == start { throw .notATime }
        }
        return Int64((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
    }

    private static func zone(_ bytes: Span<UInt8>, _ at: inout Int) throws(FieldFault) -> Int64 {
        guard at < bytes.count else { return 0 }
        let sign = bytes[at]
        at += 1
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw .notATime }
        let hour = try number(2, in: bytes, &at)
        try expect(UInt8(ascii: ":"), in: bytes, &at)
        let minute = try number(2, in: bytes, &at)
        guard hour < 24, minute < 60 else { throw .notATime }
        let offset = Int64(hour * 60 + minute) * 60_000_000_000
        return sign == UInt8(ascii: "-") ? -offset : offset
    }

    private static func number(
        _ digits: Int, in bytes: Span<UInt8>, _ at: inout Int
    ) throws(FieldFault) -> Int {
        guard at + digits <= bytes.count else { throw .notATime }
        var value = 0
        for index in at..<at + digits {
            let digit = bytes[index] &- 0x30
            if digit > 9 { throw .notATime }
            value = value * 10 + Int(digit)
        }
        at += digits
        return value
    }

    private static func expect(
        _ character: UInt8, in bytes: Span<UInt8>, _ at: inout Int
    ) throws(FieldFault) {
        guard at < bytes.count, bytes[at] == character else { throw .notATime }
        at += 1
    }
}

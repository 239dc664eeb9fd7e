/// A day of the Gregorian calendar, reckoned backwards and forwards without end.
package struct CivilDate: Hashable, Sendable {
    /// The year; 0 is 1 BC.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// Makes a date, or nothing when the month has no such day; years from -1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (-1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day counted from 1970-01-01, within a million years of it.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms". Years begin in March
    /// there, so that the leap day is the last of its year.
    package init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// The number of the day: 0 for 1970-01-01, negative before.
    package var daysSince1970: Int64 {
        let shifted = Int64(year) - (month <= 2 ? 1 : 0)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether a year has a 29th of February.
    package static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// How many days a month has, 28 to 31.
    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CivilDate: CustomStringConvertible {
    /// The date as `2004-08-19`.
    package var description: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// Instants in nanoseconds since 1970 UTC, as text and from text, without leap seconds or zones.
package enum CivilTime {
    /// The length of a day in nanoseconds.
    package static let day: Int64 = 86_400_000_000_000

    /// The instant as `2004-08-19T00:00:00Z`, with a fraction only when it is not zero.
    ///
    /// - Parameter nanoseconds: Since 1970 UTC, any value.
    /// - Returns: The text; fractions have 3, 6 or 9 digits.
    package static func text(_ nanoseconds: Int64) -> String {
        let (days, rest) = split(nanoseconds)
        let seconds = Int(rest / 1_000_000_000)
        let fraction = Int(rest % 1_000_000_000)
        return "\(CivilDate(daysSince1970: days))T\(padded(seconds / 3600, 2))"
            + ":\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))\(text(fraction: fraction))Z"
    }

    /// The UTC date of an instant as `2004-08-19`.
    package static func dateText(_ nanoseconds: Int64) -> String {
        CivilDate(daysSince1970: split(nanoseconds).days).description
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

    private static func split(_ nanoseconds: Int64) -> (days: Int64, rest: Int64) {
        let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: day)
        return rest < 0 ? (quotient - 1, rest + day) : (quotient, rest)
    }

    private static func text(fraction: Int) -> String {
        if fraction == 0 { return "" }
        if fraction % 1_000_000 == 0 { return "." + padded(fraction / 1_000_000, 3) }
        if fraction % 1000 == 0 { return "." + padded(fraction / 1000, 6) }
        return "." + padded(fraction, 9)
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

private func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

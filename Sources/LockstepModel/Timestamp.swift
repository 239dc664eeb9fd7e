/// An instant: nanoseconds since 1970-01-01T00:00:00 UTC, without leap seconds.
///
/// The range is 1677-09-21 to 2262-04-11. Zones exist only at the border to text.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds since 1970 UTC.
    public let nanoseconds: Int64

    /// Makes the instant.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The beginning of 1970, UTC.
    @inlinable
    public static var epoch: Self { Self(nanoseconds: 0) }

    /// The earliest instant that can be told.
    @inlinable
    public static var distantPast: Self { Self(nanoseconds: .min) }

    /// The latest instant that can be told.
    @inlinable
    public static var distantFuture: Self { Self(nanoseconds: .max) }

    /// Whether the left instant is the earlier one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant a number of nanoseconds later.
    ///
    /// - Parameter nanoseconds: How much later; negative for earlier.
    /// - Returns: The instant.
    /// - Throws: ``ArithmeticError/overflow`` beyond the range.
    @inlinable
    public func advanced(byNanoseconds nanoseconds: Int64) throws(ArithmeticError) -> Self {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        if overflow { throw .overflow }
        return Self(nanoseconds: sum)
    }

    /// The number of the UTC day: 0 for 1970-01-01, negative before.
    @inlinable
    public var day: Int64 {
        let length: Int64 = 86_400_000_000_000
        let quotient = nanoseconds / length
        return nanoseconds % length < 0 ? quotient - 1 : quotient
    }
    /// The instant a duration later.
    ///
    /// - Parameter duration: How much later; negative for earlier; whole nanoseconds.
    /// - Returns: The instant; parts of a nanosecond are cut toward zero.
    /// - Throws: ``ArithmeticError/overflow`` beyond the range.
    public func advanced(by duration: Duration) throws(ArithmeticError) -> Self {
        let parts = duration.components
        let whole = try FixedPoint.multiply(parts.seconds, 1_000_000_000)
        let length = try FixedPoint.add(whole, parts.attoseconds / 1_000_000_000)
        return try advanced(byNanoseconds: length)
    }

    /// How many nanoseconds after another instant this one is; negative for before.
    ///
    /// - Parameter other: The other instant.
    /// - Returns: The distance.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func nanoseconds(since other: Self) throws(ArithmeticError) -> Int64 {
        try FixedPoint.subtract(nanoseconds, other.nanoseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The instant in UTC by ISO 8601, with as many decimals of a second as it needs, in threes:
    /// `2004-08-19T00:00:00Z`, `2004-08-19T09:30:00.250Z`.
    public var description: String {
        let date = Self.date(day)
        let length = 86_400_000_000_000
        let rest = (Int(nanoseconds) % length + length) % length
        let seconds = rest / 1_000_000_000
        var fraction = Self.padded(rest % 1_000_000_000, 9)
        while fraction.hasSuffix("000") { fraction.removeLast(3) }
        return Self.padded(date.year, 4) + "-" + Self.padded(date.month, 2) + "-"
            + Self.padded(date.day, 2) + "T" + Self.padded(seconds / 3600, 2) + ":"
            + Self.padded(seconds / 60 % 60, 2) + ":" + Self.padded(seconds % 60, 2)
            + (fraction.isEmpty ? "Z" : ".\(fraction)Z")
    }

    /// The Gregorian date of a UTC day.
    ///
    /// Counted in eras of 400 years that begin on March 1st, as in Howard Hinnant's
    /// "chrono-compatible low-level date algorithms".
    private static func date(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        // The first era begins in year -400, so all numbers are positive.
        let shifted = Int(day) + 719_468 + 146_097
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let leaps = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leaps) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

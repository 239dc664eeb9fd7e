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

    /// The nanoseconds of a UTC day, which here has no leap second.
    @inlinable
    public static var nanosecondsPerDay: Int64 { 86_400_000_000_000 }

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
        let quotient = nanoseconds / Self.nanosecondsPerDay
        return nanoseconds % Self.nanosecondsPerDay < 0 ? quotient - 1 : quotient
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
        let length = Int(Self.nanosecondsPerDay)
        let rest = (Int(nanoseconds) % length + length) % length
        let seconds = rest / 1_000_000_000
        var fraction = padded(rest % 1_000_000_000, 9)
        while fraction.hasSuffix("000") { fraction.removeLast(3) }
        let time =
            padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
            + padded(seconds % 60, 2)
        return "\(CivilDate(daysSince1970: day))T\(time)"
            + (fraction.isEmpty ? "Z" : ".\(fraction)Z")
    }
}

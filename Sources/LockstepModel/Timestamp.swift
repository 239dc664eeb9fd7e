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
}

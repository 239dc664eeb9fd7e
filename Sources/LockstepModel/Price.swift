/// A price: a whole number of ticks of its instrument.
///
/// Prices of different instruments do not compare in any useful way, and a price is no amount of
/// money: ``Instrument/notional(_:_:)`` makes money of it.
@frozen
public struct Price: Hashable, Comparable, Sendable {
    /// The first number of ticks beyond the range: 2⁵³.
    @inlinable
    public static var limit: Int64 { 1 << 53 }

    /// The number of ticks; beneath 2⁵³ in magnitude where ``isInRange`` holds.
    public let ticks: Int64

    /// Makes the price; where it came from outside, ask ``isInRange``.
    @inlinable
    public init(ticks: Int64) { self.ticks = ticks }

    /// Makes the price if it is in range.
    ///
    /// - Parameter ticks: The number of ticks.
    /// - Throws: ``ArithmeticError/overflow`` from 2⁵³ in magnitude.
    @inlinable
    public init(checking ticks: Int64) throws(ArithmeticError) {
        self.ticks = ticks
        if !isInRange { throw .overflow }
    }

    /// Zero ticks.
    @inlinable
    public static var zero: Self { Self(ticks: 0) }

    /// Whether the price is beneath 2⁵³ in magnitude, as every price in a run must be.
    @inlinable
    public var isInRange: Bool { ticks.magnitude < Self.limit.magnitude }

    /// Whether the left price is the lower one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.ticks < right.ticks }

    /// The distance in ticks; exact for prices in range, the nearest 64-bit integer beyond.
    @inlinable
    public static func - (left: Self, right: Self) -> Int64 {
        let (distance, overflow) = left.ticks.subtractingReportingOverflow(right.ticks)
        if overflow { return left.ticks < 0 ? .min : .max }
        return distance
    }

    /// The price some ticks higher.
    ///
    /// - Parameter ticks: How many; negative for a lower price.
    /// - Returns: The price.
    /// - Throws: ``ArithmeticError/overflow`` when it would leave the range.
    @inlinable
    public func advanced(byTicks ticks: Int64) throws(ArithmeticError) -> Self {
        try Self(checking: FixedPoint.add(self.ticks, ticks))
    }
}

extension Price: Codable {
    @inlinable
    public init(from decoder: any Decoder) throws {
        self.init(ticks: try decoder.singleValueContainer().decode(Int64.self))
    }

    @inlinable
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(ticks)
    }
}

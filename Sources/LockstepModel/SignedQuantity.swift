/// A quantity with a sign: positions and targets, long above zero and short below.
@frozen
public struct SignedQuantity: Hashable, Comparable, Sendable {
    /// The number of lots; beneath 2⁵³ in magnitude where ``isInRange`` holds.
    public let lots: Int64

    /// Makes the quantity; where it came from outside, ask ``isInRange``.
    @inlinable
    public init(lots: Int64) { self.lots = lots }

    /// Makes the quantity if it is in range.
    ///
    /// - Parameter lots: The number of lots.
    /// - Throws: ``ArithmeticError/overflow`` from 2⁵³ in magnitude.
    @inlinable
    public init(checking lots: Int64) throws(ArithmeticError) {
        self.lots = lots
        if !isInRange { throw .overflow }
    }

    /// The change a buy or a sale of a quantity makes.
    ///
    /// - Parameters:
    ///   - side: The side.
    ///   - quantity: How much.
    @inlinable
    public init(_ side: Side, _ quantity: Quantity) {
        let long = Self(lots: quantity.lots)
        self = side == .buy ? long : -long
    }

    /// No lots.
    @inlinable
    public static var zero: Self { Self(lots: 0) }

    /// Whether the quantity is beneath 2⁵³ in magnitude, as every one in a run must be.
    @inlinable
    public var isInRange: Bool { lots.magnitude < Quantity.limit.magnitude }

    /// Whether it is none.
    @inlinable
    public var isZero: Bool { lots == 0 }

    /// How much, without the sign.
    @inlinable
    public var magnitude: Quantity { Quantity(lots: lots < 0 ? (-self).lots : lots) }

    /// The side that makes it: buy for long, sell for short, nil for none.
    @inlinable
    public var side: Side? { lots == 0 ? nil : lots > 0 ? .buy : .sell }

    /// Whether the left quantity is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.lots < right.lots }

    /// The opposite quantity; the least 64-bit integer, never in range, gives the greatest one.
    @inlinable
    public static prefix func - (value: Self) -> Self {
        Self(lots: value.lots == .min ? .max : -value.lots)
    }

    /// The sum of two quantities.
    ///
    /// - Parameter other: The other one.
    /// - Returns: The sum.
    /// - Throws: ``ArithmeticError/overflow`` when it leaves the range.
    @inlinable
    public func adding(_ other: Self) throws(ArithmeticError) -> Self {
        try Self(checking: FixedPoint.add(lots, other.lots))
    }

    /// The difference of two quantities.
    ///
    /// - Parameter other: What is taken away.
    /// - Returns: The difference.
    /// - Throws: ``ArithmeticError/overflow`` when it leaves the range.
    @inlinable
    public func subtracting(_ other: Self) throws(ArithmeticError) -> Self {
        try Self(checking: FixedPoint.subtract(lots, other.lots))
    }
}

extension SignedQuantity: Codable {
    @inlinable
    public init(from decoder: any Decoder) throws {
        self.init(lots: try decoder.singleValueContainer().decode(Int64.self))
    }

    @inlinable
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(lots)
    }
}

/// A quantity: a whole number of lots of its instrument, never negative in a run.
///
/// Orders and fills have a quantity and a side; positions and targets a ``SignedQuantity``.
@frozen
public struct Quantity: Hashable, Comparable, Sendable {
    /// The first number of lots beyond the range: 2⁵³.
    @inlinable
    public static var limit: Int64 { 1 << 53 }

    /// The number of lots; from 0 and beneath 2⁵³ where ``isInRange`` holds.
    public let lots: Int64

    /// Makes the quantity; `lots` must be from 0 and beneath 2⁵³.
    ///
    /// It is not checked here, since this runs for every fill. An order with a quantity out of
    /// range is rejected as ``OrderReason/invalidQuantity``; whoever takes one from elsewhere
    /// outside uses ``init(checking:)``.
    @inlinable
    public init(lots: Int64) { self.lots = lots }

    /// Makes the quantity if it is in range.
    ///
    /// - Parameter lots: The number of lots.
    /// - Throws: ``ArithmeticError/overflow`` below 0 and from 2⁵³.
    @inlinable
    public init(checking lots: Int64) throws(ArithmeticError) {
        self.lots = lots
        if !isInRange { throw .overflow }
    }

    /// No lots.
    @inlinable
    public static var zero: Self { Self(lots: 0) }

    /// Whether the quantity is from 0 and beneath 2⁵³, as every quantity in a run must be.
    @inlinable
    public var isInRange: Bool { lots >= 0 && lots < Self.limit }

    /// Whether it is none.
    @inlinable
    public var isZero: Bool { lots == 0 }

    /// Whether the left quantity is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.lots < right.lots }

    /// The sum of two quantities.
    ///
    /// - Parameter other: The other one.
    /// - Returns: The sum.
    /// - Throws: ``ArithmeticError/overflow`` when it leaves the range.
    @inlinable
    public func adding(_ other: Self) throws(ArithmeticError) -> Self {
        try Self(checking: FixedPoint.add(lots, other.lots))
    }

    /// What is left of the quantity.
    ///
    /// - Parameter other: What is taken away.
    /// - Returns: The rest.
    /// - Throws: ``ArithmeticError/overflow`` when more is taken than there is.
    @inlinable
    public func subtracting(_ other: Self) throws(ArithmeticError) -> Self {
        try Self(checking: FixedPoint.subtract(lots, other.lots))
    }
}

extension Quantity: Codable {
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

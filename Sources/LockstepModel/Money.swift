/// An amount of money: a whole number of the smallest units of its currency.
///
/// The unit is 10⁻ᵈ of the currency, d being ``Currency/decimals``.
@frozen
public struct Money: Hashable, Comparable, Sendable {
    /// The number of units.
    public let units: Int64

    /// Makes the amount.
    @inlinable
    public init(units: Int64) { self.units = units }

    /// Nothing.
    @inlinable
    public static var zero: Self { Self(units: 0) }

    /// Whether the left amount is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.units < right.units }

    /// The sum of two amounts.
    ///
    /// - Parameter other: The other one.
    /// - Returns: The sum.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func adding(_ other: Self) throws(ArithmeticError) -> Self {
        Self(units: try FixedPoint.add(units, other.units))
    }

    /// The difference of two amounts.
    ///
    /// - Parameter other: What is taken away.
    /// - Returns: The difference.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func subtracting(_ other: Self) throws(ArithmeticError) -> Self {
        Self(units: try FixedPoint.subtract(units, other.units))
    }

    /// The opposite amount.
    ///
    /// - Returns: The amount with the other sign.
    /// - Throws: ``ArithmeticError/overflow`` for the least 64-bit integer.
    @inlinable
    public func negated() throws(ArithmeticError) -> Self {
        Self(units: try FixedPoint.negate(units))
    }

    /// A proportion of the amount, rounded once.
    ///
    /// - Parameters:
    ///   - rate: The rate.
    ///   - rounding: Where an inexact result goes.
    /// - Returns: The amount times the rate.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func proportion(
        _ rate: Rate, _ rounding: FixedPoint.Rounding = .halfEven
    ) throws(ArithmeticError) -> Self {
        Self(units: try FixedPoint.proportion(of: units, rate: rate, rounding))
    }

    /// The share of the amount that falls to a part of a quantity, rounded once.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - whole: The whole quantity; not zero.
    ///   - rounding: Where an inexact result goes.
    /// - Returns: The amount times part over whole.
    /// - Throws: ``ArithmeticError/divisionByZero``, or ``ArithmeticError/overflow``.
    @inlinable
    public func share(
        _ part: Quantity, of whole: Quantity, _ rounding: FixedPoint.Rounding = .halfEven
    ) throws(ArithmeticError) -> Self {
        let units = try FixedPoint.multiplyDivide(units, part.lots, den: whole.lots, rounding)
        return Self(units: units)
    }
}

extension Money: Codable {
    @inlinable
    public init(from decoder: any Decoder) throws {
        self.init(units: try decoder.singleValueContainer().decode(Int64.self))
    }

    @inlinable
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(units)
    }
}

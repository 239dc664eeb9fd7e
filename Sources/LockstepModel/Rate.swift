/// A rate: fees, slippage, weights and probabilities, in units of 10⁻¹².
///
/// The range is ±9 223 372. In text and in configuration it is a decimal number.
@frozen
public struct Rate: Hashable, Comparable, Sendable {
    /// How many decimals a rate has.
    @inlinable
    public static var decimals: Int { 12 }

    /// The number of 10⁻¹².
    public let trillionths: Int64

    /// Makes the rate.
    @inlinable
    public init(trillionths: Int64) { self.trillionths = trillionths }

    /// Makes the rate that a number means, exactly.
    ///
    /// - Parameter value: The number.
    /// - Throws: ``ModelError/tooManyDecimals(value:decimals:)`` beyond twelve decimals,
    ///   ``ModelError/outOfRange(value:what:)`` beyond the range.
    public init(_ value: ExactDecimal) throws(ModelError) {
        trillionths = try value.scaled(toDecimals: Self.decimals)
    }

    /// Reads decimal text, such as `0.001`.
    ///
    /// - Parameter text: The text.
    /// - Throws: What ``ExactDecimal/init(_:)`` and ``init(_:)`` throw.
    public init(_ text: some StringProtocol) throws(ModelError) {
        try self.init(ExactDecimal(text))
    }

    /// Zero.
    @inlinable
    public static var zero: Self { Self(trillionths: 0) }

    /// One.
    @inlinable
    public static var one: Self { Self(trillionths: 1_000_000_000_000) }

    /// Whether the left rate is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.trillionths < right.trillionths }

    /// The sum of two rates.
    ///
    /// - Parameter other: The other one.
    /// - Returns: The sum.
    /// - Throws: ``ArithmeticError/overflow`` beyond the range.
    @inlinable
    public func adding(_ other: Self) throws(ArithmeticError) -> Self {
        Self(trillionths: try FixedPoint.add(trillionths, other.trillionths))
    }

    /// The difference of two rates.
    ///
    /// - Parameter other: What is taken away.
    /// - Returns: The difference.
    /// - Throws: ``ArithmeticError/overflow`` beyond the range.
    @inlinable
    public func subtracting(_ other: Self) throws(ArithmeticError) -> Self {
        Self(trillionths: try FixedPoint.subtract(trillionths, other.trillionths))
    }
}

extension Rate: CustomStringConvertible {
    /// The shortest exact decimal text.
    public var description: String {
        var (digits, power) = (trillionths, -Self.decimals)
        while power < 0 && digits % 10 == 0 {
            digits /= 10
            power += 1
        }
        return ExactDecimal.text(Int128(digits), power)
    }
}

extension Rate: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What an account holds of one instrument.
@frozen
public struct Position: Hashable, Sendable, Codable {
    /// How much: long above zero, short below.
    public var quantity: SignedQuantity
    /// What it cost: negative for a short position, which is inventory below zero.
    public var cost: Money
    /// The profit of what was closed, before fees.
    public var realised: Money

    /// Makes the position.
    @inlinable
    public init(quantity: SignedQuantity, cost: Money, realised: Money) {
        self.quantity = quantity
        self.cost = cost
        self.realised = realised
    }

    /// Nothing held, nothing realised.
    @inlinable
    public static var flat: Self { Self(quantity: .zero, cost: .zero, realised: .zero) }

    /// Whether nothing is held.
    @inlinable
    public var isFlat: Bool { quantity.isZero }

    /// The profit that closing at a mark would realise, before fees: the value less the cost.
    ///
    /// - Parameters:
    ///   - mark: The price.
    ///   - ratio: What one tick of one lot is worth.
    /// - Returns: The profit.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func unrealised(
        at mark: Price, _ ratio: NotionalRatio
    ) throws(ArithmeticError) -> Money {
        try ratio.value(mark, quantity).subtracting(cost)
    }
}

public import LockstepModel

/// An amount for each lot, and the least that an order costs once it fills: per share, per contract.
///
/// After each fill the order has cost `max(minimum, amount · filled so far)` in all, so the minimum
/// is charged once, with the first fill.
@frozen
public struct PerLotFee: FeeModel, Hashable {
    /// The amount for each lot; negative for a rebate.
    public var amount: Money
    /// The least an order costs in all; zero or more.
    public var minimum: Money

    /// Makes the model.
    ///
    /// - Parameters:
    ///   - amount: The amount for each lot; negative for a rebate.
    ///   - minimum: The least an order costs in all; zero or more.
    @inlinable
    public init(amount: Money, minimum: Money = .zero) {
        self.amount = amount
        self.minimum = minimum
    }

    /// The minimum.
    public var largestFee: ProportionalFee { ProportionalFee(fixed: max(minimum, .zero)) }

    public var largestFeePerLot: Money { max(amount, .zero) }

    public func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money {
        let before = fill.filledBefore.lots
        let charged = before == 0 ? .zero : try cost(of: before)
        return try cost(of: FixedPoint.add(before, fill.quantity.lots)).subtracting(charged)
    }

    /// What an order has cost when so many lots of it are filled.
    private func cost(of lots: Int64) throws(ArithmeticError) -> Money {
        let cost = Money(units: try FixedPoint.multiply(amount.units, lots))
        // A minimum is for fees; a rebate has none.
        return minimum > .zero ? max(minimum, cost) : cost
    }

    private enum CodingKeys: String, CodingKey {
        case amount, minimum
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        amount = try container.decode(Money.self, forKey: .amount)
        minimum = try container.decodeIfPresent(Money.self, forKey: .minimum) ?? .zero
    }
}

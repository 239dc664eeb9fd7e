public import LockstepModel

/// A rate on the notional for giving liquidity, and another one for taking it.
@frozen
public struct MakerTakerFee: FeeModel, Hashable {
    /// The rate of orders that rested; negative for a rebate.
    public var maker: Rate
    /// The rate of orders that took; negative for a rebate.
    public var taker: Rate

    /// Makes the model.
    ///
    /// - Parameters:
    ///   - maker: The rate of orders that rested; negative for a rebate.
    ///   - taker: The rate of orders that took; negative for a rebate.
    @inlinable
    public init(maker: Rate, taker: Rate) {
        self.maker = maker
        self.taker = taker
    }

    /// The greater of the two rates, without rebates.
    public var largestFee: ProportionalFee {
        ProportionalFee(rate: max(maker, taker, .zero))
    }

    @inlinable
    public func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money {
        try ProportionalFee(rate: fill.liquidity == .maker ? maker : taker).fee(on: fill.notional)
    }
}

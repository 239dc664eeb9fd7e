public import LockstepModel

/// What a cost model sees of a fill.
///
/// For a slippage model the price is not made yet: ``price`` is the reference and ``notional`` is
/// zero.
@frozen
public struct FillTerms: Hashable, Sendable {
    /// The account.
    public var account: AccountID
    /// The order.
    public var order: OrderID
    /// The instrument.
    public var instrument: InstrumentID
    /// The side.
    public var side: Side
    /// Whether it gives liquidity or takes it.
    public var liquidity: Liquidity
    /// Whether it opens or increases a position.
    ///
    /// A fill that crosses zero is one fill with one price: it opens, since a part of it does.
    public var opens: Bool
    /// How much.
    public var quantity: Quantity
    /// How much of its order was filled before.
    public var filledBefore: Quantity
    /// How much of the bar that makes it the account's orders have filled before; zero where no rule
    /// and no cost model asks for volumes.
    public var filledInBar: Quantity
    /// The price of the market before slippage.
    public var reference: Price
    /// The price.
    public var price: Price
    /// What it is worth at its price.
    public var notional: Money
    /// When it happens.
    public var executedAt: Timestamp

    /// Makes the terms.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - order: The order.
    ///   - instrument: The instrument.
    ///   - side: The side.
    ///   - liquidity: Whether it gives liquidity or takes it.
    ///   - opens: Whether it opens or increases a position.
    ///   - quantity: How much.
    ///   - filledBefore: How much of its order was filled before.
    ///   - filledInBar: How much of the bar the account's orders have filled before.
    ///   - reference: The price of the market before slippage.
    ///   - price: The price; nil for the reference.
    ///   - notional: What it is worth at its price.
    ///   - executedAt: When it happens.
    @inlinable
    public init(
        account: AccountID, order: OrderID, instrument: InstrumentID, side: Side,
        liquidity: Liquidity, opens: Bool, quantity: Quantity, filledBefore: Quantity = .zero,
        filledInBar: Quantity = .zero, reference: Price, price: Price? = nil,
        notional: Money = .zero,
        executedAt: Timestamp
    ) {
        self.account = account
        self.order = order
        self.instrument = instrument
        self.side = side
        self.liquidity = liquidity
        self.opens = opens
        self.quantity = quantity
        self.filledBefore = filledBefore
        self.filledInBar = filledInBar
        self.reference = reference
        self.price = price ?? reference
        self.notional = notional
        self.executedAt = executedAt
    }
}

/// A slice of a lot that was closed.
@frozen
public struct LotClosed: Hashable, Sendable, Codable {
    /// The account.
    public let account: AccountID
    /// The strategy.
    public let strategy: StrategyID
    /// The instrument.
    public let instrument: InstrumentID
    /// The side that opened the lot: buy for a long one.
    public let side: Side
    /// How much was closed.
    public let quantity: Quantity
    /// When the lot was opened.
    public let openedAt: Timestamp
    /// When the slice was closed.
    public let closedAt: Timestamp
    /// The slice's share of the opening notional.
    public let openNotional: Money
    /// The slice's share of the closing notional.
    public let closeNotional: Money
    /// The slice's share of the opening fee.
    public let openFee: Money
    /// The slice's share of the closing fee.
    public let closeFee: Money
    /// The profit before fees.
    public let grossProfit: Money

    /// Makes the closed slice.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - strategy: The strategy.
    ///   - instrument: The instrument.
    ///   - side: The side that opened the lot.
    ///   - quantity: How much was closed.
    ///   - openedAt: When the lot was opened.
    ///   - closedAt: When the slice was closed.
    ///   - openNotional: The slice's share of the opening notional.
    ///   - closeNotional: The slice's share of the closing notional.
    ///   - openFee: The slice's share of the opening fee.
    ///   - closeFee: The slice's share of the closing fee.
    ///   - grossProfit: The profit before fees.
    @inlinable
    public init(
        account: AccountID, strategy: StrategyID, instrument: InstrumentID, side: Side,
        quantity: Quantity, openedAt: Timestamp, closedAt: Timestamp, openNotional: Money,
        closeNotional: Money, openFee: Money, closeFee: Money, grossProfit: Money
    ) {
        self.account = account
        self.strategy = strategy
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.openNotional = openNotional
        self.closeNotional = closeNotional
        self.openFee = openFee
        self.closeFee = closeFee
        self.grossProfit = grossProfit
    }
}

/// Where in the market a fill happened.
@frozen
public enum FillPoint: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// The open of a bar.
    case open = 1
    /// Inside a bar.
    case interior = 2
    /// The close of a bar.
    case close = 3
    /// The order book.
    case book = 4
    /// A print of the tape.
    case print = 5
    /// The pool of an outcome market.
    case pool = 6
    /// A cross of complementary tokens.
    case cross = 7
    /// An automated market maker.
    case amm = 8
    /// The venue's own fill.
    case autoFill = 9
    /// A settlement.
    case settlement = 10
    /// A liquidation.
    case liquidation = 11
}

/// The rule that made a fill.
@frozen
public enum FillRule: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// A market order.
    case market = 1
    /// A limit order.
    case limit = 2
    /// A stop.
    case stop = 3
    /// A stop-limit.
    case stopLimit = 4
    /// An if-touched order.
    case ifTouched = 5
    /// A trailing stop.
    case trailing = 6
    /// An order on the close.
    case onClose = 7
    /// A print that reached a resting order.
    case print = 8
    /// A book that crossed a resting order.
    case bookCrossed = 9
    /// A batch.
    case batch = 10
}

/// An execution: what an order got, at what price and cost, where and by which rule.
///
/// It is identified by the number of its envelope. Cash moves by ``notional``, fixed once by the
/// engine: nobody computes price times quantity again.
@frozen
public struct Fill: Hashable, Sendable, Codable {
    /// The order.
    public let order: OrderID
    /// The strategy that placed it.
    public let strategy: StrategyID
    /// The account it trades for.
    public let account: AccountID
    /// The instrument.
    public let instrument: InstrumentID
    /// The side.
    public let side: Side
    /// Whether it gave liquidity or took it.
    public let liquidity: Liquidity
    /// Where in the market it happened.
    public let point: FillPoint
    /// The rule that made it.
    public let rule: FillRule
    /// The price; rounded for display where several levels made it.
    public let price: Price
    /// The price of the market before slippage.
    public let reference: Price
    /// How much.
    public let quantity: Quantity
    /// What is left to fill.
    public let leaves: Quantity
    /// What it is worth; not negative at a positive price, whatever the side.
    public let notional: Money
    /// The fee paid.
    public let fee: Money
    /// What the distance from the reference cost.
    public let slippage: Money
    /// The rebate received.
    public let rebate: Money
    /// When it happened.
    public let executedAt: Timestamp
    /// The stamp of the bar that made it.
    public let label: Timestamp
    /// When the strategy hears of it.
    public let reportAt: Timestamp

    /// Makes the fill.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - strategy: The strategy that placed it.
    ///   - account: The account it trades for.
    ///   - instrument: The instrument.
    ///   - side: The side.
    ///   - liquidity: Whether it gave liquidity or took it.
    ///   - point: Where in the market it happened.
    ///   - rule: The rule that made it.
    ///   - price: The price.
    ///   - reference: The price of the market before slippage.
    ///   - quantity: How much.
    ///   - leaves: What is left to fill.
    ///   - notional: What it is worth.
    ///   - fee: The fee paid.
    ///   - slippage: What the distance from the reference cost.
    ///   - rebate: The rebate received.
    ///   - executedAt: When it happened.
    ///   - label: The stamp of the bar that made it.
    ///   - reportAt: When the strategy hears of it.
    @inlinable
    public init(
        order: OrderID, strategy: StrategyID, account: AccountID, instrument: InstrumentID,
        side: Side, liquidity: Liquidity, point: FillPoint, rule: FillRule, price: Price,
        reference: Price, quantity: Quantity, leaves: Quantity, notional: Money,
        fee: Money = .zero, slippage: Money = .zero, rebate: Money = .zero,
        executedAt: Timestamp, label: Timestamp, reportAt: Timestamp
    ) {
        self.order = order
        self.strategy = strategy
        self.account = account
        self.instrument = instrument
        self.side = side
        self.liquidity = liquidity
        self.point = point
        self.rule = rule
        self.price = price
        self.reference = reference
        self.quantity = quantity
        self.leaves = leaves
        self.notional = notional
        self.fee = fee
        self.slippage = slippage
        self.rebate = rebate
        self.executedAt = executedAt
        self.label = label
        self.reportAt = reportAt
    }
}

/// What happened to an order that is no fill.
@frozen
public enum OrderChange: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// The venue took it.
    case accepted = 1
    /// Its trigger price was reached.
    case triggered = 2
    /// Its terms were changed.
    case amended = 3
    /// It ended unfilled or in part.
    case cancelled = 4
    /// Its time ended.
    case expired = 5
    /// It was refused.
    case rejected = 6
    /// Its amendment was refused; the old terms stand.
    case amendRejected = 7
    /// Its cancel was refused.
    case cancelRejected = 8

    /// Whether something the strategy asked was refused.
    @inlinable
    public var isRefusal: Bool {
        self == .rejected || self == .amendRejected || self == .cancelRejected
    }

    /// Whether nothing follows for the order.
    @inlinable
    public var isFinal: Bool { self == .cancelled || self == .expired || self == .rejected }
}

/// What happened to an order, why, and what is left of it.
@frozen
public struct OrderUpdate: Hashable, Sendable, Codable {
    /// The order.
    public let order: OrderID
    /// The strategy that placed it.
    public let strategy: StrategyID
    /// The account it trades for.
    public let account: AccountID
    /// The instrument.
    public let instrument: InstrumentID
    /// What happened.
    public let change: OrderChange
    /// Why.
    public let reason: OrderReason
    /// The figure that refused; 0 where the reason has none.
    public let limit: Int64
    /// What is left to fill.
    public let leaves: Quantity
    /// When the strategy hears of it.
    public let reportAt: Timestamp

    /// Makes the update.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - strategy: The strategy that placed it.
    ///   - account: The account it trades for.
    ///   - instrument: The instrument.
    ///   - change: What happened.
    ///   - reason: Why.
    ///   - limit: The figure that refused; 0 where the reason has none.
    ///   - leaves: What is left to fill.
    ///   - reportAt: When the strategy hears of it.
    @inlinable
    public init(
        order: OrderID, strategy: StrategyID, account: AccountID, instrument: InstrumentID,
        change: OrderChange, reason: OrderReason = .none, limit: Int64 = 0, leaves: Quantity,
        reportAt: Timestamp
    ) {
        self.order = order
        self.strategy = strategy
        self.account = account
        self.instrument = instrument
        self.change = change
        self.reason = reason
        self.limit = limit
        self.leaves = leaves
        self.reportAt = reportAt
    }
}

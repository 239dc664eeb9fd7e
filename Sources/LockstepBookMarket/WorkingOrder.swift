import LockstepModel

/// An order that works at a bar market.
struct WorkingOrder: Hashable, Sendable, Codable {
    enum Kind: UInt8, Hashable, Sendable, Codable {
        case market = 1
        case limit = 2
        case stop = 3
    }

    let id: OrderID
    let strategy: StrategyID
    let account: AccountID
    /// The account's place among the engine's.
    let accountPlace: Int
    let instrument: InstrumentID
    let side: Side
    let kind: Kind
    /// How it takes; nil when it rests.
    let taking: TakingTimeInForce?
    let reduceOnly: Bool
    /// Until when it works; it meets bars that end then or before.
    let expiry: Timestamp
    /// Why it ends then.
    let expiryReason: OrderReason
    /// The limit or the trigger price; zero for a market order.
    var level: Price
    var quantity: Quantity
    /// When it arrived, or when its price or size last got a new place in the queue.
    var arrival: Timestamp
    /// The arrival number: the place in the queue.
    var number: UInt64
    /// Whether it has ended and waits for removal.
    var ended = false

    /// Whether a bar may fill it: the bar begins after it arrived and ends while it works.
    @inline(__always)
    func isEligible(for bar: Bar) -> Bool { arrival <= bar.start && bar.end <= expiry }

    /// Whether its price must rise to the level that makes it act.
    @inline(__always)
    var actsUpward: Bool { (kind == .limit) == (side == .sell) }

    /// The price at which it acts: the trigger price, or so many ticks beyond the limit.
    @inline(__always)
    func actingLevel(through: Int64) -> Int64 {
        guard kind == .limit else { return level.ticks }
        return level.ticks + (side == .buy ? -through : through)
    }

    /// Whether it acts at a price.
    @inline(__always)
    func acts(at price: Price, through: Int64) -> Bool {
        if kind == .market { return true }
        let acting = actingLevel(through: through)
        return actsUpward ? price.ticks >= acting : price.ticks <= acting
    }

    /// Whether it fills, or fails to, at the open of a bar.
    @inline(__always)
    func meetsOpen(of bar: Bar, through: Int64) -> Bool {
        isEligible(for: bar) && (taking != nil || acts(at: bar.open, through: through))
    }

    /// An update of it.
    @inline(__always)
    func update(
        _ change: OrderChange, _ reason: OrderReason = .none, limit: Int64 = 0,
        leaves: Quantity? = nil, at time: Timestamp
    ) -> OrderUpdate {
        OrderUpdate(
            order: id, strategy: strategy, account: account, instrument: instrument,
            change: change, reason: reason, limit: limit, leaves: leaves ?? quantity,
            reportAt: time)
    }
}

/// A cancel or an amendment that waits for the bar which may be in progress.
struct PendingChange: Hashable, Sendable, Codable {
    let order: OrderID
    let strategy: StrategyID
    let account: AccountID
    /// The new terms; nil to cancel.
    let amendment: OrderAmendment?
    let arrival: Timestamp
}

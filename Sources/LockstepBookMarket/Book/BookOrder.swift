import LockstepModel

/// An own order at an order-book market.
struct BookOrder: Hashable, Sendable, Codable, BitwiseCopyable {
    /// Where an order stands.
    enum Location: UInt8, Hashable, Sendable, Codable {
        /// Nowhere: the slot is free.
        case free = 0
        /// In hand: it is being worked.
        case hand = 1
        /// In the book, at its price.
        case resting = 2
        /// Before the book, until there is something to take.
        case waiting = 3
        /// Aside, until its trigger price is met.
        case stop = 4
    }

    let id: OrderID
    let strategy: StrategyID
    let account: AccountID
    let instrument: InstrumentID
    let side: Side
    /// The rule that fills it when it takes.
    let rule: FillRule
    /// The number of how it takes; 0 when it rests.
    let takingNumber: UInt8
    let reduceOnly: Bool
    let postOnly: Bool
    /// Whether it has a limit.
    let isLimited: Bool
    /// Whether its trigger price is met, or it has none.
    var isTriggered: Bool
    var location = Location.hand
    /// The quantity with what is filled, and without.
    var total: Int64
    var leaves: Int64
    /// The limit in ticks, and the trigger price.
    var price: Int64
    var trigger: Int64
    /// The places of its account, its overlay and its book.
    let accountPlace: Int32
    let overlay: Int32
    let book: Int32
    let expiryReason: OrderReason
    let expiry: Timestamp
    /// The arrival number.
    var number: UInt64
    /// What stands before it at its price, as far as that is known or assumed.
    var ahead = 0.0
    /// What was traded at its price since what is displayed there last changed.
    var traded: Int64 = 0
    /// The number of the first order of the market that stands behind it.
    var since: UInt64 = 0

    /// How it takes; nil when it rests.
    var taking: TakingTimeInForce? { TakingTimeInForce(rawValue: takingNumber) }

    /// The place of its side: 0 for bids, 1 for asks.
    @inline(__always)
    var sidePlace: Int { Int(side.rawValue) &- 1 }

    /// The key of its limit on its own side.
    @inline(__always)
    var key: Int64 { side == .buy ? price : 0 &- price }

    /// Whether the price must rise to the one that triggers it.
    var rises: Bool { (rule == .ifTouched) == (side == .sell) }

    /// An update of it.
    @inline(__always)
    func update(
        _ change: OrderChange, _ reason: OrderReason = .none, limit: Int64 = 0,
        reportAt: Timestamp
    ) -> OrderUpdate {
        OrderUpdate(
            order: id, strategy: strategy, account: account, instrument: instrument,
            change: change, reason: reason, limit: limit, leaves: Quantity(lots: leaves),
            reportAt: reportAt)
    }

    /// Whether an order that is sent again has the same content.
    func isSame(as other: Self) -> Bool {
        side == other.side && rule == other.rule && takingNumber == other.takingNumber
            && reduceOnly == other.reduceOnly && postOnly == other.postOnly
            && isLimited == other.isLimited && total == other.total && price == other.price
            && trigger == other.trigger && account == other.account
            && instrument == other.instrument && expiryReason == other.expiryReason
    }
}

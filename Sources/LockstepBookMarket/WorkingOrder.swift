import LockstepModel

/// An order that works at a bar market.
struct WorkingOrder: Hashable, Sendable, Codable, BitwiseCopyable {
    enum Kind: UInt8, Hashable, Sendable, Codable {
        case market = 1
        case limit = 2
        case stop = 3
        case stopLimit = 4
        case trailing = 5
        case touched = 6
        case touchedLimit = 7
        case marketOnOpen = 8
        case limitOnOpen = 9
        case marketOnClose = 10
        case limitOnClose = 11
    }

    // What its updates and fills begin with stands first, in their order.
    let id: OrderID
    let strategy: StrategyID
    let account: AccountID
    let instrument: InstrumentID
    let side: Side
    let kind: Kind
    /// The number of how it takes; 0 when it rests.
    let takingNumber: UInt8
    let reduceOnly: Bool
    var quantity: Quantity
    /// When it arrived, or when its price or size last got a new place in the queue.
    var arrival: Timestamp
    /// Until when it works; it meets bars that end then or before.
    let expiry: Timestamp
    /// The limit or the trigger price; zero for a market order.
    var level: Price
    /// The arrival number: the place in the queue.
    var number: UInt64
    /// The account's place among the engine's.
    let accountPlace: Int
    /// Why it ends at its expiry.
    let expiryReason: OrderReason
    /// Whether it may go the short way.
    var isPlain = false
    /// Whether it has ended and waits for removal.
    var ended = false
    /// The place of its details; -1 when it has none.
    var detail: Int32 = -1

    /// Whether a bar may fill it: the bar begins after it arrived and ends while it works.
    @inline(__always)
    func isEligible(for bar: Bar) -> Bool {
        #if PLANTED_DEFECTS
            if PlantedDefect.fillBeforeDecision.isOn { return bar.end <= expiry }
        #endif
        return arrival <= bar.start && bar.end <= expiry
    }

    /// How it takes; nil when it rests.
    @inline(__always)
    var taking: TakingTimeInForce? { TakingTimeInForce(rawValue: takingNumber) }

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

    /// The rule that fills it.
    @inline(__always)
    var rule: FillRule {
        switch kind {
        case .market, .marketOnOpen: .market
        case .limit, .limitOnOpen: .limit
        case .stop: .stop
        case .stopLimit: .stopLimit
        case .trailing: .trailing
        case .touched, .touchedLimit: .ifTouched
        case .marketOnClose, .limitOnClose: .onClose
        }
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

    /// Whether a change was asked by the one who placed the order.
    func belongs(to change: PendingChange) -> Bool {
        // What the run cancels is not what it sends itself.
        (strategy == change.strategy) != (change.strategy == .house) && account == change.account
    }

    /// Whether an order has the same content; its arrival aside.
    func isSame(as other: Self) -> Bool {
        var other = other
        other.arrival = arrival
        other.number = number
        other.isPlain = isPlain
        other.detail = detail
        return self == other
    }
}

/// A cancel or an amendment that waits for the bar which may be in progress.
struct PendingChange: Hashable, Sendable, Codable, BitwiseCopyable {
    let order: OrderID
    let strategy: StrategyID
    let account: AccountID
    /// The new terms; nil to cancel.
    let amendment: OrderAmendment?
    let arrival: Timestamp
    /// Why a cancel was sent.
    var reason = OrderReason.byStrategy
}

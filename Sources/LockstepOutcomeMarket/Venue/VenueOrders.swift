import LockstepModel

/// An order or a cancel that waits for its batch.
struct PendingCommand: Hashable, Sendable, Codable {
    /// What was asked, and by whom.
    let intent: OrderID
    let strategy: StrategyID
    let account: AccountID
    /// What is to be placed; nil for a cancel.
    let terms: OrderTerms?
    /// The order that is to be cancelled; nil for a new one.
    let target: OrderID?
    /// When it arrives at the venue.
    let arrival: Timestamp
}

/// An order that is in the market, or in the batch in hand.
struct VenueOrder: Hashable, Sendable, Codable {
    /// Its number in the engine.
    let number: UInt64
    let order: OrderID
    let strategy: StrategyID
    let account: AccountID
    let instrument: InstrumentID
    let isMarket: Bool
    /// What is left to fill, in lots.
    var leaves: Int64
    /// Whether it was said that it is in.
    var isAccepted = false
}

/// The orders of a venue, by the numbers of both sides.
struct VenueOrders: Hashable, Sendable {
    private var orders: [UInt64: VenueOrder] = [:]
    private var numbers: [OrderID: UInt64] = [:]
    private var ended: [[UInt64]] = []

    /// How an order that is not in the market any more has ended.
    enum End: UInt64 {
        case unknown = 0
        case filled = 1
        case otherwise = 2
    }

    /// An order that is in, by its number in the engine.
    subscript(number: UInt64) -> VenueOrder? { orders[number] }

    /// An order that is in, by its identity.
    func live(_ order: OrderID) -> VenueOrder? { numbers[order].flatMap { orders[$0] } }

    /// The orders of a strategy in one account that are in, by number; of all for the run itself.
    func live(
        of strategy: StrategyID, in account: AccountID, on instrument: InstrumentID?
    ) -> [VenueOrder] {
        orders.values.filter {
            (strategy == .house || $0.strategy == strategy) && $0.account == account
                && (instrument == nil || $0.instrument == instrument)
        }.sorted { $0.number < $1.number }
    }

    mutating func add(_ order: VenueOrder) {
        orders[order.number] = order
        numbers[order.order] = order.number
    }

    /// Notes that an order was taken in.
    mutating func accept(_ number: UInt64) { orders[number]?.isAccepted = true }

    /// Takes a fill off what is left of an order, which ends with nothing.
    mutating func reduce(_ number: UInt64, by lots: Int64) -> VenueOrder? {
        guard var order = orders[number] else { return nil }
        order.leaves -= lots
        if order.leaves == 0 {
            end(number, .filled)
        } else {
            orders[number] = order
        }
        return order
    }

    /// Forgets an order that has ended, but for how.
    mutating func end(_ number: UInt64, _ end: End) {
        guard let order = orders.removeValue(forKey: number) else { return }
        numbers[order.order] = nil
        note(end, order.order)
    }

    /// How an order has ended; unknown for one that never was.
    func end(of order: OrderID) -> End {
        let strategy = Int(order.rawValue >> 32)
        let (word, bit) = (Int(order.ordinal >> 5), UInt64(order.ordinal & 31) * 2)
        guard ended.indices.contains(strategy), ended[strategy].indices.contains(word) else {
            return .unknown
        }
        return End(rawValue: ended[strategy][word] >> bit & 3) ?? .unknown
    }

    /// Notes that an order ended before it came into the market.
    mutating func noteTakenBack(_ order: OrderID) { note(.otherwise, order) }

    private mutating func note(_ end: End, _ order: OrderID) {
        // Recorded orders have numbers of their own; nobody asks about them again.
        guard order.rawValue >> 63 == 0 else { return }
        let strategy = Int(order.rawValue >> 32)
        let (word, bit) = (Int(order.ordinal >> 5), UInt64(order.ordinal & 31) * 2)
        while ended.count <= strategy { ended.append([]) }
        let missing = word + 1 - ended[strategy].count
        if missing > 0 { ended[strategy].append(contentsOf: repeatElement(0, count: missing)) }
        ended[strategy][word] |= end.rawValue << bit
    }
}

extension VenueOrders: Codable {
    private enum CodingKeys: String, CodingKey { case orders, ended }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ended = try container.decode([[UInt64]].self, forKey: .ended)
        for order in try container.decode([VenueOrder].self, forKey: .orders) { add(order) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(
            orders.values.sorted { $0.number < $1.number }, forKey: .orders)
        try container.encode(ended, forKey: .ended)
    }
}

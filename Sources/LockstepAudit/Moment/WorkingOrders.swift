import LockstepEvents
public import LockstepModel

/// An order that is on its way to its venue, or works there.
public struct WorkingOrder: Hashable, Sendable {
    /// The order: its strategy, and its number there.
    public let id: OrderID
    /// The account it is for.
    public let account: AccountID
    /// What was asked for first; limit and trigger are below, as amended.
    public let terms: OrderTerms
    /// The record of the intent.
    public let intent: SequenceNumber
    /// When it passed risk.
    public let decidedAt: Timestamp
    /// Whether its venue accepted it; before, it is on its way.
    public internal(set) var isWorking = false
    /// What is open; nil where a share of the margin was asked for, until the venue tells.
    public internal(set) var leaves: Quantity?
    /// The limit now.
    public internal(set) var limit: Price?
    /// The price that triggers, now; of a trailing stop only the venue knows it.
    public internal(set) var trigger: Price?

    /// Placements that were not answered yet; more than one when an identity is used again.
    var unanswered = 1
    /// Amendments that were not answered yet.
    var asked: [OrderAmendment] = []

    init(_ intent: Intent, _ terms: OrderTerms, _ sequence: SequenceNumber, at time: Timestamp) {
        id = intent.id
        account = intent.account
        self.terms = terms
        self.intent = sequence
        decidedAt = time
        if case .quantity(let quantity) = terms.size { leaves = quantity }
        limit = terms.kind.limitPrice
        trigger = terms.kind.triggerPrice
    }

    /// Takes that the venue made an amendment: the first one asked for that leaves so much.
    mutating func amend(leaving quantity: Quantity) {
        let isOfPrices = quantity == leaves
        let place = asked.firstIndex { ($0.quantity == nil) == isOfPrices } ?? 0
        if asked.indices.contains(place) {
            let amendment = asked.remove(at: place)
            if let price = amendment.price { limit = price }
            if let stop = amendment.stop { trigger = stop }
        }
        leaves = quantity
    }
}

/// The orders that have not ended, as the records of a log tell it.
struct WorkingOrders: Sendable {
    private var orders: [UInt64: WorkingOrder] = [:]
    /// The intents of the step in hand, by the numbers of their records.
    private var intents: [UInt64: Intent] = [:]

    /// The orders by identity.
    var all: [WorkingOrder] { orders.values.sorted { $0.id < $1.id } }

    mutating func take(_ intent: Intent, _ sequence: SequenceNumber) {
        intents[sequence.rawValue] = intent
    }

    /// Takes an intent that passed risk.
    mutating func take(_ order: OrderRecord, at time: Timestamp) {
        guard let intent = intents.removeValue(forKey: order.intent.rawValue) else { return }
        switch intent.action {
        case .place(let terms):
            if orders[intent.id.rawValue] != nil {
                orders[intent.id.rawValue]?.unanswered += 1
            } else {
                orders[intent.id.rawValue] = WorkingOrder(intent, terms, order.intent, at: time)
            }
        case .amend(let id, let amendment): orders[id.rawValue]?.asked.append(amendment)
        case .cancel, .cancelAll: break
        }
    }

    /// Takes what a venue said of an order.
    mutating func take(_ update: OrderUpdate) {
        guard var order = orders[update.order.rawValue] else { return }
        switch update.change {
        case .accepted:
            order.unanswered = max(0, order.unanswered - 1)
            order.isWorking = true
            order.leaves = update.leaves
        case .amended: order.amend(leaving: update.leaves)
        case .amendRejected: if !order.asked.isEmpty { order.asked.removeFirst() }
        case .cancelled, .expired: order.isWorking = false
        case .rejected: order.unanswered = max(0, order.unanswered - 1)
        case .triggered, .cancelRejected: return
        }
        keep(order)
    }

    mutating func take(_ fill: Fill) {
        guard var order = orders[fill.order.rawValue] else { return }
        order.leaves = fill.leaves
        if fill.leaves.lots == 0 { order.isWorking = false }
        keep(order)
    }

    /// Forgets what was asked in the step that ends.
    mutating func seal() { intents.removeAll(keepingCapacity: true) }

    private mutating func keep(_ order: WorkingOrder) {
        orders[order.id.rawValue] = order.isWorking || order.unanswered > 0 ? order : nil
    }
}

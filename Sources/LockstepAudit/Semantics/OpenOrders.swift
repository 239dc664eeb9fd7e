import LockstepModel

/// An order that is on its way to its venue, or works there.
struct OpenOrder: Sendable {
    let strategy: StrategyID
    let account: AccountID
    let instrument: InstrumentID
    let side: Side
    /// When it was decided.
    let decidedAt: Timestamp
    /// How much was asked for, as amended; nil where only the fill will tell.
    var total: Int128?
    var filled: Int128 = 0
    /// How many placements were not answered yet; more than one when an identity is used again.
    var unanswered = 1
    /// Whether its venue accepted it.
    var isWorking = false
    /// The quantities of amendments that were not answered yet; nil where only a price changes.
    var asked: [Int128?] = []

    /// What is left of it.
    var leaves: Int128? { total.map { $0 - filled } }
}

/// The orders that have not ended, by identity; those that have are forgotten.
struct OpenOrders: Sendable {
    private var orders: [UInt64: OpenOrder] = [:]
    /// The greatest number of an order that passed risk, by strategy.
    private var greatest: [UInt32: UInt32] = [:]

    /// An order that has not ended.
    subscript(id: OrderID) -> OpenOrder? { orders[id.rawValue] }

    /// Begins an order by which a venue liquidates, which risk has not seen: it closes what is held.
    mutating func begin(_ update: OrderUpdate, closing position: Int128, at time: Timestamp) {
        let id = update.order
        guard orders[id.rawValue] == nil else { return }
        greatest[id.strategy.rawValue] = max(greatest[id.strategy.rawValue] ?? 0, id.ordinal)
        orders[id.rawValue] = OpenOrder(
            strategy: .house, account: update.account, instrument: update.instrument,
            side: position > 0 ? .sell : .buy, decidedAt: time,
            total: Int128(position.magnitude))
    }

    /// Whether an order with an identity may have passed risk before.
    func mayHaveBeen(_ id: OrderID) -> Bool {
        orders[id.rawValue] != nil
            || greatest[id.strategy.rawValue].map { id.ordinal <= $0 } == true
    }

    /// Takes an intent that passed risk.
    mutating func pass(_ intent: Intent, at time: Timestamp) {
        switch intent.action {
        case .place(let terms):
            let strategy = intent.id.strategy.rawValue
            greatest[strategy] = max(greatest[strategy] ?? 0, intent.id.ordinal)
            if orders[intent.id.rawValue] != nil {
                orders[intent.id.rawValue]?.unanswered += 1
                return
            }
            var total: Int128?
            if case .quantity(let quantity) = terms.size { total = Int128(quantity.lots) }
            orders[intent.id.rawValue] = OpenOrder(
                strategy: intent.strategy, account: intent.account, instrument: terms.instrument,
                side: terms.side, decidedAt: time, total: total)
        case .amend(let order, let amendment):
            orders[order.rawValue]?.asked.append(amendment.quantity.map { Int128($0.lots) })
        case .cancel, .cancelAll: break
        }
    }

    /// Takes what a venue said of an order.
    mutating func apply(_ update: OrderUpdate) {
        guard var order = orders[update.order.rawValue] else { return }
        switch update.change {
        case .accepted:
            order.unanswered = max(0, order.unanswered - 1)
            order.isWorking = true
            if order.total == nil { order.total = Int128(update.leaves.lots) }
        case .triggered, .cancelRejected: return
        case .amended where update.reason == .corporateAction:
            order.total = Int128(update.leaves.lots) + order.filled
        case .amended, .amendRejected:
            if order.asked.isEmpty { break }
            let place = order.place(ofAmendmentLeaving: Int128(update.leaves.lots)) ?? 0
            let asked = order.asked.remove(at: update.change == .amended ? place : 0)
            if update.change == .amended, let asked { order.total = asked }
        case .cancelled, .expired: order.isWorking = false
        case .rejected: order.unanswered = max(0, order.unanswered - 1)
        }
        keep(order, update.order)
    }

    /// Takes a fill.
    mutating func apply(_ fill: Fill) {
        guard var order = orders[fill.order.rawValue] else { return }
        order.filled += Int128(fill.quantity.lots)
        if let leaves = order.leaves { if leaves <= 0 { order.isWorking = false } }
        keep(order, fill.order)
    }

    private mutating func keep(_ order: OpenOrder, _ id: OrderID) {
        orders[id.rawValue] = order.isWorking || order.unanswered > 0 ? order : nil
    }
}

extension OpenOrder {
    /// The first amendment which, were it made, would leave so much.
    func place(ofAmendmentLeaving leaves: Int128) -> Int? {
        asked.firstIndex { ($0 ?? total).map { $0 - filled } == leaves }
    }
}

extension OrderID {
    /// The order as findings name it: its strategy and its number there.
    var text: String { "order \(strategy.rawValue)/\(ordinal)" }
}

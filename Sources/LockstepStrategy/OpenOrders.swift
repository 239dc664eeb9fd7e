public import LockstepModel

/// How an own open order stands, as far as the strategy has heard.
public struct OrderView: Hashable, Sendable, Codable {
    /// What the venue knows of an open order.
    public enum State: UInt8, Hashable, Sendable, BitwiseCopyable, Codable, CaseIterable {
        /// Asked for; nothing was heard yet.
        case created = 1
        /// The venue has it.
        case accepted = 2
        /// Its trigger price was reached.
        case triggered = 3
        /// Filled in part.
        case partlyFilled = 4
    }

    /// The order.
    public let id: OrderID
    /// How it stands.
    public let state: State
    /// What is left to fill; none for a size that is resolved at the fill, until then.
    public let leaves: Quantity
    /// What was asked, with the amendments that took effect.
    public let terms: OrderTerms
    /// Whether a cancel was asked and not answered.
    public let isCancelPending: Bool
    /// The amendments that were asked and not answered, in order.
    public let pendingAmendments: [OrderAmendment]

    init(_ order: OpenOrder, _ terms: OrderTerms, _ amendments: [OrderAmendment]) {
        id = order.id
        state = order.state
        leaves = order.leaves
        self.terms = terms
        isCancelPending = order.isCancelPending
        pendingAmendments = amendments
    }
}

/// An own open order as it is kept: what was asked, and how it stands.
struct OpenOrder: BitwiseCopyable, Sendable {
    /// What was asked, with the amendments that took effect.
    private(set) var intent: Intent
    var leaves: Quantity
    var state = OrderView.State.created
    var isCancelPending = false

    @inline(__always)
    init(_ intent: Intent, _ size: OrderSize) {
        self.intent = intent
        switch size {
        case .quantity(let quantity): leaves = quantity
        case .fractionOfFreeMargin: leaves = .zero
        }
    }

    var id: OrderID { @inline(__always) get { intent.id } }

    /// The terms; nil never, as only placed orders are kept.
    var terms: OrderTerms? {
        if case .place(let terms) = intent.action { terms } else { nil }
    }

    /// Takes a split; what is left to fill comes with what the venue tells.
    mutating func split(_ event: MarketEvent) throws(ArithmeticError) {
        guard var terms else { return }
        terms.kind = try event.kind(after: terms.kind, terms.side)
        if case .quantity(let quantity) = terms.size {
            terms.size = .quantity(Quantity(lots: try event.lots(after: quantity.lots)))
        }
        intent = Intent(
            id: intent.id, strategy: intent.strategy, account: intent.account,
            action: .place(terms))
    }

    /// Takes an amendment that took effect.
    mutating func apply(_ amendment: OrderAmendment) {
        guard var terms else { return }
        if let quantity = amendment.quantity { terms.size = .quantity(quantity) }
        terms.kind = terms.kind.replacing(limit: amendment.price, trigger: amendment.stop)
        intent = Intent(
            id: intent.id, strategy: intent.strategy, account: intent.account,
            action: .place(terms))
    }
}

/// The open orders of one strategy: those that ended are forgotten, so memory stays flat.
struct OpenOrders: ~Copyable {
    /// In the order of their numbers.
    private(set) var list: FlatList<OpenOrder>
    /// The amendments that were asked and not answered, in order.
    private var amendments: [(order: OrderID, amendment: OrderAmendment)] = []

    init() { list = FlatList() }

    @inline(__always)
    mutating func add(_ intent: Intent, _ size: OrderSize) {
        list.append(OpenOrder(intent, size))
    }

    /// Makes room for another order.
    mutating func makeRoom() { list.makeRoom() }

    func view(_ id: OrderID) -> OrderView? { place(of: id).flatMap { view(at: $0) } }

    var views: [OrderView] { (0..<list.count).compactMap { view(at: $0) } }

    mutating func noteAmendment(_ id: OrderID, _ amendment: OrderAmendment) {
        if place(of: id) != nil { amendments.append((id, amendment)) }
    }

    /// Gives the orders of an instrument the prices and sizes that they have after a split.
    mutating func split(_ event: MarketEvent) throws(ArithmeticError) {
        for place in 0..<list.count where list[place].terms?.instrument == event.instrument {
            try list[place].split(event)
        }
    }

    mutating func noteCancel(_ id: OrderID) {
        if let place = place(of: id) { list[place].isCancelPending = true }
    }

    mutating func noteCancel(of instrument: InstrumentID?) {
        for place in 0..<list.count
        where instrument == nil || list[place].terms?.instrument == instrument {
            list[place].isCancelPending = true
        }
    }

    /// What is still to fill at an instrument, purchases less sales.
    func leaves(of instrument: InstrumentID) throws(ArithmeticError) -> Int64 {
        var sum: Int64 = 0
        for place in 0..<list.count {
            guard let terms = list[place].terms, terms.instrument == instrument else { continue }
            sum = try FixedPoint.add(sum, SignedQuantity(terms.side, list[place].leaves).lots)
        }
        return sum
    }

    /// Takes a fill; mostly it fills the newest order.
    @inline(__always)
    mutating func apply(_ leaves: Quantity, of order: OrderID) {
        let newest = list.count &- 1
        if newest >= 0, list[newest].id == order, leaves.isZero, amendments.isEmpty {
            list.removeLast()
        } else {
            apply(leaves, to: order)
        }
    }

    @inline(never)
    private mutating func apply(_ leaves: Quantity, to order: OrderID) {
        guard let place = place(of: order) else { return }
        if leaves.isZero {
            remove(at: place)
        } else {
            list[place].leaves = leaves
            list[place].state = .partlyFilled
        }
    }

    /// Takes the update that says that the newest order was accepted, as most do.
    ///
    /// - Returns: Whether it was that one; nothing happened otherwise.
    @inline(__always)
    mutating func acceptNewest(_ update: Lent<OrderUpdate>) -> Bool {
        let newest = list.count &- 1
        guard update.value.change == .accepted, newest >= 0,
            list[newest].id == update.value.order
        else { return false }
        accept(newest, update.value.leaves)
        return true
    }

    /// Takes an update.
    mutating func apply(_ update: borrowing OrderUpdate) {
        apply(
            update.change, update.leaves, to: update.order, reason: update.reason,
            limit: update.limit)
    }

    @inline(__always)
    private mutating func accept(_ place: Int, _ leaves: Quantity) {
        let order = list.reference(at: place)
        order.value.leaves = leaves
        if order.value.state == .created { order.value.state = .accepted }
    }

    @inline(never)
    private mutating func apply(
        _ change: OrderChange, _ leaves: Quantity, to order: OrderID, reason: OrderReason,
        limit: Int64
    ) {
        guard let place = place(of: order) else { return }
        switch change {
        case .accepted: accept(place, leaves)
        case .triggered:
            list[place].leaves = leaves
            if list[place].state != .partlyFilled { list[place].state = .triggered }
        case .amended:
            list[place].leaves = leaves
            // A change of the venue's own tells its reason, and answers no wish.
            if reason == .wouldTake {
                list[place].apply(OrderAmendment(price: Price(ticks: limit)))
            } else if reason == .none, let amendment = answerAmendment(of: list[place].id) {
                list[place].apply(amendment)
            }
        case .amendRejected: _ = answerAmendment(of: list[place].id)
        case .cancelRejected: list[place].isCancelPending = false
        case .cancelled, .expired, .rejected: remove(at: place)
        }
    }

    /// Takes the next answer to an amendment.
    private mutating func answerAmendment(of id: OrderID) -> OrderAmendment? {
        guard let place = amendments.firstIndex(where: { $0.order == id }) else { return nil }
        return amendments.remove(at: place).amendment
    }

    private mutating func remove(at place: Int) {
        if !amendments.isEmpty { forgetAmendments(of: list[place].id) }
        list.remove(at: place)
    }

    @inline(never)
    private mutating func forgetAmendments(of id: OrderID) {
        amendments.removeAll { $0.order == id }
    }

    private func view(at place: Int) -> OrderView? {
        let order = list[place]
        guard let terms = order.terms else { return nil }
        return OrderView(
            order, terms, amendments.filter { $0.order == order.id }.map { $0.amendment })
    }

    /// Where an order stands: numbers ascend, so the place is found by halving.
    private func place(of id: OrderID) -> Int? {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < list.count && list[low].id == id ? low : nil
    }
}

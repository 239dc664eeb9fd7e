public import LockstepModel

/// How an own open order stands, as far as the strategy has heard.
public struct OrderView: Hashable, Sendable, Codable {
    /// What the venue knows of an open order.
    public enum State: UInt8, Hashable, Sendable, Codable, CaseIterable {
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
    public internal(set) var state: State
    /// What is left to fill; none for a size that is resolved at the fill, until then.
    public internal(set) var leaves: Quantity
    /// What was asked, with the amendments that took effect.
    public internal(set) var terms: OrderTerms
    /// Whether a cancel was asked and not answered.
    public internal(set) var isCancelPending: Bool
    /// The amendments that were asked and not answered, in order.
    public internal(set) var pendingAmendments: [OrderAmendment]

    init(_ id: OrderID, _ terms: OrderTerms) {
        self.id = id
        self.terms = terms
        state = .created
        isCancelPending = false
        pendingAmendments = []
        switch terms.size {
        case .quantity(let quantity): leaves = quantity
        case .fractionOfFreeMargin: leaves = .zero
        }
    }

    /// Takes the next answer to an amendment.
    fileprivate mutating func answerAmendment(applying: Bool) {
        guard !pendingAmendments.isEmpty else { return }
        let amendment = pendingAmendments.removeFirst()
        if applying { terms.apply(amendment) }
    }
}

/// The open orders of one strategy: those that ended are forgotten, so memory stays flat.
@usableFromInline
struct OpenOrders: Sendable {
    /// In the order of their numbers.
    private(set) var list: ContiguousArray<OrderView> = []

    @usableFromInline var isEmpty: Bool { list.isEmpty }

    mutating func add(_ id: OrderID, _ terms: OrderTerms) { list.append(OrderView(id, terms)) }

    func view(_ id: OrderID) -> OrderView? { place(of: id).map { list[$0] } }

    mutating func noteAmendment(_ id: OrderID, _ amendment: OrderAmendment) {
        if let place = place(of: id) { list[place].pendingAmendments.append(amendment) }
    }

    mutating func noteCancel(_ id: OrderID) {
        if let place = place(of: id) { list[place].isCancelPending = true }
    }

    mutating func noteCancel(of instrument: InstrumentID?) {
        for place in list.indices
        where instrument == nil || list[place].terms.instrument == instrument {
            list[place].isCancelPending = true
        }
    }

    /// What is still to fill at an instrument, purchases less sales.
    func leaves(of instrument: InstrumentID) throws(ArithmeticError) -> Int64 {
        var sum: Int64 = 0
        for order in list where order.terms.instrument == instrument {
            sum = try FixedPoint.add(
                sum, SignedQuantity(order.terms.side, order.leaves).lots)
        }
        return sum
    }

    mutating func apply(_ fill: Fill) {
        guard let place = place(of: fill.order) else { return }
        if fill.leaves.isZero {
            remove(at: place)
        } else {
            list[place].leaves = fill.leaves
            list[place].state = .partlyFilled
        }
    }

    mutating func apply(_ update: OrderUpdate) {
        guard let place = place(of: update.order) else { return }
        switch update.change {
        case .accepted:
            list[place].leaves = update.leaves
            if list[place].state == .created { list[place].state = .accepted }
        case .triggered:
            list[place].leaves = update.leaves
            if list[place].state != .partlyFilled { list[place].state = .triggered }
        case .amended:
            list[place].leaves = update.leaves
            list[place].answerAmendment(applying: true)
        case .amendRejected: list[place].answerAmendment(applying: false)
        case .cancelRejected: list[place].isCancelPending = false
        case .cancelled, .expired, .rejected: remove(at: place)
        }
    }

    /// Forgets an order; of the newest one nothing has to move.
    @inline(__always)
    private mutating func remove(at place: Int) {
        if place == list.count &- 1 {
            list.removeLast()
        } else {
            list.remove(at: place)
        }
    }

    /// Numbers ascend, so the place is found by halving.
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

extension OrderTerms {
    /// Takes an amendment that took effect.
    mutating func apply(_ amendment: OrderAmendment) {
        if let quantity = amendment.quantity { size = .quantity(quantity) }
        kind = kind.replacing(limit: amendment.price, trigger: amendment.stop)
    }
}

extension OrderKind {
    /// The kind with other prices, where it has them.
    fileprivate func replacing(limit: Price?, trigger: Price?) -> Self {
        switch self {
        case .market, .marketOnOpen, .marketOnClose, .trailingStop: self
        case .limitOnOpen(let old): .limitOnOpen(limit ?? old)
        case .limitOnClose(let old): .limitOnClose(limit ?? old)
        case .limit(let old, let time, let postOnly):
            .limit(limit ?? old, time, postOnly: postOnly)
        case .limitTaking(let old, let time): .limitTaking(limit ?? old, time)
        case .stop(let old, let time): .stop(trigger ?? old, time)
        case .stopLimit(let stop, let old, let time, let then):
            .stopLimit(stop: trigger ?? stop, limit: limit ?? old, time, then: then)
        case .ifTouched(let old, let oldLimit, let time, let then):
            .ifTouched(
                trigger ?? old, limit: oldLimit == nil ? nil : limit ?? oldLimit, time, then: then)
        }
    }
}

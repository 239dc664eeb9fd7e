public import LockstepMarket
public import LockstepModel

extension BarMarketEngine {
    public mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let intent = command.order.intent
        switch intent.action {
        case .place(let terms):
            try self.place(terms, intent, command.arrival, now, &outputs)
        case .amend(let order, let amendment):
            try change(order, amendment, intent, command.arrival, now, &outputs)
        case .cancel(let order):
            try change(order, nil, intent, command.arrival, now, &outputs)
        case .cancelAll(let instrument):
            try cancelAll(instrument, intent, command.arrival, now, &outputs)
        }
        if expiryIsStale { findNextExpiry() }
    }

    /// Takes an order into its book, or rejects it.
    private mutating func place(
        _ terms: OrderTerms, _ intent: Intent, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let account = try accountPlace(intent.account)
        let draft = draft(terms, intent, account, arrival)
        let place = Int(terms.instrument.rawValue) - 1
        let (fate, _) = fates.fate(of: intent.id)
        if fate != .unknown {
            let same =
                books.indices.contains(place)
                && draft.order.map { order in
                    books[place].orders.contains { $0.isSame(as: order) }
                } == true
            outputs.append(
                OrderUpdate(
                    order: intent.id, strategy: intent.strategy, account: intent.account,
                    instrument: terms.instrument, change: same ? .accepted : .rejected,
                    reason: same ? .none : .duplicateClientId,
                    leaves: draft.order?.quantity ?? .zero, reportAt: now))
            return
        }
        guard var order = draft.order else {
            if OrderFates.isValid(intent.id), books.indices.contains(place) {
                fates.note(.ended, of: intent.id, on: place)
            }
            outputs.append(
                OrderUpdate(
                    order: intent.id, strategy: intent.strategy, account: intent.account,
                    instrument: terms.instrument, change: .rejected, reason: draft.reason,
                    limit: draft.limit, leaves: .zero, reportAt: now))
            return
        }
        arrivals += 1
        order.number = arrivals
        books[place].orders.append(order)
        busy += 1
        nextExpiry = min(nextExpiry, order.expiry)
        fates.note(.working, of: order.id, on: place)
        outputs.append(order.update(.accepted, at: now))
    }

    /// Cancels or amends an order now, or after the bar that may be in progress.
    private mutating func change(
        _ id: OrderID, _ amendment: OrderAmendment?, _ intent: Intent, _ arrival: Timestamp,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let change = PendingChange(
            order: id, strategy: intent.strategy, account: intent.account, amendment: amendment,
            arrival: arrival)
        let (fate, place) = fates.fate(of: id)
        if fate == .working,
            let position = books[place].orders.firstIndex(where: { $0.id == id }),
            mayBeInBar(books[place].orders[position], place, arrival)
        {
            books[place].changes.append(change)
            busy += 1
            return
        }
        try work(change, place, fate, effective: arrival, now, &outputs)
        if fate == .working { books[place].removeEnded() }
    }

    /// Cancels all orders of a strategy and account, of one instrument or of all.
    private mutating func cancelAll(
        _ instrument: InstrumentID?, _ intent: Intent, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for place in books.indices where !books[place].orders.isEmpty {
            if let instrument, books[place].instrument != instrument { continue }
            for position in books[place].orders.indices {
                let order = books[place].orders[position]
                guard order.strategy == intent.strategy, order.account == intent.account else {
                    continue
                }
                let change = PendingChange(
                    order: order.id, strategy: intent.strategy, account: intent.account,
                    amendment: nil, arrival: arrival)
                if mayBeInBar(order, place, arrival) {
                    books[place].changes.append(change)
                    busy += 1
                } else {
                    try work(change, place, .working, effective: arrival, now, &outputs)
                }
            }
            books[place].removeEnded()
        }
    }

    /// Whether a bar that began before an instant and has not been seen may meet an order.
    ///
    /// Not when the last bar ended then or later, since bars do not overlap; nor when the order
    /// arrived then.
    private func mayBeInBar(_ order: WorkingOrder, _ place: Int, _ arrival: Timestamp) -> Bool {
        books[place].lastEnd < arrival && order.arrival < arrival
    }

    /// Works the waiting changes that arrived by an instant.
    mutating func workChanges(
        _ place: Int, arrivedBy instant: Timestamp, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        var count = 0
        while count < books[place].changes.count,
            books[place].changes[count].arrival <= instant
        {
            let change = books[place].changes[count]
            count += 1
            busy -= 1
            // Before the bar a change counts from its arrival, after it from the bar's end.
            let effective = max(change.arrival, min(books[place].lastEnd, instant))
            try work(
                change, place, fates.fate(of: change.order).fate, effective: effective, now,
                &outputs)
        }
        books[place].changes.removeFirst(count)
        books[place].removeEnded()
    }

    /// Works a change; an order that it ends stays in the book until it is cleared.
    private mutating func work(
        _ change: PendingChange, _ place: Int, _ fate: OrderFate, effective: Timestamp,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let position =
            fate == .working
            ? books[place].orders.firstIndex { $0.id == change.order && !$0.ended } : nil
        guard let position, books[place].orders[position].belongs(to: change) else {
            let reason: OrderReason =
                switch fate {
                case .filled: .alreadyFilled
                case .ended: .alreadyEnded
                case .unknown, .working: .unknownOrder
                }
            let known = fate != .unknown
            outputs.append(
                OrderUpdate(
                    order: change.order, strategy: change.strategy, account: change.account,
                    instrument: known ? books[place].instrument : InstrumentID(0),
                    change: change.amendment == nil ? .cancelRejected : .amendRejected,
                    reason: reason, leaves: .zero, reportAt: now))
            return
        }
        let order = books[place].orders[position]
        guard let amendment = change.amendment, amendment.quantity != .zero else {
            outputs.append(order.update(.cancelled, .byStrategy, at: now))
            end(position, place, .ended)
            return
        }
        amend(position, place, amendment, effective, now, &outputs)
    }

    /// Gives an order other terms, or refuses them.
    ///
    /// Less quantity keeps its place in the queue; another price or more quantity does not.
    private mutating func amend(
        _ position: Int, _ place: Int, _ amendment: OrderAmendment, _ effective: Timestamp,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        var order = books[place].orders[position]
        let old = order
        if let refusal = refusal(amendment, order, place) {
            outputs.append(
                order.update(
                    .amendRejected, refusal.reason, limit: refusal.limit, at: now))
            return
        }
        if let quantity = amendment.quantity { order.quantity = quantity }
        if let level = order.kind == .limit ? amendment.price : amendment.stop {
            order.level = level
        }
        if order.level != old.level || order.quantity > old.quantity {
            arrivals += 1
            order.number = arrivals
            order.arrival = max(effective, order.arrival)
            books[place].orders.remove(at: position)
            books[place].orders.append(order)
        } else {
            books[place].orders[position] = order
        }
        outputs.append(order.update(.amended, at: now))
    }
}

extension WorkingOrder {
    /// Whether a change was asked by the one who placed the order.
    fileprivate func belongs(to change: PendingChange) -> Bool {
        strategy == change.strategy && account == change.account
    }

    /// Whether an order has the same content; its arrival aside.
    fileprivate func isSame(as other: Self) -> Bool {
        var other = other
        other.arrival = arrival
        other.number = number
        return self == other
    }
}

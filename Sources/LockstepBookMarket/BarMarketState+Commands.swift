import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// Takes an order, an amendment or a cancel.
    @inline(__always)
    mutating func execute(
        _ request: Lent<Order>, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if !placePlainly(request, arrival, now, &outputs) {
            try executeOther(request.value, arrival, now, &outputs)
        }
        if expiryIsStale { findNextExpiry() }
    }

    /// Takes what is no plain order.
    @inline(never)
    private mutating func executeOther(
        _ request: Order, _ arrival: Timestamp, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        switch request.intent.action {
        case .place: try place(request, arrival, now, &outputs)
        case .amend(let order, let amendment):
            change(order, amendment, request, arrival, now, &outputs)
        case .cancel(let order): change(order, nil, request, arrival, now, &outputs)
        case .cancelAll(let instrument): cancelAll(instrument, request, arrival, now, &outputs)
        }
    }

    /// Takes an order into its book, or rejects it.
    @inline(never)
    private mutating func place(
        _ request: Order, _ arrival: Timestamp, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        guard case .place(let terms) = request.intent.action else { return }
        let id = request.intent.id
        let account = request.intent.account
        let accountPlace = try accountPlace(account)
        let place = Int(terms.instrument.rawValue) - 1
        let plan = OrderPlan(terms, arrival: arrival, rules: settings.rules)
        let isSpecial = plan.isSpecial(terms)
        if refusal(of: terms, plan, id) != nil || !fates.begin(id, on: place) {
            return refuse(terms, plan, accountPlace, request, arrival, now, &outputs)
        }
        if settings.rules.actsOnArrival || terms.link != .none {
            var refusal = timelyRefusal(of: terms, place, arrival)
            if refusal == nil { refusal = linkRefusal(of: terms, place, request) }
            if let refusal { return reject(request, terms, place, refusal, now, &outputs) }
        }
        arrivals &+= 1
        var order = WorkingOrder(
            terms, plan, id, request, arrival, accountPlace: accountPlace, number: arrivals)
        order.isPlain =
            order.kind == .market && !order.reduceOnly && books[place].isPlain && !isSpecial
        // What others hang on must be found where they act.
        if terms.link != .none { books[place].bringAllBack() }
        books[place].orders.append(order)
        if isSpecial { addDetail(plan.detail(terms), place) }
        noteBusy(place)
        lastPlace = place
        busy &+= 1
        if order.expiry <= nextExpiry && order.expiry != .distantFuture {
            nextExpiryCount = order.expiry == nextExpiry ? nextExpiryCount + 1 : 1
            nextExpiry = order.expiry
        }
        outputs.append(order.update(.accepted, at: now))
        if settings.rules.sameClose != .off {
            try tryLastClose(books[place].orders.count - 1, place, now, &outputs)
        }
    }

    /// Rejects an order that cannot be, or whose identity was used.
    ///
    /// Sent again with the same content while it works, it is acknowledged again.
    @inline(never)
    private mutating func refuse(
        _ terms: OrderTerms, _ plan: OrderPlan, _ accountPlace: Int, _ request: Order,
        _ arrival: Timestamp,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let intent = request.intent
        let refusal = refusal(of: terms, plan, intent.id)
        let place = Int(terms.instrument.rawValue) - 1
        var (change, reason) = (OrderChange.rejected, OrderReason.duplicateClientId)
        var (limit, leaves) = (Int64(0), Quantity.zero)
        if fates.fate(of: intent.id).fate == .unknown {
            if let refusal { (reason, limit) = (refusal.reason, refusal.limit) }
            if OrderFates.isValid(intent.id), books.indices.contains(place) {
                fates.note(.ended, of: intent.id, on: place)
            }
        } else if refusal == nil {
            let order = WorkingOrder(
                terms, plan, intent.id, request, arrival, accountPlace: accountPlace, number: 0)
            leaves = order.quantity
            _ = find(intent.id)
            for position in books[place].orders.indices
            where isSame(position, place, as: order, plan.detail(terms)) {
                (change, reason) = (.accepted, .none)
            }
        }
        outputs.append(
            OrderUpdate(
                order: intent.id, strategy: intent.strategy, account: intent.account,
                instrument: terms.instrument, change: change, reason: reason, limit: limit,
                leaves: leaves, reportAt: now))
    }

    /// Cancels or amends an order now, or after the bar that may be in progress.
    @inline(never)
    private mutating func change(
        _ id: OrderID, _ amendment: OrderAmendment?, _ request: Order, _ arrival: Timestamp,
        _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        let change = PendingChange(
            order: id, strategy: request.intent.strategy,
            account: request.intent.account, amendment: amendment, arrival: arrival)
        let (fate, place, position) = find(id)
        if let position, mayBeInBar(position, place, arrival) {
            books[place].changes.append(change)
            busy += 1
            return
        }
        work(change, place, fate, position, effective: arrival, now, &outputs)
        if fate == .working { removeEnded(place) }
    }

    /// Cancels all orders of a strategy and account, of one instrument or of all.
    @inline(never)
    private mutating func cancelAll(
        _ instrument: InstrumentID?, _ request: Order, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        for place in books.indices where !books[place].isIdle {
            if let instrument, books[place].instrument != instrument { continue }
            books[place].bringAllBack()
            for position in books[place].orders.indices {
                var change = PendingChange(
                    order: books[place].orders[position].id,
                    strategy: request.intent.strategy,
                    account: request.intent.account, amendment: nil,
                    arrival: arrival)
                if request.intent.strategy == .house {
                    change.reason = request.intent.id.houseReason
                }
                if !books[place].orders[position].belongs(to: change) { continue }
                if mayBeInBar(position, place, arrival) {
                    books[place].changes.append(change)
                    busy += 1
                } else {
                    work(
                        change, place, .working, position, effective: arrival, now,
                        &outputs)
                }
            }
            removeEnded(place)
        }
    }

    /// Removes what has ended in a book.
    private mutating func removeEnded(_ place: Int) {
        books[place].removeEnded()
        noteIdle(place)
    }

    /// Whether a bar that began before an instant and has not been seen may meet an order.
    ///
    /// Not when the last bar ended then or later, since bars do not overlap; nor when the order
    /// arrived then.
    private func mayBeInBar(_ position: Int, _ place: Int, _ arrival: Timestamp) -> Bool {
        books[place].lastEnd < arrival && books[place].orders[position].arrival < arrival
    }

    /// Works the waiting changes that arrived by an instant.
    @inline(never)
    mutating func workChanges(
        _ place: Int, arrivedBy instant: Timestamp, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        var count = 0
        while count < books[place].changes.count,
            books[place].changes[count].arrival <= instant
        {
            let change = books[place].changes[count]
            count += 1
            busy -= 1
            // Before the bar a change counts from its arrival, after it from the bar's end.
            let effective = max(change.arrival, min(books[place].lastEnd, instant))
            let (fate, _, position) = find(change.order)
            work(change, place, fate, position, effective: effective, now, &outputs)
        }
        books[place].removeChanges(count)
        books[place].removeEnded()
    }

    /// Works a change; an order that it ends stays in the book until it is cleared.
    private mutating func work(
        _ change: PendingChange, _ place: Int, _ fate: OrderFate, _ position: Int?,
        effective: Timestamp, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        guard let position, books[place].orders[position].belongs(to: change) else {
            // What the run cancels of itself needs no answer.
            if change.strategy == .house { return }
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
        let isOver =
            order.detail >= 0 && isOver(change.amendment?.quantity, order, place)
        guard let amendment = change.amendment, amendment.quantity != .zero, !isOver else {
            outputs.append(order.update(.cancelled, change.reason, at: now))
            end(position, place, .ended)
            if books[place].special != 0 {
                endChildren(of: position, place, now, &outputs)
                commit(place)
            }
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
        if let refusal = refusal(of: amendment, order, place) {
            outputs.append(
                order.update(
                    .amendRejected, refusal.reason, limit: refusal.limit, at: now))
            return
        }
        if order.detail >= 0 {
            return amendSpecially(position, place, amendment, effective, now, &outputs)
        }
        if let quantity = amendment.quantity { order.quantity = quantity }
        if let level = order.kind == .limit ? amendment.price : amendment.stop {
            order.level = level
        }
        if order.level != old.level || order.quantity > old.quantity {
            arrivals += 1
            order.number = arrivals
            order.arrival = max(effective, order.arrival)
            _ = books[place].orders.remove(at: position)
            books[place].orders.append(order)
        } else {
            books[place].orders[position] = order
        }
        outputs.append(order.update(.amended, at: now))
    }
}

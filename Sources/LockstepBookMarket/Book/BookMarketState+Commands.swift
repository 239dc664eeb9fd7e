import LockstepMarket
import LockstepModel

/// Orders, amendments and cancels: on their way, and when they arrive.
extension BookMarketState {
    /// Takes a request, which is worked when it has arrived.
    @inline(__always)
    mutating func execute(
        _ request: Lent<Order>, _ sent: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let account = try accountPlace(request.value.intent.account)
        if settings.latency.order.isNone {
            return try work(request, account, at: sent, &outputs)
        }
        try send(request.value, account, sent, now, &outputs)
    }

    /// Sends a request on its way.
    @inline(never)
    private mutating func send(
        _ request: Order, _ account: Int, _ sent: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let arrival = requestLines[account].arrival(of: sent, settings.latency.order)
        if arrival <= now {
            return try Lent.of(request) { request throws(MarketError) in
                try work(request, account, at: arrival, &outputs)
            }
        }
        if firstInFlight > 256, firstInFlight * 2 > inFlight.count {
            inFlight.removeFirst(firstInFlight)
            firstInFlight = 0
        }
        var place = inFlight.count
        while place > firstInFlight, inFlight[place - 1].arrival > arrival { place -= 1 }
        inFlight.insert(Request(order: request, arrival: arrival), at: place)
    }

    /// Works what arrives and what expires before the time of a step, each at its own time.
    @inline(never)
    mutating func workDue(
        before time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        while nextWake < time {
            let due = nextWake
            try workArrived(at: due, &outputs)
            try expire(at: due, &outputs)
        }
    }

    /// Works the requests that arrive by an instant.
    mutating func workArrived(
        at time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        while firstInFlight < inFlight.count, inFlight[firstInFlight].arrival <= time {
            let request = inFlight[firstInFlight]
            firstInFlight += 1
            let account = try accountPlace(request.order.intent.account)
            try Lent.of(request.order) { order throws(MarketError) in
                try work(order, account, at: request.arrival, &outputs)
            }
        }
        if firstInFlight == inFlight.count {
            inFlight.removeAll(keepingCapacity: true)
            firstInFlight = 0
        }
    }

    /// Ends the orders that are valid to an instant.
    mutating func expire(at time: Timestamp, _ outputs: inout MarketOutputs) throws(MarketError) {
        if nextExpiry > time { return }
        picked.removeAll()
        nextExpiry = .distantFuture
        for slot in orders.indices where orders[slot].location != .free {
            if orders[slot].expiry <= time {
                picked.append(Int32(truncatingIfNeeded: slot))
            } else {
                nextExpiry = min(nextExpiry, orders[slot].expiry)
            }
        }
        let slots = picked.values.sorted { orders[Int($0)].number < orders[Int($1)].number }
        for slot in slots {
            let (place, reason) = (Int(orders[Int(slot)].book), orders[Int(slot)].expiryReason)
            tell(Int(slot), .expired, reason, time, &outputs)
            end(Int(slot), .ended)
            books[place].tidy()
        }
    }

    /// Works a request that has arrived.
    private mutating func work(
        _ request: Lent<Order>, _ account: Int, at time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        switch request.value.intent.action {
        case .place(let terms): try place(terms, request, account, time, &outputs)
        case .amend(let id, let amendment):
            try amend(id, amendment, request.value, account, time, &outputs)
        case .cancel(let id): cancel(id, request.value, account, time, &outputs)
        case .cancelAll(let instrument):
            cancelAll(instrument, request.value, account, time, &outputs)
        }
    }

    /// Takes an order, or rejects it.
    private mutating func place(
        _ terms: OrderTerms, _ request: Lent<Order>, _ account: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let id = request.value.intent.id
        let place = Int(terms.instrument.rawValue) &- 1
        let plan = BookPlan(terms, arrival: time)
        if let refusal = refusal(of: terms, plan, id) {
            return refuse(terms, refusal, request.value, account, time, &outputs)
        }
        arrivals &+= 1
        let order = order(terms, plan, request.value, account)
        if !fates.begin(id, on: place) {
            return repeated(order, request.value, account, time, &outputs)
        }
        let slot = begin(order)
        books[place].activate(Int(order.overlay))
        defer { if books[place].active.count > 0 { books[place].tidy() } }
        if order.postOnly, settings.postOnly == .reject, !books[place].isCrossed, wouldTake(slot) {
            tell(slot, .rejected, .wouldTake, time, &outputs)
            return end(slot, .ended)
        }
        tell(slot, .accepted, .none, time, &outputs)
        if order.isTriggered { return try work(slot, time, &outputs) }
        if isMet(place, slot) { return try act(slot, time, &outputs) }
        orders[slot].location = .stop
        books[place].overlays[Int(order.overlay)].putAside(
            order.trigger, slot, rises: order.rises)
    }

    /// An order as it works when nothing is wrong with it.
    private func order(
        _ terms: OrderTerms, _ plan: BookPlan, _ request: Order, _ account: Int
    ) -> BookOrder {
        BookOrder(
            id: request.intent.id, strategy: request.intent.strategy,
            account: request.intent.account, instrument: terms.instrument, side: terms.side,
            rule: plan.rule, takingNumber: plan.taking?.rawValue ?? 0,
            reduceOnly: terms.reduceOnly, postOnly: plan.isPostOnly,
            isLimited: plan.price != nil, isTriggered: plan.trigger == nil,
            total: terms.lots.lots, leaves: terms.lots.lots, price: plan.price?.ticks ?? 0,
            trigger: plan.trigger?.ticks ?? 0,
            accountPlace: Int32(truncatingIfNeeded: account),
            overlay: settings.world == .shared ? 0 : Int32(truncatingIfNeeded: account),
            book: Int32(truncatingIfNeeded: Int(terms.instrument.rawValue) &- 1),
            expiryReason: plan.expiryReason, expiry: plan.expiry, number: arrivals)
    }

    /// Rejects an order.
    @inline(never)
    private mutating func refuse(
        _ terms: OrderTerms, _ refusal: Refusal, _ request: Order, _ account: Int,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let (id, place) = (request.intent.id, Int(terms.instrument.rawValue) - 1)
        var (reason, limit) = (refusal.reason, refusal.limit)
        if fates.fate(of: id).fate != .unknown {
            (reason, limit) = (.duplicateClientId, 0)
        } else if OrderFates.isValid(id), books.contains(place) {
            fates.note(.ended, of: id, on: place)
        }
        answer(
            id, terms.instrument, .rejected, reason, limit: limit, request, account, time,
            &outputs)
    }

    /// Answers an order whose identity was used: acknowledged again where it is the same and
    /// works, else rejected.
    @inline(never)
    private mutating func repeated(
        _ order: BookOrder, _ request: Order, _ account: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        let slot = table.slot(of: order.id.rawValue)
        if slot >= 0, orders[slot].isSame(as: order) {
            return tell(slot, .accepted, .none, time, &outputs)
        }
        answer(
            order.id, order.instrument, .rejected, .duplicateClientId, request, account, time,
            &outputs)
    }

    /// Tells something about an order that has no slot.
    private mutating func answer(
        _ id: OrderID, _ instrument: InstrumentID, _ change: OrderChange, _ reason: OrderReason,
        limit: Int64 = 0, _ request: Order, _ account: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        outputs.append(
            OrderUpdate(
                order: id, strategy: request.intent.strategy, account: request.intent.account,
                instrument: instrument, change: change, reason: reason, limit: limit,
                leaves: .zero, reportAt: reportAt(account, time)))
    }

    /// The slot of a working order of the one who asks; negative, and answered, where it has none.
    private mutating func slot(
        of id: OrderID, _ change: OrderChange, _ request: Order, _ account: Int,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) -> Int {
        let slot = table.slot(of: id.rawValue)
        if slot >= 0, orders[slot].strategy == request.intent.strategy,
            orders[slot].account == request.intent.account
        {
            return slot
        }
        let (fate, place) = fates.fate(of: id)
        let isOther = slot >= 0
        let reason: OrderReason =
            switch fate {
            case .filled: isOther ? .unknownOrder : .alreadyFilled
            case .ended: .alreadyEnded
            case .unknown, .working: .unknownOrder
            }
        let instrument = fate == .unknown ? InstrumentID(0) : books[place].instrument
        answer(id, instrument, change, reason, request, account, time, &outputs)
        return -1
    }

    private mutating func cancel(
        _ id: OrderID, _ request: Order, _ account: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        let slot = slot(of: id, .cancelRejected, request, account, time, &outputs)
        if slot < 0 { return }
        let place = Int(orders[slot].book)
        cancel(slot, .byStrategy, time, &outputs)
        books[place].tidy()
    }

    /// Cancels all orders of a strategy and account, of one instrument or of all, by arrival.
    @inline(never)
    private mutating func cancelAll(
        _ instrument: InstrumentID?, _ request: Order, _ account: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        picked.removeAll()
        for slot in orders.indices
        where orders[slot].location != .free && Int(orders[slot].accountPlace) == account
            // What the run cancels is not what it sends itself.
            && (orders[slot].strategy == request.intent.strategy)
                != (request.intent.strategy == .house)
        {
            if let instrument, orders[slot].instrument != instrument { continue }
            picked.append(Int32(truncatingIfNeeded: slot))
        }
        let slots = picked.values.sorted { orders[Int($0)].number < orders[Int($1)].number }
        let reason: OrderReason =
            request.intent.strategy == .house ? request.intent.id.houseReason : .byStrategy
        for slot in slots {
            let place = Int(orders[Int(slot)].book)
            cancel(Int(slot), reason, time, &outputs)
            books[place].tidy()
        }
    }

    /// Gives an order other terms, or refuses them.
    ///
    /// Less quantity keeps its place in the queue; another price or more quantity does not.
    @inline(never)
    private mutating func amend(
        _ id: OrderID, _ amendment: OrderAmendment, _ request: Order, _ account: Int,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let slot = slot(of: id, .amendRejected, request, account, time, &outputs)
        if slot < 0 { return }
        let place = Int(orders[slot].book)
        defer { books[place].tidy() }
        let filled = orders[slot].total &- orders[slot].leaves
        if let quantity = amendment.quantity, quantity.lots <= filled {
            return cancel(slot, .byStrategy, time, &outputs)
        }
        if let refusal = refusal(of: amendment, slot) {
            return tell(
                slot, .amendRejected, refusal.reason, limit: refusal.limit, time, &outputs)
        }
        let old = orders[slot]
        let (location, price) = (old.location, amendment.price?.ticks ?? old.price)
        let trigger = amendment.stop?.ticks ?? old.trigger
        let total = amendment.quantity?.lots ?? old.total
        if price == old.price, trigger == old.trigger, total <= old.total {
            orders[slot].total = total
            orders[slot].leaves = total &- filled
            return tell(slot, .amended, .none, time, &outputs)
        }
        if old.postOnly, location == .resting, settings.postOnly == .reject,
            !books[place].isCrossed
        {
            orders[slot].price = price
            let takes = wouldTake(slot)
            orders[slot].price = old.price
            if takes { return tell(slot, .amendRejected, .wouldTake, time, &outputs) }
        }
        take(up: slot)
        arrivals &+= 1
        orders[slot].number = arrivals
        (orders[slot].price, orders[slot].trigger) = (price, trigger)
        (orders[slot].total, orders[slot].leaves) = (total, total &- filled)
        tell(slot, .amended, .none, time, &outputs)
        if location != .stop { return try work(slot, time, &outputs) }
        if isMet(place, slot) { return try act(slot, time, &outputs) }
        orders[slot].location = .stop
        books[place].overlays[Int(old.overlay)].putAside(trigger, slot, rises: old.rises)
    }
}

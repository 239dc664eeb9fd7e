import LockstepMarket
import LockstepModel

/// What dated events do to working orders.
extension BarMarketState {
    /// Adjusts or cancels the orders of an instrument for a dated event of it.
    @inline(never)
    mutating func apply(
        _ event: MarketEvent, of instrument: Instrument, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = Int(event.instrument.rawValue) - 1
        guard books.indices.contains(place), books[place].slot >= 0 else { return }
        do throws(ArithmeticError) {
            if let mark = books[place].mark {
                books[place].mark = try event.lastPrice(after: mark, of: instrument)
            }
            switch event.kind {
            case .split:
                books[place].bringAllBack()
                for change in books[place].changes.indices {
                    try adjust(change: change, place, event)
                }
                for position in books[place].orders.indices
                where !books[place].orders[position].ended {
                    try adjust(position, place, event, now, &outputs)
                }
            case .settlement, .endOfData:
                books[place].isClosed = true
                books[place].takesAll = false
                cancelAll(
                    place, event.kind == .endOfData ? .endOfData : .corporateAction, now, &outputs)
            case .dividend, .payment, .funding, .accrual, .borrow: return
            }
        } catch {
            throw .overflow(instrument: event.instrument, operation: .position)
        }
        books[place].removeEnded()
        noteIdle(place)
        if expiryIsStale { findNextExpiry() }
    }

    /// Ends everything that works or waits in a book.
    private mutating func cancelAll(
        _ place: Int, _ reason: OrderReason, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        // Nothing waits any more that a bar would have brought.
        workChanges(place, arrivedBy: .distantFuture, at: now, &outputs)
        books[place].bringAllBack()
        for position in books[place].orders.indices
        where !books[place].orders[position].ended {
            outputs.append(books[place].orders[position].update(.cancelled, reason, at: now))
            end(position, place, .ended)
        }
    }

    /// Gives an order the quantity and the prices that it has after a split.
    private mutating func adjust(
        _ position: Int, _ place: Int, _ event: MarketEvent, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(ArithmeticError) {
        var order = books[place].orders[position]
        let isShare = order.detail >= 0 && books[place][detail: position].share != 0
        let lots = try event.lots(after: order.quantity.lots)
        if lots == 0, !isShare {
            outputs.append(order.update(.cancelled, .corporateAction, at: now))
            end(position, place, .ended)
            if books[place].special != 0 {
                endChildren(of: position, place, now, &outputs)
                commit(place)
            }
            return
        }
        order.quantity = Quantity(lots: lots)
        let (level, side) = (order.level.ticks, order.side)
        switch order.kind {
        case .market, .marketOnOpen, .marketOnClose, .trailing: break
        case .limit, .limitOnOpen, .limitOnClose:
            order.level = Price(ticks: try event.limit(after: level, side))
        case .stop, .stopLimit:
            order.level = Price(ticks: try event.trigger(after: level, rises: side == .buy))
        case .touched, .touchedLimit:
            order.level = Price(ticks: try event.trigger(after: level, rises: side == .sell))
        }
        if order.detail >= 0 { try books[place][detail: position].split(event, order) }
        books[place].orders[position] = order
        outputs.append(
            order.update(.amended, .corporateAction, limit: order.level.ticks, at: now))
    }

    /// Gives a change that waits for a bar the figures that it has after a split.
    private mutating func adjust(
        change: Int, _ place: Int, _ event: MarketEvent
    ) throws(ArithmeticError) {
        let old = books[place].changes[change]
        guard var amendment = old.amendment, let position = books[place].position(of: old.order)
        else { return }
        let order = books[place].orders[position]
        if let quantity = amendment.quantity {
            amendment.quantity = Quantity(lots: try event.lots(after: quantity.lots))
        }
        if let price = amendment.price {
            amendment.price = Price(ticks: try event.limit(after: price.ticks, order.side))
        }
        if let stop = amendment.stop {
            let isTouched = order.kind == .touched || order.kind == .touchedLimit
            amendment.stop = Price(
                ticks: try event.trigger(
                    after: stop.ticks, rises: (order.side == .buy) != isTouched))
        }
        books[place].changes[change] = PendingChange(
            order: old.order, strategy: old.strategy, account: old.account, amendment: amendment,
            arrival: old.arrival)
    }
}

extension OrderDetail {
    /// Takes a split: prices away from the market, quantities cut to lots.
    fileprivate mutating func split(
        _ event: MarketEvent, _ order: WorkingOrder
    ) throws(ArithmeticError) {
        if order.kind == .stopLimit || order.kind == .touchedLimit {
            limit = try event.limit(after: limit, order.side)
        }
        if order.kind == .trailing {
            if !trailsByShare { trail = try event.distance(after: trail) }
            if hasExtreme {
                extreme = try event.trigger(after: extreme, rises: order.side == .buy)
            }
        }
        let free = try event.lots(after: released - filled - cut)
        filled = try event.lots(after: filled)
        cut = try event.lots(after: cut)
        released = filled + cut + free
        held = try event.lots(after: held)
    }
}

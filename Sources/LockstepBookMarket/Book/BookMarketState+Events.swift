import LockstepMarket
import LockstepModel

/// What dated events do to own orders and to what is displayed.
extension BookMarketState {
    /// Adjusts or cancels the orders of an instrument for a dated event of it.
    ///
    /// What is displayed before a split is at prices that are no more: it is gone until the feed
    /// shows the book again. Own orders keep their order among each other.
    @inline(never)
    mutating func apply(
        _ event: MarketEvent, of instrument: Instrument, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = Int(event.instrument.rawValue) - 1
        guard books.indices.contains(place), books[place].trades else { return }
        do throws(ArithmeticError) {
            if let last = books[place].last {
                books[place].last = try event.lastPrice(after: last, of: instrument)
            }
            switch event.kind {
            case .split: try split(place, event, now, &outputs)
            case .settlement, .endOfData:
                books[place].isClosed = true
                let reason: OrderReason =
                    event.kind == .endOfData ? .endOfData : .corporateAction
                for slot in slots(of: place) { cancel(slot, reason, now, &outputs) }
            case .dividend, .payment, .funding, .accrual, .borrow: return
            }
        } catch {
            throw .overflow(instrument: event.instrument, operation: .position)
        }
        books[place].tidy()
    }

    /// The own orders of a book, by arrival.
    private func slots(of place: Int) -> [Int] {
        orders.indices.filter { orders[$0].location != .free && Int(orders[$0].book) == place }
            .sorted { orders[$0].number < orders[$1].number }
    }

    private mutating func split(
        _ place: Int, _ event: MarketEvent, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(ArithmeticError) {
        let slots = slots(of: place)
        let locations = slots.map { orders[$0].location }
        for slot in slots { take(up: slot) }
        hide(place)
        for (slot, location) in zip(slots, locations) {
            let order = orders[slot]
            let filled = try event.lots(after: order.total - order.leaves)
            let leaves = try event.lots(after: order.leaves)
            if leaves == 0 {
                cancel(slot, .corporateAction, now, &outputs)
                continue
            }
            (orders[slot].total, orders[slot].leaves) = (filled + leaves, leaves)
            if order.isLimited {
                orders[slot].price = try event.limit(after: order.price, order.side)
            }
            orders[slot].trigger = try event.trigger(after: order.trigger, rises: order.rises)
            tell(
                slot, .amended, .corporateAction,
                limit: location == .stop ? orders[slot].trigger : orders[slot].price, now, &outputs)
            switch location {
            case .resting: rest(slot)
            case .stop:
                orders[slot].location = .stop
                books[place].overlays[Int(order.overlay)].putAside(
                    orders[slot].trigger, slot, rises: order.rises)
            case .waiting, .hand, .free: wait(slot)
            }
        }
    }

    /// Forgets what is displayed, and what was taken of it.
    private mutating func hide(_ place: Int) {
        for side in 0..<2 {
            books[place].sides[side].levels.removeAll()
            for overlay in books[place].overlays.indices {
                books[place].overlays[overlay].sides[side].used.removeAll()
            }
        }
        books[place].market = MarketOrders()
        books[place].isCrossed = false
        books[place].told = nil
        (books[place].highest, books[place].lowest) = (.min, .max)
    }
}

import LockstepMarket
import LockstepModel

/// What happens to the market's orders, where its feed tells them one by one.
extension BookMarketState {
    /// Follows an event of an order of the market.
    mutating func followOrder(
        _ place: Int, _ message: BookMessage, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if message.kind == .add {
            guard let side = message.side, !message.quantity.isZero,
                books[place].market.slot(of: message.order) < 0
            else { return tally.strangeOrders += 1 }
            books[place].isByOrder = true
            return join(place, message.order, side == .buy ? 0 : 1, message)
        }
        let slot = books[place].market.slot(of: message.order)
        if slot < 0 { return tally.strangeOrders += 1 }
        let order = books[place].market.slots[slot]
        let side = Int(order.side)
        let asked = message.quantity.lots
        switch message.kind {
        case .cancel: leave(place, slot, asked == 0 ? order.quantity : asked)
        case .execute:
            let quantity = asked == 0 ? order.quantity : min(asked, order.quantity)
            note(place, trade: OrderBook.price(order.key, side), quantity)
            if !books[place].active.isEmpty {
                try fillAtPrint(
                    place, side, order.key, quantity, order: order.number, time, &outputs)
            }
            take(place, slot, quantity)
        case .modify:
            let key = OrderBook.price(message.price.ticks, side)
            if key == order.key && asked <= order.quantity {
                leave(place, slot, order.quantity &- asked)
            } else {
                leave(place, slot, order.quantity)
                if asked > 0 { join(place, order.id, side, message) }
            }
        case .level, .trade, .add: break
        }
    }

    /// Puts an order of the market behind all at its price.
    private mutating func join(_ place: Int, _ id: UInt64, _ side: Int, _ message: BookMessage) {
        let key = OrderBook.price(message.price.ticks, side)
        let quantity = message.quantity.lots
        books[place].market.add(id, side, key, quantity)
        let before = books[place].sides[side].displayed(key)
        display(place, side, key, min(before &+ quantity, Quantity.limit &- 1))
    }

    /// Takes a part of an order of the market out of the queue, unexecuted.
    private mutating func leave(_ place: Int, _ slot: Int, _ asked: Int64) {
        let order = books[place].market.slots[slot]
        let quantity = min(asked, order.quantity)
        if quantity <= 0 { return }
        let side = Int(order.side)
        for index in books[place].active.indices {
            let overlay = Int(books[place].active[index])
            var entry =
                books[place].overlays[overlay].sides[side].place(of: order.key &+ 1) &- 1
            while entry >= 0 {
                let own = books[place].overlays[overlay].sides[side].queue[entry]
                if own.key != order.key { break }
                let slot = Int(own.slot)
                if orders[slot].since > order.number {
                    orders[slot].ahead = max(0, orders[slot].ahead - Double(quantity))
                }
                entry &-= 1
            }
        }
        take(place, slot, quantity)
    }

    /// Takes a part of an order of the market away, and shows what is left.
    private mutating func take(_ place: Int, _ slot: Int, _ quantity: Int64) {
        let (side, key) = (
            Int(books[place].market.slots[slot].side), books[place].market.slots[slot].key
        )
        books[place].market.reduce(slot, by: quantity)
        let before = books[place].sides[side].displayed(key)
        display(place, side, key, max(0, before &- quantity))
    }
}

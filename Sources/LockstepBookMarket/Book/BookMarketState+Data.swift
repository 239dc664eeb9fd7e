import LockstepMarket
import LockstepModel

/// What the market's data do: they change what is displayed, print, and move queues.
extension BookMarketState {
    /// Lets the time of a step come: what was due before it, its data, and what is due then.
    mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let time = frame.time
        if nextWake < time { try workDue(before: time, &outputs) }
        if !frame.data.isEmpty { try show(frame, &outputs) }
        if nextWake <= time {
            try workArrived(at: time, &outputs)
            try expire(at: time, &outputs)
        }
        if !touched.isEmpty { tellTops(time, &outputs) }
    }

    /// Takes the data of a step, in their order.
    private mutating func show(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let time = frame.time
        let data = frame.data.span
        for index in data.indices {
            let place = Int(data[index].instrument.rawValue) &- 1
            guard books.contains(place), books[place].trades else { continue }
            switch MarketDatum.BookKind(rawValue: data[index].kind) {
            case .changes: try change(place, data[index].bytes, time, &outputs)
            case .snapshot: try replace(place, data[index].bytes, time, &outputs)
            case nil: continue
            }
            if !books[place].isTouched {
                books[place].isTouched = true
                touched.append(Int32(truncatingIfNeeded: place))
            }
            try settle(place, time, &outputs)
        }
    }

    /// Changes a book by messages.
    @inline(__always)
    private mutating func change(
        _ place: Int, _ bytes: borrowing [UInt8], _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        var next = 0
        while next < bytes.count {
            guard let message = BookMessage(in: bytes, at: &next) else {
                tally.unreadable += 1
                return
            }
            switch message.kind {
            case .level:
                let side = message.side == .buy ? 0 : 1
                display(
                    place, side, OrderBook.price(message.price.ticks, side),
                    message.quantity.lots)
            case .trade: try print(place, message, time, &outputs)
            case .add, .modify, .cancel, .execute:
                try followOrder(place, message, time, &outputs)
            }
        }
    }

    /// Shows another quantity at a price, and lets overlays follow.
    @inline(__always)
    mutating func display(_ place: Int, _ side: Int, _ key: Int64, _ quantity: Int64) {
        let before = books[place].sides[side].show(quantity, at: key)
        if !books[place].active.isEmpty && before != quantity {
            follow(place, side, key, from: before, to: quantity)
        }
    }

    /// Lets overlays follow a change of what is displayed at a price.
    @inline(never)
    private mutating func follow(
        _ place: Int, _ side: Int, _ key: Int64, from before: Int64, to now: Int64
    ) {
        for index in books[place].active.indices {
            let overlay = Int(books[place].active[index])
            if !books[place].overlays[overlay].sides[side].used.isEmpty {
                books[place].overlays[overlay].sides[side].renew(key, from: before, to: now)
            }
            if books[place].isByOrder { continue }
            // The own orders at the price, the first one in the queue first.
            var entry = books[place].overlays[overlay].sides[side].place(of: key &+ 1) &- 1
            var least = 0.0
            while entry >= 0 {
                let own = books[place].overlays[overlay].sides[side].queue[entry]
                if own.key != key { break }
                let slot = Int(own.slot)
                let ahead = settings.queue.ahead(
                    orders[slot].ahead, before, now, traded: orders[slot].traded)
                // Nobody overtakes an own order that came before.
                orders[slot].ahead = max(ahead, least)
                orders[slot].traded = 0
                least = orders[slot].ahead
                entry &-= 1
            }
        }
    }

    /// Replaces a book by the levels of a snapshot.
    ///
    /// A level that is not in it is gone; one beyond its last price is only not known any more:
    /// nothing can be taken there, but queues and what was taken stay as they are.
    @inline(never)
    private mutating func replace(
        _ place: Int, _ bytes: borrowing [UInt8], _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for side in 0..<2 {
            levels.removeAll()
            var next = 0
            while next < bytes.count {
                guard let message = BookMessage(in: bytes, at: &next) else {
                    if side == 0 { tally.unreadable += 1 }
                    break
                }
                if message.kind == .trade {
                    if side == 0 { try print(place, message, time, &outputs) }
                } else if message.kind == .level, (message.side == .buy) == (side == 0),
                    !message.quantity.isZero
                {
                    keep(
                        BookLevel(
                            key: OrderBook.price(message.price.ticks, side),
                            displayed: message.quantity.lots))
                }
            }
            replace(place, side)
        }
    }

    /// Puts a level of a snapshot into its place.
    private mutating func keep(_ level: BookLevel) {
        var place = levels.count
        while place > 0, levels[place &- 1].key > level.key { place &-= 1 }
        if place > 0, levels[place &- 1].key == level.key {
            levels[place &- 1] = level
        } else {
            levels.insert(level, at: place)
        }
    }

    /// Replaces a side by the levels that were kept.
    private mutating func replace(_ place: Int, _ side: Int) {
        if !books[place].active.isEmpty {
            let deepest = levels.isEmpty ? Int64.min : levels[0].key
            // Both are walked from the best level on.
            var (old, new) = (books[place].sides[side].levels.count, levels.count)
            while old > 0 || new > 0 {
                let before = old > 0 ? books[place].sides[side].levels[old &- 1] : nil
                let now = new > 0 ? levels[new &- 1] : nil
                let key = max(before?.key ?? .min, now?.key ?? .min)
                var (from, to): (Int64, Int64) = (0, 0)
                if let before, before.key == key {
                    from = before.displayed
                    old &-= 1
                }
                if let now, now.key == key {
                    to = now.displayed
                    new &-= 1
                }
                if from != to, key >= deepest { follow(place, side, key, from: from, to: to) }
            }
        }
        swap(&books[place].sides[side].levels, &levels)
    }

    /// A trade of others: it fills what rests at a better price, and what is first in the queue.
    @inline(__always)
    private mutating func print(
        _ place: Int, _ message: BookMessage, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let (price, quantity) = (message.price.ticks, message.quantity.lots)
        note(place, trade: price, quantity)
        if books[place].active.isEmpty { return }
        guard let taker = message.side ?? takingSide(place, price) else { return }
        let side = taker == .sell ? 0 : 1
        try fillAtPrint(
            place, side, OrderBook.price(price, side), quantity, order: nil, time, &outputs)
    }

    /// Notes the last trade.
    @inline(__always)
    mutating func note(_ place: Int, trade price: Int64, _ quantity: Int64) {
        books[place].last = Price(ticks: price)
        books[place].lastQuantity = quantity
        books[place].highest = max(books[place].highest, price)
        books[place].lowest = min(books[place].lowest, price)
        books[place].hasTraded = true
    }

    /// Who took, where the feed does not say it: the one whose side of the book is nearer.
    private func takingSide(_ place: Int, _ price: Int64) -> Side? {
        let bid = books[place].best(0)?.key
        let ask = books[place].best(1).map { 0 &- $0.key }
        if let bid, let ask, bid < ask {
            let (down, up) = (price &- bid, ask &- price)
            return down == up ? nil : down < up ? .sell : .buy
        }
        if let bid, ask == nil, price <= bid { return .sell }
        if let ask, bid == nil, price >= ask { return .buy }
        return nil
    }

    /// Fills own orders at a print: once in all, by price, then in the queue.
    ///
    /// Where the market's order that was executed is known, its number is given.
    @inline(never)
    mutating func fillAtPrint(
        _ place: Int, _ side: Int, _ key: Int64, _ quantity: Int64, order executed: UInt64?,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for index in books[place].active.indices {
            let overlay = Int(books[place].active[index])
            var entry = books[place].overlays[overlay].sides[side].queue.count &- 1
            var filled: Int64 = 0
            while entry >= 0 {
                let own = books[place].overlays[overlay].sides[side].queue[entry]
                if own.key < key { break }
                let slot = Int(own.slot)
                let rest = quantity &- filled
                var share = rest
                if own.key == key {
                    if let executed {
                        if orders[slot].since > executed {
                            orders[slot].ahead = max(0, orders[slot].ahead - Double(quantity))
                            share = 0
                        }
                    } else if books[place].isByOrder {
                        // Not an execution of the queue that is known.
                        share = 0
                    } else {
                        let ahead = orders[slot].ahead
                        let beyond = Double(quantity) - ahead - Double(filled)
                        share = beyond > 0 ? Int64(beyond.rounded(.down)) : 0
                        orders[slot].ahead = max(0, ahead - Double(quantity))
                        orders[slot].traded &+= quantity
                    }
                }
                if share > 0 {
                    filled &+= try fill(
                        slot, share, at: OrderBook.price(own.key, side), .maker, .print, .print,
                        time, &outputs)
                }
                entry &-= 1
            }
        }
    }
}

import LockstepMarket
import LockstepModel

/// What own orders do once the market has changed.
extension BookMarketState {
    /// Lets own orders meet a book that has changed.
    @inline(__always)
    mutating func settle(
        _ place: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        var isCrossed = false
        if let bid = books[place].best(0), let ask = books[place].best(1) {
            isCrossed = bid.key >= 0 &- ask.key
        }
        books[place].isCrossed = isCrossed
        if isCrossed { tally.crossedInputs += 1 }
        if !books[place].active.isEmpty { try settleOverlays(place, time, &outputs) }
        books[place].highest = .min
        books[place].lowest = .max
    }

    @inline(never)
    private mutating func settleOverlays(
        _ place: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for index in books[place].active.indices {
            let overlay = Int(books[place].active[index])
            if !books[place].isCrossed {
                try fillCrossed(place, overlay, 0, time, &outputs)
                try fillCrossed(place, overlay, 1, time, &outputs)
                if !books[place].overlays[overlay].waiting.isEmpty {
                    try workWaiting(place, overlay, time, &outputs)
                }
            }
            if !books[place].overlays[overlay].rising.isEmpty
                || !books[place].overlays[overlay].falling.isEmpty
            {
                try trigger(place, overlay, time, &outputs)
            }
        }
        books[place].tidy()
    }

    /// Fills own orders of a side that the book has crossed, at their own prices.
    private mutating func fillCrossed(
        _ place: Int, _ overlay: Int, _ side: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let opposite = 1 &- side
        while let own = books[place].overlays[overlay].sides[side].queue.last {
            guard let best = books[place].best(opposite), best.key >= 0 &- own.key else { return }
            let slot = Int(own.slot)
            let wanted = orders[slot].leaves
            let there = available(place, overlay, opposite, to: 0 &- own.key, atMost: wanted)
            if there == 0 { return }
            let filled = try fill(
                slot, there, at: OrderBook.price(own.key, side), .maker, .book, .bookCrossed,
                time, &outputs)
            use(place, overlay, opposite, filled)
            if orders[slot].location == .resting { return }
        }
    }

    /// How much may be taken from a side at a key and better ones.
    func available(
        _ place: Int, _ overlay: Int, _ side: Int, to limit: Int64, atMost most: Int64
    ) -> Int64 {
        var sum: Int64 = 0
        var level = books[place].sides[side].levels.count &- 1
        while level >= 0, sum < most {
            let (key, displayed) = (
                books[place].sides[side].levels[level].key,
                books[place].sides[side].levels[level].displayed
            )
            if key < limit { break }
            sum &+= displayed &- books[place].overlays[overlay].sides[side].used(at: key)
            level &-= 1
        }
        return min(sum, most)
    }

    /// Notes that so much was taken from a side, the best levels first.
    private mutating func use(_ place: Int, _ overlay: Int, _ side: Int, _ quantity: Int64) {
        var rest = quantity
        var level = books[place].sides[side].levels.count &- 1
        while level >= 0, rest > 0 {
            let (key, displayed) = (
                books[place].sides[side].levels[level].key,
                books[place].sides[side].levels[level].displayed
            )
            let there = displayed &- books[place].overlays[overlay].sides[side].used(at: key)
            let part = min(there, rest)
            if part > 0 { books[place].overlays[overlay].sides[side].use(part, at: key) }
            rest &-= part
            level &-= 1
        }
    }

    /// Lets the orders that wait try again, in their order.
    private mutating func workWaiting(
        _ place: Int, _ overlay: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        // Those that wait again are appended behind.
        let count = books[place].overlays[overlay].waiting.count
        for _ in 0..<count {
            if books[place].overlays[overlay].waiting.isEmpty { return }
            let slot = Int(books[place].overlays[overlay].waiting.remove(at: 0))
            orders[slot].location = .hand
            try work(slot, time, &outputs)
        }
    }

    /// Lets the stops act whose trigger price is met, by arrival.
    @inline(never)
    private mutating func trigger(
        _ place: Int, _ overlay: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        picked.removeAll()
        for rises in [true, false] {
            var entry =
                (rises
                    ? books[place].overlays[overlay].rising.count
                    : books[place].overlays[overlay].falling.count) &- 1
            while entry >= 0 {
                let stop =
                    rises
                    ? books[place].overlays[overlay].rising[entry]
                    : books[place].overlays[overlay].falling[entry]
                if isMet(place, Int(stop.slot)) {
                    picked.append(stop.slot)
                } else if !mayMeet(place, orders[Int(stop.slot)].trigger, rises: rises) {
                    break
                }
                entry &-= 1
            }
        }
        if picked.isEmpty { return }
        let slots = picked.values.sorted {
            orders[Int($0)].number < orders[Int($1)].number
        }
        for index in slots { try act(Int(index), time, &outputs) }
    }

    /// Whether any order with a trigger price could be met by trades or either side's best price.
    private func mayMeet(_ place: Int, _ trigger: Int64, rises: Bool) -> Bool {
        if rises {
            let ask = books[place].best(1).map { 0 &- $0.key } ?? .min
            return max(books[place].highest, ask, books[place].best(0)?.key ?? .min) >= trigger
        }
        let ask = books[place].best(1).map { 0 &- $0.key } ?? .max
        return min(books[place].lowest, ask, books[place].best(0)?.key ?? .max) <= trigger
    }

    /// Whether the trigger price of an order is met: by a trade, or by the price it would get.
    func isMet(_ place: Int, _ slot: Int) -> Bool {
        let (trigger, rises) = (orders[slot].trigger, orders[slot].rises)
        if settings.stopTrigger != .top {
            if rises ? books[place].highest >= trigger : books[place].lowest <= trigger {
                return true
            }
        }
        if settings.stopTrigger == .trade || books[place].isCrossed { return false }
        let opposite = 1 &- orders[slot].sidePlace
        guard let best = books[place].best(opposite) else { return false }
        let price = OrderBook.price(best.key, opposite)
        return rises ? price >= trigger : price <= trigger
    }

    /// Lets a stop act: it is a market order now, or a limit.
    mutating func act(
        _ slot: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        take(up: slot)
        orders[slot].isTriggered = true
        // In the queue it comes after all that arrived before now.
        arrivals &+= 1
        orders[slot].number = arrivals
        tell(slot, .triggered, .none, time, &outputs)
        try work(slot, time, &outputs)
    }

    /// Tells the tops of the books that changed in a step.
    @inline(never)
    mutating func tellTops(_ time: Timestamp, _ outputs: inout MarketOutputs) {
        for index in touched.indices {
            let place = Int(touched[index])
            books[place].isTouched = false
            let top = OrderBook.Told(bid: books[place].best(0), ask: books[place].best(1))
            if books[place].told == top && !books[place].hasTraded { continue }
            books[place].told = top
            books[place].hasTraded = false
            let report =
                settings.latency.feed.isNone
                ? time : books[place].line.arrival(of: time, settings.latency.feed)
            outputs.append(
                BookTop(
                    instrument: books[place].instrument,
                    bid: top.bid.map { Price(ticks: $0.key) },
                    bidQuantity: Quantity(lots: top.bid?.displayed ?? 0),
                    ask: top.ask.map { Price(ticks: 0 &- $0.key) },
                    askQuantity: Quantity(lots: top.ask?.displayed ?? 0),
                    last: books[place].last,
                    lastQuantity: Quantity(lots: books[place].lastQuantity), time: time,
                    reportAt: report))
        }
        touched.removeAll()
    }
}

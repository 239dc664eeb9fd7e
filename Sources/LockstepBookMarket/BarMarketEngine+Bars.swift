public import LockstepMarket
public import LockstepModel

extension BarMarketEngine {
    public mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if busy == 0 && !keepsMarks { return }
        let time = frame.time
        if busy != 0 {
            try findBars(frame, &outputs)
            if !active.isEmpty {
                try meetOpens(time, &outputs)
                if busy == 0 {
                    for position in active.indices { books[active[position].place].removeAll() }
                } else {
                    let count = active.count
                    for position in 0..<count { try walkInside(position, time, &outputs) }
                    for position in 0..<count { try settleBar(position, time, &outputs) }
                }
                while !active.isEmpty { active.removeLast() }
            }
            if time >= nextExpiry { expire(at: time, &outputs) }
            if expiryIsStale { findNextExpiry() }
        }
        if keepsMarks { keepMarks(frame) }
    }

    /// Finds the bars that orders may meet, and does what was asked before they began.
    private mutating func findBars(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for place in 0..<books.count {
            if books[place].orders.isEmpty && books[place].changes.isEmpty { continue }
            let slot = books[place].slot
            guard slot >= 0, slot < frame.slots.count else { continue }
            let coverage = frame.slots[slot].coverage
            if coverage == .absent { continue }
            let bar = frame.slots[slot].bar
            if !books[place].changes.isEmpty {
                try workChanges(place, arrivedBy: bar.start, at: frame.time, &outputs)
            }
            books[place].lastEnd = bar.end
            if coverage == .traded {
                active.append(ActiveBar(place: place, bar: bar))
            } else if !books[place].changes.isEmpty {
                try workChanges(place, arrivedBy: bar.end, at: frame.time, &outputs)
            }
        }
    }

    /// Lets the opens of all bars meet the orders, by the bars' beginning and the orders' arrival.
    private mutating func meetOpens(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let through = settings.through
        if active.count == 1 {
            let bar = active[0]
            var position = 0
            while position < books[bar.place].orders.count {
                if books[bar.place].orders[position].meetsOpen(of: bar.bar, through: through) {
                    try meetOpen(position, bar, time, &outputs)
                }
                position += 1
            }
            return
        }
        while !attempts.isEmpty { attempts.removeLast() }
        for position in active.indices {
            let bar = active[position]
            for order in books[bar.place].orders.indices {
                let candidate = books[bar.place].orders[order]
                if candidate.meetsOpen(of: bar.bar, through: through) {
                    attempts.append(
                        OpenAttempt(
                            active: position, order: order, start: bar.bar.start,
                            number: candidate.number))
                }
            }
        }
        if attempts.count > 1 {
            attempts.sort { ($0.start, $0.number) < ($1.start, $1.number) }
        }
        var next = 0
        while next < attempts.count {
            let attempt = attempts[next]
            try meetOpen(attempt.order, active[attempt.active], time, &outputs)
            next += 1
        }
    }

    /// Fills or cancels an order at the open of a bar.
    private mutating func meetOpen(
        _ position: Int, _ active: ActiveBar, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let order = books[active.place].orders[position]
        let fate: OrderFate
        if order.acts(at: active.bar.open, through: settings.through) {
            var reference = active.bar.open
            let isGap = order.kind == .limit && reference != order.level
            if isGap && settings.gapLimit == .atLimit { reference = order.level }
            fate = try attempt(
                order, active.place, at: reference, .open, active.bar, time, &outputs)
            if isGap && settings.gapLimit == .open && fate == .filled { tally.gapFills += 1 }
        } else {
            let reason: OrderReason =
                order.taking == .fillOrKill ? .notFillable : .immediateRest
            outputs.append(order.update(.cancelled, reason, at: time))
            fate = .ended
        }
        end(position, active.place, fate)
    }

    /// Notes that a working order has ended; it is removed after the bar.
    mutating func end(_ position: Int, _ place: Int, _ fate: OrderFate) {
        let expiry = books[place].orders[position].expiry
        fates.note(fate, of: books[place].orders[position].id, on: place)
        books[place].orders[position].ended = true
        busy -= 1
        if expiry != .distantFuture && expiry == nextExpiry { expiryIsStale = true }
    }

    /// Removes what has ended, then does what was asked while the bar was in progress.
    private mutating func settleBar(
        _ position: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = active[position].place
        books[place].removeEnded()
        if !books[place].changes.isEmpty {
            tally.lateChanges += books[place].changes.count
            try workChanges(place, arrivedBy: active[position].bar.end, at: time, &outputs)
        }
    }

    /// Ends the orders whose time has come.
    private mutating func expire(at time: Timestamp, _ outputs: inout MarketOutputs) {
        for place in books.indices where !books[place].orders.isEmpty {
            for position in books[place].orders.indices
            where books[place].orders[position].expiry <= time {
                let order = books[place].orders[position]
                outputs.append(order.update(.expired, order.expiryReason, at: time))
                end(position, place, .ended)
            }
            books[place].removeEnded()
        }
    }

    /// Finds the earliest expiry again.
    mutating func findNextExpiry() {
        nextExpiry = .distantFuture
        expiryIsStale = false
        for place in books.indices {
            for position in books[place].orders.indices {
                nextExpiry = min(nextExpiry, books[place].orders[position].expiry)
            }
        }
    }

    /// Takes the closes of a step as last prices.
    private mutating func keepMarks(_ frame: borrowing Frame) {
        for place in books.indices {
            let slot = books[place].slot
            guard slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded
            else { continue }
            books[place].mark = frame.slots[slot].bar.close
        }
    }
}

import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// Lets the data of a step meet the orders, then does what falls due by its time.
    @inline(__always)
    mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if !sessions.isEmpty { beginSessions(frame) }
        if watchesMargin {
            noteHeld(frame)
            try meetBars(frame, &outputs)
        } else if busy > 1 || busy == 1 && !meetPlainly(frame, &outputs) {
            try meetBars(frame, &outputs)
        }
        if keepsMarks { keepMarks(frame) }
    }

    /// Lets the bars of a step meet whatever works or waits.
    @inline(never)
    private mutating func meetBars(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let time = frame.time
        active.removeAll()
        for word in busyBooks.indices {
            var bits = busyBooks[word]
            while bits != 0 {
                findBar(word &* 64 &+ bits.trailingZeroBitCount, frame, &outputs)
                bits &= bits &- 1
            }
        }
        if !active.isEmpty {
            if concernsAll || seenSpecial && hasSpecial() {
                try meetSpecially(time, &outputs)
            } else {
                try meetOpens(time, &outputs)
            }
            if busy == 0 { clearActive() } else { try meetInsides(time, &outputs) }
        }
        if time >= nextExpiry { expire(at: time, &outputs) }
        if expiryIsStale { findNextExpiry() }
    }

    /// Finds the bar that orders may meet, and does what was asked before it began.
    @inline(__always)
    private mutating func findBar(
        _ place: Int, _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) {
        let slot = books[place].slot
        guard slot >= 0, slot < frame.slots.count else { return }
        let coverage = frame.slots[slot].coverage
        if coverage == .absent { return }
        if !books[place].changes.isEmpty {
            var due = frame.slots[slot].bar.start
            #if PLANTED_DEFECTS
                if PlantedDefect.fillBeforeDecision.isOn { due = frame.slots[slot].bar.end }
            #endif
            workChanges(place, arrivedBy: due, at: frame.time, &outputs)
        }
        books[place].lastEnd = frame.slots[slot].bar.end
        if coverage == .traded && (watchesMargin || !books[place].isQuiet(frame.slots[slot].bar)) {
            if books[place].resting.count != 0 {
                books[place].bringBack(reachedBy: frame.slots[slot].bar)
            }
            active.append(ActiveBar(place: place, bar: frame.slots[slot].bar))
        } else {
            if !books[place].changes.isEmpty {
                if coverage == .traded { tally.lateChanges += books[place].changes.count }
                workChanges(
                    place, arrivedBy: frame.slots[slot].bar.end, at: frame.time, &outputs)
            }
            noteIdle(place)
        }
    }

    /// Lets the opens of all bars meet the orders, by the bars' beginning and the orders' arrival.
    @inline(__always)
    private mutating func meetOpens(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if active.count > 1 { return try meetManyOpens(time, &outputs) }
        let place = active[0].place
        var position = 0
        while position < books[place].orders.count {
            if meetsOpen(position, place, 0) { try meetOpen(position, 0, time, &outputs) }
            position &+= 1
        }
    }

    @inline(never)
    private mutating func meetManyOpens(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        attempts.removeAll()
        var isSorted = true
        for position in active.indices {
            let place = active[position].place
            for order in books[place].orders.indices where meetsOpen(order, place, position) {
                let attempt = OpenAttempt(
                    active: position, order: order, start: active[position].bar.start,
                    number: books[place].orders[order].number)
                if let last = attempts.last, attempt.comesBefore(last) { isSorted = false }
                attempts.append(attempt)
            }
        }
        if !isSorted { attempts.sort { $0.comesBefore($1) } }
        for next in attempts.indices {
            try meetOpen(attempts[next].order, attempts[next].active, time, &outputs)
        }
    }

    /// Whether an order fills, or fails to, at the open of a bar.
    @inline(__always)
    func meetsOpen(_ position: Int, _ place: Int, _ bar: Int) -> Bool {
        let order = books[place].orders[position]
        return order.isEligible(for: active[bar].bar)
            && (order.takingNumber != 0 || order.acts(at: active[bar].bar.open, through: through))
    }

    /// Fills or cancels an order at the open of a bar.
    @inline(never)
    mutating func meetOpen(
        _ position: Int, _ bar: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = active[bar].place
        if books[place].orders[position].isPlain,
            fillPlainly(position, place, bar, time, &outputs)
        {
            return end(position, place, .filled)
        }
        let order = books[place].orders[position]
        let fate: OrderFate
        if order.acts(at: active[bar].bar.open, through: through) {
            var reference = active[bar].bar.open
            let isGap = order.kind == .limit && reference != order.level
            if isGap && settings.gapLimit == .atLimit { reference = order.level }
            fate = try attempt(order, bar, at: reference, .open, time, &outputs)
            if isGap && settings.gapLimit == .open && fate == .filled { tally.gapFills += 1 }
        } else {
            let reason: OrderReason =
                order.taking == .fillOrKill ? .notFillable : .immediateRest
            outputs.append(order.update(.cancelled, reason, at: time))
            fate = .ended
        }
        end(position, place, fate)
    }

    /// Fills a plain order whole at the open of a bar, if it can.
    @inline(__always)
    private mutating func fillPlainly(
        _ position: Int, _ place: Int, _ bar: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) -> Bool {
        let width = books.count
        return Self.fillPlainly(
            position, &books[place], place, &accounts, &positions, width, plainFee,
            active[bar].bar, time, &outputs)
    }

    /// Notes that a working order has ended; it is removed after the bar.
    @inline(__always)
    mutating func end(_ position: Int, _ place: Int, _ fate: OrderFate) {
        let expiry = books[place].orders[position].expiry
        if fate != .filled { fates.note(fate, of: books[place].orders[position].id, on: place) }
        books[place].orders[position].ended = true
        books[place].hasEnded = true
        busy &-= 1
        if expiry != .distantFuture && expiry == nextExpiry {
            nextExpiryCount &-= 1
            if nextExpiryCount == 0 { expiryIsStale = true }
        }
    }

    /// Empties the books of the bars in hand, when nothing works or waits in any.
    @inline(__always)
    private mutating func clearActive() {
        for position in active.indices {
            let place = active[position].place
            books[place].removeAll()
            noteIdle(place)
        }
    }

    /// Walks the insides of the bars, then removes what has ended and does what was asked while
    /// the bars were in progress.
    private mutating func meetInsides(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for position in active.indices where !isSpecial(active[position].place) {
            try walkInside(position, time, &outputs)
        }
        for position in active.indices {
            let place = active[position].place
            books[place].removeEnded()
            if !books[place].changes.isEmpty {
                tally.lateChanges += books[place].changes.count
                workChanges(place, arrivedBy: active[position].bar.end, at: time, &outputs)
            }
            // A liquidation ends orders that no bar has reached as well.
            if !watchesMargin, !books[place].orders.isEmpty {
                books[place].rest(through: through)
            }
            noteIdle(place)
        }
    }

    /// Ends the orders whose time has come.
    @inline(never)
    private mutating func expire(at time: Timestamp, _ outputs: inout MarketOutputs) {
        for place in books.indices where !books[place].isIdle {
            books[place].bringBack(expiredAt: time)
            for position in books[place].orders.indices
            where books[place].orders[position].expiry <= time {
                let order = books[place].orders[position]
                if order.ended { continue }
                outputs.append(order.update(.expired, order.expiryReason, at: time))
                end(position, place, .ended)
                if books[place].special != 0 {
                    endChildren(of: position, place, time, &outputs)
                    commit(place)
                }
            }
            books[place].removeEnded()
            noteIdle(place)
        }
    }

    /// Finds the earliest expiry again.
    @inline(never)
    mutating func findNextExpiry() {
        var (next, count) = (Timestamp.distantFuture, 0)
        func take(_ expiry: Timestamp) {
            if expiry > next || expiry == .distantFuture { return }
            count = expiry == next ? count + 1 : 1
            next = expiry
        }
        for place in books.indices {
            for position in books[place].orders.indices
            where !books[place].orders[position].ended {
                take(books[place].orders[position].expiry)
            }
            books[place].resting.forEach { take($0.expiry) }
        }
        (nextExpiry, nextExpiryCount, expiryIsStale) = (next, count, false)
    }

    /// Closes the sessions that are over before the bars of a step.
    @inline(never)
    private mutating func beginSessions(_ frame: borrowing Frame) {
        for place in books.indices {
            let slot = books[place].slot
            guard slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded,
                let later = try? frame.slots[slot].bar.start.advanced(byNanoseconds: 1)
            else { continue }
            sessions[place].go(on: settings.rules.sessionEnd.next(from: later))
        }
    }

    /// Takes the closes of a step as last prices.
    private mutating func keepMarks(_ frame: borrowing Frame) {
        for place in books.indices {
            let slot = books[place].slot
            guard slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded
            else { continue }
            books[place].mark = frame.slots[slot].bar.close
            if keepsBars { books[place].lastBar = frame.slots[slot].bar }
            if !sessions.isEmpty { sessions[place].add(frame.slots[slot].bar) }
        }
    }
}

extension OpenAttempt {
    /// Whether it comes first: by the beginning of its bar, then by the arrival of its order.
    fileprivate func comesBefore(_ other: Self) -> Bool {
        start == other.start ? number < other.number : start < other.start
    }
}

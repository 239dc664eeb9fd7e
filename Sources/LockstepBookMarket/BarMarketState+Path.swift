import LockstepMarket
import LockstepModel

/// The long way along a bar: open, path and close.
extension BarMarketState {
    // MARK: The open

    /// Lets the opens of all bars meet the orders, by the bars' beginning and the orders' arrival.
    mutating func meetOpensSpecially(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        collectAttempts()
        for next in walk.attempts.indices {
            let attempt = walk.attempts[next]
            let place = active[attempt.active].place
            if !isSpecial(place) {
                if !books[place].orders[attempt.order].ended {
                    try meetOpen(attempt.order, attempt.active, time, &outputs)
                }
                continue
            }
            let spot = Spot(
                bar: attempt.active, place: place, price: active[attempt.active].bar.open.ticks,
                point: .open, time: time)
            try tryOpen(attempt.order, spot, &outputs)
            try tryFresh(before: attempt.number, attempt.order, spot, &outputs)
        }
    }

    /// Collects the orders that are tried, in their order.
    func collects(_ order: Int, _ place: Int, _ position: Int) -> Bool {
        isSpecial(place)
            ? !books[place].orders[order].ended && books[place][detail: order].isEligible
            : meetsOpen(order, place, position)
    }

    mutating func collectAttempts() {
        walk.attempts.removeAll()
        for position in active.indices {
            let place = active[position].place
            for order in books[place].orders.indices where collects(order, place, position) {
                walk.attempts.append(
                    SpecialAttempt(
                        active: position, order: order, start: active[position].bar.start,
                        comesFirst: settings.rules.queue == .reduceFirst
                            && books[place].orders[order].reduceOnly,
                        number: books[place].orders[order].number))
            }
        }
        walk.attempts.sort { $0.comesBefore($1) }
    }

    /// Tries an order at the open of a bar.
    private mutating func tryOpen(
        _ position: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = spot.place
        if !canAct(position, place) { return }
        if let stop = stopBefore(position, place, at: spot.price) {
            try act(stop, spot, &outputs)
            if !canAct(position, place) { return }
        }
        let order = books[place].orders[position]
        switch order.kind {
        case .marketOnOpen, .limitOnOpen:
            let opening = settings.rules.sessionStart.next(from: order.arrival)
            if opening <= active[spot.bar].bar.start {
                try fillAtAuction(position, spot, &outputs)
            }
            return
        case .marketOnClose, .limitOnClose: return
        case .trailing where !books[place][detail: position].hasExtreme:
            if settings.rules.trailing == .path {
                books[place][detail: position].follow(spot.price, order.side)
            }
            return
        default: break
        }
        if !checkPostOnly(position, spot, &outputs) { return }
        if isMet(position, place, at: spot.price) { return try act(position, spot, &outputs) }
        switch order.taking {
        case .fillOrKill: endPart(position, place, .notFillable, spot, &outputs)
        case .immediateOrCancel: endPart(position, place, .immediateRest, spot, &outputs)
        case nil:
            if order.kind == .trailing && settings.rules.trailing == .path {
                books[place][detail: position].follow(spot.price, order.side)
            }
        }
    }

    /// Tries the orders that have become active at a price after their turn there.
    private mutating func tryFresh(
        before number: UInt64, _ last: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = spot.place
        let account = books[place].orders[last].accountPlace
        var position = 0
        while position < books[place].orders.count {
            let order = books[place].orders[position]
            if order.number < number, order.accountPlace == account, canAct(position, place),
                books[place][detail: position].isFresh,
                isMet(position, place, at: spot.price)
            {
                try act(stopBefore(position, place, at: spot.price) ?? position, spot, &outputs)
                position = 0
            } else {
                position += 1
            }
        }
    }

    /// Fills an order of an auction at its price, or ends it.
    mutating func fillAtAuction(
        _ position: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let order = books[spot.place].orders[position]
        let price = Price(ticks: spot.price)
        let hasLimit = order.kind == .limitOnOpen || order.kind == .limitOnClose
        if hasLimit && (order.side == .buy ? price > order.level : price < order.level) {
            return endPart(position, spot.place, .session, spot, &outputs, change: .expired)
        }
        try fillPart(position, spot, at: price, &outputs)
        if books[spot.place][detail: position].fate == .working {
            endPart(position, spot.place, .session, spot, &outputs, change: .expired)
        }
    }

    // MARK: The path

    /// Walks one account's orders along the path of a bar, or along the worse of two.
    mutating func walkAccount(
        _ account: Int, _ position: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let (place, bar) = (active[position].place, active[position].bar)
        var events = countEvents(account, position)
        if watchesMargin, isWatched(account, place) {
            // What an order opens may be liquidated later in the same bar.
            if events > 0 {
                events += 1
            } else if try isLiquidated(account, place, in: bar) {
                events = 1
            }
        }
        if events == 0 { return }
        let highFirst = settings.path.goesHighFirst(in: bar)
        if highFirst != nil || events == 1 {
            return try walkPath(account, highFirst: highFirst ?? true, position, time, &outputs)
        }
        let purse = position &* accounts.count &+ account
        let (before, budget) = (state(account, place), walk.budgets[purse])
        Self.keep(&walk.before, &books[place])
        let written = outputs.count
        try walkPath(account, highFirst: true, position, time, &outputs)
        let high = state(account, place)
        let highBudget = walk.budgets[purse]
        let highWorth = try worth(account, place, at: bar.close)
        Self.keep(&walk.after, &books[place])

        restore(before, account, place)
        walk.budgets[purse] = budget
        Self.restore(&walk.before, &books[place])
        var other = MarketOutputs(capacity: 0)
        swap(&other, &alternative)
        other.removeAll()
        try walkPath(account, highFirst: false, position, time, &other)
        if try worth(account, place, at: bar.close) < highWorth {
            outputs.truncate(to: written)
            outputs.append(contentsOf: other)
            tally.lowFirstBars += 1
        } else {
            restore(high, account, place)
            walk.budgets[purse] = highBudget
            Self.restore(&walk.after, &books[place])
        }
        swap(&other, &alternative)
    }

    private static func keep(_ kept: inout KeptBook, _ book: inout BarBook) { kept.keep(book) }

    private static func restore(_ kept: inout KeptBook, _ book: inout BarBook) {
        kept.restore(&book)
    }

    /// How much may happen to an account's orders inside a bar: nothing, one thing, or more, so
    /// that the path decides.
    private func countEvents(_ account: Int, _ position: Int) -> Int {
        let (place, bar) = (active[position].place, active[position].bar)
        var (events, hasChildren) = (0, false)
        for order in books[place].orders.indices
        where books[place].orders[order].accountPlace == account
            && !books[place].orders[order].ended
        {
            if books[place][detail: order].fate != .working { continue }
            if books[place][detail: order].followsParent { hasChildren = true }
            if !canAct(order, place) { continue }
            switch books[place].orders[order].kind {
            case .trailing where !books[place][detail: order].isTriggered: events += 2
            case .marketOnClose, .limitOnClose:
                if endsSession(bar) { events += 1 }
            case .stopLimit, .touchedLimit:
                if reaches(bar, order, place) { events += 2 }
            default:
                if reaches(bar, order, place) { events += 1 }
            }
        }
        return events == 1 && hasChildren ? 2 : events
    }

    private func reaches(_ bar: Bar, _ position: Int, _ place: Int) -> Bool {
        guard let (level, _) = acting(position, place) else {
            return books[place][detail: position].isFresh
        }
        return level >= bar.low.ticks && level <= bar.high.ticks
    }

    /// Walks one account's orders along O, H, L, C or O, L, H, C, then to the close.
    private mutating func walkPath(
        _ account: Int, highFirst: Bool, _ position: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let (place, bar) = (active[position].place, active[position].bar)
        forgetFresh(account, place)
        var price = bar.open.ticks
        if watchesMargin, isWatched(account, place),
            try liquidationLevel(account, place, from: price, to: price) != nil
        {
            let open = Spot(bar: position, place: place, price: price, point: .open, time: time)
            try liquidate(account, open, &outputs)
        }
        let turns =
            highFirst
            ? (bar.high.ticks, bar.low.ticks, bar.close.ticks)
            : (bar.low.ticks, bar.high.ticks, bar.close.ticks)
        for leg in 0..<3 {
            let target = leg == 0 ? turns.0 : leg == 1 ? turns.1 : turns.2
            while true {
                let met = firstMet(account, place, price, target)
                if watchesMargin, isWatched(account, place),
                    let level = try liquidationLevel(
                        account, place, from: price, to: met?.price ?? target),
                    level != met?.price
                {
                    if level != price { move(account, place, to: level, &price) }
                    let spot = Spot(
                        bar: position, place: place, price: price, point: .interior, time: time)
                    try liquidate(account, spot, &outputs)
                    continue
                }
                guard let met else { break }
                if met.price != price { move(account, place, to: met.price, &price) }
                let spot = Spot(
                    bar: position, place: place, price: price, point: .interior, time: time)
                try act(met.order, spot, &outputs)
            }
            if price != target { move(account, place, to: target, &price) }
        }
        if !endsSession(bar) { return }
        let spot = Spot(bar: position, place: place, price: price, point: .close, time: time)
        for order in books[place].orders.indices
        where books[place].orders[order].accountPlace == account && canAct(order, place) {
            let kind = books[place].orders[order].kind
            guard kind == .marketOnClose || kind == .limitOnClose else { continue }
            try fillAtAuction(order, spot, &outputs)
            while let met = firstMet(account, place, price, price) {
                try act(met.order, spot, &outputs)
            }
        }
    }

    /// Goes on to another price, which trailing stops follow.
    private mutating func move(_ account: Int, _ place: Int, to next: Int64, _ price: inout Int64) {
        price = next
        forgetFresh(account, place)
        if settings.rules.trailing != .path { return }
        for order in books[place].orders.indices
        where books[place].orders[order].kind == .trailing
            && books[place].orders[order].accountPlace == account && canAct(order, place)
        {
            let side = books[place].orders[order].side
            books[place][detail: order].follow(next, side)
        }
    }

    private mutating func forgetFresh(_ account: Int, _ place: Int) {
        for order in books[place].orders.indices
        where books[place].orders[order].accountPlace == account
            && books[place].orders[order].detail >= 0
        {
            books[place][detail: order].isFresh = false
        }
    }

    /// Lets the trailing stops of a bar's book follow its close.
    mutating func followClose(_ position: Int) {
        let place = active[position].place
        for order in books[place].orders.indices
        where books[place].orders[order].kind == .trailing && canAct(order, place) {
            let side = books[place].orders[order].side
            books[place][detail: order].follow(active[position].bar.close.ticks, side)
        }
    }

    /// Whether a bar is the last one of a session.
    func endsSession(_ bar: Bar) -> Bool {
        guard let later = try? bar.start.advanced(byNanoseconds: 1) else { return false }
        return settings.rules.sessionEnd.next(from: later) <= bar.end
    }

    /// The order of an account that is met first between two prices, and where.
    ///
    /// Ties go by arrival, but a stop comes before the other orders of its group.
    private func firstMet(
        _ account: Int, _ place: Int, _ price: Int64, _ target: Int64
    ) -> (order: Int, price: Int64)? {
        var best: (order: Int, price: Int64)?
        for order in books[place].orders.indices
        where books[place].orders[order].accountPlace == account && canAct(order, place) {
            let met: Int64
            if let (level, upward) = acting(order, place) {
                if upward ? price >= level : price <= level {
                    met = price
                } else if upward ? level <= target : level >= target {
                    met = level
                } else {
                    continue
                }
            } else if case .market = mode(order, place), books[place][detail: order].isFresh {
                met = price
            } else {
                continue
            }
            guard let found = best else {
                best = (order, met)
                continue
            }
            let (own, other) = ((met - price).magnitude, (found.price - price).magnitude)
            let isStopOfSame =
                own == other && isStop(order, place) && !isStop(found.order, place)
                && groupKey(order, place) == groupKey(found.order, place)
            if own < other || isStopOfSame { best = (order, met) }
        }
        return best
    }
}

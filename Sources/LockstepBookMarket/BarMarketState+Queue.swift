import LockstepMarket
import LockstepModel

/// Matching without a path, for comparison with peers.
extension BarMarketState {
    /// Tests each order alone, in the order of the queue, against its bar's open, then the
    /// extremes.
    mutating func matchQueue(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        collectAttempts()
        sortByQueue()
        for next in walk.attempts.indices { try tryAlone(next, time, &outputs) }
        // What has become active in this bar after its turn.
        for next in walk.attempts.indices {
            let place = active[walk.attempts[next].active].place
            let order = walk.attempts[next].order
            if books[place][detail: order].isFresh { try tryAlone(next, time, &outputs) }
        }
        for next in walk.attempts.indices { try tryTarget(next, time, &outputs) }
    }

    /// Tests each order against its bar's close.
    mutating func matchCloses(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        collectAttempts()
        sortByQueue()
        for next in walk.attempts.indices {
            let attempt = walk.attempts[next]
            let place = active[attempt.active].place
            guard canAct(attempt.order, place) else { continue }
            let bar = active[attempt.active].bar
            let spot = Spot(
                bar: attempt.active, place: place, price: bar.close.ticks, point: .close,
                time: time)
            switch books[place].orders[attempt.order].kind {
            case .marketOnOpen, .limitOnOpen, .marketOnClose, .limitOnClose:
                try fillAtAuction(attempt.order, spot, &outputs)
                continue
            case .trailing where !books[place][detail: attempt.order].hasExtreme:
                let side = books[place].orders[attempt.order].side
                books[place][detail: attempt.order].follow(spot.price, side)
                continue
            default: break
            }
            if !checkPostOnly(attempt.order, spot, &outputs) { continue }
            if isMet(attempt.order, place, at: spot.price) {
                try act(attempt.order, spot, &outputs)
            } else {
                endTaking(attempt.order, spot, &outputs)
                let order = books[place].orders[attempt.order]
                if order.kind == .trailing {
                    books[place][detail: attempt.order].follow(spot.price, order.side)
                }
            }
        }
    }

    /// Sorts the attempts by the rule of the queue alone, whenever their bars began.
    private mutating func sortByQueue() {
        walk.attempts.sort {
            $0.comesFirst == $1.comesFirst ? $0.number < $1.number : $0.comesFirst
        }
    }

    /// Ends an order that takes at once or not at all, and could not.
    private mutating func endTaking(
        _ position: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) {
        switch books[spot.place].orders[position].taking {
        case .fillOrKill: endPart(position, spot.place, .notFillable, spot, &outputs)
        case .immediateOrCancel: endPart(position, spot.place, .immediateRest, spot, &outputs)
        case nil: break
        }
    }

    /// Tests an order against a whole bar, as if it were the only one.
    private mutating func tryAlone(
        _ next: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let attempt = walk.attempts[next]
        let (place, position) = (active[attempt.active].place, attempt.order)
        guard canAct(position, place) else { return }
        let bar = active[attempt.active].bar
        let order = books[place].orders[position]
        func spot(_ price: Int64, _ point: FillPoint) -> Spot {
            Spot(bar: attempt.active, place: place, price: price, point: point, time: time)
        }
        let open = spot(bar.open.ticks, .open)
        switch order.kind {
        case .marketOnOpen, .limitOnOpen:
            if settings.rules.sessionStart.next(from: order.arrival) <= bar.start {
                try fillAtAuction(position, open, &outputs)
            }
            return
        case .marketOnClose, .limitOnClose:
            if endsSession(bar) {
                try fillAtAuction(position, spot(bar.close.ticks, .close), &outputs)
            }
            return
        case .trailing where !books[place][detail: position].hasExtreme:
            books[place][detail: position].follow(bar.open.ticks, order.side)
        case .stopLimit where !books[place][detail: position].isTriggered:
            return try tryStopLimit(position, open, &outputs)
        default: break
        }
        if !checkPostOnly(position, open, &outputs) { return }
        if isMet(position, place, at: bar.open.ticks) {
            return try act(position, open, &outputs)
        }
        if let (level, _) = acting(position, place), level >= bar.low.ticks,
            level <= bar.high.ticks, order.taking == nil
        {
            return try act(position, spot(level, .interior), &outputs)
        }
        endTaking(position, open, &outputs)
    }

    /// Tests a stop-limit against a whole bar, by the rule that is set.
    private mutating func tryStopLimit(
        _ position: Int, _ open: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = open.place
        let bar = active[open.bar].bar
        let order = books[place].orders[position]
        let (stop, limit) = (order.level.ticks, books[place][detail: position].limit)
        let sign = order.side.sign
        let (start, close) = (bar.open.ticks * sign, bar.close.ticks * sign)
        let far = (order.side == .buy ? bar.high : bar.low).ticks * sign
        let near = (order.side == .buy ? bar.low : bar.high).ticks * sign
        // Mirrored for sales, all is as for purchases.
        if far < stop * sign { return }
        books[place][detail: position].isTriggered = true
        books[place][detail: position].since = bar.start
        outputs.append(order.update(.triggered, at: open.time))
        let price: Int64?
        switch settings.rules.stopLimit {
        case .bothMet:
            let isMet = near <= limit * sign && limit * sign > stop * sign
            price = isMet ? stop : nil
        case .closeGuess:
            if start >= stop * sign {
                price =
                    start <= limit * sign
                    ? bar.open.ticks : near <= limit * sign ? limit : nil
            } else if limit * sign >= stop * sign {
                price = stop
            } else {
                price = start > close && close <= limit * sign ? limit : nil
            }
        }
        guard let price else {
            if let then = books[place][detail: position].then {
                endPart(
                    position, place, then == .fillOrKill ? .notFillable : .immediateRest, open,
                    &outputs)
            }
            return
        }
        let kept = min(max(price, bar.low.ticks), bar.high.ticks)
        let spot = Spot(
            bar: open.bar, place: place, price: kept, point: .interior, time: open.time)
        try fillPart(position, spot, at: Price(ticks: kept), &outputs)
    }

    /// Tries the target of a stop entry in the entry's own bar, where the bar reaches it and not
    /// the stop.
    private mutating func tryTarget(
        _ next: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if settings.rules.children != .afterMarketEntry { return }
        let attempt = walk.attempts[next]
        let (place, position) = (active[attempt.active].place, attempt.order)
        let bar = active[attempt.active].bar
        let detail = books[place][detail: position]
        guard detail.held > 0, detail.fate == .working,
            books[place].orders[position].kind == .limit,
            followsStop(position, place), reachesInside(position, place, bar)
        else { return }
        let key = groupKey(position, place)
        for other in books[place].orders.indices
        where other != position && !books[place].orders[other].ended
            && groupKey(other, place) == key && isStop(other, place)
        {
            if reachesInside(other, place, bar) { return }
        }
        books[place][detail: position].released += detail.held
        books[place][detail: position].held = 0
        guard canAct(position, place) else { return }
        let level = books[place].orders[position].level.ticks
        let spot = Spot(
            bar: attempt.active, place: place, price: level, point: .interior, time: time)
        try act(position, spot, &outputs)
    }

    /// Whether a child's parent was a stop that filled in this bar.
    private func followsStop(_ position: Int, _ place: Int) -> Bool {
        let parent = books[place][detail: position].parent
        return books[place].orders.indices.contains {
            books[place].orders[$0].id.rawValue == parent && books[place].orders[$0].kind == .stop
        }
    }

    private func reachesInside(_ position: Int, _ place: Int, _ bar: Bar) -> Bool {
        guard let (level, _) = acting(position, place) else { return false }
        return level >= bar.low.ticks && level <= bar.high.ticks
    }
}

import LockstepModel

extension OutcomeMarketEngine {
    /// Puts the indices of a batch in the order in which it is handled.
    mutating func sort(_ orders: [OutcomeOrder]) {
        scratch.sorted.removeAll(keepingCapacity: true)
        var isSorted = true
        for index in orders.indices {
            scratch.sorted.append(Int32(index))
            if index > 0, !orders[index - 1].precedes(orders[index]) { isSorted = false }
        }
        if !isSorted {
            scratch.sorted.sort { orders[Int($0)].precedes(orders[Int($1)]) }
        }
    }

    /// Charges the submissions and refuses what cannot be handled at all.
    mutating func takeIn(_ orders: [OutcomeOrder], _ output: inout OutcomeOutput) {
        scratch.cancels.removeAll(keepingCapacity: true)
        scratch.limits.removeAll(keepingCapacity: true)
        scratch.markets.removeAll(keepingCapacity: true)
        for index in scratch.sorted {
            let order = orders[Int(index)]
            if !state.seen.insert(order.id) {
                output.events.append(.rejected(order: order.id, .duplicateID))
                continue
            }
            let refusal: OutcomeRefusal?
            switch order.action {
            case .cancel:
                scratch.cancels.append(index)
                continue
            case .limit(let limit):
                refusal =
                    charge(order.user) ?? staticRefusal(limit.outcome, limit.size, limit.price)
                if refusal == nil { scratch.limits.append(index) }
            case .market(let market):
                refusal = charge(order.user) ?? staticRefusal(market.outcome, market.size, nil)
                if refusal == nil { scratch.markets.append(index) }
            }
            if let refusal {
                output.events.append(.rejected(order: order.id, refusal))
            }
        }
    }

    private mutating func charge(_ user: UInt32) -> OutcomeRefusal? {
        if !state.accounts.open(user) { return .sizeTooLarge }
        let gas = rules.gas
        if state.accounts.cash[Int(user)].cash < gas { return .insufficientGas }
        state.accounts.cash[Int(user)].cash &-= gas
        state.house.gas &+= gas
        return nil
    }

    private func staticRefusal(
        _ outcome: Int, _ size: Int64, _ price: Int64?
    ) -> OutcomeRefusal? {
        if isClosed { return .frozen }
        let pools = state.maker.pools
        guard pools.indices.contains(outcome), pools[outcome].isActive else {
            return .inactiveOutcome
        }
        if size <= 0 || size > OutcomeMarketParameters.largestSize || size % rules.lot != 0 {
            return .invalidSize
        }
        guard let price else { return nil }
        // Millionths against 10⁻¹²: a price that is above 1 anyway needs no product.
        if price <= 0 || price > Exact.unit || price % rules.tickSize != 0
            || price * Exact.unit < rules.minimumPrice
            || price * Exact.unit > rules.maximumPrice
        {
            return .invalidPrice
        }
        return nil
    }

    /// Takes the rest of a resting order back.
    mutating func cancel(_ order: OutcomeOrder, _ output: inout OutcomeOutput) {
        guard case .cancel(let target) = order.action else { return }
        let entry = state.book.entry(of: target)
        guard entry >= 0, state.book.entries[Int(entry)].user == order.user else {
            output.events.append(.rejected(order: order.id, .unknownOrder))
            return
        }
        release(entry, &output)
        proveStep()
    }

    /// Gives the escrow of a resting order back and removes it.
    mutating func release(_ index: Int32, _ output: inout OutcomeOutput) {
        let entry = state.book.entries[Int(index)]
        let level = state.book.levels[Int(entry.level)]
        let place = BookPlace(level.side)
        let size = entry.remaining * rules.lot
        if place.side == .buy {
            let value = entry.remaining * level.price
            state.accounts.addCash(entry.user, free: value, escrow: -value)
        } else {
            state.accounts.addTokens(
                entry.user, place.outcome, place.token, free: size, escrow: -size)
        }
        state.book.reduce(
            entry.level, by: entry.remaining, optedIn: entry.isOptedIn ? entry.remaining : 0)
        state.book.remove(index)
        output.events.append(.cancelled(order: entry.order, size: size))
    }

    /// Puts a limit order into the book, with its escrow.
    mutating func place(_ order: OutcomeOrder, _ output: inout OutcomeOutput) {
        guard case .limit(let limit) = order.action else { return }
        if let refusal = place(limit, order) {
            output.events.append(.rejected(order: order.id, refusal))
            return
        }
        output.events.append(.accepted(order: order.id))
        proveStep()
    }

    private mutating func place(
        _ limit: OutcomeLimit, _ order: OutcomeOrder
    ) -> OutcomeRefusal? {
        let (lots, price) = (limit.size / rules.lot, limit.price / rules.tickSize)
        let side = PooledBook.side(limit.outcome, limit.token, limit.side)
        if limit.side == .buy {
            let value = lots * price
            if state.accounts.cash[Int(order.user)].cash < value { return .insufficientBalance }
            if isLevelFull(side, price, limit.size) { return .sizeTooLarge }
            state.accounts.addCash(order.user, free: -value, escrow: value)
        } else {
            let held = state.accounts.holding(order.user, limit.outcome, limit.token)
            if held.free < limit.size { return .insufficientTokens }
            if isLevelFull(side, price, limit.size) { return .sizeTooLarge }
            state.accounts.addTokens(
                order.user, limit.outcome, limit.token, free: -limit.size, escrow: limit.size)
        }
        state.book.add(
            BookEntry(
                order: order.id, remaining: lots, user: order.user,
                isOptedIn: limit.autoFill),
            side, at: price)
        return nil
    }

    /// Whether a level would hold more than the market can count.
    private func isLevelFull(_ side: Int, _ price: Int64, _ size: Int64) -> Bool {
        state.book.total(side, at: price) > (Exact.largest - size) / rules.lot
    }
}

/// Which outcome, token and side a side of the book is.
struct BookPlace {
    let outcome: Int
    let token: OutcomeToken
    let side: Side

    @inline(__always)
    init(_ side: Int32) {
        outcome = Int(side) / 4
        token = side & 2 == 0 ? .yes : .no
        self.side = side & 1 == 0 ? .buy : .sell
    }
}

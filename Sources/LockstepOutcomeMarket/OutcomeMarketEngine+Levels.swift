import LockstepModel

/// Filling a level in proportion to what its orders have left.
extension OutcomeMarketEngine {
    /// How a level is filled.
    struct LevelFill {
        var source: FillSource
        var kind: FillKind
        /// Whether only orders that opted in take part.
        var isOptedIn = false
        /// What the holders get on top, together.
        var rebate: Int64 = 0
    }

    /// Shares lots among the entries of a level.
    ///
    /// Each gets the floor of its proportion; lots left over go one each in order of arrival, never
    /// above what an entry has left.
    ///
    /// - Returns: How much of it goes to entries that opted in.
    private mutating func allocate(
        _ level: Int32, _ lots: Int64, isOptedIn: Bool
    ) -> Int64 {
        let whole = state.book.levels[Int(level)]
        let total = isOptedIn ? whole.optedIn : whole.total
        var rest = lots
        var index = whole.first
        while index >= 0 {
            let entry = state.book.entries[Int(index)]
            if entry.isOptedIn || !isOptedIn {
                let allocation =
                    lots == total
                    ? entry.remaining : Exact.floor(lots, entry.remaining, over: total)
                state.book.entries[Int(index)].allocation = allocation
                rest &-= allocation
            }
            index = entry.next
        }
        index = whole.first
        var optedIn: Int64 = 0
        while index >= 0 {
            let entry = state.book.entries[Int(index)]
            if rest > 0, entry.isOptedIn || !isOptedIn, entry.allocation < entry.remaining {
                state.book.entries[Int(index)].allocation &+= 1
                rest &-= 1
            }
            if entry.isOptedIn { optedIn &+= state.book.entries[Int(index)].allocation }
            index = entry.next
        }
        return optedIn
    }

    /// Fills lots of a level at its own price.
    ///
    /// - Returns: What is left of the rebate.
    mutating func fill(
        _ level: Int32, _ lots: Int64, _ how: LevelFill, _ output: inout OutcomeOutput
    ) -> Int64 {
        let optedIn = allocate(level, lots, isOptedIn: how.isOptedIn)
        let whole = state.book.levels[Int(level)]
        let place = BookPlace(whole.side)
        state.book.reduce(level, by: lots, optedIn: optedIn)
        var index = whole.first
        var rest = how.rebate
        while index >= 0 {
            let entry = state.book.entries[Int(index)]
            let next = entry.next
            if entry.allocation > 0 {
                let rebate =
                    how.rebate == 0
                    ? 0 : Exact.floor(how.rebate, entry.allocation, over: lots)
                rest &-= rebate
                fill(index, entry, place, price: whole.price, how, rebate, &output)
            }
            index = next
        }
        return rest
    }

    private mutating func fill(
        _ index: Int32, _ entry: BookEntry, _ place: BookPlace, price: Int64,
        _ how: LevelFill, _ rebate: Int64, _ output: inout OutcomeOutput
    ) {
        let value = entry.allocation &* price
        let size = entry.allocation &* rules.lot
        if place.side == .buy {
            state.accounts.addCash(entry.user, free: rebate, escrow: 0 &- value)
            state.accounts.addTokens(entry.user, place.outcome, place.token, free: size)
        } else {
            state.accounts.addCash(entry.user, free: value &+ rebate)
            state.accounts.addTokens(
                entry.user, place.outcome, place.token, free: 0, escrow: 0 &- size)
        }
        output.fills.append(
            OutcomeFill(
                source: how.source, kind: how.kind, role: .maker, token: place.token,
                side: place.side, user: entry.user, outcome: Int32(place.outcome),
                order: entry.order, size: size, notional: value, fee: 0, rebate: rebate))
        if entry.allocation == entry.remaining {
            state.book.remove(index)
            output.events.append(.filled(order: entry.order))
        } else {
            state.book.entries[Int(index)].remaining = entry.remaining &- entry.allocation
            state.book.entries[Int(index)].allocation = 0
        }
    }

    /// What a fill of a level of asks would bring one user, without filling it.
    mutating func proceeds(of user: UInt32, _ level: Int32, _ lots: Int64) -> Int64 {
        _ = allocate(level, lots, isOptedIn: false)
        let whole = state.book.levels[Int(level)]
        var proceeds: Int64 = 0
        var index = whole.first
        while index >= 0 {
            let entry = state.book.entries[Int(index)]
            if entry.user == user { proceeds += entry.allocation * whole.price }
            state.book.entries[Int(index)].allocation = 0
            index = entry.next
        }
        return proceeds
    }
}

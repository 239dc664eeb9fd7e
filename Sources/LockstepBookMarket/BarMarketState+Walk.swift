import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// Walks the inside of a bar along its path, for each account that has orders there.
    mutating func walkInside(
        _ position: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = active[position].place
        findCandidates(place, active[position].bar)
        if candidates.isEmpty { return }
        for first in candidates.indices where candidates[first].kept == .working {
            try walk(candidates[first].accountPlace, from: first, position, time, &outputs)
        }
        for candidate in candidates.indices {
            end(candidates[candidate].order, place, candidates[candidate].kept)
        }
    }

    /// Finds the orders whose level the bar reaches inside.
    private mutating func findCandidates(_ place: Int, _ bar: Bar) {
        candidates.removeAll()
        for position in 0..<books[place].orders.count {
            let order = books[place].orders[position]
            if order.ended || !order.isEligible(for: bar) { continue }
            let level = order.actingLevel(through: through)
            // What the open reaches has acted there.
            guard level >= bar.low.ticks && level <= bar.high.ticks else { continue }
            candidates.append(
                Candidate(
                    order: position, accountPlace: order.accountPlace, level: level,
                    actsUpward: order.actsUpward))
        }
    }

    /// Walks one account's orders from the first of them on, along the path or the worse of two.
    private mutating func walk(
        _ account: Int, from first: Int, _ position: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let (place, bar) = (active[position].place, active[position].bar)
        var events = 0
        for candidate in first..<candidates.count
        where candidates[candidate].accountPlace == account {
            events += 1
        }
        let highFirst = settings.path.goesHighFirst(in: bar)
        if highFirst != nil || events == 1 {
            try walk(
                account, highFirst: highFirst ?? true, from: first, position, time, &outputs)
            keepFates(account, from: first)
            return
        }
        let before = state(account, place)
        let written = outputs.count
        try walk(account, highFirst: true, from: first, position, time, &outputs)
        let high = state(account, place)
        let highWorth = try worth(account, place, at: bar.close)
        keepFates(account, from: first)

        restore(before, account, place)
        var other = MarketOutputs(capacity: 0)
        swap(&other, &alternative)
        other.removeAll()
        try walk(account, highFirst: false, from: first, position, time, &other)
        if try worth(account, place, at: bar.close) < highWorth {
            outputs.truncate(to: written)
            outputs.append(contentsOf: other)
            keepFates(account, from: first)
            tally.lowFirstBars += 1
        } else {
            restore(high, account, place)
        }
        swap(&other, &alternative)
    }

    /// Walks one account's orders along O, H, L, C or O, L, H, C.
    ///
    /// Of the orders whose level lies ahead on a piece, the one that is met first acts; ties go by
    /// arrival, which is the candidates' order.
    private mutating func walk(
        _ account: Int, highFirst: Bool, from first: Int, _ position: Int, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let (place, bar) = (active[position].place, active[position].bar)
        for candidate in first..<candidates.count
        where candidates[candidate].accountPlace == account {
            candidates[candidate].fate = .working
        }
        var price = bar.open.ticks
        let turns =
            highFirst
            ? (bar.high.ticks, bar.low.ticks, bar.close.ticks)
            : (bar.low.ticks, bar.high.ticks, bar.close.ticks)
        for leg in 0..<3 {
            let target = leg == 0 ? turns.0 : leg == 1 ? turns.1 : turns.2
            let rises = target > price
            while let met = firstMet(account, from: first, price, target, rises) {
                price = candidates[met].level
                let order = books[place].orders[candidates[met].order]
                candidates[met].fate = try attempt(
                    order, position, at: reference(order, bar), .interior, time, &outputs)
                let extreme = rises ? bar.high : bar.low
                if order.kind == .limit, order.level == extreme, candidates[met].fate == .filled {
                    tally.touchFills += 1
                }
            }
            price = target
        }
    }

    /// The working candidate whose level is met first between two prices.
    private func firstMet(
        _ account: Int, from first: Int, _ price: Int64, _ target: Int64, _ rises: Bool
    ) -> Int? {
        var best: Int?
        var bestLevel: Int64 = 0
        for position in first..<candidates.count {
            let candidate = candidates[position]
            guard candidate.accountPlace == account, candidate.fate == .working,
                candidate.actsUpward == rises
            else { continue }
            let level = candidate.level
            let isAhead =
                rises ? level >= price && level <= target : level <= price && level >= target
            guard isAhead else { continue }
            if best == nil || (rises ? level < bestLevel : level > bestLevel) {
                best = position
                bestLevel = level
            }
        }
        return best
    }

    /// What an order gets inside a bar: its level.
    ///
    /// A limit that must be passed may stand where the bar never was: then the bar's price nearest
    /// to it, which is better.
    private func reference(_ order: WorkingOrder, _ bar: Bar) -> Price {
        guard order.kind == .limit else { return order.level }
        return min(max(order.level, bar.low), bar.high)
    }

    /// Keeps what the last walk made of an account's orders.
    private mutating func keepFates(_ account: Int, from first: Int) {
        for position in first..<candidates.count where candidates[position].accountPlace == account
        {
            candidates[position].kept = candidates[position].fate
        }
    }

    /// All that a walk changes beside its outputs.
    struct WalkState {
        let cash: Money
        let position: Int64
        let mark: Price?
        let tally: FillTally
        let costs: CostModels
    }

    func state(_ account: Int, _ place: Int) -> WalkState {
        WalkState(
            cash: accounts[account].cash, position: positions[cell(account, place)],
            mark: books[place].mark, tally: tally, costs: costs)
    }

    mutating func restore(_ state: WalkState, _ account: Int, _ place: Int) {
        accounts[account].cash = state.cash
        positions[cell(account, place)] = state.position
        books[place].mark = state.mark
        tally = state.tally
        costs = state.costs
    }

    /// What an account's cash and its position in an instrument are worth at a price.
    func worth(
        _ account: Int, _ place: Int, at price: Price
    ) throws(MarketError) -> Money {
        let position = SignedQuantity(lots: positions[cell(account, place)])
        do {
            return try books[place].ratio.value(price, position).adding(accounts[account].cash)
        } catch { throw .overflow(instrument: books[place].instrument, operation: .equity) }
    }
}

import LockstepModel

/// Filling resting orders that opted in, after a trade elsewhere moved the prices.
extension OutcomeMarketEngine {
    /// What is left of the limits on one market order's auto-fills.
    private struct Budget {
        /// The surplus that may still be shared with the market.
        var allowance: Int64
        /// How many levels may still be filled in the outcome at hand.
        var levels: Int
        /// The largest notional of a level in the outcome at hand.
        var cap: Int64
    }

    /// Fills what a market order's trade with the market maker made attractive in other outcomes.
    ///
    /// A purchase lowered both prices there, so bids are looked at; a sale raised them, so asks.
    /// What was diverted to or taken from each outcome must be in the scratch buffer.
    ///
    /// - Complexity: O(active outcomes) when nothing is filled.
    mutating func autoFill(after trade: MakerTrade, _ output: inout OutcomeOutput) {
        var budget = Budget(
            allowance: Exact.floor(rate: rules.maximumSurplus, of: trade.amount),
            levels: 0, cap: 0)
        for outcome in state.maker.active where outcome != trade.outcome {
            if !isAttractive(trade.side, .yes, outcome), !isAttractive(trade.side, .no, outcome) {
                continue
            }
            let diverted = scratch.diverted[outcome]
            if diverted <= 0 { continue }
            budget.levels = rules.maximumLevels
            budget.cap = Exact.floor(rate: rules.capShare, of: diverted)
            autoFill(trade.side, .yes, outcome, &budget, &output)
            autoFill(trade.side, .no, outcome, &budget, &output)
        }
    }

    /// Whether the best resting order that opted in is on the better side of the price.
    @inline(__always)
    private func isAttractive(_ side: Side, _ token: OutcomeToken, _ outcome: Int) -> Bool {
        let index = state.book.best(PooledBook.side(outcome, token, side), .optedIn)
        guard index >= 0 else { return false }
        let pool = state.maker.pools[outcome]
        let price = state.book.levels[Int(index)].price &* rules.tickSize
        let value = price.multipliedFullWidth(by: pool.liquidity)
        let supply = pool.effective(token).multipliedFullWidth(by: Exact.unit)
        let isAbove = (value.high, value.low) > (supply.high, supply.low)
        return side == .buy
            ? isAbove : (value.high, value.low) < (supply.high, supply.low)
    }

    private mutating func autoFill(
        _ side: Side, _ token: OutcomeToken, _ outcome: Int, _ budget: inout Budget,
        _ output: inout OutcomeOutput
    ) {
        let row = PooledBook.side(outcome, token, side)
        var index = state.book.best(row, .optedIn)
        while index >= 0, budget.levels > 0 {
            let level = state.book.levels[Int(index)]
            var beyond = level.price
            switch fillable(level, side, token, outcome, budget.cap) {
            case .lots(let lots): autoFill(index, lots, &budget, &output)
            case .beyondCap:
                // Asks rise from here. Bids fall: the next to look at is within the cap.
                if side == .sell { return }
                beyond = budget.cap + 1
            case .nothing: return
            }
            index = state.book.worse(than: beyond, row, .optedIn)
        }
    }

    /// How much of a level may be filled.
    private enum Fillable {
        /// So many lots, at least one.
        case lots(Int64)
        /// Not one lot within the largest notional, at this price.
        case beyondCap
        /// Nothing here and at no worse price: the closer a price is to the market maker's, the
        /// sooner it is reached, and the sooner the surplus is used up.
        case nothing
    }

    private func fillable(
        _ level: BookLevel, _ side: Side, _ token: OutcomeToken, _ outcome: Int, _ cap: Int64
    ) -> Fillable {
        let pool = state.maker.pools[outcome]
        let supply = pool.effective(token)
        let price = level.price &* rules.tickSize
        let distance =
            Int128(price) * Int128(pool.liquidity) - Int128(supply) * Int128(Exact.unit)
        if side == .buy ? distance <= 0 : distance >= 0 { return .nothing }
        let capLots = cap / level.price
        if capLots == 0 { return .beyondCap }
        let solver = CurveSolver(
            supply: supply, liquidity: pool.liquidity, state.maker.weights)
        let bound = solver.fillBound(
            side == .buy ? .buy : .sell, at: Double(price) / 1e6,
            distance: Exact.double(distance.magnitude) / 1e12)
        let most = min(level.optedIn, capLots)
        guard let quantity = Exact.roundedDown(bound * 1e6) else { return .lots(most) }
        let lots = min(most, quantity / rules.lot)
        return lots > 0 ? .lots(lots) : .nothing
    }

    /// Fills lots of a level when that leaves a surplus.
    private mutating func autoFill(
        _ index: Int32, _ lots: Int64, _ budget: inout Budget, _ output: inout OutcomeOutput
    ) {
        let level = state.book.levels[Int(index)]
        let place = BookPlace(level.side)
        let size = lots * rules.lot
        let charge = lots * level.price
        let trade = state.maker.quote(place.side, place.token, place.outcome, size)
        let surplus = place.side.sign * (charge - trade.amount)
        if trade.refusal != nil || surplus <= 0 { return }
        state.maker.apply(trade, moved: &scratch.moved)
        let captured = min(surplus, budget.allowance)
        let house = Exact.ceiling(rate: rules.sigma, of: captured)
        state.maker.addSeigniorage(house, to: place.outcome)
        budget.allowance -= captured
        budget.levels -= 1
        let how = LevelFill(
            source: .autoFill, kind: .pool, isOptedIn: true, rebate: surplus - house)
        state.house.fees += fill(index, lots, how, &output)
        let match = AutoFillMatch(
            outcome: Int32(place.outcome), token: place.token, side: place.side,
            price: level.price * rules.tickSize, size: size, charge: charge,
            amount: trade.amount, surplus: surplus, house: house, rebate: surplus - house)
        output.events.append(.autoFill(match))
        if checks == .everyStep {
            checkAutoFill(
                match, quotedPrice: trade.quotedPrice, allowance: budget.allowance,
                cap: budget.cap)
        }
        proveStep()
    }
}

/// Rounds: outcomes that leave, and the final payout.
extension OutcomeMarketEngine {
    /// Takes outcomes out of the event; what they set free goes to the survivors.
    ///
    /// Their resting orders are released, their NO holders paid, both tokens burned. The sum of the
    /// YES prices over the active outcomes is kept by virtual supplies, as far as the bound allows.
    ///
    /// - Parameters:
    ///   - outcomes: Active outcomes, each once; at least one must survive.
    ///   - now: The time; never earlier than before.
    ///   - output: Gets the events; what it held is dropped.
    /// - Throws: ``OutcomeMarketError`` when the call is refused, or an invariant is broken.
    /// - Complexity: O(users) for each outcome that leaves.
    package mutating func eliminate(
        _ outcomes: [Int], at now: Int64, into output: inout OutcomeOutput
    ) throws(OutcomeMarketError) {
        if state.isSettled { throw .settled }
        try checkTime(now)
        for outcome in outcomes { try checkActive(outcome) }
        if outcomes.isEmpty || Set(outcomes).count != outcomes.count
            || outcomes.count >= state.maker.active.count
        {
            throw .badElimination(outcomes: outcomes)
        }
        output.clear()
        state.time.now = now
        let sum = sumOfPrices()
        var freed: Int64 = 0
        for outcome in outcomes.sorted() { freed += eliminate(outcome, &output) }
        let survivors = state.maker.active
        let (share, dust) = freed.quotientAndRemainder(dividingBy: Int64(survivors.count))
        for outcome in survivors { state.maker.contribute(share, to: outcome) }
        state.house.dust += dust
        renormalise(to: sum, &output)
        state.time.round += 1
        proveStep()
        try finish()
    }

    /// Ends the market: every outcome is paid, YES for the winner and NO for the others.
    ///
    /// - Parameters:
    ///   - winner: An active outcome.
    ///   - now: The time; never earlier than before.
    ///   - output: Gets the events; what it held is dropped.
    /// - Throws: ``OutcomeMarketError`` when the call is refused, or an invariant is broken.
    package mutating func settle(
        winner: Int, at now: Int64, into output: inout OutcomeOutput
    ) throws(OutcomeMarketError) {
        if state.isSettled { throw .settled }
        try checkTime(now)
        try checkActive(winner)
        output.clear()
        state.time.now = now
        for outcome in state.maker.active {
            releaseOrders(of: outcome, &output)
            let pool = state.maker.pools[outcome]
            let paid = state.accounts.redeem(outcome, paying: outcome == winner ? .yes : .no)
            let left = pool.liquidity + pool.pairs - paid
            state.house.released += left + pool.posted - pool.subsidy
            state.maker.close(outcome)
            output.events.append(.settled(outcome: Int32(outcome), paid: paid, left: left))
        }
        state.isSettled = true
        proveStep()
        try finish()
    }

    private func checkActive(_ outcome: Int) throws(OutcomeMarketError) {
        if !state.maker.active.contains(outcome) { throw .noSuchOutcome(outcome: outcome) }
    }

    private mutating func releaseOrders(of outcome: Int, _ output: inout OutcomeOutput) {
        for entry in state.book.entries(of: outcome) { release(entry, &output) }
    }

    /// Closes one outcome and returns the liquidity that it sets free.
    private mutating func eliminate(_ outcome: Int, _ output: inout OutcomeOutput) -> Int64 {
        releaseOrders(of: outcome, &output)
        let pool = state.maker.pools[outcome]
        let paid = state.accounts.redeem(outcome, paying: .no)
        let freed = pool.liquidity + pool.pairs - paid
        state.house.released += pool.posted - pool.subsidy
        state.maker.close(outcome)
        output.events.append(.eliminated(outcome: Int32(outcome), paid: paid, freed: freed))
        return freed
    }

    /// The exact sum of the YES prices of the active outcomes.
    private func sumOfPrices() -> WideFraction {
        var sum = WideFraction()
        for outcome in state.maker.active {
            let pool = state.maker.pools[outcome]
            sum.add(pool.effectiveYes, over: pool.liquidity)
        }
        return sum
    }

    /// Raises virtual supplies until the YES prices sum to what they did, none above its bound.
    ///
    /// Prices keep their proportions. A target above the bound is set to it, and what is missing is
    /// spread over the rest in proportion, until none is above.
    private mutating func renormalise(to sum: WideFraction, _ output: inout OutcomeOutput) {
        let maximum = parameters.maximumPrice
        var open = state.maker.active
        var wanted = sum
        var present = sumOfPrices()
        while !open.isEmpty {
            let (upper, lower) = (
                wanted.numerator * present.denominator,
                wanted.denominator * present.numerator
            )
            // The target is the price times upper / lower.
            let capped = open.filter { outcome in
                let pool = state.maker.pools[outcome]
                return upper * pool.effectiveYes * Exact.one > lower * pool.liquidity * maximum
            }
            if capped.isEmpty {
                for outcome in open {
                    let pool = state.maker.pools[outcome]
                    let target = (upper * pool.effectiveYes).dividing(by: lower).quotient
                    // Below the bound, so it fits.
                    raise(outcome, to: target.small ?? 0)
                }
                break
            }
            for outcome in capped {
                let pool = state.maker.pools[outcome]
                wanted.subtract(maximum, over: Exact.one)
                present.subtract(pool.effectiveYes, over: pool.liquidity)
                raise(outcome, to: Exact.floor(rate: maximum, of: pool.liquidity))
            }
            open.removeAll(where: capped.contains)
        }
        for outcome in state.maker.active {
            output.events.append(
                .renormalised(
                    outcome: Int32(outcome),
                    virtualYes: state.maker.pools[outcome].virtualYes))
        }
    }

    private mutating func raise(_ outcome: Int, to supply: Int64) {
        state.maker.setVirtual(max(0, supply - state.maker.pools[outcome].yes), of: outcome)
    }
}

import LockstepModel

/// What always holds, proved from the state.
extension OutcomeMarketEngine {
    /// Proves every invariant that a state shows.
    ///
    /// - Throws: ``OutcomeMarketError/brokenInvariant(rule:detail:)`` for the first that fails.
    /// - Complexity: O(users × outcomes + resting orders).
    package func checkInvariants() throws(OutcomeMarketError) {
        for outcome in state.maker.active { try checkBound(outcome) }
        try checkSigns()
        try checkConservation()
        try checkHoldings()
        try checkEscrow()
        try checkLoss()
    }

    private func require(
        _ holds: Bool, _ rule: String, _ detail: @autoclosure () -> String
    ) throws(OutcomeMarketError) {
        if !holds { throw .brokenInvariant(rule: rule, detail: detail()) }
    }

    /// I1: no supply is above what the liquidity carries; and what is kept beside both is right.
    private func checkBound(_ outcome: Int) throws(OutcomeMarketError) {
        let pool = state.maker.pools[outcome]
        let supply = max(pool.effectiveYes, pool.no)
        let liquidity = state.maker.curve.liquidity(pool.contributed, posted: pool.posted)
        try require(
            Int128(supply) * Int128(Exact.one)
                <= Int128(parameters.maximumPrice) * Int128(liquidity),
            "I1", "outcome \(outcome): supply \(supply), liquidity \(liquidity)")
        try require(
            pool.liquidity == liquidity
                && pool.leastLiquidity == state.maker.curve.leastLiquidity(for: supply),
            "I1", "outcome \(outcome): the kept liquidity is stale")
    }

    /// I4: nothing is negative that cannot be.
    private func checkSigns() throws(OutcomeMarketError) {
        for outcome in state.maker.active {
            let pool = state.maker.pools[outcome]
            try require(
                pool.pairs >= 0 && pool.virtualYes >= 0 && pool.yes > 0 && pool.no > 0
                    && pool.liquidity > 0 && pool.subsidy <= pool.posted,
                "I4", "outcome \(outcome): \(pool)")
        }
        for (user, account) in state.accounts.cash.enumerated() {
            try require(account.cash >= 0 && account.escrow >= 0, "I4", "user \(user): \(account)")
        }
        for holding in state.accounts.holdings {
            try require(holding.free >= 0 && holding.escrow >= 0, "I4", "\(holding)")
        }
        let house = state.house
        try require(
            house.fees >= 0 && house.gas >= 0 && house.dust >= 0 && house.released >= 0,
            "I4", "house \(house)")
    }

    /// I2: all money is somewhere.
    private func checkConservation() throws(OutcomeMarketError) {
        let house = state.house
        var sum =
            Int128(house.fees) + Int128(house.gas) + Int128(house.dust) + Int128(house.released)
        for account in state.accounts.cash {
            sum += Int128(account.cash) + Int128(account.escrow)
        }
        for outcome in state.maker.active {
            let pool = state.maker.pools[outcome]
            sum += Int128(pool.contributed) + Int128(pool.posted) + Int128(pool.pairs)
        }
        let brought = Int128(parameters.subsidy) + Int128(state.accounts.deposits)
        try require(sum == brought, "I2", "\(sum) is there, \(brought) was brought")
    }

    /// I3 and I6: users hold what was issued, and it is covered.
    private func checkHoldings() throws(OutcomeMarketError) {
        let outcomes = parameters.outcomes
        var held = [Int128](repeating: 0, count: outcomes * 2)
        for (row, holding) in state.accounts.holdings.enumerated() {
            held[row % (outcomes * 2)] += Int128(holding.free) + Int128(holding.escrow)
        }
        for (outcome, pool) in state.maker.pools.enumerated() {
            for token in OutcomeToken.allCases {
                let sum = held[outcome * 2 + Int(token.rawValue)]
                let issued = pool.isActive ? pool.held(token) : 0
                try require(
                    sum == Int128(issued), "I3",
                    "outcome \(outcome) \(token): users hold \(sum), issued \(issued)")
                try require(
                    !pool.isActive || issued <= pool.liquidity + pool.pairs, "I6",
                    "outcome \(outcome) \(token): \(issued) is not covered")
            }
        }
    }

    /// I5: what stands behind resting orders is what they need, and levels are their orders' sums.
    private func checkEscrow() throws(OutcomeMarketError) {
        var cash = [Int64](repeating: 0, count: state.accounts.cash.count)
        var tokens = [Int64](repeating: 0, count: state.accounts.holdings.count)
        for side in 0..<parameters.outcomes * 4 {
            let place = BookPlace(Int32(side))
            for level in state.book.levels(of: side) {
                var (total, optedIn, index) = (Int64(0), Int64(0), level.first)
                while index >= 0 {
                    let entry = state.book.entries[Int(index)]
                    total += entry.remaining
                    if entry.isOptedIn { optedIn += entry.remaining }
                    if place.side == .buy {
                        cash[Int(entry.user)] += entry.remaining * level.price
                    } else {
                        tokens[state.accounts.row(entry.user, place.outcome, place.token)] +=
                            entry.remaining * rules.lot
                    }
                    try require(
                        entry.remaining > 0 && entry.allocation == 0
                            && state.book.entry(of: entry.order) == index,
                        "I5", "order \(entry.order): \(entry)")
                    index = entry.next
                }
                try require(
                    total == level.total && optedIn == level.optedIn && total > 0, "I5",
                    "level \(level): its orders have \(total), \(optedIn) opted in")
            }
        }
        for (user, account) in state.accounts.cash.enumerated() {
            try require(
                account.escrow == cash[user], "I5",
                "user \(user): escrow \(account.escrow), orders need \(cash[user])")
        }
        for (row, holding) in state.accounts.holdings.enumerated() {
            try require(
                holding.escrow == tokens[row], "I5",
                "holding \(row): escrow \(holding.escrow), orders need \(tokens[row])")
        }
    }

    /// I7: what the house can lose is bounded by the supplies of the opening.
    private func checkLoss() throws(OutcomeMarketError) {
        let bound = leastWorstCase
        try require(
            worstCaseEquity >= bound, "I7",
            "worst-case equity \(worstCaseEquity), bound \(bound)")
    }

    /// I10: after the matching of a batch nothing that rests matches any more.
    package func checkMatched() throws(OutcomeMarketError) {
        if isClosed { return }
        for outcome in state.maker.active {
            let direct =
                directMatch(outcome, .yes) != nil || directMatch(outcome, .no) != nil
            let cross =
                rules.crossMatching
                && (mintMatch(outcome) != nil || mergeMatch(outcome) != nil)
            try require(!direct && !cross, "I10", "outcome \(outcome): resting orders match")
        }
    }

    /// I9: whether a state differs from an earlier one by no more than a submission leaves behind:
    /// the time, the gas and the numbers that came.
    package func differsByIntakeAlone(from before: Self, of user: UInt32) -> Bool {
        var state = state
        guard Int(user) < state.accounts.cash.count else { return false }
        state.accounts.cash[Int(user)].cash += state.house.gas - before.state.house.gas
        state.house.gas = before.state.house.gas
        state.time = before.state.time
        state.seen = before.state.seen
        state.maker.weights = before.state.maker.weights
        return state == before.state
    }

    /// I8: an auto-fill shares a surplus, keeps to its caps, and leaves the quoted price on its side.
    ///
    /// The quoted price is a double: it may be beyond the level's by its rounding.
    mutating func checkAutoFill(
        _ match: AutoFillMatch, quotedPrice: Double, allowance: Int64, cap: Int64
    ) {
        let price = Double(match.price) / 1e6
        let beyond = Double(match.side.sign) * (quotedPrice - price)
        let holds =
            match.surplus > 0 && match.house >= 0 && match.rebate >= 0 && allowance >= 0
            && match.charge <= cap && beyond <= 1e-9
        if !holds, violation == nil {
            violation = .brokenInvariant(rule: "I8", detail: "\(match), price \(quotedPrice)")
        }
    }
}

/// What the house stands to have.
extension OutcomeMarketEngine {
    /// The posted subsidy that could still be lost, over the active outcomes.
    package var subsidyAtRisk: Int64 {
        state.maker.active.reduce(0) { $0 + state.maker.pools[$1].subsidy }
    }

    /// What is left for the house when the most expensive outcome wins, without fees.
    package var worstCaseEquity: Int64 {
        var standing: Int64 = 0
        var no: Int64 = 0
        var worst: Int64 = .min
        for outcome in state.maker.active {
            let pool = state.maker.pools[outcome]
            standing += pool.contributed + pool.posted + pool.pairs
            no += pool.held(.no)
            worst = max(worst, pool.held(.yes) - pool.held(.no))
        }
        if state.maker.active.isEmpty { return state.house.released }
        return standing - (no + worst) + state.house.released
    }

    /// What the worst-case equity is never below: over the winners, the least sum of the winner's
    /// opening YES supply and the others' opening NO supplies.
    package var leastWorstCase: Int64 {
        let pools = state.maker.active.map { state.maker.pools[$0] }
        let no = pools.reduce(0) { $0 + $1.openingNo }
        return pools.map { no - $0.openingNo + $0.openingYes }.min() ?? 0
    }
}

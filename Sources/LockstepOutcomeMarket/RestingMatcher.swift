import LockstepModel

/// Matching of resting orders: bids with asks of one token, and opposite tokens with each other.
extension OutcomeMarketEngine {
    /// Matches what rests, best against best, until nothing does any more.
    mutating func matchRestingOrders(_ output: inout OutcomeOutput) {
        for outcome in state.maker.active {
            matchDirectly(outcome, .yes, &output)
            matchDirectly(outcome, .no, &output)
            if rules.crossMatching {
                mintPairs(outcome, &output)
                mergePairs(outcome, &output)
            }
        }
    }

    /// Whether a gap between two prices pays for the matching fee on their sum, all in ticks.
    private func pays(_ gap: Int64, on sum: Int64) -> Bool {
        // At most 10⁶ ticks, and the fee is at most 2·10¹⁰: no product is above 2·10¹⁸.
        gap >= 0 && gap * 2 * Exact.one >= rules.matchFee * sum
    }

    private mutating func matchDirectly(
        _ outcome: Int, _ token: OutcomeToken, _ output: inout OutcomeOutput
    ) {
        while let pair = directMatch(outcome, token) {
            match(pair, outcome, .direct, &output)
        }
    }

    private mutating func mintPairs(_ outcome: Int, _ output: inout OutcomeOutput) {
        while let pair = mintMatch(outcome) { match(pair, outcome, .mint, &output) }
    }

    private mutating func mergePairs(_ outcome: Int, _ output: inout OutcomeOutput) {
        while let pair = mergeMatch(outcome) { match(pair, outcome, .merge, &output) }
    }

    /// Two levels that match.
    struct LevelPair {
        let first: Int32
        let second: Int32
        let lots: Int64
        /// What is between the prices, in ticks.
        let gap: Int64
    }

    /// The best bid and ask of a token when they match.
    func directMatch(_ outcome: Int, _ token: OutcomeToken) -> LevelPair? {
        pair(
            state.book.best(PooledBook.side(outcome, token, .buy)),
            state.book.best(PooledBook.side(outcome, token, .sell)),
            atMost: .max
        ) { bid, ask in bid - ask }
    }

    /// The best bids of both tokens when they match.
    func mintMatch(_ outcome: Int) -> LevelPair? {
        pair(
            state.book.best(PooledBook.side(outcome, .yes, .buy)),
            state.book.best(PooledBook.side(outcome, .no, .buy)),
            atMost: .max
        ) { yes, no in yes + no - rules.wholePrice }
    }

    /// The best asks of both tokens when they match and there are pairs to merge.
    func mergeMatch(_ outcome: Int) -> LevelPair? {
        pair(
            state.book.best(PooledBook.side(outcome, .yes, .sell)),
            state.book.best(PooledBook.side(outcome, .no, .sell)),
            atMost: state.maker.pools[outcome].pairs / rules.lot
        ) { yes, no in rules.wholePrice - yes - no }
    }

    private func pair(
        _ first: Int32, _ second: Int32, atMost most: Int64, _ gap: (Int64, Int64) -> Int64
    ) -> LevelPair? {
        guard first >= 0, second >= 0, most > 0 else { return nil }
        let (one, other) = (state.book.levels[Int(first)], state.book.levels[Int(second)])
        let between = gap(one.price, other.price)
        if !pays(between, on: one.price + other.price) { return nil }
        return LevelPair(
            first: first, second: second, lots: min(one.total, other.total, most), gap: between)
    }

    /// Half the matching fee on the value at both prices, rounded up.
    private func matchFee(on ticks: Int64, _ lots: Int64, atMost gap: Int64) -> Int64 {
        let value = Int128(ticks) * Int128(lots)
        let divisor = 2 * Int128(Exact.one)
        return Int64(min((Int128(rules.matchFee) * value + divisor - 1) / divisor, Int128(gap)))
    }

    private mutating func match(
        _ pair: LevelPair, _ outcome: Int, _ kind: FillKind, _ output: inout OutcomeOutput
    ) {
        let first = state.book.levels[Int(pair.first)]
        let second = state.book.levels[Int(pair.second)]
        let size = pair.lots * rules.lot
        let gap = pair.gap * pair.lots
        let fee = matchFee(on: first.price + second.price, pair.lots, atMost: gap)
        let source: FillSource = kind == .direct ? .book : .cross
        let how = LevelFill(source: source, kind: kind)
        _ = fill(pair.first, pair.lots, how, &output)
        _ = fill(pair.second, pair.lots, how, &output)
        if kind == .mint { state.maker.addPairs(size, to: outcome) }
        if kind == .merge { state.maker.addPairs(-size, to: outcome) }
        state.house.fees += fee
        state.maker.contribute(gap - fee, to: outcome)
        output.events.append(
            .match(
                RestingMatch(
                    source: source, kind: kind,
                    token: kind == .direct ? BookPlace(first.side).token : nil,
                    outcome: Int32(outcome), size: size,
                    firstPrice: first.price * rules.tickSize,
                    secondPrice: second.price * rules.tickSize, fee: fee,
                    toPool: gap - fee)))
        proveStep()
    }
}

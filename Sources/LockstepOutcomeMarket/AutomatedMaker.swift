package import LockstepModel

/// What the market maker asks or pays for a quantity, and what the trade would do.
package struct MakerTrade: Hashable, Sendable {
    package let outcome: Int
    package let token: OutcomeToken
    package let side: Side
    /// Millionths of a token.
    package let quantity: Int64
    /// What a buyer pays or a seller gets before the fee, in millionths of a USDC.
    package internal(set) var amount: Int64 = 0
    /// The root of the curve in USDC, before the penalty.
    package internal(set) var root: Double = 0
    /// The price after the trade at the root.
    package internal(set) var quotedPrice: Double = 0
    /// Whether the price after the trade is beyond its threshold.
    package internal(set) var isPenalised = false
    /// Whether the bound on the supplies decided the amount.
    package internal(set) var isBounded = false
    /// Why there is no such trade.
    package internal(set) var refusal: OutcomeRefusal?
    /// The least liquidity of the outcome after a purchase.
    var leastLiquidity: Int64 = 0
    /// Whether an outcome cannot give its whole share of a sale.
    var isUneven = false
}

/// The automated market maker of all outcomes.
struct AutomatedMaker: Hashable, Sendable, Codable {
    let curve: LiquidityCurve
    private let maximumPrice: Double
    private let minimumPrice: Double
    private let etaHalves: Int
    private let fee: Int64
    private(set) var pools: [OutcomePool]
    /// The indices of the active outcomes, ascending.
    private(set) var active: [Int]
    /// The weights of the present batch.
    var weights: MarketWeights

    init(_ parameters: OutcomeMarketParameters) {
        let curve = LiquidityCurve(
            gamma: parameters.gamma, maximumPrice: parameters.maximumPrice)
        self.curve = curve
        maximumPrice = Double(parameters.maximumPrice) / 1e12
        minimumPrice = Double(parameters.minimumPrice) / 1e12
        etaHalves = Int(parameters.eta / (Exact.one / 2))
        fee = parameters.fee
        pools = (0..<parameters.outcomes).map { outcome in
            let opening = parameters.opening(outcome)
            return OutcomePool(
                posted: parameters.posted(outcome), yes: opening.yes, no: opening.no, curve)
        }
        active = Array(0..<parameters.outcomes)
        weights = MarketTime().weights(
            at: 0, parameters, activeOutcomes: parameters.outcomes)
    }

    /// The fee on an amount.
    @inline(__always)
    func fee(on amount: Int64) -> Int64 { Exact.ceiling(rate: fee, of: amount) }

    /// What a quantity costs or brings, from the present state.
    ///
    /// - Parameters:
    ///   - side: Whether the user buys or sells.
    ///   - token: The token.
    ///   - outcome: The index of an active outcome.
    ///   - quantity: Above zero, at most the largest size.
    /// - Returns: The trade, or its refusal.
    /// - Complexity: O(1) for a purchase, O(active outcomes) for a sale.
    @inline(__always)
    func quote(
        _ side: Side, _ token: OutcomeToken, _ outcome: Int, _ quantity: Int64
    ) -> MakerTrade {
        side == .buy ? quoteBuy(token, outcome, quantity) : quoteSell(token, outcome, quantity)
    }

    private func quoteBuy(
        _ token: OutcomeToken, _ outcome: Int, _ quantity: Int64
    ) -> MakerTrade {
        var trade = MakerTrade(outcome: outcome, token: token, side: .buy, quantity: quantity)
        let pool = pools[outcome]
        let supply = pool.effective(token)
        let solver = CurveSolver(supply: supply, liquidity: pool.liquidity, weights)
        let tokens = Double(quantity) / 1e6
        trade.root = solver.buyRoot(tokens)
        trade.quotedPrice = solver.priceAfterBuying(tokens, for: trade.root)
        var cost = trade.root
        if trade.quotedPrice > maximumPrice {
            trade.isPenalised = true
            cost *= CurveSolver.power(trade.quotedPrice / maximumPrice, halves: etaHalves)
        }
        guard let amount = Exact.roundedUp(cost * 1e6) else {
            trade.refusal = .sizeTooLarge
            return trade
        }
        trade.amount = amount
        let other = pool.effective(token.complement)
        trade.leastLiquidity = curve.leastLiquidity(for: max(supply &+ quantity, other))
        let own = amount &- Exact.floor(rate: weights.diverted, of: amount)
        let (contributed, overflow) = pool.contributed.addingReportingOverflow(own)
        if !overflow, contributed <= Exact.largest,
            curve.liquidity(contributed, posted: pool.posted) < trade.leastLiquidity
        {
            bound(&trade, pool)
        }
        return trade
    }

    /// Raises the cost of a purchase to what keeps the bound on the supplies.
    ///
    /// Of `X` the outcome keeps `⌈(1 − c) X⌉`; the smallest `X` that leaves it the need is meant.
    private func bound(_ trade: inout MakerTrade, _ pool: OutcomePool) {
        let need =
            curve.leastContribution(for: trade.leastLiquidity, posted: pool.posted)
            - pool.contributed
        let amount = Int128(need - 1) * Int128(Exact.one) / Int128(weights.kept) + 1
        guard amount <= Int128(Exact.largest) else {
            trade.refusal = .sizeTooLarge
            return
        }
        trade.amount = Int64(amount)
        trade.isBounded = true
    }

    private func quoteSell(
        _ token: OutcomeToken, _ outcome: Int, _ quantity: Int64
    ) -> MakerTrade {
        var trade = MakerTrade(outcome: outcome, token: token, side: .sell, quantity: quantity)
        let pool = pools[outcome]
        if quantity >= pool.issued(token) {
            trade.refusal = .makerDepleted
            return trade
        }
        let solver = CurveSolver(
            supply: pool.effective(token), liquidity: pool.liquidity, weights)
        let tokens = Double(quantity) / 1e6
        trade.root = solver.sellRoot(tokens)
        trade.quotedPrice = solver.priceAfterSelling(tokens, for: trade.root)
        var proceeds = trade.root
        if trade.quotedPrice < minimumPrice {
            trade.isPenalised = true
            proceeds *= CurveSolver.power(trade.quotedPrice / minimumPrice, halves: etaHalves)
        }
        guard let amount = Exact.roundedDown(proceeds * 1e6) else {
            trade.refusal = .sizeTooLarge
            return trade
        }
        trade.amount = amount
        if !isPlainlyCovered(amount, outcome) { takeWhatThereIs(&trade, pool) }
        return trade
    }
}

/// What a trade takes from or gives to the other outcomes.
extension AutomatedMaker {
    /// How an amount is shared: each other outcome's part, and how many get a unit more.
    @inline(__always)
    func shares(of amount: Int64) -> (own: Int64, each: Int64, extra: Int64) {
        if active.count == 1 { return (amount, 0, 0) }
        let diverted = Exact.floor(rate: weights.diverted, of: amount)
        let (each, extra) = diverted.quotientAndRemainder(dividingBy: Int64(active.count - 1))
        return (amount &- diverted, each, extra)
    }

    /// Whether every outcome has room for its share by a bound that costs nothing.
    ///
    /// The liquidity falls by no more than what is taken, so the slack is not above the room.
    @inline(__always)
    private func isPlainlyCovered(_ amount: Int64, _ outcome: Int) -> Bool {
        let shares = shares(of: amount)
        var extra = shares.extra
        for index in active {
            if index == outcome {
                if shares.own > pools[index].slack { return false }
            } else {
                let share = shares.each &+ (extra > 0 ? 1 : 0)
                extra &-= 1
                if share > pools[index].slack { return false }
            }
        }
        return true
    }

    /// How much an outcome can give.
    private func room(_ pool: OutcomePool, leastLiquidity: Int64) -> Int64 {
        pool.contributed
            - curve.leastContribution(for: leastLiquidity, posted: pool.posted)
    }

    /// What stays with the traded outcome when the others give what they can.
    private func own(of amount: Int64, from outcome: Int, moved: inout [Int64]) -> Int64 {
        let shares = shares(of: amount)
        var (own, extra) = (amount, shares.extra)
        for index in active where index != outcome {
            let pool = pools[index]
            let share = shares.each + (extra > 0 ? 1 : 0)
            extra -= 1
            moved[index] = min(share, room(pool, leastLiquidity: pool.leastLiquidity))
            own -= moved[index]
        }
        return own
    }

    /// Lowers the proceeds of a sale to what the outcomes can give.
    private func takeWhatThereIs(_ trade: inout MakerTrade, _ pool: OutcomePool) {
        var moved = [Int64](repeating: 0, count: pools.count)
        trade.isUneven = true
        let supply = pool.effective(trade.token) - trade.quantity
        let other = pool.effective(trade.token.complement)
        let room = room(pool, leastLiquidity: curve.leastLiquidity(for: max(supply, other)))
        if own(of: trade.amount, from: trade.outcome, moved: &moved) <= room { return }
        trade.isBounded = true
        // The own part never falls as the amount grows, so halving finds the largest.
        var (fits, tooMuch) = (Int64(0), trade.amount)
        while tooMuch - fits > 1 {
            let middle = fits + (tooMuch - fits) / 2
            if own(of: middle, from: trade.outcome, moved: &moved) <= room {
                fits = middle
            } else {
                tooMuch = middle
            }
        }
        trade.amount = fits
    }

    /// What each outcome gives or gets in a trade: the traded one's own part and the others'.
    package func parts(of trade: MakerTrade) -> (own: Int64, others: [Int64]) {
        var moved = [Int64](repeating: 0, count: pools.count)
        if trade.isUneven {
            return (own(of: trade.amount, from: trade.outcome, moved: &moved), moved)
        }
        let shares = shares(of: trade.amount)
        var extra = shares.extra
        for index in active where index != trade.outcome {
            moved[index] = shares.each + (extra > 0 ? 1 : 0)
            extra -= 1
        }
        return (shares.own, moved)
    }

    /// Carries a trade out.
    ///
    /// - Parameters:
    ///   - trade: What ``quote(_:_:_:_:)`` gave for this very state.
    ///   - moved: By outcome, what was diverted to it or taken from it.
    /// - Complexity: O(active outcomes).
    @inline(__always)
    mutating func apply(_ trade: MakerTrade, moved: inout [Int64]) {
        let outcome = trade.outcome
        if trade.side == .buy {
            pools[outcome].issue(
                trade.quantity, of: trade.token, needing: trade.leastLiquidity)
        } else {
            let pool = pools[outcome]
            let supply = pool.effective(trade.token) &- trade.quantity
            let other = pool.effective(trade.token.complement)
            pools[outcome].issue(
                0 &- trade.quantity, of: trade.token,
                needing: curve.leastLiquidity(for: max(supply, other)))
            if trade.isUneven {
                let own = own(of: trade.amount, from: outcome, moved: &moved)
                pools[outcome].contribute(-own, curve)
                for index in active where index != outcome {
                    pools[index].contribute(-moved[index], curve)
                }
                return
            }
        }
        let sign = trade.side.sign
        let shares = shares(of: trade.amount)
        var extra = shares.extra
        for index in active {
            if index == outcome {
                pools[index].contribute(sign &* shares.own, curve)
            } else {
                let share = shares.each &+ (extra > 0 ? 1 : 0)
                extra &-= 1
                moved[index] = share
                pools[index].contribute(sign &* share, curve)
            }
        }
    }

    /// Adds to the liquidity of an outcome.
    mutating func contribute(_ amount: Int64, to outcome: Int) {
        pools[outcome].contribute(amount, curve)
    }

    /// Adds the market's share of a surplus to the liquidity of an outcome.
    mutating func addSeigniorage(_ amount: Int64, to outcome: Int) {
        pools[outcome].contribute(amount, curve)
        pools[outcome].seigniorage += amount
    }

    /// Adds pairs to an outcome, or takes some out.
    mutating func addPairs(_ quantity: Int64, to outcome: Int) {
        pools[outcome].pairs += quantity
    }

    /// Takes an outcome out of the event.
    mutating func close(_ outcome: Int) {
        pools[outcome].close()
        active.removeAll { $0 == outcome }
    }

    /// Sets the virtual supply of an outcome.
    mutating func setVirtual(_ supply: Int64, of outcome: Int) {
        pools[outcome].virtualYes = supply
        pools[outcome].refresh(curve)
    }

    /// Replaces the state of an outcome, for markets that do not start empty.
    mutating func replace(_ outcome: Int, with pool: OutcomePool) {
        pools[outcome] = pool
        pools[outcome].refresh(curve)
    }
}

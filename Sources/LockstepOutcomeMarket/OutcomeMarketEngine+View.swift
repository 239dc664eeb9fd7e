package import LockstepModel

/// One level of the book.
package struct OutcomeBookLevel: Hashable, Sendable, Codable {
    package let token: OutcomeToken
    package let side: Side
    /// Millionths of a USDC.
    package let price: Int64
    /// Millionths of a token.
    package let size: Int64
    /// The part of it that opted in to auto-fills.
    package let optedIn: Int64
}

/// What the market maker's state of an outcome is.
package struct OutcomeView: Hashable, Sendable, Codable {
    package let isActive: Bool
    /// What users contributed to the liquidity; may be negative.
    package let contributed: Int64
    /// What is left of the posted subsidy.
    package let subsidy: Int64
    package let liquidity: Int64
    package let yes: Int64
    package let no: Int64
    package let pairs: Int64
    package let virtualYes: Int64
    package let seigniorage: Int64

    /// The price of a token as a fraction; nil when the outcome is out.
    package func price(_ token: OutcomeToken) -> Double? {
        guard isActive else { return nil }
        return Double(token == .yes ? yes + virtualYes : no) / Double(liquidity)
    }
}

/// What the market maker asks or pays, and where it goes or comes from.
package struct OutcomeQuotation: Hashable, Sendable {
    package let trade: MakerTrade
    /// The fee on it.
    package let fee: Int64
    /// The part of the traded outcome itself.
    package let own: Int64
    /// By outcome, the parts of the others.
    package let others: [Int64]
}

extension OutcomeMarketEngine {
    /// What the market maker alone would ask or pay, without changing anything.
    ///
    /// - Parameters:
    ///   - side: Whether the asker buys or sells.
    ///   - token: The token.
    ///   - outcome: An active outcome.
    ///   - size: Millionths of a token, from 1 to the largest size.
    ///   - now: The time whose weights hold.
    /// - Returns: The quotation; its trade may be a refusal.
    /// - Throws: ``OutcomeMarketError/noSuchOutcome(outcome:)``,
    ///   ``OutcomeMarketError/amountTooLarge(what:)`` for a size outside its range.
    package func quote(
        _ side: Side, _ token: OutcomeToken, of outcome: Int, size: Int64, at now: Int64
    ) throws(OutcomeMarketError) -> OutcomeQuotation {
        guard state.maker.active.contains(outcome) else { throw .noSuchOutcome(outcome: outcome) }
        guard (1...OutcomeMarketParameters.largestSize).contains(size) else {
            throw .amountTooLarge(what: "size \(size) of a quote")
        }
        var maker = state.maker
        maker.weights = weights(at: now)
        let trade = maker.quote(side, token, outcome, size)
        if trade.refusal != nil {
            return OutcomeQuotation(trade: trade, fee: 0, own: 0, others: [])
        }
        let parts = maker.parts(of: trade)
        return OutcomeQuotation(
            trade: trade, fee: maker.fee(on: trade.amount), own: parts.own, others: parts.others)
    }

    /// The state of an outcome.
    package func view(_ outcome: Int) -> OutcomeView {
        let pool = state.maker.pools[outcome]
        return OutcomeView(
            isActive: pool.isActive, contributed: pool.contributed,
            subsidy: pool.isActive ? pool.subsidy : 0, liquidity: pool.liquidity, yes: pool.yes,
            no: pool.no, pairs: pool.pairs, virtualYes: pool.virtualYes,
            seigniorage: pool.seigniorage)
    }

    /// The resting levels of an outcome: YES bids, YES asks, NO bids, NO asks, each by rising price.
    package func levels(of outcome: Int) -> [OutcomeBookLevel] {
        (outcome * 4..<outcome * 4 + 4).flatMap { side in
            let place = BookPlace(Int32(side))
            return state.book.levels(of: side).map { level in
                OutcomeBookLevel(
                    token: place.token, side: place.side, price: level.price * rules.tickSize,
                    size: level.total * rules.lot, optedIn: level.optedIn * rules.lot)
            }
        }
    }

    /// The best level of a side; nil for none.
    package func bestLevel(
        _ outcome: Int, _ token: OutcomeToken, _ side: Side
    ) -> OutcomeBookLevel? {
        let index = state.book.best(PooledBook.side(outcome, token, side))
        guard index >= 0 else { return nil }
        let level = state.book.levels[Int(index)]
        return OutcomeBookLevel(
            token: token, side: side, price: level.price * rules.tickSize,
            size: level.total * rules.lot, optedIn: level.optedIn * rules.lot)
    }

    /// The account of a user; nil for one who never appeared.
    package func account(_ user: UInt32) -> OutcomeAccount? {
        guard Int(user) < state.accounts.cash.count else { return nil }
        let account = state.accounts.cash[Int(user)]
        return account.isOpen ? account : nil
    }

    /// What a user holds of a token.
    package func holding(
        _ user: UInt32, _ outcome: Int, _ token: OutcomeToken
    ) -> OutcomeHolding {
        state.accounts.holding(user, outcome, token)
    }

    /// The first number above those of all users.
    package var userCount: UInt32 { UInt32(state.accounts.cash.count) }

    /// What all users brought together.
    package var deposits: Int64 { state.accounts.deposits }

    /// Whether a resting order is live.
    package func isLive(_ order: UInt64) -> Bool { state.book.entry(of: order) >= 0 }

    /// How many orders rest.
    package var restingOrders: Int { state.book.count }

    /// Whether an order's number came.
    package func hasSeen(_ order: UInt64) -> Bool { state.seen.contains(order) }
}

/// Markets that do not start empty.
extension OutcomeMarketEngine {
    /// Opens a user's account with a balance of its own.
    ///
    /// - Parameters:
    ///   - user: A number that has no account.
    ///   - cash: The balance, not negative.
    /// - Throws: ``OutcomeMarketError/badState(reason:)``,
    ///   ``OutcomeMarketError/userOutOfRange(user:limit:)``,
    ///   ``OutcomeMarketError/amountTooLarge(what:)``.
    package mutating func open(_ user: UInt32, cash: Int64) throws(OutcomeMarketError) {
        guard user < OutcomeAccounts.limit else {
            throw .userOutOfRange(user: user, limit: OutcomeAccounts.limit)
        }
        if cash < 0 { throw .badState(reason: "user \(user) has \(cash)") }
        if account(user) != nil { throw .badState(reason: "user \(user) has an account") }
        guard state.accounts.open(user, cash: cash) else {
            throw .amountTooLarge(what: "cash of all users")
        }
    }

    /// Gives tokens to a user with an account.
    ///
    /// - Parameters:
    ///   - size: Millionths of a token, not negative.
    ///   - token: The token.
    ///   - outcome: An outcome.
    ///   - user: The user.
    /// - Throws: ``OutcomeMarketError/badState(reason:)``.
    package mutating func give(
        _ size: Int64, _ token: OutcomeToken, of outcome: Int, to user: UInt32
    ) throws(OutcomeMarketError) {
        guard size >= 0, state.maker.pools.indices.contains(outcome), account(user) != nil else {
            throw .badState(reason: "user \(user) cannot get \(size) of outcome \(outcome)")
        }
        state.accounts.addTokens(user, outcome, token, free: size)
    }

    /// Sets the market maker's state of an active outcome.
    ///
    /// What is nil stays. Supplies that the liquidity does not carry, and negative ones, are refused
    /// with ``OutcomeMarketError/badState(reason:)``.
    package mutating func set(
        _ outcome: Int, contributed: Int64?, yes: Int64?, no: Int64?, pairs: Int64?,
        virtualYes: Int64?
    ) throws(OutcomeMarketError) {
        guard state.maker.active.contains(outcome) else { throw .noSuchOutcome(outcome: outcome) }
        var pool = state.maker.pools[outcome]
        pool.contributed = contributed ?? pool.contributed
        pool.yes = yes ?? pool.yes
        pool.no = no ?? pool.no
        pool.pairs = pairs ?? pool.pairs
        pool.virtualYes = virtualYes ?? pool.virtualYes
        let parts = [pool.yes, pool.no, pool.pairs, pool.virtualYes]
        let bound = 2 * OutcomeMarketParameters.largestSubsidy
        guard parts.allSatisfy({ (0...bound).contains($0) }),
            (-pool.posted...bound).contains(pool.contributed)
        else { throw .badState(reason: "outcome \(outcome) has amounts outside their ranges") }
        pool.refresh(state.maker.curve)
        if pool.slack < 0 {
            throw .badState(reason: "outcome \(outcome) has more tokens than it can carry")
        }
        state.maker.replace(outcome, with: pool)
    }
}

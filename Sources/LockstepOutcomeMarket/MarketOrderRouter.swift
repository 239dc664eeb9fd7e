import LockstepModel

/// A part of a market order that resting orders take.
struct OrderLeg: Sendable {
    let level: Int32
    let lots: Int64
    /// Whether pairs are minted or merged instead of tokens changing hands.
    let isCross: Bool
    /// What the taker pays or gets before the fee.
    let notional: Int64
    let fee: Int64
}

/// A market order as it would be carried out.
private struct OrderPlan {
    let order: OutcomeOrder
    let terms: OutcomeMarketOrder
    /// What is left for the market maker.
    var rest: Int64
    /// What a buyer pays or a seller gets, all fees included.
    var total: Int64 = 0
    /// The market maker's answer for the rest, once it was asked.
    var quote: MakerTrade?
}

/// The way of a market order: book, opposite token, market maker.
///
/// Everything is found out before anything is written: neither the book's nor the cross leg moves
/// the market maker's curve, so its answers stay right. A refusal therefore has nothing to undo.
extension OutcomeMarketEngine {
    /// Carries a market order out completely, or refuses it.
    mutating func execute(_ order: OutcomeOrder, _ output: inout OutcomeOutput) {
        guard case .market(let terms) = order.action else { return }
        scratch.legs.removeAll(keepingCapacity: true)
        var plan = OrderPlan(order: order, terms: terms, rest: terms.size)
        if let refusal = complete(&plan) {
            output.events.append(.rejected(order: order.id, refusal))
            proveStep()
            return
        }
        carryOut(plan, &output)
        output.events.append(.filled(order: order.id))
        scratch.filledMarkets += 1
        proveStep()
        if rules.autoFilling, plan.rest > 0, let trade = plan.quote, trade.amount > 0 {
            autoFill(after: trade, &output)
        }
    }

    private mutating func complete(_ plan: inout OrderPlan) -> OutcomeRefusal? {
        let terms = plan.terms
        if terms.side == .sell {
            let held = state.accounts.holding(plan.order.user, terms.outcome, terms.token)
            if held.free < terms.size { return .insufficientTokens }
        }
        planBook(&plan)
        if rules.crossMatching { planCross(&plan) }
        if let refusal = planMaker(&plan) { return refusal }
        if terms.withinRedemption, !isWithinRedemption(plan) { return .outsideRedemption }
        if !isWithinSlippage(plan) { return .slippage }
        return hasFunds(plan) ? nil : .insufficientBalance
    }

    /// The market maker's amount for the rest; nil when it is more than can be counted.
    private func amount(_ plan: inout OrderPlan) -> Int64? {
        let trade: MakerTrade
        if let quote = plan.quote, quote.quantity == plan.rest {
            trade = quote
        } else {
            trade = state.maker.quote(
                plan.terms.side, plan.terms.token, plan.terms.outcome, plan.rest)
            plan.quote = trade
        }
        switch trade.refusal {
        case nil: return trade.amount
        case .makerDepleted: return 0
        default: return nil
        }
    }

    /// Takes levels of the same token while they are no worse than the market maker.
    private mutating func planBook(_ plan: inout OrderPlan) {
        let terms = plan.terms
        let side = PooledBook.side(terms.outcome, terms.token, terms.side.opposite)
        var index = state.book.best(side)
        while index >= 0, plan.rest > 0 {
            let level = state.book.levels[Int(index)]
            let lots = plan.rest / rules.lot
            let value = lots * level.price
            let amount = amount(&plan)
            if terms.side == .buy {
                if let amount, value > amount { return }
            } else {
                guard let amount, value >= amount else { return }
            }
            let taken = min(lots, level.total)
            let notional = taken * level.price
            append(
                OrderLeg(
                    level: index, lots: taken, isCross: false, notional: notional,
                    fee: state.maker.fee(on: notional)), to: &plan)
            index = state.book.worse(than: level.price, side)
        }
    }

    /// Takes levels of the opposite token while minting or merging is no worse.
    private mutating func planCross(_ plan: inout OrderPlan) {
        let terms = plan.terms
        let side = PooledBook.side(terms.outcome, terms.token.complement, terms.side)
        var pairs = state.maker.pools[terms.outcome].pairs / rules.lot
        var index = state.book.best(side)
        while index >= 0, plan.rest > 0 {
            let level = state.book.levels[Int(index)]
            if !isCrossBetter(level.price, &plan) { return }
            var taken = min(plan.rest / rules.lot, level.total)
            if terms.side == .sell { taken = min(taken, pairs) }
            if taken == 0 { return }
            pairs -= taken
            let size = taken * rules.lot
            let scale = 2 * Exact.one - terms.side.sign * rules.matchFee
            let fee =
                terms.side == .buy
                ? Exact.ceiling(2 * size, Exact.one, over: scale) - size
                : size - Exact.floor(2 * size, Exact.one, over: scale)
            append(
                OrderLeg(
                    level: index, lots: taken, isCross: true,
                    notional: size - taken * level.price, fee: fee), to: &plan)
            index = state.book.worse(than: level.price, side)
        }
    }

    /// Whether a level of the opposite token is no worse than the market maker with its fee.
    ///
    /// A buyer compares `1 / (1 − φ) − S` for each token with `AMM (1 + f)`, a seller
    /// `1 / (1 + φ) − S`, which must be above zero, with `AMM (1 − f)`; φ is half the matching fee.
    private func isCrossBetter(_ price: Int64, _ plan: inout OrderPlan) -> Bool {
        let sign = plan.terms.side.sign
        let scale = 2 * Exact.one - sign * rules.matchFee
        let implied = 2 * Exact.one * Exact.unit - price * rules.tickSize * scale
        if implied <= 0 { return false }
        guard let amount = amount(&plan) else { return plan.terms.side == .buy }
        let level = WideProduct(
            UInt128(UInt64(implied)) * UInt128(UInt64(plan.rest)), UInt64(Exact.unit))
        let maker = WideProduct(
            UInt128(UInt64(amount)) * UInt128(UInt64(Exact.one + sign * rules.fee)),
            UInt64(scale))
        return plan.terms.side == .buy ? level <= maker : level >= maker
    }

    private mutating func append(_ leg: OrderLeg, to plan: inout OrderPlan) {
        scratch.legs.append(leg)
        plan.rest -= leg.lots * rules.lot
        plan.total += leg.notional + plan.terms.side.sign * leg.fee
    }

    private func planMaker(_ plan: inout OrderPlan) -> OutcomeRefusal? {
        guard plan.rest > 0 else { return nil }
        _ = amount(&plan)
        guard let trade = plan.quote else { return nil }
        if let refusal = trade.refusal { return refusal }
        let fee = state.maker.fee(on: trade.amount)
        let (part, isLarge) = trade.amount.addingReportingOverflow(plan.terms.side.sign * fee)
        let (total, isLarger) = plan.total.addingReportingOverflow(part)
        if isLarge || isLarger || total > Exact.largest { return .sizeTooLarge }
        plan.total = total
        return nil
    }

    /// Whether a buyer pays no more than the tokens can bring, or a seller gets something.
    private func isWithinRedemption(_ plan: OrderPlan) -> Bool {
        plan.terms.side == .buy ? plan.total <= plan.terms.size : plan.total > 0
    }

    /// Whether the whole order keeps to its limit against the price before it.
    private func isWithinSlippage(_ plan: OrderPlan) -> Bool {
        guard let slippage = plan.terms.maxSlippage else { return true }
        let pool = state.maker.pools[plan.terms.outcome]
        let factor = Int128(Exact.one) + Int128(plan.terms.side.sign) * Int128(slippage)
        if factor <= 0 { return plan.terms.side == .sell }
        guard let factor = UInt64(exactly: factor) else { return plan.terms.side == .buy }
        // total / 10¹² against size · (supply / L) · factor / 10¹², all over L.
        let total = WideProduct(
            UInt128(UInt64(plan.total)) * UInt128(UInt64(pool.liquidity)), UInt64(Exact.one))
        let limit = WideProduct(
            UInt128(UInt64(plan.terms.size))
                * UInt128(UInt64(pool.effective(plan.terms.token))), factor)
        return plan.terms.side == .buy ? total <= limit : total >= limit
    }

    /// Whether the buyer can pay, with what the order's own book legs bring the buyer.
    private mutating func hasFunds(_ plan: OrderPlan) -> Bool {
        if plan.terms.side == .sell { return true }
        var cash = state.accounts.cash[Int(plan.order.user)].cash
        if cash >= plan.total { return true }
        for leg in scratch.legs where !leg.isCross {
            cash += proceeds(of: plan.order.user, leg.level, leg.lots)
        }
        return cash >= plan.total
    }
}

/// Writing a planned market order into the state.
extension OutcomeMarketEngine {
    private mutating func carryOut(_ plan: OrderPlan, _ output: inout OutcomeOutput) {
        let (terms, user) = (plan.terms, plan.order.user)
        for leg in scratch.legs {
            let kind: FillKind =
                !leg.isCross ? .taker : terms.side == .buy ? .mint : .merge
            let size = leg.lots * rules.lot
            let how = LevelFill(source: leg.isCross ? .cross : .book, kind: kind)
            _ = fill(leg.level, leg.lots, how, &output)
            if leg.isCross {
                state.maker.addPairs(terms.side.sign * size, to: terms.outcome)
            }
            record(plan, how, size, leg.notional, leg.fee, &output)
        }
        if plan.rest > 0, let trade = plan.quote {
            state.maker.apply(trade, moved: &scratch.diverted)
            record(
                plan, LevelFill(source: .maker, kind: .taker), plan.rest, trade.amount,
                state.maker.fee(on: trade.amount), &output)
        }
        if terms.side == .buy {
            state.accounts.addCash(user, free: -plan.total)
            state.accounts.addTokens(user, terms.outcome, terms.token, free: terms.size)
        } else {
            state.accounts.addCash(user, free: plan.total)
            state.accounts.addTokens(user, terms.outcome, terms.token, free: -terms.size)
        }
    }

    private mutating func record(
        _ plan: OrderPlan, _ how: LevelFill, _ size: Int64, _ notional: Int64, _ fee: Int64,
        _ output: inout OutcomeOutput
    ) {
        state.house.fees += fee
        output.fills.append(
            OutcomeFill(
                source: how.source, kind: how.kind, role: .taker, token: plan.terms.token,
                side: plan.terms.side, user: plan.order.user,
                outcome: Int32(plan.terms.outcome), order: plan.order.id, size: size,
                notional: notional, fee: fee, rebate: 0))
    }
}

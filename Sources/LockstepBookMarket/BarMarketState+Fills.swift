import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// What a fill would be.
    struct Pricing: BitwiseCopyable {
        let quantity: Quantity
        let price: Price
        let notional: Money
        let fee: Money
        let cashChange: Money
        let cut: Int64
    }

    /// Where and how an order is tried.
    struct Trial: BitwiseCopyable {
        /// The bar, by its place among the active ones.
        let bar: Int
        let place: Int
        let reference: Price
        let liquidity: Liquidity
        let executedAt: Timestamp
        /// How much of it would close.
        let reduction: Quantity
    }

    /// Fills an order at a price of the market as far as its account allows; the rest ends.
    ///
    /// - Returns: What became of the order.
    mutating func attempt(
        _ order: WorkingOrder, _ bar: Int, at reference: Price, _ point: FillPoint,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) -> OrderFate {
        let place = active[bar].place
        let held = positions[cell(order.accountPlace, place)]
        let reducible = held != 0 && (held > 0) == (order.side == .sell)
        let reduction = reducible ? SignedQuantity(lots: held).magnitude : .zero
        var quantity = order.quantity
        var reason = OrderReason.none
        if order.reduceOnly {
            if reduction.isZero {
                outputs.append(order.update(.cancelled, .reduceOnly, at: time))
                return .ended
            }
            if quantity > reduction { (quantity, reason) = (reduction, .reduceOnly) }
        }
        let isMaker = order.kind == .limit && order.arrival < active[bar].bar.start
        let trial = Trial(
            bar: bar, place: place, reference: reference,
            liquidity: isMaker ? .maker : .taker,
            executedAt: point == .open ? active[bar].bar.start : active[bar].bar.end,
            reduction: reduction)
        if costs.mayChange { keepCosts() }
        var pricing = try price(quantity, order, trial)
        let isMargin = accounts[order.accountPlace].isMargin
        let fits =
            isMargin && quantity <= reduction ? true : try isAffordable(pricing, order, trial)
        if !fits {
            if costs.mayChange { restoreCosts() }
            let part =
                order.taking == .fillOrKill ? 0 : try affordable(quantity.lots, order, trial)
            guard part > 0 || isMargin && !reduction.isZero && order.taking != .fillOrKill else {
                let cash = accounts[order.accountPlace].cash.units
                let limit = order.side == .sell && !isMargin ? held : cash
                outputs.append(
                    order.update(.cancelled, .insufficientAtFill, limit: limit, at: time))
                return .ended
            }
            // The part that closes fills; what would open does not.
            (quantity, reason) = (
                max(Quantity(lots: part), reduction), .insufficientAtFill
            )
            pricing = try priceAgain(quantity, order, trial)
        }
        try book(pricing, order, place)
        let leaves = Quantity(lots: order.quantity.lots &- quantity.lots)
        outputs.append(
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: trial.liquidity,
                point: point, rule: order.rule, price: pricing.price, reference: reference,
                quantity: quantity, leaves: leaves, notional: pricing.notional,
                fee: max(pricing.fee, .zero),
                slippage: pricing.price == reference
                    ? .zero : try slippageCost(pricing, reference, place),
                rebate: pricing.fee < .zero ? Money(units: -pricing.fee.units) : .zero,
                executedAt: trial.executedAt, label: active[bar].bar.label, reportAt: time))
        if leaves.isZero { return .filled }
        outputs.append(order.update(.cancelled, reason, leaves: leaves, at: time))
        return .ended
    }

    /// Keeps the costs as they are before a fill, which may come to nothing.
    @inline(never)
    mutating func keepCosts() { costsBefore = costs }

    @inline(never)
    mutating func restoreCosts() {
        if let costsBefore { costs = costsBefore }
    }

    /// The price of the part that closes; kept apart since it is seldom needed.
    @inline(never)
    mutating func priceAgain(
        _ quantity: Quantity, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> Pricing {
        try price(quantity, order, trial)
    }

    /// The price, worth and fee of a fill, its slippage kept within the limit and the bar.
    @inline(__always)
    mutating func price(
        _ quantity: Quantity, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> Pricing {
        var (price, cut) = (trial.reference, Int64(0))
        if trial.liquidity == .taker && costs.slips {
            (price, cut) = try slip(quantity, order, trial)
        }
        let notional: Money
        do {
            notional = try books[trial.place].ratio.notional(price, quantity)
        } catch { throw .overflow(instrument: order.instrument, operation: .notional) }
        do {
            let fee =
                if let plain = costs.plainFee { try plain.fee(on: notional) } else {
                    try customFee(price, notional, quantity, order, trial)
                }
            let change = order.side == .buy ? try notional.negated() : notional
            return Pricing(
                quantity: quantity, price: price, notional: notional, fee: fee,
                cashChange: try change.subtracting(fee), cut: cut)
        } catch { throw .overflow(instrument: order.instrument, operation: .fee) }
    }

    /// What a cost model sees of a fill before it has its price.
    private func terms(
        _ quantity: Quantity, _ order: WorkingOrder, _ trial: Trial
    ) -> FillTerms {
        FillTerms(
            account: order.account, order: order.id, instrument: order.instrument,
            side: order.side, liquidity: trial.liquidity, opens: quantity > trial.reduction,
            quantity: quantity,
            filledBefore: Quantity(
                lots: order.detail < 0
                    ? 0 : books[trial.place].details[Int(order.detail)].filled),
            filledInBar: filledInBar(order.accountPlace, trial.bar),
            reference: trial.reference, executedAt: trial.executedAt)
    }

    /// What an account has filled of a bar in hand, where all orders go the long way.
    private func filledInBar(_ account: Int, _ bar: Int) -> Quantity {
        guard concernsAll, walk.grants.contains(bar) else { return .zero }
        let rest = walk.budgets[bar &* accounts.count &+ account]
        return Quantity(lots: walk.grants[bar] - rest)
    }

    /// The fee of the user's own model.
    @inline(never)
    private mutating func customFee(
        _ price: Price, _ notional: Money, _ quantity: Quantity, _ order: WorkingOrder,
        _ trial: Trial
    ) throws(ArithmeticError) -> Money {
        var terms = terms(quantity, order, trial)
        terms.price = price
        terms.notional = notional
        return try costs.fees.fee(terms)
    }

    /// A price moved by its slippage, kept within the limit and the bar.
    ///
    /// - Returns: The price, and the ticks that were cut off.
    @inline(never)
    private mutating func slip(
        _ quantity: Quantity, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> (price: Price, cut: Int64) {
        let (reference, bar) = (trial.reference, active[trial.bar].bar)
        var price: Price
        do {
            price = try costs.slippage.price(
                terms(quantity, order, trial), bar: bar,
                past: sessions.isEmpty ? .none : sessions[trial.place].past,
                random: &costs.random)
        } catch { throw .overflow(instrument: order.instrument, operation: .slippage) }
        let isBuy = order.side == .buy
        if isBuy ? price < reference : price > reference {
            throw .brokenInvariant(
                venue: venue, what: "a slippage model made a price better than the market's")
        }
        if let limit = limit(of: order, trial.place) {
            price = isBuy ? min(price, limit) : max(price, limit)
        }
        if settings.slippageRange == .beyondBar { return (price, 0) }
        let edge = isBuy ? max(bar.high, reference) : min(bar.low, reference)
        let kept = isBuy ? min(price, edge) : max(price, edge)
        return (kept, (price.ticks - kept.ticks) * order.side.sign)
    }

    /// The limit beyond which an order is never slipped; nil for one without a limit.
    private func limit(of order: WorkingOrder, _ place: Int) -> Price? {
        switch order.kind {
        case .limit, .limitOnOpen, .limitOnClose: order.level
        case .stopLimit, .touchedLimit:
            Price(ticks: books[place].details[Int(order.detail)].limit)
        case .market, .stop, .trailing, .touched, .marketOnOpen, .marketOnClose: nil
        }
    }

    /// Whether the account can carry a fill.
    @inline(__always)
    func isAffordable(
        _ fill: Pricing, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> Bool {
        if accounts[order.accountPlace].isMargin {
            return settings.rules.fundsMark == .fill
                ? try carries(fill, order, trial.place) : try carriesAtClose(fill, order, trial)
        }
        do {
            let cash = try accounts[order.accountPlace].cash.adding(fill.cashChange)
            if cash < .zero { return false }
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
        // A sale is covered by what it reduces.
        return order.side == .buy || trial.reduction >= fill.quantity
    }

    /// Whether the equity of a margin account covers what it needs after a fill.
    @inline(never)
    private func carries(
        _ fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) -> Bool {
        let row = cell(order.accountPlace, 0)
        do {
            let cash = try accounts[order.accountPlace].cash.adding(fill.cashChange)
            let after = try SignedQuantity(lots: positions[row + place])
                .adding(SignedQuantity(order.side, fill.quantity))
            var (equity, required) = (cash, Money.zero)
            for other in books.indices {
                let position = other == place ? after : SignedQuantity(lots: positions[row + other])
                guard !position.isZero, let mark = other == place ? fill.price : books[other].mark
                else { continue }
                let value = try books[other].ratio.value(mark, position)
                equity = try equity.adding(value)
                required = try required.adding(margins[other].initial(on: value, position.lots))
            }
            return equity >= required
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
    }

    /// Whether what a margin account has free pays for the opening part of a fill, when all that it
    /// holds is judged by the close of the bar: a look-ahead.
    @inline(never)
    private func carriesAtClose(
        _ fill: Pricing, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> Bool {
        let row = cell(order.accountPlace, 0)
        do {
            var free = accounts[order.accountPlace].cash
            for other in books.indices {
                let held = SignedQuantity(lots: positions[row + other])
                let own = other == trial.place
                guard !held.isZero,
                    let mark = own ? active[trial.bar].bar.close : books[other].mark
                else { continue }
                let value = try books[other].ratio.value(mark, held)
                free = try free.adding(value)
                // What the fill closes needs no cover any more.
                if own && !trial.reduction.isZero { continue }
                free = try free.subtracting(margins[other].initial(on: value, held.lots))
            }
            let opening = Quantity(lots: fill.quantity.lots - trial.reduction.lots)
            let worth = try books[trial.place].ratio.notional(fill.price, opening)
            let cost = try worth.adding(fill.fee)
            return try margins[trial.place].initial(on: cost, opening.lots) <= free
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
    }

    /// Counts a fill in the account's view.
    @inline(__always)
    mutating func book(
        _ fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) {
        let account = order.accountPlace
        let cell = cell(account, place)
        do {
            accounts[account].cash = try accounts[account].cash.adding(fill.cashChange)
        } catch { throw .overflow(instrument: order.instrument, operation: .cash) }
        do {
            let change = SignedQuantity(order.side, fill.quantity)
            positions[cell] = try SignedQuantity(lots: positions[cell]).adding(change).lots
        } catch { throw .overflow(instrument: order.instrument, operation: .position) }
        if keepsMarks && books[place].mark == nil { books[place].mark = fill.price }
        if fill.cut > 0 { try count(cut: fill, order, place) }
    }

    /// Counts what cutting a slipped price has saved.
    @inline(never)
    private mutating func count(
        cut fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) {
        tally.cutFills += 1
        do {
            let cut = try books[place].ratio.notional(Price(ticks: fill.cut), fill.quantity)
            tally.slippageCut = try tally.slippageCut.adding(cut)
        } catch { throw .overflow(instrument: order.instrument, operation: .slippage) }
    }

    /// What the distance between a price and its reference costs.
    @inline(never)
    func slippageCost(
        _ fill: Pricing, _ reference: Price, _ place: Int
    ) throws(MarketError) -> Money {
        let distance = Price(ticks: abs(fill.price.ticks - reference.ticks))
        do {
            return try books[place].ratio.notional(distance, fill.quantity)
        } catch {
            throw .overflow(instrument: books[place].instrument, operation: .slippage)
        }
    }
}

import LockstepMarket
import LockstepModel

extension BarMarketEngine {
    /// What a fill would be.
    private struct Pricing {
        let quantity: Quantity
        let price: Price
        let notional: Money
        let fee: Money
        let cashChange: Money
        let cut: Int64
    }

    /// Fills an order at a price of the market as far as its account allows; the rest ends.
    ///
    /// - Returns: What became of the order.
    mutating func attempt(
        _ order: WorkingOrder, _ place: Int, at reference: Price, _ point: FillPoint, _ bar: Bar,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) -> OrderFate {
        let held = positions[order.accountPlace * books.count + place]
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
        let liquidity: Liquidity =
            order.kind == .limit && order.arrival < bar.start ? .maker : .taker
        let executedAt = point == .open ? bar.start : bar.end
        var terms = FillTerms(
            account: order.account, order: order.id, instrument: order.instrument,
            side: order.side, liquidity: liquidity, opens: quantity > reduction,
            quantity: quantity, reference: reference, executedAt: executedAt)
        let before = costs.mayChange ? costs : nil
        var pricing = try price(&terms, order, place, bar)
        let isMargin = accounts[order.accountPlace].isMargin
        var fits = isMargin && quantity <= reduction
        if !fits { fits = try isAffordable(pricing, order, place) }
        if !fits {
            if let before { costs = before }
            guard isMargin, !reduction.isZero, order.taking != .fillOrKill else {
                let cash = accounts[order.accountPlace].cash.units
                let limit = order.side == .sell && !isMargin ? held : cash
                outputs.append(
                    order.update(.cancelled, .insufficientAtFill, limit: limit, at: time))
                return .ended
            }
            // The part that closes fills; what would open does not.
            (quantity, reason) = (reduction, .insufficientAtFill)
            terms.quantity = quantity
            terms.opens = false
            terms.price = reference
            terms.notional = .zero
            pricing = try priceAgain(&terms, order, place, bar)
        }
        try book(pricing, order, place)
        let leaves = Quantity(lots: order.quantity.lots - quantity.lots)
        outputs.append(
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: liquidity,
                point: point, rule: order.rule, price: pricing.price, reference: reference,
                quantity: quantity, leaves: leaves, notional: pricing.notional,
                fee: max(pricing.fee, .zero),
                slippage: try slippageCost(pricing.price, reference, quantity, place),
                rebate: pricing.fee < .zero ? Money(units: -pricing.fee.units) : .zero,
                executedAt: executedAt, label: bar.label, reportAt: time))
        if leaves.isZero { return .filled }
        outputs.append(order.update(.cancelled, reason, leaves: leaves, at: time))
        return .ended
    }

    /// The price of the part that closes; kept apart since it is seldom needed.
    @inline(never)
    private mutating func priceAgain(
        _ terms: inout FillTerms, _ order: WorkingOrder, _ place: Int, _ bar: Bar
    ) throws(MarketError) -> Pricing {
        try price(&terms, order, place, bar)
    }

    /// The price, worth and fee of a fill, its slippage kept within the limit and the bar.
    @inline(__always)
    private mutating func price(
        _ terms: inout FillTerms, _ order: WorkingOrder, _ place: Int, _ bar: Bar
    ) throws(MarketError) -> Pricing {
        let instrument = order.instrument
        let cut =
            terms.liquidity == .taker && costs.slips ? try slip(&terms, order, bar) : 0
        do {
            terms.notional = try books[place].ratio.notional(terms.price, terms.quantity)
        } catch { throw .overflow(instrument: instrument, operation: .notional) }
        do {
            let fee =
                if let plain = costs.plainFee { try plain.fee(terms) } else {
                    try costs.fees.fee(terms)
                }
            let change =
                order.side == .buy ? try terms.notional.negated() : terms.notional
            return Pricing(
                quantity: terms.quantity, price: terms.price, notional: terms.notional, fee: fee,
                cashChange: try change.subtracting(fee), cut: cut)
        } catch { throw .overflow(instrument: instrument, operation: .fee) }
    }

    /// Moves a price by its slippage, kept within the limit and the bar.
    ///
    /// - Returns: The ticks that were cut off.
    @inline(never)
    private mutating func slip(
        _ terms: inout FillTerms, _ order: WorkingOrder, _ bar: Bar
    ) throws(MarketError) -> Int64 {
        var price: Price
        do {
            price = try costs.slippage.price(terms, bar: bar, random: &costs.random)
        } catch { throw .overflow(instrument: order.instrument, operation: .slippage) }
        let isBuy = order.side == .buy
        if isBuy ? price < terms.reference : price > terms.reference {
            throw .brokenInvariant(
                venue: venue, what: "a slippage model made a price better than the market's")
        }
        if order.kind == .limit {
            price = isBuy ? min(price, order.level) : max(price, order.level)
        }
        var cut: Int64 = 0
        if settings.slippageRange == .withinBar {
            let edge = isBuy ? max(bar.high, terms.reference) : min(bar.low, terms.reference)
            let kept = isBuy ? min(price, edge) : max(price, edge)
            cut = (price.ticks - kept.ticks) * order.side.sign
            price = kept
        }
        terms.price = price
        return cut
    }

    /// Whether the account can carry a fill.
    @inline(__always)
    private func isAffordable(
        _ fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) -> Bool {
        if accounts[order.accountPlace].isMargin { return try carries(fill, order, place) }
        do {
            let cash = try accounts[order.accountPlace].cash.adding(fill.cashChange)
            if cash < .zero { return false }
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
        if order.side == .buy { return true }
        return positions[order.accountPlace * books.count + place] >= fill.quantity.lots
    }

    /// Whether the equity of a margin account covers what it needs after a fill.
    @inline(never)
    private func carries(
        _ fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) -> Bool {
        let row = order.accountPlace * books.count
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
                let magnitude = value < .zero ? try value.negated() : value
                required = try required.adding(magnitude.proportion(settings.initialMargin))
            }
            return equity >= required
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
    }

    /// Counts a fill in the account's view.
    @inline(__always)
    private mutating func book(
        _ fill: Pricing, _ order: WorkingOrder, _ place: Int
    ) throws(MarketError) {
        let account = order.accountPlace
        let cell = account * books.count + place
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
    @inline(__always)
    private func slippageCost(
        _ price: Price, _ reference: Price, _ quantity: Quantity, _ place: Int
    ) throws(MarketError) -> Money {
        if price == reference { return .zero }
        let distance = Price(ticks: abs(price.ticks - reference.ticks))
        do {
            return try books[place].ratio.notional(distance, quantity)
        } catch {
            throw .overflow(instrument: books[place].instrument, operation: .slippage)
        }
    }
}

extension WorkingOrder {
    /// The rule that fills it.
    fileprivate var rule: FillRule {
        switch kind {
        case .market: .market
        case .limit: .limit
        case .stop: .stop
        }
    }
}

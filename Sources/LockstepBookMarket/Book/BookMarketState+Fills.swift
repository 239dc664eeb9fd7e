import LockstepMarket
import LockstepModel

/// What a fill costs, whether its account can carry it, and what it changes.
extension BookMarketState {
    /// What of a fill is possible.
    struct Fit: BitwiseCopyable {
        var lots: Int64
        var notional = Money.zero
        var fee = Money.zero
        var cashChange = Money.zero
        /// Why it is less than was wanted, and the figure that made it so.
        var reason = OrderReason.none
        var limit: Int64 = 0
    }

    /// Fills an order as far as its account allows; what it does not allow is cancelled.
    ///
    /// - Returns: How much was filled; 0 when the order has ended without.
    mutating func fill(
        _ slot: Int, _ wanted: Int64, at price: Int64, _ liquidity: Liquidity,
        _ point: FillPoint, _ rule: FillRule, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) -> Int64 {
        let fit = try fit(slot, min(wanted, orders[slot].leaves), at: price, liquidity)
        if fit.lots == 0 {
            cancel(slot, fit.reason, limit: fit.limit, time, &outputs)
            return 0
        }
        let fee =
            costs.mayChange
            ? try finalFee(slot, fit, at: price, liquidity, time) : fit.fee
        try book(slot, fit)
        orders[slot].leaves &-= fit.lots
        let report = reportAt(Int(orders[slot].accountPlace), time)
        outputs.append(fill: {
            let order = orders[slot]
            return Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: liquidity,
                point: point, rule: rule, price: Price(ticks: price),
                reference: Price(ticks: price), quantity: Quantity(lots: fit.lots),
                leaves: Quantity(lots: order.leaves), notional: fit.notional,
                fee: max(fee, .zero),
                rebate: fee < .zero ? Money(units: 0 &- fee.units) : .zero, executedAt: time,
                label: time, reportAt: report)
        })
        if orders[slot].leaves == 0 {
            end(slot, .filled)
        } else if fit.reason != .none {
            cancel(slot, fit.reason, limit: fit.limit, time, &outputs)
        }
        return fit.lots
    }

    /// How much of an order its account can carry at a price.
    mutating func fit(
        _ slot: Int, _ wanted: Int64, at price: Int64, _ liquidity: Liquidity
    ) throws(MarketError) -> Fit {
        let account = Int(orders[slot].accountPlace)
        let held = positions[cell(account, Int(orders[slot].book))]
        let isBuy = orders[slot].side == .buy
        let reduction = held != 0 && (held > 0) != isBuy ? abs(held) : 0
        var lots = wanted
        var reason = OrderReason.none
        if orders[slot].reduceOnly && lots > reduction {
            (lots, reason) = (reduction, .reduceOnly)
            if lots == 0 { return Fit(lots: 0, reason: reason) }
        }
        var fit = try pricing(slot, lots, at: price, liquidity)
        fit.reason = reason
        if lots <= reduction && accounts[account].isMargin { return fit }
        if try carries(slot, fit, at: price, reduction) { return fit }
        if settings.margin.insufficient == .fillAffordable, orders[slot].taking != .fillOrKill,
            var part = try affordable(slot, lots, at: price, liquidity, reduction)
        {
            part.reason = .insufficientAtFill
            return part
        }
        guard accounts[account].isMargin, reduction > 0, orders[slot].taking != .fillOrKill else {
            let limit =
                !isBuy && !accounts[account].isMargin ? held : accounts[account].cash.units
            return Fit(lots: 0, reason: .insufficientAtFill, limit: limit)
        }
        // The part that closes fills; what would open does not.
        fit = try pricing(slot, reduction, at: price, liquidity)
        fit.reason = .insufficientAtFill
        return fit
    }

    /// What a fill is worth, and what it costs.
    @inline(__always)
    private mutating func pricing(
        _ slot: Int, _ lots: Int64, at price: Int64, _ liquidity: Liquidity
    ) throws(MarketError) -> Fit {
        var fit = Fit(lots: lots)
        do {
            fit.notional = try books[Int(orders[slot].book)].ratio.notional(
                Price(ticks: price), Quantity(lots: lots))
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .notional) }
        do {
            if let plain = costs.plainFee {
                fit.fee = try plain.fee(on: fit.notional)
            } else {
                // Only asked: whether it fills is not said yet.
                let before = costs
                fit.fee = try customFee(
                    slot, lots, fit.notional, at: price, liquidity, .epoch)
                costs = before
            }
            if orders[slot].strategy == .house { try addLiquidationFee(to: &fit, slot) }
            let change =
                orders[slot].side == .buy ? try fit.notional.negated() : fit.notional
            fit.cashChange = try change.subtracting(fit.fee)
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .fee) }
        return fit
    }

    /// The fee of a model that sees the whole fill.
    @inline(never)
    private mutating func customFee(
        _ slot: Int, _ lots: Int64, _ notional: Money, at price: Int64, _ liquidity: Liquidity,
        _ time: Timestamp
    ) throws(MarketError) -> Money {
        let order = orders[slot]
        let held = positions[cell(Int(order.accountPlace), Int(order.book))]
        let reduction = held != 0 && (held > 0) != (order.side == .buy) ? abs(held) : 0
        let terms = FillTerms(
            account: order.account, order: order.id, instrument: order.instrument,
            side: order.side, liquidity: liquidity, opens: lots > reduction,
            quantity: Quantity(lots: lots),
            filledBefore: Quantity(lots: order.total &- order.leaves),
            reference: Price(ticks: price), notional: notional, executedAt: time)
        do {
            return try costs.fees.fee(terms)
        } catch { throw .overflow(instrument: order.instrument, operation: .fee) }
    }

    /// Whether the account can carry a fill.
    @inline(__always)
    private func carries(
        _ slot: Int, _ fit: Fit, at price: Int64, _ reduction: Int64
    ) throws(MarketError) -> Bool {
        let account = Int(orders[slot].accountPlace)
        if accounts[account].isMargin { return try hasMargin(slot, fit, at: price) }
        do {
            let cash = try accounts[account].cash.adding(fit.cashChange)
            if cash < .zero { return false }
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .equity) }
        // A sale is covered by what it reduces.
        return orders[slot].side == .buy || reduction >= fit.lots
    }

    /// Whether the equity of a margin account covers what it needs after a fill.
    @inline(never)
    private func hasMargin(
        _ slot: Int, _ fit: Fit, at price: Int64
    ) throws(MarketError) -> Bool {
        let account = Int(orders[slot].accountPlace)
        let (row, place) = (cell(account, 0), Int(orders[slot].book))
        do {
            let cash = try accounts[account].cash.adding(fit.cashChange)
            let after = try SignedQuantity(lots: positions[row + place])
                .adding(SignedQuantity(orders[slot].side, Quantity(lots: fit.lots)))
            var (equity, required) = (cash, Money.zero)
            for other in books.indices {
                let position = other == place ? after : SignedQuantity(lots: positions[row + other])
                if position.isZero { continue }
                let mark = other == place ? Price(ticks: price) : books[other].mark
                guard let mark else { continue }
                let value = try books[other].ratio.value(mark, position)
                equity = try equity.adding(value)
                required = try required.adding(margins[other].initial(on: value, position.lots))
            }
            return equity >= required
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .equity) }
    }

    /// Counts a fill in the account's view.
    @inline(__always)
    private mutating func book(_ slot: Int, _ fit: Fit) throws(MarketError) {
        let account = Int(orders[slot].accountPlace)
        let cell = cell(account, Int(orders[slot].book))
        do {
            accounts[account].cash = try accounts[account].cash.adding(fit.cashChange)
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .cash) }
        do {
            let change = SignedQuantity(orders[slot].side, Quantity(lots: fit.lots))
            positions[cell] = try SignedQuantity(lots: positions[cell]).adding(change).lots
        } catch { throw .overflow(instrument: orders[slot].instrument, operation: .position) }
    }

    /// The fee of a fill that is made, where models remember fills.
    @inline(never)
    private mutating func finalFee(
        _ slot: Int, _ fit: Fit, at price: Int64, _ liquidity: Liquidity, _ time: Timestamp
    ) throws(MarketError) -> Money {
        var paid = fit
        paid.fee = try customFee(slot, fit.lots, fit.notional, at: price, liquidity, time)
        do { try addLiquidationFee(to: &paid, slot) } catch {
            throw .overflow(instrument: orders[slot].instrument, operation: .fee)
        }
        return paid.fee
    }

    /// Adds what a liquidation costs besides.
    @inline(never)
    private func addLiquidationFee(to fit: inout Fit, _ slot: Int) throws(ArithmeticError) {
        let rate = settings.margin.liquidationFee
        if rate == .zero || !orders[slot].id.isLiquidation { return }
        let worth = fit.notional < .zero ? try fit.notional.negated() : fit.notional
        fit.fee = try fit.fee.adding(worth.proportion(rate))
    }

    /// The most lots that the account can pay for, above what only closes; nil for none.
    @inline(never)
    private mutating func affordable(
        _ slot: Int, _ wanted: Int64, at price: Int64, _ liquidity: Liquidity, _ reduction: Int64
    ) throws(MarketError) -> Fit? {
        var (least, most) = (reduction, wanted)
        while most - least > 1 {
            let middle = least + (most - least) / 2
            let fit = try pricing(slot, middle, at: price, liquidity)
            if try carries(slot, fit, at: price, reduction) {
                least = middle
            } else {
                most = middle
            }
        }
        if least == reduction { return nil }
        return try pricing(slot, least, at: price, liquidity)
    }
}

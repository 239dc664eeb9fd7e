import LockstepMarket
import LockstepModel

/// Accounts whose equity falls beneath what their position needs, on the path of a bar.
///
/// The level of an account that holds one instrument is the first tick at which its equity is
/// beneath the maintenance margin. It acts like a stop of the venue, after the account's own orders
/// at the same price. Accounts that hold several are looked at by risk, at the end of the bar.
extension BarMarketState {
    static func margins(of instruments: Instruments, _ settings: EngineSettings) -> [MarginTerms] {
        let own = MarginTerms(
            initial: .share(settings.initialMargin),
            maintenance: settings.margin.maintenance.map { .share($0) })
        return instruments.map { $0.margin.over(own) }
    }

    /// Whether bars are looked at for liquidations: not where an account may hold what another
    /// venue trades, and not where there is no path.
    static func watchesMargin(
        _ venue: VenueID, _ margins: [MarginTerms], _ setting: MarketSetting,
        _ settings: EngineSettings
    ) -> Bool {
        settings.rules.matcher == .path && setting.accounts.contains { $0.kind == .margin }
            && setting.instruments.allSatisfy { $0.venue == venue }
            && margins.contains { $0.maintenance != nil }
    }

    /// Has the bars met of which a margin account holds the instrument.
    @inline(never)
    mutating func noteHeld(_ frame: borrowing Frame) {
        for place in books.indices {
            let slot = books[place].slot
            guard slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage != .absent,
                margins[place].maintenance != nil
            else { continue }
            for account in accounts.indices where accounts[account].isMargin {
                if positions[cell(account, place)] == 0 { continue }
                noteBusy(place)
                break
            }
        }
    }

    /// Whether a bar can liquidate what an account holds of its instrument, or may come to hold.
    func isWatched(_ account: Int, _ place: Int) -> Bool {
        guard watchesMargin, accounts[account].isMargin, margins[place].maintenance != nil else {
            return false
        }
        for other in books.indices where other != place {
            if positions[cell(account, other)] != 0 { return false }
        }
        return true
    }

    /// Whether the position an account has now is liquidated somewhere in a bar.
    func isLiquidated(_ account: Int, _ place: Int, in bar: Bar) throws(MarketError) -> Bool {
        let held = positions[cell(account, place)]
        if held == 0 { return false }
        return try isBeneathMaintenance(
            account, place, at: (held > 0 ? bar.low : bar.high).ticks)
    }

    /// Whether an account has less at a price than its position needs.
    private func isBeneathMaintenance(
        _ account: Int, _ place: Int, at ticks: Int64
    ) throws(MarketError) -> Bool {
        let held = SignedQuantity(lots: positions[cell(account, place)])
        if held.isZero { return false }
        do {
            let value = try books[place].ratio.value(Price(ticks: ticks), held)
            let equity = try accounts[account].cash.adding(value)
            return try equity < margins[place].maintenance(on: value, held.lots)
        } catch { throw .overflow(instrument: books[place].instrument, operation: .equity) }
    }

    /// The first price on a straight piece of a path at which an account is liquidated.
    ///
    /// What an account has over its maintenance margin falls with the price for a long position and
    /// rises with it for a short one, so the tick is found by halving.
    func liquidationLevel(
        _ account: Int, _ place: Int, from price: Int64, to target: Int64
    ) throws(MarketError) -> Int64? {
        if try isBeneathMaintenance(account, place, at: price) { return price }
        let held = positions[cell(account, place)]
        guard held != 0, held > 0 ? target < price : target > price,
            try isBeneathMaintenance(account, place, at: target)
        else { return nil }
        var (safe, due) = (price, target)
        while abs(safe - due) > 1 {
            let middle = safe + (due - safe) / 2
            if try isBeneathMaintenance(account, place, at: middle) {
                due = middle
            } else {
                safe = middle
            }
        }
        return due
    }

    /// Ends an account's orders in an instrument and closes what it holds of it.
    @inline(never)
    mutating func liquidate(
        _ account: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = spot.place
        let held = SignedQuantity(lots: positions[cell(account, place)])
        guard let side = (-held).side else { return }
        for position in books[place].orders.indices
        where books[place].orders[position].accountPlace == account
            && !books[place].orders[position].ended
            && books[place][detail: position].fate == .working
        {
            endPart(position, place, .liquidation, spot, &outputs)
        }
        tally.liquidations += 1
        let bar = active[spot.bar].bar
        let order = WorkingOrder(
            id: OrderID(liquidationAtVenue: UInt32(truncatingIfNeeded: tally.liquidations)),
            strategy: .house, account: accounts[account].id, instrument: books[place].instrument,
            side: side, kind: .stop, takingNumber: 0, reduceOnly: true, quantity: held.magnitude,
            arrival: bar.start, expiry: .distantFuture, level: Price(ticks: spot.price),
            number: 0, accountPlace: account, expiryReason: .none)
        outputs.append(order.update(.accepted, .liquidation, limit: spot.price, at: spot.time))
        let reference = Price(ticks: spot.price)
        let trial = Trial(
            bar: spot.bar, place: place, reference: reference, liquidity: .taker,
            executedAt: spot.point == .open ? bar.start : bar.end, reduction: held.magnitude)
        let pricing = try withLiquidationFee(price(order.quantity, order, trial), order)
        try book(pricing, order, place)
        let purse = spot.bar &* accounts.count &+ account
        walk.budgets[purse] = max(0, walk.budgets[purse] - order.quantity.lots)
        outputs.append(
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: side, liquidity: .taker,
                point: .liquidation, rule: .stop, price: pricing.price, reference: reference,
                quantity: order.quantity, leaves: .zero, notional: pricing.notional,
                fee: max(pricing.fee, .zero),
                slippage: pricing.price == reference
                    ? .zero : try slippageCost(pricing, reference, place),
                rebate: pricing.fee < .zero ? Money(units: -pricing.fee.units) : .zero,
                executedAt: trial.executedAt, label: bar.label, reportAt: spot.time))
    }

    /// A fill with what a liquidation costs besides, where the order is one.
    func withLiquidationFee(
        _ pricing: Pricing, _ order: WorkingOrder
    ) throws(MarketError) -> Pricing {
        let rate = settings.margin.liquidationFee
        if rate == .zero || !order.id.isLiquidation { return pricing }
        do {
            let worth = pricing.notional < .zero ? try pricing.notional.negated() : pricing.notional
            let fee = try worth.proportion(rate)
            return Pricing(
                quantity: pricing.quantity, price: pricing.price, notional: pricing.notional,
                fee: try pricing.fee.adding(fee),
                cashChange: try pricing.cashChange.subtracting(fee), cut: pricing.cut)
        } catch { throw .overflow(instrument: order.instrument, operation: .fee) }
    }

    /// The most lots of an order that its account can pay for, above what only closes.
    @inline(never)
    mutating func affordable(
        _ wanted: Int64, _ order: WorkingOrder, _ trial: Trial
    ) throws(MarketError) -> Int64 {
        if settings.margin.insufficient == .cancel { return 0 }
        var (least, most) = (trial.reduction.lots, wanted)
        while most - least > 1 {
            let middle = least + (most - least) / 2
            let pricing = try price(Quantity(lots: middle), order, trial)
            if try isAffordable(pricing, order, trial) { least = middle } else { most = middle }
            if costs.mayChange { restoreCosts() }
        }
        let smallest = books[trial.place].limits.smallestQuantity?.lots ?? 1
        return least > trial.reduction.lots && least >= smallest ? least : 0
    }
}

import LockstepModel

/// The order that most intents place passes in one walk.
///
/// Every condition implies that the rules it stands for pass, so nothing is lost when all hold.
/// Where one does not, or for a rarer kind of order, the rules are asked one after the other: they
/// know the reason, and they may still let it pass.
extension RiskGate {
    /// Lets a new order of an account of cash pass, if it is an ordinary one.
    ///
    /// - Parameter intent: What is asked.
    /// - Returns: Whether it has passed, and counts from now on.
    @inline(never)
    mutating func passesAtOnce(_ intent: borrowing Intent) -> Bool {
        let id = intent.id.rawValue
        guard case .place(let terms) = intent.action, !terms.reduceOnly, id != 0,
            intent.id.strategy == intent.strategy, view.isOpen,
            let row = view.place(of: intent.account),
            let column = view.place(of: terms.instrument)
        else { return false }
        var prices = OpenOrder.Terms(quantity: terms.lots.lots, limit: nil, trigger: nil)
        // Before the first traded bar the mark is 0, which is no price.
        var ticks = view.listings[column].mark
        if !terms.isPlainMarket {
            guard let own = ownPrice(of: terms, &prices) else { return false }
            ticks = own
        }
        let cell = view.cell(row, column)
        guard ticks > 0, ticks < Price.limit,
            let claim = view.claim(column, ticks, prices.quantity),
            view.covers(claim, terms.side, row, cell),
            let slot = view.orders.vacancy(for: id)
        else { return false }
        view.orders.insert(
            OpenOrder(
                id: id, strategy: intent.strategy.rawValue,
                account: Int32(truncatingIfNeeded: row),
                instrument: Int32(truncatingIfNeeded: column), side: terms.side,
                isReduceOnly: false, terms: prices, basis: view.listings[column].mark, filled: 0,
                claim: claim, amendments: -1),
            at: slot)
        RiskView.add(claim, terms.side, &view.funds[row], &view.cells[cell], at: cell)
        return true
    }

    /// The price of an order of lots that has one limit or one trigger and no other conditions.
    @inline(never)
    private func ownPrice(of terms: OrderTerms, _ prices: inout OpenOrder.Terms) -> Int64? {
        guard case .quantity = terms.size, terms.maxSlippage == nil, terms.link == .none else {
            return nil
        }
        switch terms.kind {
        case .limit(let price, _, _), .limitTaking(let price, _), .limitOnOpen(let price),
            .limitOnClose(let price):
            prices.limit = price.ticks
            return price.ticks
        case .stop(let price, _):
            prices.trigger = price.ticks
            return price.ticks
        case .market, .marketOnOpen, .marketOnClose, .stopLimit, .trailingStop, .ifTouched:
            return nil
        }
    }
}

extension RiskView {
    /// What an order within all bounds of size and worth counts for.
    @inline(__always)
    fileprivate func claim(_ instrument: Int, _ ticks: Int64, _ lots: Int64) -> OpenOrder.Claim? {
        if !listings[instrument].bounds.admits(lots: lots) { return nil }
        do throws(ArithmeticError) {
            let notional = try listings[instrument].ratio.notional(
                Price(ticks: ticks), Quantity(lots: lots)
            ).units
            if !listings[instrument].bounds.admits(notional: notional) { return nil }
            return OpenOrder.Claim(
                lots: lots, value: try listings[instrument].fee.including(notional))
        } catch {
            return nil
        }
    }

    /// Whether cash and holdings alone decide, and cover an order; and all sums fit.
    @inline(__always)
    fileprivate func covers(
        _ claim: OpenOrder.Claim, _ side: Side, _ row: Int, _ cell: Int
    ) -> Bool {
        let (cash, isWide) = funds[row].cash.addingReportingOverflow(funds[row].unbooked)
        if !funds[row].isPlain || isWide { return false }
        let reserved = funds[row].reserved
        let (others, value): (Int64, Int64)
        if side == .buy {
            let (free, isUnder) = cash.subtractingReportingOverflow(reserved)
            if isUnder || claim.value > free { return false }
            (others, value) = (cells[cell].buys.lots, cells[cell].buys.value)
        } else {
            (others, value) = (cells[cell].sells.lots, cells[cell].sells.value)
            if claim.lots > cells[cell].position &- others { return false }
        }
        let (lots, isTooMany) = others.addingReportingOverflow(claim.lots)
        if isTooMany || lots >= Quantity.limit { return false }
        return !max(value, reserved).addingReportingOverflow(claim.value).overflow
    }
}

import LockstepModel

/// The order that most intents place passes in one walk.
///
/// Every condition implies that the rules it stands for pass, so nothing is lost when all hold.
/// Where one does not, or for a rarer kind of order, the rules are asked one after the other: they
/// know the reason, and they may still let it pass.
extension RiskGate {
    /// Lets a market order of an account of cash pass, if it is the most ordinary one.
    ///
    /// - Parameter intent: What is asked.
    /// - Returns: Whether it has passed, and counts from now on.
    @inline(__always)
    mutating func passesPlainly(_ intent: Lent<Intent>) -> Bool {
        guard case .place(let terms) = intent.value.action, terms.isPlainMarket,
            !terms.reduceOnly, isOwn(intent), view.isOpen, !view.orders.isFull,
            let row = view.place(of: intent.value.account),
            let column = view.place(of: terms.instrument)
        else { return false }
        let ticks = view.lastTicks(column)
        let cell = view.cell(row, column)
        return RiskView.opensPlainly(
            intent, at: ticks, row, column, &view.listings[column], &view.funds[row],
            &view.cells[cell], &view.orders, cell: cell)
    }

    /// Lets a new order of an account of cash pass, if it is an ordinary one.
    ///
    /// - Parameter intent: What is asked.
    /// - Returns: Whether it has passed, and counts from now on.
    @inline(never)
    mutating func passesAtOnce(_ intent: Lent<Intent>) -> Bool {
        guard case .place(let terms) = intent.value.action, !terms.reduceOnly, isOwn(intent),
            view.isOpen, let row = view.place(of: intent.value.account),
            let column = view.place(of: terms.instrument)
        else { return false }
        if view.orders.isFull { view.orders.makeRoom() }
        var prices = OpenOrder.Terms(quantity: terms.lots.lots, limit: nil, trigger: nil)
        // Before the first traded bar the last price is none, and far below zero.
        var ticks = view.lastTicks(column)
        if !terms.isPlainMarket {
            guard let own = ownPrice(of: terms, &prices) else { return false }
            ticks = own
        }
        return view.opens(
            intent.value.id, terms.side, prices, at: ticks, basis: view.mark(column), row, column)
    }

    /// Whether the identity of an intent is one of its strategy.
    @inline(__always)
    private func isOwn(_ intent: Lent<Intent>) -> Bool {
        let id = intent.value.id
        return !id.isOfHouse && id.rawValue != 0 && id.strategy == intent.value.strategy
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
    /// Keeps an order within all bounds, if cash and holdings alone decide and cover it.
    ///
    /// - Returns: Whether it is kept, and counts from now on.
    @inline(__always)
    fileprivate mutating func opens(
        _ id: OrderID, _ side: Side, _ terms: OpenOrder.Terms, at ticks: Int64, basis: Int64,
        _ row: Int, _ column: Int
    ) -> Bool {
        guard ticks > 0, ticks < Price.limit,
            let value = listings[column].worth(ticks, terms.quantity)
        else { return false }
        let cell = cell(row, column)
        return Self.open(
            OpenOrder(
                id: id.rawValue, strategy: id.strategy.rawValue,
                account: Int32(truncatingIfNeeded: row),
                instrument: Int32(truncatingIfNeeded: column), side: side, isReduceOnly: false,
                terms: terms, basis: basis, filled: 0,
                claim: OpenOrder.Claim(lots: terms.quantity, value: value), amendments: -1),
            &orders, &funds[row], &cells[cell], at: cell)
    }

    /// Keeps an order, if its account and its instrument, reached once, can carry it.
    @inline(__always)
    private static func open(
        _ order: OpenOrder, _ orders: inout OpenOrders, _ funds: inout Funds,
        _ cell: inout Cell, at place: Int
    ) -> Bool {
        guard covers(order.claim, order.side, &funds, &cell),
            let slot = orders.vacancy(for: order.id)
        else { return false }
        orders.insert(order.id, at: slot) { order }
        add(order.claim, order.side, &funds, &cell, at: place)
        return true
    }

    /// Keeps a plain market order, if all that it needs, reached once, can carry it.
    ///
    /// - Returns: Whether it is kept, and counts from now on.
    @inline(__always)
    fileprivate static func opensPlainly(
        _ intent: Lent<Intent>, at ticks: Int64, _ row: Int, _ column: Int,
        _ listing: inout Listing, _ funds: inout Funds, _ cell: inout Cell,
        _ orders: inout OpenOrders, cell place: Int
    ) -> Bool {
        guard case .place(let terms) = intent.value.action, ticks > 0, ticks < Price.limit,
            let value = listing.plainWorth(ticks, terms.lots.lots)
        else { return false }
        let claim = OpenOrder.Claim(lots: terms.lots.lots, value: value)
        guard covers(claim, terms.side, &funds, &cell),
            let slot = orders.vacancy(for: intent.value.id.rawValue)
        else { return false }
        orders.insert(intent.value.id.rawValue, at: slot) {
            OpenOrder(
                id: intent.value.id.rawValue, strategy: intent.value.strategy.rawValue,
                account: Int32(truncatingIfNeeded: row),
                instrument: Int32(truncatingIfNeeded: column), side: terms.side,
                isReduceOnly: false,
                terms: OpenOrder.Terms(quantity: terms.lots.lots, limit: nil, trigger: nil),
                basis: ticks, filled: 0, claim: claim, amendments: -1)
        }
        add(claim, terms.side, &funds, &cell, at: place)
        return true
    }

    /// Whether cash and holdings alone decide, and cover an order; and all sums fit.
    @inline(__always)
    private static func covers(
        _ claim: OpenOrder.Claim, _ side: Side, _ funds: inout Funds, _ cell: inout Cell
    ) -> Bool {
        let (cash, isWide) = funds.cash.addingReportingOverflow(funds.unbooked)
        if !funds.isPlain || isWide { return false }
        let (others, value): (Int64, Int64)
        if side == .buy {
            let (free, isUnder) = cash.subtractingReportingOverflow(funds.reserved)
            if isUnder || claim.value > free { return false }
            (others, value) = (cell.buys.lots, cell.buys.value)
        } else {
            (others, value) = (cell.sells.lots, cell.sells.value)
            if claim.lots > cell.position &- others { return false }
        }
        let (lots, isTooMany) = others.addingReportingOverflow(claim.lots)
        if isTooMany || lots >= Quantity.limit { return false }
        return !max(value, funds.reserved).addingReportingOverflow(claim.value).overflow
    }
}

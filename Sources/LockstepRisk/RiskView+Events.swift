import LockstepModel

extension RiskView {
    /// Takes a fill in hand if it ends its order, or counts it at once.
    ///
    /// Whatever else is asked of risk then has to ``countInHand()`` first.
    @inline(__always)
    mutating func hear(_ fill: Lent<Fill>, sequence: SequenceNumber) throws(RiskError) {
        tally.fills &+= 1
        if fill.value.leaves.isZero, inHand.isEmpty {
            tally.filled &+= 1
            inHand.take(fill, sequence)
        } else {
            try hearOther(fill, sequence)
        }
    }

    @inline(never)
    private mutating func hearOther(
        _ fill: Lent<Fill>, _ sequence: SequenceNumber
    ) throws(RiskError) {
        if fill.value.leaves.isZero { tally.filled &+= 1 }
        try apply(fill, sequence: sequence)
    }

    /// Counts a fill that is still in hand, since something else came before its booking.
    @inline(__always)
    mutating func countInHand() throws(RiskError) {
        if !inHand.isEmpty { try count(leaves: .zero) }
    }

    /// Moves cash and position, and lowers what the order may still cost.
    mutating func apply(_ fill: Lent<Fill>, sequence: SequenceNumber) throws(RiskError) {
        try countInHand()
        inHand.take(fill, sequence)
        try count(leaves: fill.value.leaves)
    }

    /// Counts the fill in hand until it is booked.
    @inline(never)
    private mutating func count(leaves: Quantity) throws(RiskError) {
        let fill = inHand
        inHand.sequence = 0
        guard let account = place(of: fill.account), let column = place(of: fill.instrument)
        else { return }
        if unbooked.isFull { unbooked.makeRoom() }
        let cell = cell(account, column)
        do throws(ArithmeticError) {
            let isBuy = fill.side == .buy
            let paid = isBuy ? try FixedPoint.negate(fill.notional) : fill.notional
            let cash = try FixedPoint.add(FixedPoint.subtract(paid, fill.fee), fill.rebate)
            let lots = isBuy ? fill.lots : 0 &- fill.lots
            funds[account].unbooked = try FixedPoint.add(funds[account].unbooked, cash)
            cells[cell].unbooked = try FixedPoint.add(cells[cell].unbooked, lots)
            cells[cell].use(cell, &funds[account])
            unbooked.append(made: {
                UnbookedFills.Effect(
                    sequence: fill.sequence, account: account, cell: cell, lots: lots,
                    cash: cash)
            })
            guard let slot = orders.slot(of: fill.order) else { return }
            if leaves.isZero {
                end(at: slot)
            } else {
                try shrink(orders.place(at: slot), by: fill.lots)
            }
        } catch {
            throw .overflow(account: fill.account, instrument: fill.instrument, what: "fills")
        }
    }

    /// Takes cash and position as booked; what is booked is no longer counted from the fill.
    @inline(__always)
    mutating func apply(_ booking: Lent<Booking>) {
        guard let account = place(of: booking.value.account) else { return }
        if !inHand.isEmpty, booking.value.fill.rawValue == inHand.sequence {
            inHand.sequence = 0
            if let column = place(of: inHand.instrument) {
                let cell = cell(account, column)
                if !Self.end(
                    inHand.order, account, column, &funds[account], &cells[cell], &orders)
                {
                    endInHand()
                }
            }
        }
        if unbooked.count > 0, booking.value.fill != .none {
            while let effect = unbooked.popFirst(through: booking.value.fill.rawValue) {
                funds[effect.account].unbooked &-= effect.cash
                cells[effect.cell].unbooked &-= effect.lots
            }
        }
        guard let column = place(of: booking.value.instrument) else {
            funds[account].cash = booking.value.cashAfter.units
            return
        }
        let cell = cell(account, column)
        Self.settle(booking, &funds[account], &cells[cell], at: cell)
    }

    /// Follows what the venue says of an order.
    @inline(__always)
    mutating func apply(_ update: Lent<OrderUpdate>) throws(RiskError) {
        // Most updates say that a venue took an order: that changes nothing.
        if update.value.change != .accepted { try follow(update.value) }
    }

    /// Counts what the venue says of an order, or risk itself, and follows the venue.
    @inline(__always)
    mutating func hear(_ update: Lent<OrderUpdate>, isOwn: Bool) throws(RiskError) {
        if update.value.change == .accepted, update.value.reason == .none {
            tally.accepted &+= 1
        } else {
            try hearOther(update.value, isOwn)
        }
    }

    @inline(never)
    private mutating func hearOther(_ update: OrderUpdate, _ isOwn: Bool) throws(RiskError) {
        tally.count(update)
        // Its own refusals come back to it: nothing of the order was kept.
        if !isOwn, update.change != .accepted { try follow(update) }
    }

    @inline(never)
    private mutating func follow(_ update: OrderUpdate) throws(RiskError) {
        try countInHand()
        guard let slot = orders.slot(of: update.order.rawValue) else { return }
        let place = orders.place(at: slot)
        do throws(ArithmeticError) {
            switch update.change {
            case .cancelled, .expired, .rejected: end(at: slot)
            case .amended:
                // A change of the venue's own, as of a group's other orders, tells its reason.
                if update.reason == .none,
                    let amendment = orders.removeFirstAmendment(of: place)
                {
                    orders[place].terms = orders[place].terms.amended(by: amendment)
                }
                orders[place].terms.quantity = try FixedPoint.add(
                    orders[place].filled, update.leaves.lots)
                try renewClaim(of: place)
            case .amendRejected:
                orders.removeFirstAmendment(of: place)
                try renewClaim(of: place)
            case .accepted, .triggered, .cancelRejected: break
            }
        } catch {
            throw .overflow(
                account: update.account, instrument: update.instrument, what: "working orders")
        }
    }

    /// Takes the cash of a snapshot, which is made when every fill is booked.
    @inline(__always)
    mutating func apply(_ snapshot: Lent<Snapshot>) {
        guard unbooked.count == 0, inHand.isEmpty,
            let account = place(of: snapshot.value.account)
        else { return }
        funds[account].cash = snapshot.value.cash.units
        if losses.count > 0 { losses[account].take(snapshot.value.equity.units, at: now) }
    }

    /// Counts an order or an amendment that has passed, where their rate is limited.
    @inline(never)
    mutating func countSent(by account: Int) {
        if !rates.isEmpty { rates[account].add(now) }
    }

    /// Forgets an order that a fill has ended, reached once.
    ///
    /// - Returns: Whether nothing is left to do.
    @inline(__always)
    private static func end(
        _ order: UInt64, _ account: Int, _ instrument: Int, _ funds: inout Funds,
        _ cell: inout Cell, _ orders: inout OpenOrders
    ) -> Bool {
        guard let slot = orders.slot(of: order) else { return true }
        guard let ended = orders.take(at: slot, account, instrument) else { return false }
        if ended.side == .buy {
            cell.buys.lots &-= ended.claim.lots
            cell.buys.value &-= ended.claim.value
            funds.reserved &-= ended.claim.value
        } else {
            cell.sells.lots &-= ended.claim.lots
            cell.sells.value &-= ended.claim.value
        }
        return true
    }

    /// Ends the order of the fill in hand, whatever hangs on it.
    @inline(never)
    private mutating func endInHand() {
        if let slot = orders.slot(of: inHand.order) { end(at: slot) }
    }

    @inline(__always)
    private static func settle(
        _ booking: Lent<Booking>, _ funds: inout Funds, _ cell: inout Cell, at place: Int
    ) {
        funds.cash = booking.value.cashAfter.units
        cell.booked = booking.value.positionAfter.lots
        cell.use(place, &funds)
    }

    // MARK: Orders

    /// Keeps an order that passed, with its claim.
    @inline(__always)
    mutating func open(_ order: OpenOrder) {
        if orders.isFull { orders.makeRoom() }
        guard let slot = orders.vacancy(for: order.id) else { return }
        orders.insert(order.id, at: slot) { order }
        add(order.claim, Int(order.account), Int(order.instrument), order.side)
    }

    /// Keeps an amendment that passed: until it is answered, the dearer terms count.
    mutating func amend(_ place: Int, by amendment: OrderAmendment, _ claim: OpenOrder.Claim) {
        orders.append(amendment, to: place)
        let held = orders[place].claim
        let joined = OpenOrder.Claim(
            lots: max(held.lots, claim.lots), value: max(held.value, claim.value))
        replaceClaim(of: place, by: joined)
    }

    @inline(__always)
    private mutating func end(at slot: Int) {
        replaceClaim(of: orders.place(at: slot), by: .none)
        orders.remove(at: slot)
    }

    @inline(never)
    private mutating func shrink(_ place: Int, by lots: Int64) throws(ArithmeticError) {
        orders[place].filled = try FixedPoint.add(orders[place].filled, lots)
        try renewClaim(of: place)
    }

    mutating func renewClaim(of place: Int) throws(ArithmeticError) {
        if orders[place].isReduceOnly { return }
        let (instrument, basis) = (Int(orders[place].instrument), orders[place].basis)
        let filled = orders[place].filled
        let isHeldByVenue = listings[instrument].isHeldByVenue
        var claim = OpenOrder.Claim.none
        try orders.forEachTerms(of: place) { terms throws(ArithmeticError) in
            let lots = max(0, terms.quantity &- filled)
            if lots == 0 { return }
            let ticks = terms.limit ?? terms.trigger ?? basis
            claim.lots = max(claim.lots, lots)
            if isHeldByVenue { return }
            claim.value = max(claim.value, try cost(instrument, ticks: ticks, lots: lots))
        }
        replaceClaim(of: place, by: claim)
    }

    @inline(__always)
    mutating func replaceClaim(of place: Int, by claim: OpenOrder.Claim) {
        let (held, side) = (orders[place].claim, orders[place].side)
        let (account, instrument) = (
            Int(orders[place].account), Int(orders[place].instrument)
        )
        orders[place].claim = claim
        add(
            OpenOrder.Claim(
                lots: claim.lots &- held.lots, value: claim.value &- held.value),
            account, instrument, side)
    }

    /// Adds to the sums of a side; the rule of sizes has seen to it that they fit.
    @inline(__always)
    private mutating func add(
        _ claim: OpenOrder.Claim, _ account: Int, _ instrument: Int, _ side: Side
    ) {
        if claim == .none { return }
        let cell = cell(account, instrument)
        Self.add(claim, side, &funds[account], &cells[cell], at: cell)
    }

    @inline(__always)
    static func add(
        _ claim: OpenOrder.Claim, _ side: Side, _ funds: inout Funds, _ cell: inout Cell,
        at place: Int
    ) {
        cell.add(claim, side)
        if side == .buy { funds.reserved &+= claim.value }
        cell.use(place, &funds)
    }
}

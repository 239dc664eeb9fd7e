import LockstepModel

extension RiskView {
    /// Takes the closes of the traded bars of each instrument's first series.
    ///
    /// - Parameter frame: The frame of the step.
    @inline(__always)
    mutating func apply(_ frame: borrowing Frame) {
        if !cancelling.isEmpty { countCancellingAgain() }
        for index in frame.slots.indices { listings.take(frame.slots[index]) }
    }

    /// Moves cash and position, and lowers what the order may still cost.
    @inline(__always)
    mutating func apply(
        _ fill: borrowing Fill, sequence: SequenceNumber
    ) throws(RiskError) {
        guard let account = place(of: fill.account), let column = place(of: fill.instrument)
        else { return }
        let cell = cell(account, column)
        do throws(ArithmeticError) {
            let paid = try fill.side == .buy ? fill.notional.negated() : fill.notional
            let cash = try paid.subtracting(fill.fee).adding(fill.rebate).units
            let lots = SignedQuantity(fill.side, fill.quantity).lots
            try Self.count(cash, lots, &funds[account], &cells[cell], at: cell)
            unbooked.append(
                UnbookedFills.Effect(
                    sequence: sequence.rawValue, account: account, cell: cell, lots: lots,
                    cash: cash))
            guard let slot = orders.slot(of: fill.order.rawValue) else { return }
            if fill.leaves.isZero {
                end(at: slot)
            } else {
                try shrink(orders.place(at: slot), by: fill.quantity.lots)
            }
        } catch {
            throw .overflow(account: fill.account, instrument: fill.instrument, what: "fills")
        }
    }

    /// Takes cash and position as booked; what is booked is no longer counted from the fill.
    @inline(__always)
    mutating func apply(_ booking: borrowing Booking) {
        guard let account = place(of: booking.account) else { return }
        if booking.fill != .none {
            while let effect = unbooked.popFirst(through: booking.fill.rawValue) {
                funds[effect.account].unbooked &-= effect.cash
                cells[effect.cell].unbooked &-= effect.lots
            }
        }
        guard let column = place(of: booking.instrument) else {
            funds[account].cash = booking.cashAfter.units
            return
        }
        let cell = cell(account, column)
        Self.settle(booking, &funds[account], &cells[cell], at: cell)
    }

    /// Follows what the venue says of an order.
    @inline(__always)
    mutating func apply(_ update: borrowing OrderUpdate) throws(RiskError) {
        // Most updates say that a venue took an order: that changes nothing.
        if update.change != .accepted { try follow(update) }
    }

    @inline(never)
    private mutating func follow(_ update: borrowing OrderUpdate) throws(RiskError) {
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
    mutating func apply(_ snapshot: borrowing Snapshot) {
        guard unbooked.count == 0, let account = place(of: snapshot.account) else { return }
        funds[account].cash = snapshot.cash.units
    }

    /// Counts what a fill moves until it is booked.
    @inline(__always)
    private static func count(
        _ cash: Int64, _ lots: Int64, _ funds: inout Funds, _ cell: inout Cell, at place: Int
    ) throws(ArithmeticError) {
        funds.unbooked = try FixedPoint.add(funds.unbooked, cash)
        cell.unbooked = try FixedPoint.add(cell.unbooked, lots)
        cell.use(place, &funds)
    }

    @inline(__always)
    private static func settle(
        _ booking: borrowing Booking, _ funds: inout Funds, _ cell: inout Cell, at place: Int
    ) {
        funds.cash = booking.cashAfter.units
        cell.booked = booking.positionAfter.lots
        cell.use(place, &funds)
    }

    // MARK: Orders

    /// Keeps an order that passed, with its claim.
    @inline(__always)
    mutating func open(_ order: OpenOrder) {
        guard let slot = orders.vacancy(for: order.id) else { return }
        orders.insert(order, at: slot)
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
        var claim = OpenOrder.Claim.none
        try orders.forEachTerms(of: place) { terms throws(ArithmeticError) in
            let lots = max(0, terms.quantity &- filled)
            if lots == 0 { return }
            let ticks = terms.limit ?? terms.trigger ?? basis
            claim.lots = max(claim.lots, lots)
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

extension Column<RiskView.Listing> {
    /// Takes the close of a traded bar, if its series marks the instrument.
    @inline(__always)
    fileprivate mutating func take(_ slot: FrameSlot) {
        let place = Int(slot.bar.instrument.rawValue) &- 1
        guard place >= 0, place < count else { return }
        self[place].take(slot)
    }
}

extension RiskView.Listing {
    @inline(__always)
    fileprivate mutating func take(_ slot: FrameSlot) {
        if primary == 0 { primary = slot.bar.series.rawValue }
        if slot.coverage == .traded, primary == slot.bar.series.rawValue {
            mark = slot.bar.close.ticks
            hasMark = true
        }
    }
}

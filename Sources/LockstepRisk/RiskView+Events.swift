import LockstepModel

extension RiskView {
    /// Takes the closes of the traded bars of each instrument's first series.
    ///
    /// - Parameter frame: The frame of the step.
    mutating func apply(_ frame: Frame) {
        if !cancelling.isEmpty { countCancellingAgain() }
        for index in frame.slots.indices {
            let bar = frame.slots[index].bar
            let place = Int(bar.instrument.rawValue) &- 1
            guard place >= 0, place < listings.count else { continue }
            if listings[place].primary == 0 { listings[place].primary = bar.series.rawValue }
            if frame.slots[index].coverage == .traded,
                listings[place].primary == bar.series.rawValue
            {
                listings[place].mark = bar.close.ticks
                listings[place].hasMark = true
            }
        }
    }

    /// Moves cash and position, and lowers what the order may still cost.
    mutating func apply(
        _ fill: Fill, sequence: SequenceNumber
    ) throws(RiskError) {
        guard let account = place(of: fill.account),
            let cell = cell(fill.account, fill.instrument)
        else { return }
        do throws(ArithmeticError) {
            let paid = try fill.side == .buy ? fill.notional.negated() : fill.notional
            let cash = try paid.subtracting(fill.fee).adding(fill.rebate).units
            let lots = SignedQuantity(fill.side, fill.quantity).lots
            try Self.add(cash, to: &funds[account].unbooked)
            try Self.add(lots, to: &cells[cell].unbooked)
            use(cell, of: account)
            unbooked.append(
                UnbookedFills.Effect(
                    sequence: sequence.rawValue, account: account, cell: cell, lots: lots,
                    cash: cash))
            guard let place = orders.place(of: fill.order.rawValue) else { return }
            if fill.leaves.isZero {
                end(place)
            } else {
                orders[place].filled = try FixedPoint.add(
                    orders[place].filled, fill.quantity.lots)
                try renewClaim(of: place)
            }
        } catch {
            throw .overflow(account: fill.account, instrument: fill.instrument, what: "fills")
        }
    }

    /// Takes cash and position as booked; what is booked is no longer counted from the fill.
    mutating func apply(_ booking: Booking) {
        guard let account = place(of: booking.account) else { return }
        if booking.fill != .none {
            while let effect = unbooked.popFirst(through: booking.fill.rawValue) {
                funds[effect.account].unbooked &-= effect.cash
                cells[effect.cell].unbooked &-= effect.lots
            }
        }
        funds[account].cash = booking.cashAfter.units
        if let cell = cell(booking.account, booking.instrument) {
            cells[cell].booked = booking.positionAfter.lots
            use(cell, of: account)
        }
    }

    /// Follows what the venue says of an order.
    mutating func apply(_ update: OrderUpdate) throws(RiskError) {
        // Most updates say that a venue took an order: that changes nothing.
        if update.change == .accepted { return }
        guard let place = orders.place(of: update.order.rawValue) else { return }
        do throws(ArithmeticError) {
            switch update.change {
            case .cancelled, .expired, .rejected: end(place)
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
    mutating func apply(_ snapshot: Snapshot) {
        guard unbooked.count == 0, let account = place(of: snapshot.account) else { return }
        funds[account].cash = snapshot.cash.units
    }

    @inline(__always)
    private static func add(_ change: Int64, to sum: inout Int64) throws(ArithmeticError) {
        sum = try FixedPoint.add(sum, change)
    }

    // MARK: Orders

    /// Keeps an order that passed, with its claim.
    @inline(__always)
    mutating func open(_ candidate: OrderCandidate, _ claim: OpenOrder.Claim) {
        orders.insert(
            OpenOrder(
                id: candidate.id.rawValue, strategy: candidate.strategy.rawValue,
                account: Int32(truncatingIfNeeded: candidate.account),
                instrument: Int32(truncatingIfNeeded: candidate.instrument),
                side: candidate.side, isReduceOnly: candidate.isReduceOnly,
                terms: candidate.terms, basis: candidate.basis, filled: 0, claim: claim,
                amendments: -1))
        add(claim, candidate.account, candidate.instrument, candidate.side)
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
    private mutating func end(_ place: Int) {
        replaceClaim(of: place, by: .none)
        orders.remove(orders[place].id)
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
        let order = orders[place]
        orders[place].claim = claim
        add(
            OpenOrder.Claim(
                lots: claim.lots &- order.claim.lots, value: claim.value &- order.claim.value),
            Int(order.account), Int(order.instrument), order.side)
    }

    /// Adds to the sums of a side; the rule of sizes has seen to it that they fit.
    @inline(__always)
    private mutating func add(
        _ claim: OpenOrder.Claim, _ account: Int, _ instrument: Int, _ side: Side
    ) {
        if claim == .none { return }
        let cell = cell(account, instrument)
        cells[cell].add(claim, side)
        if side == .buy { funds[account].reserved &+= claim.value }
        use(cell, of: account)
    }

    @inline(__always)
    private mutating func use(_ cell: Int, of account: Int) {
        if cells[cell].isUsed { return }
        cells[cell].isUsed = true
        cells[cell].next = funds[account].firstCell
        funds[account].firstCell = Int32(truncatingIfNeeded: cell)
    }
}

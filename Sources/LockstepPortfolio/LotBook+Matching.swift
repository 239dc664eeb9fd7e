package import LockstepModel

/// Other ways to match lots; what they share with the first is called, not told again.
extension LotBook {
    /// Closes lots of the other side as an account matches them, and opens one with the rest.
    ///
    /// - Parameters:
    ///   - fill: The execution; its quantity is above zero.
    ///   - matching: Which lots it closes.
    ///   - slices: Gets one closed slice for each lot that the fill reduced, in that order.
    /// - Returns: The profit of the closed slices before fees, in units.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    @inline(never)
    package mutating func apply(
        _ fill: borrowing Fill, by matching: LotMatching, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        let side = fill.side
        let closes = position.lots != 0 && (position.lots > 0) == (side == .sell)
        // With one lot open there is nothing to choose.
        if matching == .lifo && closes && count > 1 { return try applyToNewest(fill, &slices) }
        let profit = try apply(fill, &slices)
        if matching == .average && count > 1 { try join() }
        return profit
    }

    /// Closes lots from the newest on, and opens one of the other side with what is left.
    private mutating func applyToNewest(
        _ fill: borrowing Fill, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        var inHand = Lot(
            rest: fill.quantity.lots, notional: fill.notional.units,
            fee: try FixedPoint.subtract(fill.fee.units, fill.rebate.units),
            openedAt: fill.executedAt)
        var profit: Int64 = 0
        while count > 0, inHand.rest > 0 {
            profit = try FixedPoint.add(profit, closeNewest(&inHand, fill, &slices))
        }
        realised = Money(units: try FixedPoint.add(realised.units, profit))
        if inHand.rest > 0 {
            let notional = Money(units: inHand.notional)
            cost = try fill.side == .buy ? cost.adding(notional) : cost.subtracting(notional)
            append(inHand)
        }
        let change = SignedQuantity(fill.side, fill.quantity).lots
        position = try SignedQuantity(checking: FixedPoint.add(position.lots, change))
        return profit
    }

    /// Closes as much of the newest lot as the fill has left.
    private mutating func closeNewest(
        _ inHand: inout Lot, _ fill: borrowing Fill, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        if count == 1 {
            let gain = try reduce(&inHand, fill, &slices)
            if oldest.rest == 0 { count = 0 }
            return gain
        }
        let newest = (head + count - 2) & (ring.count - 1)
        (oldest, ring[newest]) = (ring[newest], oldest)
        let gain = try reduce(&inHand, fill, &slices)
        if oldest.rest == 0 {
            oldest = ring[newest]
            count &-= 1
        } else {
            (oldest, ring[newest]) = (ring[newest], oldest)
        }
        return gain
    }

    /// Makes one lot of two, opened when the first one was.
    private mutating func join() throws(ArithmeticError) {
        let newer = ring[head]
        oldest.rest = try FixedPoint.add(oldest.rest, newer.rest)
        oldest.notional = try FixedPoint.add(oldest.notional, newer.notional)
        oldest.fee = try FixedPoint.add(oldest.fee, newer.fee)
        count = 1
    }
}

import LockstepModel

/// What a split does to lots.
extension LotBook {
    /// What left the lots as a fraction.
    struct Fraction {
        /// The change of the cash: what is paid for it, below zero for a short position.
        var cash: Int64 = 0
        /// By how much the cost of what is held changes.
        var cost: Int64 = 0
        /// The profit before fees, and the share of the fees.
        var profit: Int64 = 0
        var fee: Int64 = 0
    }

    /// Makes new lots of old ones, their costs unchanged; what is left of whole lots leaves the
    /// newest ones as cash at the last price.
    ///
    /// Sizes are shared out oldest first: a lot ends where the sum of the lots up to it, times the
    /// ratio, is cut to whole lots. One that comes to nothing joins the next one.
    ///
    /// - Parameters:
    ///   - event: The split.
    ///   - mark: The last price before it.
    ///   - ratio: What a tick of a lot is worth.
    /// - Returns: What left the lots.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    mutating func split(
        _ event: MarketEvent, at mark: Price, _ ratio: NotionalRatio
    ) throws(ArithmeticError) -> Fraction {
        let isShort = position.lots < 0
        let after = try event.lots(after: position.lots)
        // A unit is the part of a new lot that one old lot times one new one makes.
        var left = Int128(position.lots.magnitude) * Int128(event.new) % Int128(event.old)
        var fraction = Fraction()
        fraction.cash = try Self.worth(Int64(left), mark, event.new, ratio)
        var (old, parts, notional, fee) = (lots, [Lot](), Int64(0), Int64(0))
        var units = old.map { Int128($0.rest) * Int128(event.new) }
        for place in old.indices.reversed() where left > 0 {
            let taken = min(left, units[place])
            let share = try Self.share(taken, of: units[place], old[place])
            old[place].notional -= share.notional
            old[place].fee -= share.fee
            notional = try FixedPoint.add(notional, share.notional)
            fee = try FixedPoint.add(fee, share.fee)
            units[place] -= taken
            left -= taken
        }
        var (sum, told): (Int128, Int128) = (0, 0)
        var carried: Lot?
        for place in old.indices where units[place] > 0 {
            sum += units[place]
            var lot = old[place]
            if let first = carried {
                lot.notional = try FixedPoint.add(lot.notional, first.notional)
                lot.fee = try FixedPoint.add(lot.fee, first.fee)
            }
            let end = sum / Int128(event.old)
            lot.rest = Int64(end - told)
            told = end
            carried = lot.rest == 0 ? lot : nil
            if lot.rest > 0 { parts.append(lot) }
        }
        fraction.profit = try FixedPoint.subtract(fraction.cash, notional)
        fraction.cost = isShort ? notional : -notional
        if isShort {
            fraction.cash = -fraction.cash
            fraction.profit = -fraction.profit
        }
        fraction.fee = fee
        try replace(
            parts, position: SignedQuantity(lots: after),
            cost: Money(units: FixedPoint.add(cost.units, fraction.cost)),
            realised: Money(units: FixedPoint.add(realised.units, fraction.profit)))
        return fraction
    }

    /// What so many units of a new lot are worth at the last price over the ratio.
    private static func worth(
        _ units: Int64, _ mark: Price, _ new: Int64, _ ratio: NotionalRatio
    ) throws(ArithmeticError) -> Int64 {
        try FixedPoint.multiplyDivide(
            FixedPoint.multiply(units, mark.ticks), ratio.numerator,
            den: FixedPoint.multiply(ratio.denominator, new), .halfEven)
    }

    private static func share(
        _ taken: Int128, of units: Int128, _ lot: Lot
    ) throws(ArithmeticError) -> (notional: Int64, fee: Int64) {
        if taken == units { return (lot.notional, lot.fee) }
        // Both are beneath the old ratio times a lot, and so beneath 2⁷³; their quotient counts.
        guard let part = Int64(exactly: taken), let whole = Int64(exactly: units) else {
            throw .overflow
        }
        return (
            try FixedPoint.multiplyDivide(lot.notional, part, den: whole, .halfEven),
            try FixedPoint.multiplyDivide(lot.fee, part, den: whole, .halfEven)
        )
    }
}

/// What a dated event does to prices and quantities that were told before it.
extension MarketEvent {
    /// The price that stands for a last one until the instrument trades again: less the dividend,
    /// or over the ratio of a split; rounded half-even to a tick.
    ///
    /// - Parameters:
    ///   - mark: The last price.
    ///   - instrument: The instrument.
    /// - Returns: The price after it; the last price where the event does not move it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func lastPrice(
        after mark: Price, of instrument: Instrument
    ) throws(ArithmeticError) -> Price {
        switch kind {
        case .split:
            return try Price(
                checking: FixedPoint.multiplyDivide(mark.ticks, self.old, den: new, .halfEven))
        case .dividend:
            return try Price(
                checking: FixedPoint.subtract(mark.ticks, instrument.ticks(worth: rate)))
        case .settlement: return price ?? mark
        case .payment, .funding, .accrual, .borrow, .endOfData: return mark
        }
    }

    /// The lots after a split, cut toward zero.
    ///
    /// - Parameter lots: The lots before it.
    /// - Returns: The lots after it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func lots(after lots: Int64) throws(ArithmeticError) -> Int64 {
        let lots = try FixedPoint.multiplyDivide(lots, new, den: old, .down)
        if lots.magnitude >= Quantity.limit.magnitude { throw .overflow }
        return lots
    }

    /// A limit after a split, rounded away from the market: down for buys, up for sales.
    ///
    /// - Parameters:
    ///   - ticks: The limit before it.
    ///   - side: The side of the order.
    /// - Returns: The limit after it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func limit(after ticks: Int64, _ side: Side) throws(ArithmeticError) -> Int64 {
        try price(after: ticks, side == .buy ? .floor : .ceiling)
    }

    /// A trigger price after a split, rounded away from the market.
    ///
    /// - Parameters:
    ///   - ticks: The trigger price before it.
    ///   - rises: Whether the price must rise to it: it is above the market.
    /// - Returns: The trigger price after it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func trigger(
        after ticks: Int64, rises: Bool
    ) throws(ArithmeticError) -> Int64 {
        try price(after: ticks, rises ? .ceiling : .floor)
    }

    /// A distance in ticks after a split: rounded up, and one tick at least.
    ///
    /// - Parameter ticks: The distance before it, above zero.
    /// - Returns: The distance after it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func distance(after ticks: Int64) throws(ArithmeticError) -> Int64 {
        max(1, try price(after: ticks, .ceiling))
    }

    /// A kind of order after a split: its prices, and the distance that it trails at.
    ///
    /// - Parameters:
    ///   - kind: The kind before it.
    ///   - side: The side of the order.
    /// - Returns: The kind after it.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func kind(
        after kind: OrderKind, _ side: Side
    ) throws(ArithmeticError) -> OrderKind {
        if case .trailingStop(.distance(let ticks), let time) = kind {
            return .trailingStop(.distance(ticks: try distance(after: ticks)), time)
        }
        var rises = side == .buy
        if case .ifTouched = kind { rises = side == .sell }
        var (newLimit, newTrigger): (Price?, Price?) = (nil, nil)
        if let old = kind.limitPrice {
            newLimit = Price(ticks: try limit(after: old.ticks, side))
        }
        if let old = kind.triggerPrice {
            newTrigger = Price(ticks: try trigger(after: old.ticks, rises: rises))
        }
        return kind.replacing(limit: newLimit, trigger: newTrigger)
    }

    private func price(
        after ticks: Int64, _ rounding: FixedPoint.Rounding
    ) throws(ArithmeticError) -> Int64 {
        let ticks = try FixedPoint.multiplyDivide(ticks, old, den: new, rounding)
        if !Price(ticks: ticks).isInRange { throw .overflow }
        return ticks
    }
}

extension Instrument {
    /// How many ticks money for each unit is, rounded half-even.
    ///
    /// - Parameter amount: The money of one unit.
    /// - Returns: The ticks.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func ticks(worth amount: Rate) throws(ArithmeticError) -> Int64 {
        let power = -Rate.decimals - Int(tickSize.exponent)
        guard let scale = FixedPoint.powerOfTen(abs(power)) else { throw .overflow }
        let (top, isWide) = Int128(amount.trillionths)
            .multipliedReportingOverflow(by: power > 0 ? scale : 1)
        let (bottom, isWider) = Int128(tickSize.mantissa)
            .multipliedReportingOverflow(by: power < 0 ? scale : 1)
        guard !isWide, !isWider,
            let ticks = Int64(exactly: FixedPoint.quotient(top, bottom, .halfEven))
        else { throw .overflow }
        return ticks
    }

    /// What money for each unit comes to for a position, rounded half-even to an increment, once.
    ///
    /// - Parameters:
    ///   - amount: The money of one unit, above zero.
    ///   - position: The position.
    ///   - increment: The smallest step of the amount in units of money, above zero.
    /// - Returns: The amount; below zero for a short position.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func amount(
        of amount: Rate, for position: SignedQuantity, increment: Int64
    ) throws(ArithmeticError) -> Money {
        let unit: ExactDecimal
        do throws(ModelError) {
            unit = try ExactDecimal(mantissa: amount.trillionths, exponent: -Rate.decimals)
        } catch { throw .overflow }
        guard let perLot = NotionalRatio([unit, lot, multiplier], decimals: currency.decimals)
        else { throw .overflow }
        let steps = try FixedPoint.multiplyDivide(
            position.lots, perLot.numerator,
            den: FixedPoint.multiply(perLot.denominator, increment), .halfEven)
        return Money(units: try FixedPoint.multiply(steps, increment))
    }
}

extension Money {
    /// A share of an amount for a number of days, rounded half-even to an increment, once.
    ///
    /// - Parameters:
    ///   - rate: The share; of a whole year where days are given.
    ///   - dayCount: The days of a year; 1 for a rate that is no rate of a year.
    ///   - increment: The smallest step of the amount in units of money, above zero.
    /// - Returns: The share.
    /// - Throws: ``ArithmeticError/overflow`` out of range.
    package func share(
        _ rate: Rate, dayCount: Int64 = 1, increment: Int64
    ) throws(ArithmeticError) -> Money {
        // 2⁶³ · 2⁶³, and 10¹² · 366 · 2⁶³, fit 128 bits.
        let product = Int128(units) * Int128(rate.trillionths)
        let divisor = Int128(Rate.one.trillionths) * Int128(dayCount)
        let (whole, isWide) = divisor.multipliedReportingOverflow(by: Int128(increment))
        guard !isWide, let steps = Int64(exactly: FixedPoint.quotient(product, whole, .halfEven))
        else { throw .overflow }
        return Money(units: try FixedPoint.multiply(steps, increment))
    }
}

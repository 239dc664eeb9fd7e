extension Instrument {
    /// The price that a number means, exactly on the grid.
    ///
    /// - Parameter value: The number.
    /// - Returns: The price.
    /// - Throws: ``ModelError/offGrid(symbol:price:fitting:)`` between two ticks, with the greatest
    ///   tick size that would fit both; ``ModelError/outOfRange(value:what:)`` from 2⁵³ ticks.
    public func price(from value: ExactDecimal) throws(ModelError) -> Price {
        let (ticks, isExact) = try steps(value, tickSize, .down, "a price of \(symbol)")
        if !isExact {
            throw .offGrid(symbol: symbol, price: value, fitting: gridFitting(value))
        }
        return Price(ticks: ticks)
    }

    /// The price on the grid that is next to a number.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - rounding: Which one of the two next.
    /// - Returns: The price.
    /// - Throws: ``ModelError/outOfRange(value:what:)`` from 2⁵³ ticks.
    public func price(
        nextTo value: ExactDecimal, _ rounding: FixedPoint.Rounding = .halfEven
    ) throws(ModelError) -> Price {
        Price(ticks: try steps(value, tickSize, rounding, "a price of \(symbol)").count)
    }

    /// The quantity that a number means, in whole lots.
    ///
    /// - Parameter value: The number; not negative.
    /// - Returns: The quantity.
    /// - Throws: ``ModelError/offLot(symbol:quantity:lot:)`` between two lots,
    ///   ``ModelError/outOfRange(value:what:)`` below 0 or from 2⁵³ lots.
    public func quantity(from value: ExactDecimal) throws(ModelError) -> Quantity {
        if value.mantissa < 0 {
            throw .outOfRange(value: value, what: "a quantity of \(symbol), which is not negative")
        }
        let (lots, isExact) = try steps(value, lot, .down, "a quantity of \(symbol)")
        if !isExact { throw .offLot(symbol: symbol, quantity: value, lot: lot) }
        return Quantity(lots: lots)
    }

    /// The volume of data, floored to whole lots.
    ///
    /// - Parameter value: The volume.
    /// - Returns: The whole lots, and whether nothing was cut.
    /// - Throws: ``ModelError/negativeVolume(symbol:volume:)``, or
    ///   ``ModelError/outOfRange(value:what:)`` from 2⁵³ lots.
    public func quantity(
        fromVolume value: ExactDecimal
    ) throws(ModelError) -> (quantity: Quantity, isExact: Bool) {
        if value.mantissa < 0 { throw .negativeVolume(symbol: symbol, volume: value) }
        let (lots, isExact) = try steps(value, lot, .floor, "a volume of \(symbol)")
        return (Quantity(lots: lots), isExact)
    }

    /// The exact decimal text of a price, with the decimals of the tick size.
    ///
    /// - Parameter price: The price.
    /// - Returns: The text.
    public func text(of price: Price) -> String { text(price.ticks, tickSize) }

    /// The exact decimal text of a quantity, with the decimals of the lot.
    ///
    /// - Parameter quantity: The quantity.
    /// - Returns: The text.
    public func text(of quantity: Quantity) -> String { text(quantity.lots, lot) }

    /// The exact decimal text of a position, with the decimals of the lot.
    ///
    /// - Parameter quantity: The position.
    /// - Returns: The text.
    public func text(of quantity: SignedQuantity) -> String { text(quantity.lots, lot) }

    /// The exact decimal text of an amount in the instrument's currency.
    ///
    /// - Parameter money: The amount.
    /// - Returns: The text, without the currency's code.
    public func text(of money: Money) -> String { currency.text(of: money) }

    /// A price as a double, for indicators and statistics alone.
    ///
    /// - Parameter price: The price.
    /// - Returns: The nearest double, but for the last bit of very long numbers.
    public func double(of price: Price) -> Double { double(price.ticks, tickSize) }

    /// A position as a double, for indicators and statistics alone.
    ///
    /// - Parameter quantity: The position.
    /// - Returns: The nearest double, but for the last bit of very long numbers.
    public func double(of quantity: SignedQuantity) -> Double { double(quantity.lots, lot) }

    private func double(_ count: Int64, _ step: ExactDecimal) -> Double {
        let digits = Double(Int128(count) * Int128(step.mantissa))
        var scale = 1.0
        for _ in 0..<abs(Int(step.exponent)) { scale *= 10 }
        return step.exponent < 0 ? digits / scale : digits * scale
    }

    private func text(_ count: Int64, _ step: ExactDecimal) -> String {
        ExactDecimal.text(Int128(count) * Int128(step.mantissa), Int(step.exponent))
    }

    /// How many steps of a grid a number is; under 2⁵³.
    private func steps(
        _ value: ExactDecimal, _ step: ExactDecimal, _ rounding: FixedPoint.Rounding,
        _ what: @autoclosure () -> String
    ) throws(ModelError) -> (count: Int64, isExact: Bool) {
        if value.mantissa == 0 { return (0, true) }
        let power = Int(value.exponent) - Int(step.exponent)
        var dividend = Int128(value.mantissa)
        var divisor = Int128(step.mantissa)
        if power >= 0 {
            // 2¹²⁷ over a step beneath 2⁶³ is beyond the range.
            guard let scaled = Self.shifted(dividend, power) else {
                throw .outOfRange(value: value, what: what())
            }
            dividend = scaled
        } else {
            // A value beneath 2⁶³ over 2¹²⁷ or more is under half a step, whatever it is exactly.
            divisor = Self.shifted(divisor, -power) ?? .max
        }
        let count = FixedPoint.quotient(dividend, divisor, rounding)
        guard let narrow = Int64(exactly: count), narrow.magnitude < Price.limit.magnitude else {
            throw .outOfRange(value: value, what: what())
        }
        return (narrow, dividend % divisor == 0)
    }

    /// A number times a power of ten, or nil when it does not fit 128 bits.
    private static func shifted(_ number: Int128, _ power: Int) -> Int128? {
        guard let scale = FixedPoint.powerOfTen(power) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    /// The greatest tick size of which both a number and the tick size are multiples.
    private func gridFitting(_ value: ExactDecimal) -> ExactDecimal {
        let power = min(value.exponent, tickSize.exponent)
        let left = Self.shifted(Int128(value.mantissa), Int(value.exponent - power))
        let right = Self.shifted(Int128(tickSize.mantissa), Int(tickSize.exponent - power))
        guard let left, let right else {
            return ExactDecimal(1, Int(power)) ?? tickSize
        }
        let common = FixedPoint.greatestCommonDivisor(left.magnitude, right.magnitude)
        return ExactDecimal(Int128(common), Int(power)) ?? tickSize
    }
}

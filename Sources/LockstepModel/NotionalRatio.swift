/// What one tick of one lot is worth, in units of money: an exact reduced ratio.
///
/// It is tick size · lot · multiplier · 10ᵈ. Trivial, so engines keep it instead of the instrument.
@frozen
public struct NotionalRatio: Hashable, Sendable, Codable {
    /// The numerator, above zero.
    public let numerator: Int64
    /// The denominator, above zero.
    public let denominator: Int64

    /// Makes the ratio of parts that are above zero and have no common divisor.
    init(numerator: Int64, denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The product of decimals and a power of ten, or nil when it does not fit 64 bits.
    package init?(_ factors: [ExactDecimal], decimals: Int) {
        var product: Int128 = 1
        var power = decimals
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: Int128(factor.mantissa))
            if overflow { return nil }
            product = next
            power += Int(factor.exponent)
        }
        while power < 0 && product % 10 == 0 && product != 0 {
            product /= 10
            power += 1
        }
        guard product > 0, let scale = FixedPoint.powerOfTen(abs(power)) else { return nil }
        let (whole, overflow) = product.multipliedReportingOverflow(by: power > 0 ? scale : 1)
        if overflow { return nil }
        let part = power < 0 ? scale : 1
        let divisor = Int128(FixedPoint.greatestCommonDivisor(whole.magnitude, part.magnitude))
        guard let numerator = Int64(exactly: whole / divisor),
            let denominator = Int64(exactly: part / divisor)
        else { return nil }
        self.init(numerator: numerator, denominator: denominator)
    }

    /// What a quantity at a price is worth: ticks · lots · ratio, rounded half-even, once.
    ///
    /// - Parameters:
    ///   - price: The price.
    ///   - quantity: The quantity.
    /// - Returns: The notional; negative for a negative price.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable @inline(__always)
    public func notional(
        _ price: Price, _ quantity: Quantity
    ) throws(ArithmeticError) -> Money {
        Money(units: try product(price.ticks, quantity.lots))
    }

    /// What a position at a price is worth: negative for a short one at a positive price.
    ///
    /// - Parameters:
    ///   - price: The price.
    ///   - position: The position.
    /// - Returns: The value, rounded half-even, once.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable @inline(__always)
    public func value(
        _ price: Price, _ position: SignedQuantity
    ) throws(ArithmeticError) -> Money {
        Money(units: try product(price.ticks, position.lots))
    }

    /// Most grids have whole units to a tick of a lot, and most products fit 64 bits.
    @inlinable @inline(__always)
    func product(_ ticks: Int64, _ lots: Int64) throws(ArithmeticError) -> Int64 {
        if denominator == 1 {
            let (square, isWide) = ticks.multipliedReportingOverflow(by: lots)
            let (product, isWider) = square.multipliedReportingOverflow(by: numerator)
            if !isWide && !isWider { return product }
        }
        return try rounded(ticks, lots)
    }

    @usableFromInline @inline(never)
    func rounded(_ ticks: Int64, _ lots: Int64) throws(ArithmeticError) -> Int64 {
        try FixedPoint.multiplyDivide(
            ticks, lots, num: numerator, den: denominator, .halfEven)
    }
}

extension NotionalRatio {
    /// The lots that a share of an amount is worth at a price, cut toward zero.
    ///
    /// - Parameters:
    ///   - amount: The amount.
    ///   - share: The share; negative for a short position.
    ///   - price: The price, above zero.
    /// - Returns: The lots; nil where they are out of range, or the price is not above zero.
    package func lots(worth amount: Money, _ share: Rate, at price: Price) -> SignedQuantity? {
        if price <= .zero { return nil }
        let (part, isWide) = (Int128(amount.units) * Int128(share.trillionths))
            .multipliedReportingOverflow(by: Int128(denominator))
        let one = Int128(price.ticks) * Int128(numerator)
        let (whole, isFar) = one.multipliedReportingOverflow(by: Int128(Rate.one.trillionths))
        if isWide || isFar { return nil }
        guard let lots = Int64(exactly: part / whole), lots.magnitude < Quantity.limit.magnitude
        else { return nil }
        return SignedQuantity(lots: lots)
    }
}

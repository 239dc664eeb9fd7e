public import LockstepModel

/// The largest fee a venue may take of an order: a share of its notional, an amount for each lot
/// and a fixed amount.
///
/// A negative part, a rebate, counts as nothing.
public struct LargestFee: Hashable, Sendable {
    /// The fixed amount, in the unit of the currency.
    private let fixed: Int64
    /// The amount for each lot.
    private let perLot: Int64
    /// The share as a ratio in lowest terms, so that its product mostly fits 64 bits.
    private let numerator: Int64
    private let denominator: Int64

    /// Makes the bound.
    ///
    /// - Parameters:
    ///   - rate: The greatest share of the notional.
    ///   - fixed: The greatest amount beside it.
    ///   - perLot: The greatest amount for each lot.
    public init(rate: Rate = .zero, fixed: Money = .zero, perLot: Money = .zero) {
        self.fixed = max(0, fixed.units)
        self.perLot = max(0, perLot.units)
        var (divisor, rest) = (Rate.one.trillionths, max(0, rate.trillionths))
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        numerator = max(0, rate.trillionths) / divisor
        denominator = Rate.one.trillionths / divisor
    }

    /// No fee.
    public static let none = Self()

    /// Whether lots cost something, so that a notional does not tell the fee.
    var dependsOnLots: Bool { perLot != 0 }

    /// A notional and the largest fee on it and its lots, rounded up.
    ///
    /// - Parameters:
    ///   - notional: The notional, not negative.
    ///   - lots: The lots, not negative.
    /// - Returns: The sum in units.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inline(__always)
    mutating func including(_ notional: Int64, lots: Int64) throws(ArithmeticError) -> Int64 {
        let sum = try including(notional)
        if perLot == 0 { return sum }
        return try FixedPoint.add(sum, FixedPoint.multiply(perLot, lots))
    }

    /// A notional and the largest fee on it, rounded up.
    // Mutating, so that it is asked where it lies.
    @inline(__always)
    private mutating func including(_ notional: Int64) throws(ArithmeticError) -> Int64 {
        var sum = try FixedPoint.add(notional, fixed)
        if numerator != 0 {
            let share = notional.multipliedReportingOverflow(by: numerator)
            if share.overflow || share.partialValue < 0 {
                return try FixedPoint.add(sum, wideFee(notional))
            }
            // Neither is negative, and the denominator is 10¹² at most, so the sum fits.
            let divisor = UInt64(bitPattern: denominator)
            let fee = (UInt64(bitPattern: share.partialValue) &+ divisor &- 1) / divisor
            sum = try FixedPoint.add(sum, Int64(bitPattern: fee))
        }
        return sum
    }

    /// A notional above zero and the largest fee on it, where lots cost nothing of their own and no
    /// product is wide; nil otherwise.
    @inline(__always)
    mutating func plainlyIncluding(_ notional: Int64) -> Int64? {
        let sum = notional.addingReportingOverflow(fixed)
        if sum.overflow { return nil }
        if numerator == 0 { return sum.partialValue }
        let share = notional.multipliedReportingOverflow(by: numerator)
        if share.overflow { return nil }
        let divisor = UInt64(bitPattern: denominator)
        let fee = (UInt64(bitPattern: share.partialValue) &+ divisor &- 1) / divisor
        let whole = sum.partialValue.addingReportingOverflow(Int64(bitPattern: fee))
        return whole.overflow ? nil : whole.partialValue
    }

    @inline(never)
    private mutating func wideFee(_ notional: Int64) throws(ArithmeticError) -> Int64 {
        try FixedPoint.multiplyDivide(notional, numerator, den: denominator, .ceiling)
    }
}

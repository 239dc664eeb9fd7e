public import LockstepModel

/// The largest fee a venue may take of an order: a share of its notional and a fixed amount.
///
/// A negative part, a rebate, counts as nothing.
public struct LargestFee: Hashable, Sendable {
    /// The fixed amount, in the unit of the currency.
    private let fixed: Int64
    /// The share as a ratio in lowest terms, so that its product mostly fits 64 bits.
    private let numerator: Int64
    private let denominator: Int64

    /// Makes the bound.
    ///
    /// - Parameters:
    ///   - rate: The greatest share of the notional.
    ///   - fixed: The greatest amount beside it.
    public init(rate: Rate = .zero, fixed: Money = .zero) {
        self.fixed = max(0, fixed.units)
        var (divisor, rest) = (Rate.one.trillionths, max(0, rate.trillionths))
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        numerator = max(0, rate.trillionths) / divisor
        denominator = Rate.one.trillionths / divisor
    }

    /// No fee.
    public static let none = Self()

    /// A notional and the largest fee on it, rounded up.
    ///
    /// - Parameter notional: The notional, not negative.
    /// - Returns: The sum in units.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    // Mutating, so that it is asked where it lies.
    @inline(__always)
    mutating func including(_ notional: Int64) throws(ArithmeticError) -> Int64 {
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

    /// A notional above zero and the largest fee on it, where no product is wide; nil otherwise.
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

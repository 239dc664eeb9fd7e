/// Exact arithmetic on scaled integers: wide products, every rounding named, overflow reported.
///
/// No operation traps or wraps, whatever its operands.
public enum FixedPoint: Sendable {
    /// Where an inexact result goes.
    @frozen
    public enum Rounding: UInt8, Hashable, Sendable, Codable, CaseIterable {
        /// To the nearest integer; from the middle to the even one.
        case halfEven = 1
        /// Toward zero.
        case down = 2
        /// Away from zero.
        case up = 3
        /// Toward negative infinity.
        case floor = 4
        /// Toward positive infinity.
        case ceiling = 5
    }

    /// Adds two integers.
    ///
    /// - Parameters:
    ///   - left: The first summand.
    ///   - right: The second summand.
    /// - Returns: The sum.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public static func add(_ left: Int64, _ right: Int64) throws(ArithmeticError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow { throw .overflow }
        return sum
    }

    /// Subtracts an integer from another.
    ///
    /// - Parameters:
    ///   - left: The minuend.
    ///   - right: The subtrahend.
    /// - Returns: The difference.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public static func subtract(_ left: Int64, _ right: Int64) throws(ArithmeticError) -> Int64 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        if overflow { throw .overflow }
        return difference
    }

    /// Multiplies two integers.
    ///
    /// - Parameters:
    ///   - left: The first factor.
    ///   - right: The second factor.
    /// - Returns: The product.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public static func multiply(_ left: Int64, _ right: Int64) throws(ArithmeticError) -> Int64 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        if overflow { throw .overflow }
        return product
    }

    /// Negates an integer.
    ///
    /// - Parameter value: The integer.
    /// - Returns: Its negative.
    /// - Throws: ``ArithmeticError/overflow`` for the least 64-bit integer.
    @inlinable
    public static func negate(_ value: Int64) throws(ArithmeticError) -> Int64 {
        try subtract(0, value)
    }

    /// Divides an integer by another.
    ///
    /// - Parameters:
    ///   - value: The dividend.
    ///   - divisor: The divisor.
    ///   - rounding: Where an inexact quotient goes.
    /// - Returns: The rounded quotient.
    /// - Throws: ``ArithmeticError/divisionByZero``, or ``ArithmeticError/overflow``.
    @inlinable
    public static func divide(
        _ value: Int64, by divisor: Int64, _ rounding: Rounding
    ) throws(ArithmeticError) -> Int64 {
        if divisor == 0 { throw .divisionByZero }
        if divisor == -1 { return try negate(value) }
        return quotient(value, divisor, rounding)
    }

    /// The product of two integers and a ratio, rounded once: `a · b · num / den`.
    ///
    /// The product is exact in 128 bits. With `num` and `den` 1, or a product that fits 64 bits,
    /// nothing wide is divided; a wide division costs a few tens of nanoseconds.
    ///
    /// - Parameters:
    ///   - a: The first factor.
    ///   - b: The second factor.
    ///   - num: The numerator of the ratio.
    ///   - den: The denominator of the ratio.
    ///   - rounding: Where an inexact result goes.
    /// - Returns: The rounded result.
    /// - Throws: ``ArithmeticError/divisionByZero``, or ``ArithmeticError/overflow`` when the
    ///   result does not fit 64 bits.
    @inlinable
    public static func multiplyDivide(
        _ a: Int64, _ b: Int64, num: Int64 = 1, den: Int64 = 1, _ rounding: Rounding
    ) throws(ArithmeticError) -> Int64 {
        let (narrow, wide) = a.multipliedReportingOverflow(by: b)
        if !wide {
            let (product, wider) = narrow.multipliedReportingOverflow(by: num)
            if !wider {
                if den == 1 { return product }
                return try divide(product, by: den, rounding)
            }
        }
        return try wideMultiplyDivide(a, b, num, den, rounding)
    }

    /// The general case of ``multiplyDivide(_:_:num:den:_:)``, in 128 bits.
    @usableFromInline
    static func wideMultiplyDivide(
        _ a: Int64, _ b: Int64, _ num: Int64, _ den: Int64, _ rounding: Rounding
    ) throws(ArithmeticError) -> Int64 {
        if den == 0 { throw .divisionByZero }
        let square = Int128(a) * Int128(b)
        let (product, overflow) = square.multipliedReportingOverflow(by: Int128(num))
        // A product of 2¹²⁷ and more, over at most 2⁶³, is at least 2⁶⁴: it would not fit anyway.
        if overflow || product == .min { throw .overflow }
        guard let result = Int64(exactly: quotient(product, Int128(den), rounding)) else {
            throw .overflow
        }
        return result
    }

    /// The rounded quotient, for a divisor which is not 0, nor -1 under the least integer.
    @inlinable
    static func quotient<Integer: FixedWidthInteger & SignedInteger>(
        _ value: Integer, _ divisor: Integer, _ rounding: Rounding
    ) -> Integer {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        if rest == 0 { return quotient }
        let negative = (rest < 0) != (divisor < 0)
        let away: Bool
        switch rounding {
        case .down: away = false
        case .up: away = true
        case .floor: away = negative
        case .ceiling: away = !negative
        case .halfEven:
            let part = rest.magnitude
            let other = divisor.magnitude - part
            away = part > other || (part == other && quotient & 1 != 0)
        }
        if !away { return quotient }
        return negative ? quotient - 1 : quotient + 1
    }

    /// The proportion of an amount: `amount · rate`, rounded once.
    ///
    /// - Parameters:
    ///   - amount: The amount.
    ///   - rate: The rate.
    ///   - rounding: Where an inexact result goes.
    /// - Returns: The rounded proportion.
    /// - Throws: ``ArithmeticError/overflow`` when the result does not fit 64 bits.
    @inlinable
    public static func proportion(
        of amount: Int64, rate: Rate, _ rounding: Rounding
    ) throws(ArithmeticError) -> Int64 {
        try multiplyDivide(amount, rate.trillionths, den: Rate.one.trillionths, rounding)
    }

    /// The greatest common divisor of two magnitudes; 0 only for two zeros.
    static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Ten to a power, or nil when it does not fit 128 bits or the power is negative.
    static func powerOfTen(_ power: Int) -> Int128? {
        guard (0...38).contains(power) else { return nil }
        var result: Int128 = 1
        for _ in 0..<power { result *= 10 }
        return result
    }
}

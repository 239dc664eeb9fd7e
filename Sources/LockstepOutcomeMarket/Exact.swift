/// Exact integer arithmetic of the market: products divided once, wider than 64 bits between.
enum Exact {
    /// One, in the scale of money, quantities and prices.
    static let unit: Int64 = 1_000_000
    /// One, in the scale of rates.
    static let one: Int64 = 1_000_000_000_000
    /// The largest amount the market counts.
    static let largest: Int64 = 9_000_000_000_000_000_000

    /// The floor of a product over a divisor.
    ///
    /// A double gives the quotient to within a few units; the remainder, exact in wrapping
    /// arithmetic, then says by how many. So no 128-bit division is needed.
    ///
    /// - Parameters:
    ///   - left: A factor, not negative.
    ///   - right: A factor, not negative.
    ///   - divisor: Above zero.
    /// - Returns: The floor of the quotient, which must not be above `Int64.max`.
    @inline(__always)
    static func floor(_ left: Int64, _ right: Int64, over divisor: Int64) -> Int64 {
        let estimate = Double(left) * Double(right) / Double(divisor)
        // Off by at most 2¹¹, so the remainder below stays within 2⁶¹.
        guard estimate < 0x1p62, divisor < 0x4_0000_0000_0000 else {
            return Int64(Int128(left) * Int128(right) / Int128(divisor))
        }
        var quotient = Int64(estimate)
        let remainder = left &* right &- quotient &* divisor
        if remainder < 0 {
            quotient &-= (divisor &- 1 &- remainder) / divisor
        } else if remainder >= divisor {
            quotient &+= remainder / divisor
        }
        return quotient
    }

    /// The ceiling of a product over a divisor; see ``floor(_:_:over:)``.
    @inline(__always)
    static func ceiling(_ left: Int64, _ right: Int64, over divisor: Int64) -> Int64 {
        let quotient = floor(left, right, over: divisor)
        return left &* right == quotient &* divisor ? quotient : quotient &+ 1
    }

    /// The floor of a rate of an amount; see ``floor(_:_:over:)``.
    @inline(__always)
    static func floor(rate: Int64, of amount: Int64) -> Int64 {
        let estimate = Double(rate) * Double(amount) * 1e-12
        guard estimate < 0x1p62 else { return floor(rate, amount, over: one) }
        var quotient = Int64(estimate)
        let remainder = rate &* amount &- quotient &* one
        if remainder < 0 {
            quotient &-= (one &- 1 &- remainder) / one
        } else if remainder >= one {
            quotient &+= remainder / one
        }
        return quotient
    }

    /// The ceiling of a rate of an amount.
    @inline(__always)
    static func ceiling(rate: Int64, of amount: Int64) -> Int64 {
        let quotient = floor(rate: rate, of: amount)
        return rate &* amount == quotient &* one ? quotient : quotient &+ 1
    }

    /// A number of 128 bits as a double, to within its last two digits.
    @inline(__always)
    static func double(_ value: UInt128) -> Double {
        Double(UInt64(truncatingIfNeeded: value >> 64)) * 0x1p64
            + Double(UInt64(truncatingIfNeeded: value))
    }

    /// A double rounded up, when it is finite and not above ``largest``.
    @inline(__always)
    static func roundedUp(_ value: Double) -> Int64? {
        guard value <= Double(largest) else { return nil }
        let whole = Int64(value)
        return Double(whole) < value ? whole &+ 1 : whole
    }

    /// A double of at least zero rounded down, when it is finite and not above ``largest``.
    @inline(__always)
    static func roundedDown(_ value: Double) -> Int64? {
        value <= Double(largest) ? Int64(value) : nil
    }
}

/// The product of 128 and 64 bits, for comparisons alone.
struct WideProduct: Comparable {
    private let high: UInt64
    private let low: UInt128

    @inline(__always)
    init(_ left: UInt128, _ right: UInt64) {
        let bottom = UInt64(truncatingIfNeeded: left).multipliedFullWidth(by: right)
        let top = UInt64(truncatingIfNeeded: left >> 64).multipliedFullWidth(by: right)
        let (middle, carry) = top.low.addingReportingOverflow(bottom.high)
        high = top.high &+ (carry ? 1 : 0)
        low = UInt128(middle) << 64 | UInt128(bottom.low)
    }

    static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

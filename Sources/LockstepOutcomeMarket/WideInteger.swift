/// A whole number of any length, not negative.
///
/// Sums of prices with their own denominators need up to 64 times 63 bits; nothing on the way of an
/// order uses it. Little-endian digits of 32 bits, without leading zeros.
struct WideInteger: Hashable, Sendable {
    private var digits: [UInt32]

    private init(digits: [UInt32]) {
        self.digits = digits
        while self.digits.last == 0 { self.digits.removeLast() }
    }

    /// A number of 128 bits.
    init(wide value: UInt128) {
        var digits: [UInt32] = []
        var rest = value
        while rest > 0 {
            digits.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        }
        self.digits = digits
    }

    /// A number that is not negative.
    ///
    /// - Parameter value: At least zero; an invariant of the caller.
    init(_ value: Int64) {
        precondition(value >= 0, "a wide integer has no sign")
        self.init(wide: UInt128(value))
    }

    /// The number as 64 bits, when it fits.
    var small: Int64? {
        if digits.count > 2 { return nil }
        let value = digits.reversed().reduce(UInt64(0)) { $0 << 32 | UInt64($1) }
        return Int64(exactly: value)
    }

    /// Whether it is zero.
    var isZero: Bool { digits.isEmpty }

    static func + (left: Self, right: Self) -> Self {
        var digits: [UInt32] = []
        digits.reserveCapacity(max(left.digits.count, right.digits.count) + 1)
        var carry: UInt64 = 0
        for index in 0..<max(left.digits.count, right.digits.count) {
            carry += UInt64(index < left.digits.count ? left.digits[index] : 0)
            carry += UInt64(index < right.digits.count ? right.digits[index] : 0)
            digits.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        digits.append(UInt32(carry))
        return Self(digits: digits)
    }

    /// The difference; the right side must not be the larger.
    static func - (left: Self, right: Self) -> Self {
        precondition(left >= right, "a wide integer has no sign")
        var digits = left.digits
        var borrow: Int64 = 0
        for index in digits.indices {
            let taken = index < right.digits.count ? Int64(right.digits[index]) : 0
            let rest = Int64(digits[index]) - taken - borrow
            borrow = rest < 0 ? 1 : 0
            digits[index] = UInt32(truncatingIfNeeded: rest)
        }
        return Self(digits: digits)
    }

    static func * (left: Self, right: Self) -> Self {
        var digits = [UInt32](repeating: 0, count: left.digits.count + right.digits.count)
        for (index, digit) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (other, factor) in right.digits.enumerated() {
                carry += UInt64(digit) * UInt64(factor) + UInt64(digits[index + other])
                digits[index + other] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            digits[index + right.digits.count] = UInt32(carry)
        }
        return Self(digits: digits)
    }

    static func * (left: Self, right: Int64) -> Self { left * Self(right) }
}

extension WideInteger: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
        return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
    }
}

extension WideInteger {
    /// The quotient, rounded down, and the remainder.
    ///
    /// Long division with normalised digits: D. E. Knuth, The Art of Computer Programming, volume 2,
    /// section 4.3.1, algorithm D.
    ///
    /// - Parameter divisor: Above zero; an invariant of the caller.
    /// - Returns: The floor of the quotient and what is left.
    func dividing(by divisor: Self) -> (quotient: Self, remainder: Self) {
        precondition(!divisor.isZero, "a divisor is not zero")
        if self < divisor { return (Self(0), self) }
        if divisor.digits.count == 1 { return dividing(byDigit: divisor.digits[0]) }
        let shift = divisor.digits[divisor.digits.count - 1].leadingZeroBitCount
        let by = divisor.shifted(left: shift).digits
        var rest = shifted(left: shift).digits
        rest += [UInt32](repeating: 0, count: digits.count + 1 - rest.count)
        let count = by.count
        var quotient = [UInt32](repeating: 0, count: rest.count - count)
        for place in quotient.indices.reversed() {
            let digit = Self.estimate(rest, by, at: place)
            quotient[place] = Self.subtract(digit, times: by, from: &rest, at: place)
        }
        return (Self(digits: quotient), Self(digits: rest).shifted(right: shift))
    }

    private func dividing(byDigit divisor: UInt32) -> (quotient: Self, remainder: Self) {
        var quotient = digits
        var rest: UInt64 = 0
        for place in quotient.indices.reversed() {
            rest = rest << 32 | UInt64(quotient[place])
            quotient[place] = UInt32(rest / UInt64(divisor))
            rest %= UInt64(divisor)
        }
        return (Self(digits: quotient), Self(wide: UInt128(rest)))
    }

    /// A digit of the quotient, at most one too large.
    private static func estimate(_ rest: [UInt32], _ by: [UInt32], at place: Int) -> UInt64 {
        let count = by.count
        let top = UInt64(rest[place + count]) << 32 | UInt64(rest[place + count - 1])
        let lead = UInt64(by[count - 1])
        var digit = top / lead
        var left = top % lead
        while digit > UInt64(UInt32.max)
            || digit * UInt64(by[count - 2]) > left << 32 | UInt64(rest[place + count - 2])
        {
            digit -= 1
            left += lead
            if left > UInt64(UInt32.max) { break }
        }
        return digit
    }

    /// Takes a digit times the divisor away and returns the digit that was right.
    private static func subtract(
        _ digit: UInt64, times by: [UInt32], from rest: inout [UInt32], at place: Int
    ) -> UInt32 {
        var carry: UInt64 = 0
        var borrow: Int64 = 0
        for index in by.indices {
            carry += digit * UInt64(by[index])
            let left = Int64(rest[place + index]) - borrow - Int64(carry & 0xFFFF_FFFF)
            rest[place + index] = UInt32(truncatingIfNeeded: left)
            borrow = left < 0 ? 1 : 0
            carry >>= 32
        }
        let left = Int64(rest[place + by.count]) - borrow - Int64(carry)
        rest[place + by.count] = UInt32(truncatingIfNeeded: left)
        if left >= 0 { return UInt32(digit) }
        var sum: UInt64 = 0
        for index in by.indices {
            sum += UInt64(rest[place + index]) + UInt64(by[index])
            rest[place + index] = UInt32(truncatingIfNeeded: sum)
            sum >>= 32
        }
        rest[place + by.count] &+= UInt32(sum)
        return UInt32(digit - 1)
    }

    /// Shifted by less than 32 bits.
    private func shifted(left bits: Int) -> Self {
        var carry: UInt64 = 0
        var shifted: [UInt32] = []
        shifted.reserveCapacity(digits.count + 1)
        for digit in digits {
            carry |= UInt64(digit) << bits
            shifted.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        shifted.append(UInt32(carry))
        return Self(digits: shifted)
    }

    private func shifted(right bits: Int) -> Self {
        var shifted = digits
        for index in shifted.indices {
            let above = index + 1 < digits.count ? UInt64(digits[index + 1]) : 0
            let both = above << 32 | UInt64(digits[index])
            shifted[index] = UInt32(truncatingIfNeeded: both >> bits)
        }
        return Self(digits: shifted)
    }
}

/// A sum of fractions, exact.
struct WideFraction: Sendable {
    private(set) var numerator = WideInteger(0)
    private(set) var denominator = WideInteger(1)

    /// Adds a fraction of two numbers that are not negative, the lower above zero.
    mutating func add(_ upper: Int64, over lower: Int64) {
        numerator = numerator * lower + denominator * upper
        denominator = denominator * lower
    }

    /// Takes a fraction away that is not larger than the sum.
    mutating func subtract(_ upper: Int64, over lower: Int64) {
        numerator = numerator * lower - denominator * upper
        denominator = denominator * lower
    }
}

/// The logarithm and the powers of queue models, from operations that are exact to the last bit on
/// every machine: the platform's own differ.
enum QueueMath {
    /// The natural logarithm; relative error beneath 10⁻¹⁵.
    ///
    /// - Parameter value: A finite number from 1.
    /// - Returns: The logarithm.
    static func ln(_ value: Double) -> Double {
        var (exponent, part) = (Double(value.exponent), value.significand)
        if part > 1.414_213_562_373_095_1 {
            part /= 2
            exponent += 1
        }
        // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …); s² is at most 0.0295, so 11 terms do.
        let s = (part - 1) / (part + 1)
        let square = s * s
        var sum = 0.0
        var odd = 21.0
        while odd > 0 {
            sum = sum * square + 1 / odd
            odd -= 2
        }
        // ln 2 in two parts: times an exponent the first one is exact.
        return exponent * 0x1.62e42feep-1 + (exponent * 0x1.a39ef35793c76p-33 + 2 * s * sum)
    }

    /// A power whose exponent is a multiple of one half.
    ///
    /// - Parameters:
    ///   - base: A finite number from 0.
    ///   - halves: Twice the exponent, above zero.
    /// - Returns: The power.
    static func power(_ base: Double, halves: Int) -> Double {
        var result = halves & 1 == 1 ? base.squareRoot() : 1
        var (factor, rest) = (base, halves >> 1)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            rest >>= 1
            if rest > 0 { factor *= factor }
        }
        return result
    }
}

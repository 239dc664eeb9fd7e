package import LockstepModel

/// Figures as people read them: thousands apart, two decimals, a dash for what is undefined.
package enum FigureText {
    /// What stands for a figure that is undefined.
    package static let undefined = "–"

    /// An amount with two decimals, rounded half to even from its units, never through a double.
    ///
    /// - Parameters:
    ///   - amount: The amount.
    ///   - currency: Its currency.
    /// - Returns: The text, such as `-1,234.50`, without the code of the currency.
    package static func money(_ amount: Money, _ currency: Currency) -> String {
        var hundredths = Int128(amount.units.magnitude)
        if currency.decimals <= 2 {
            for _ in currency.decimals..<2 { hundredths *= 10 }
        } else {
            let unit = (2..<currency.decimals).reduce(Int128(1)) { power, _ in power * 10 }
            let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: unit)
            let isOdd = whole % 2 == 1
            hundredths = whole + (2 * rest > unit || (2 * rest == unit && isOdd) ? 1 : 0)
        }
        return text(ofHundredths: amount.units < 0 ? -hundredths : hundredths)
    }

    /// A count with its thousands apart.
    ///
    /// - Parameter value: The count.
    /// - Returns: The text, such as `1,234`.
    package static func count(_ value: some BinaryInteger) -> String {
        grouped("\(value.magnitude)", isNegative: value < 0)
    }

    /// A number with two decimals.
    ///
    /// - Parameter value: The number; nil, an infinite one and NaN are undefined.
    /// - Returns: The text, such as `1.25`; beyond 10¹⁵ in the shortest exact form.
    package static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return undefined }
        let hundredths = (value * 100).rounded(.toNearestOrEven)
        guard abs(hundredths) < 1e17 else { return "\(value)" }
        return text(ofHundredths: Int128(hundredths))
    }

    /// A fraction in percent, with two decimals.
    ///
    /// - Parameter fraction: The fraction: 0.01 is one percent; nil is undefined.
    /// - Returns: The text, such as `1.00 %`.
    package static func percent(_ fraction: Double?) -> String {
        guard let fraction, fraction.isFinite else { return undefined }
        return number(fraction * 100) + " %"
    }

    private static func text(ofHundredths value: Int128) -> String {
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 100)
        let decimals = rest < 10 ? "0\(rest)" : "\(rest)"
        return grouped("\(whole)", isNegative: value < 0) + "." + decimals
    }

    private static func grouped(_ digits: String, isNegative: Bool) -> String {
        var text = isNegative ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}

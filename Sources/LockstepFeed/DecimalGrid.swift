import LockstepFiles
import LockstepModel

/// Turns decimal text into whole steps of a grid, where that is simple; the model does the rest.
struct DecimalGrid {
    private static let powers: ContiguousArray<Int64> = {
        var powers: ContiguousArray<Int64> = [1]
        for _ in 1...18 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    private let mantissa: Int64
    private let exponent: Int
    private let powers = Self.powers

    init(step: ExactDecimal) {
        mantissa = step.mantissa
        exponent = Int(step.exponent)
    }

    /// How many steps a number is; nil when it is between two, or takes more than 64 bits to tell.
    func steps(_ value: DecimalText) -> Int64? {
        let power = value.exponent - exponent
        guard powers.indices.contains(power) else { return nil }
        let (product, overflow) = value.mantissa.multipliedReportingOverflow(by: powers[power])
        if overflow { return nil }
        if mantissa == 1 { return product }
        let (quotient, rest) = product.quotientAndRemainder(dividingBy: mantissa)
        return rest == 0 ? quotient : nil
    }
}

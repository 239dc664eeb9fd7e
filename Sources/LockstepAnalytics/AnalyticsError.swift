public import LockstepModel

/// What can be wrong with numbers handed to a statistic.
///
/// A figure that is merely undefined (too few values, no losses, no spread) is not an error: it is
/// `nil`.
@nonexhaustive
public enum AnalyticsError: Error, Hashable, Sendable {
    /// A value is NaN or infinite; the index counts from 0.
    case notFinite(name: String, index: Int)
    /// A return is below −1, so less than nothing would be left to compound.
    case belowTotalLoss(index: Int, value: Double)
    /// A return is asked from an equity that is zero or less.
    case baseNotPositive(index: Int, equity: Double)
    /// Two series that belong together differ in length.
    case mismatchedLengths(returns: Int, benchmark: Int)
    /// A parameter lies outside its range.
    case outOfRange(parameter: String, value: Double, allowed: String)
    /// A value is earlier than the one before it.
    case outOfOrder(previous: Timestamp, found: Timestamp)
    /// A sum does not fit a double.
    case overflow(name: String)
}

extension AnalyticsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFinite(let name, let index):
            "Value \(index) of \(name) is not a finite number. Remove it, or mend its source."
        case .belowTotalLoss(let index, let value):
            "Return \(index) is \(value), which is below -1 and cannot be compounded. "
                + "Give returns as fractions (0.01 is one percent), or end at the ruin."
        case .baseNotPositive(let index, let equity):
            "No return can start from equity \(index), which is \(equity). "
                + "End the series where equity reaches zero."
        case .mismatchedLengths(let returns, let benchmark):
            "There are \(returns) returns and \(benchmark) of the benchmark. "
                + "Give one of each per period."
        case .outOfRange(let parameter, let value, let allowed):
            "\(parameter) is \(value). Give \(allowed)."
        case .outOfOrder(let previous, let found):
            "A value at \(found.nanoseconds) ns comes after one at \(previous.nanoseconds) ns. "
                + "Add values in order of time."
        case .overflow(let name):
            "The \(name) is too large for a double. Use a larger unit of money."
        }
    }
}

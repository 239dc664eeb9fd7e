/// What can go wrong in exact arithmetic.
@nonexhaustive
public enum ArithmeticError: Error, Hashable, Sendable {
    /// The result does not fit its type.
    case overflow
    /// The divisor is zero.
    case divisionByZero
}

extension ArithmeticError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .overflow:
            "The amount is too large for exact arithmetic, or negative where it may not be. "
                + "Use smaller sizes, or a coarser tick size, lot or currency unit."
        case .divisionByZero: "Division by zero."
        }
    }
}

/// Why a text cannot be read as a number or an instant.
public enum FieldFault: Error, Hashable, Sendable {
    /// There is nothing.
    case empty
    /// It says NaN, or one of its other names for a missing value.
    case notANumber
    /// It says infinity.
    case infinite
    /// It has characters that a number does not have.
    case junk
    /// It is a number, but has more digits than can be kept exactly.
    case tooManyDigits
    /// It is a number, but not a whole one.
    case notWhole
    /// It is not a date or a date with time.
    case notATime
    /// It is an instant outside the years 1678 to 2261.
    case timeOutOfRange
}

extension FieldFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "is empty. Fill it in, or remove the row."
        case .notANumber: "is not a number. Replace it, or remove the row."
        case .infinite: "is infinite. Replace it, or remove the row."
        case .junk: "is not a number. Write it as 12.34, without blanks, signs or separators."
        case .tooManyDigits: "has too many digits. Round it to at most 18."
        case .notWhole: "is not a whole number. Round it, or choose a finer unit."
        case .notATime:
            "is not a time. Write 2004-08-19 or 2004-08-19T16:30:00Z, or name its format."
        case .timeOutOfRange:
            "is outside the years 1678 to 2261. Check the value and the unit of its format."
        }
    }
}

/// What can be wrong with the bytes of a record.
@nonexhaustive
public enum RecordError: Error, Hashable, Sendable {
    /// The bytes end within a field.
    case truncated
    /// Bytes are left after the last field.
    case trailingBytes(Int)
    /// A number is longer than 10 bytes, or padded.
    case malformedNumber
    /// A text is not UTF-8.
    case notUTF8
    /// A value lies outside of what its field may hold.
    case outOfRange(field: String)
    /// A field list names a type that this version does not know.
    case unknownType
    /// A field list is nested more than 16 levels deep.
    case tooDeep
    /// The record does not hold the whole value: another type says what it holds.
    case readAs(type: String)
}

extension RecordError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the record ends within a field"
        case .trailingBytes(let count): "\(count) bytes are left after the last field"
        case .malformedNumber: "a number is longer than 10 bytes, or padded"
        case .notUTF8: "a text is not UTF-8"
        case .outOfRange(let field): "the value of '\(field)' is out of range"
        case .unknownType: "a field has a type that this version does not know"
        case .tooDeep: "the field list is nested too deep"
        case .readAs(let type): "the record does not hold the whole value; read it as \(type)"
        }
    }
}

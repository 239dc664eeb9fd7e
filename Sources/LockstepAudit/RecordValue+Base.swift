import LockstepBus

// What rows are counted from, both when they are read and when they are written.
extension RecordValue {
    /// The value as a number that others may be relative to.
    var base: Int64? {
        switch self {
        case .integer(let value), .price(let value), .money(let value), .time(let value): value
        case .decimal(let value, _): value
        case .unsigned(let value), .quantity(let value): Int64(bitPattern: value)
        default: nil
        }
    }

    /// The number that a field counts from.
    ///
    /// - Parameters:
    ///   - terms: Fields of the row, each times a factor.
    ///   - row: The row as far as it is known.
    /// - Returns: Their sum, which wraps at 64 bits.
    /// - Throws: ``RecordError/outOfRange(field:)`` for a field that is no number of the row.
    static func base(
        _ terms: [RecordSchema.Term], _ row: [RecordField]
    ) throws(RecordError) -> Int64 {
        var sum: Int64 = 0
        for term in terms {
            guard Int(term.field) < row.count, let base = row[Int(term.field)].value.base else {
                throw .outOfRange(field: "relative")
            }
            sum &+= base &* term.factor
        }
        return sum
    }

    /// What a field is when its mark says that nothing is written.
    ///
    /// - Parameters:
    ///   - type: What the field is when it is written.
    ///   - time: The time of the record in nanoseconds.
    ///   - row: The fields before it, at least.
    /// - Returns: The value.
    /// - Throws: ``RecordError/unknownType`` for a type that no mark can stand for.
    static func nothing(
        _ type: RecordSchema.FieldType, _ time: Int64, _ row: [RecordField]
    ) throws(RecordError) -> RecordValue {
        switch type {
        case .optional: .null
        case .time: .time(time)
        case .relative(let type, let place): try number(type, try base([.init(place)], row))
        case .combined(let type, let terms): try number(type, try base(terms, row))
        case .list: .list([])
        case .record: .unsigned(0)
        default: try number(type, 0)
        }
    }

    /// A number as a value of a type.
    static func number(
        _ type: RecordSchema.FieldType, _ value: Int64
    ) throws(RecordError) -> RecordValue {
        switch type {
        case .unsigned: return .unsigned(UInt64(bitPattern: value))
        case .integer: return .integer(value)
        case .price: return .price(value)
        case .quantity: return .quantity(UInt64(bitPattern: value))
        case .money: return .money(value)
        case .time: return .time(value)
        case .decimal(let scale): return .decimal(value, scale: scale)
        default: throw .unknownType
        }
    }
}

import LockstepBus
import LockstepModel

/// Writes a payload of another version of its schema anew, as this version would have.
///
/// Fields are matched by their numbers, which are their places. What the other version has appended
/// is left out; what it did not have yet is nothing: 0, empty, absent, without difference.
struct PayloadTranslation {
    private let fields: [RecordSchema.Field]

    /// Prepares for a pair of schemas; fails where a field has another type under the same number.
    ///
    /// - Parameters:
    ///   - other: The fields in the log.
    ///   - own: The fields of this version.
    init?(from other: [RecordSchema.Field], to own: [RecordSchema.Field]) {
        guard Self.agree(other, own) else { return nil }
        fields = own
    }

    /// The payload's bytes by the fields of this version.
    ///
    /// - Parameters:
    ///   - value: The payload as the log has it, a row.
    ///   - record: The record it is of.
    /// - Returns: The bytes.
    /// - Throws: ``RecordError`` where the payload is no row of the schema in the log.
    func bytes(_ value: RecordValue, of record: AuditRecord) throws(RecordError) -> [UInt8] {
        var writer = RecordWriter(capacity: 64)
        writer.recordTime = record.time.nanoseconds
        writer.recordSequence = record.sequence.rawValue
        try Self.write(row: value, fields, &writer)
        return writer.bytes
    }

    // MARK: Agreement

    private static func agree(
        _ left: [RecordSchema.Field], _ right: [RecordSchema.Field]
    ) -> Bool {
        zip(left, right).allSatisfy { agree($0.type, $1.type) }
    }

    /// Whether a type is the same but for what may be appended: cases, and fields of rows.
    private static func agree(
        _ left: RecordSchema.FieldType, _ right: RecordSchema.FieldType
    ) -> Bool {
        switch (left, right) {
        case (.enumeration, .enumeration): true
        case (.row(let first), .row(let second)): agree(first, second)
        case (.optional(let first), .optional(let second)): agree(first, second)
        case (.list(let first), .list(let second)): agree(first, second)
        case (.marked(let first), .marked(let second)): agree(first, second)
        case (.inMarks(let first, let bits), .inMarks(let second, let others)):
            bits == others && agree(first, second)
        case (.relative(let first, let place), .relative(let second, let other)):
            place == other && agree(first, second)
        case (.combined(let first, let terms), .combined(let second, let others)):
            terms == others && agree(first, second)
        default: left == right
        }
    }

    // MARK: Writing

    private static func write(
        row value: RecordValue, _ fields: [RecordSchema.Field], _ writer: inout RecordWriter
    ) throws(RecordError) {
        guard let found = value.fields else { throw .outOfRange(field: "row") }
        var values = found.prefix(fields.count).map(\.value)
        for field in fields.dropFirst(values.count) {
            values.append(nothing(field.type, values, writer.recordTime))
        }
        if fields.haveMarks { writer.unsigned(try marks(values, fields, writer.recordTime)) }
        for (field, value) in zip(fields, values) {
            switch field.type {
            case .inMarks: break
            case .marked(let type):
                if value == nothing(field.type, values, writer.recordTime) { continue }
                if case .optional(let inner) = type {
                    try write(value, inner, values, &writer)
                } else {
                    try write(value, type, values, &writer)
                }
            default: try write(value, field.type, values, &writer)
            }
        }
    }

    /// The bits in front of a row.
    private static func marks(
        _ values: [RecordValue], _ fields: [RecordSchema.Field], _ time: Int64
    ) throws(RecordError) -> UInt64 {
        var marks: UInt64 = 0
        var place: UInt64 = 0
        for (field, value) in zip(fields, values) {
            switch field.type {
            case .inMarks(_, let bits):
                guard let number = value.number else { throw .outOfRange(field: field.name) }
                marks |= number << place
                place += UInt64(bits)
            case .marked:
                if value != nothing(field.type, values, time) { marks |= 1 << place }
                place += 1
            default: break
            }
        }
        return marks
    }

    /// What a field is that says nothing; those before it in its row are known.
    private static func nothing(
        _ type: RecordSchema.FieldType, _ row: [RecordValue], _ time: Int64
    ) -> RecordValue {
        switch type {
        case .marked(let type), .inMarks(let type, _): nothing(type, row, time)
        case .unsigned, .record: .unsigned(0)
        case .integer: .integer(0)
        case .price: .price(0)
        case .quantity: .quantity(0)
        case .money: .money(0)
        case .time: .time(time)
        case .decimal(let scale): .decimal(0, scale: scale)
        case .float64: .float64(0)
        case .boolean: .boolean(false)
        case .enumeration: .enumeration(0, name: nil)
        case .symbol: .symbol(0, text: nil)
        case .string: .string("")
        case .bytes: .bytes([])
        case .optional: .null
        case .list: .list([])
        case .row(let fields):
            .row(fields.map { RecordField($0.name, nothing($0.type, [], time)) })
        case .relative(let type, let place):
            nothing(type, row, time).with(number: base([.init(place)], row))
        case .combined(let type, let terms):
            nothing(type, row, time).with(number: base(terms, row))
        }
    }

    private static func base(_ terms: [RecordSchema.Term], _ row: [RecordValue]) -> Int64 {
        terms.reduce(0) { sum, term in
            let place = Int(term.field)
            return sum &+ (place < row.count ? row[place].base ?? 0 : 0) &* term.factor
        }
    }

    private static func write(
        _ value: RecordValue, _ type: RecordSchema.FieldType, _ row: [RecordValue],
        _ writer: inout RecordWriter
    ) throws(RecordError) {
        switch (type, value) {
        case (.relative(_, let place), _):
            writer.relative(value.base ?? 0, to: base([.init(place)], row))
        case (.combined(_, let terms), _): writer.relative(value.base ?? 0, to: base(terms, row))
        case (.record, .unsigned(let number)):
            writer.unsigned(number == 0 ? 0 : writer.recordSequence &- number)
        case (.time, .time(let time)): writer.time(time)
        case (.float64, .float64(let number)): writer.float64(number)
        case (.string, .string(let text)): writer.string(text)
        case (.bytes, .bytes(let bytes)): writer.bytes(bytes)
        case (.optional, .null): writer.presence(false)
        case (.optional(let type), _):
            writer.presence(true)
            try write(value, type, row, &writer)
        case (.list(let type), .list(let values)):
            writer.unsigned(UInt64(values.count))
            for value in values { try write(value, type, [], &writer) }
        case (.row(let fields), _): try write(row: value, fields, &writer)
        case (_, .integer(let number)), (_, .price(let number)), (_, .money(let number)),
            (_, .decimal(let number, _)):
            writer.integer(number)
        default:
            guard let number = value.number else { throw .unknownType }
            writer.unsigned(number)
        }
    }
}

extension RecordValue {
    /// The value as a number without sign, where its type is written so.
    fileprivate var number: UInt64? {
        switch self {
        case .unsigned(let number), .quantity(let number), .enumeration(let number, _),
            .symbol(let number, _):
            number
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A value of the same kind with another number.
    fileprivate func with(number: Int64) -> RecordValue {
        switch self {
        case .unsigned: .unsigned(UInt64(bitPattern: number))
        case .quantity: .quantity(UInt64(bitPattern: number))
        case .integer: .integer(number)
        case .price: .price(number)
        case .money: .money(number)
        case .time: .time(number)
        case .decimal(_, let scale): .decimal(number, scale: scale)
        default: self
        }
    }
}

package import LockstepBus

/// Writes a row of values as a schema says: the way back from ``AuditDecoder``.
///
/// Every value has one encoding, so what was decoded is written as the bytes it was read from.
package enum RowEncoder: Sendable {
    /// Writes a row.
    ///
    /// - Parameters:
    ///   - row: Values in the order of the fields; their names do not matter.
    ///   - schema: The fields.
    ///   - writer: Knows the time and the number of the record.
    /// - Throws: ``RecordError/outOfRange(field:)`` for a value that its field cannot hold;
    ///   something may have been written then.
    package static func encode(
        _ row: RecordValue, by schema: RecordSchema, into writer: inout RecordWriter
    ) throws(RecordError) {
        try Self.row(row, schema.fields, &writer)
    }

    private static func row(
        _ value: RecordValue, _ fields: [RecordSchema.Field], _ writer: inout RecordWriter
    ) throws(RecordError) {
        guard let values = value.fields, values.count == fields.count else {
            throw .outOfRange(field: "row")
        }
        if fields.haveMarks { writer.unsigned(try marks(values, fields, writer.recordTime)) }
        for (place, field) in fields.enumerated() {
            let value = values[place].value
            switch field.type {
            case .inMarks: continue
            case .marked(let type):
                let nothing = try RecordValue.nothing(type, writer.recordTime, values)
                if value == nothing { continue }
                // The mark says already that an optional is there.
                var written = type
                if case .optional(let inner) = type { written = inner }
                try write(value, written, field.name, values, &writer)
            default: try write(value, field.type, field.name, values, &writer)
            }
        }
    }

    /// What the fields of a row put into its marks.
    private static func marks(
        _ values: [RecordField], _ fields: [RecordSchema.Field], _ time: Int64
    ) throws(RecordError) -> UInt64 {
        var marks: UInt64 = 0
        var place: UInt64 = 0
        func put(_ bits: UInt64, _ count: UInt64, _ name: String) throws(RecordError) {
            guard bits == 0 || (place + count <= 64 && bits >> count == 0) else {
                throw .outOfRange(field: name)
            }
            marks |= bits << place
            place += count
        }
        for (index, field) in fields.enumerated() {
            let value = values[index].value
            switch field.type {
            case .inMarks(let type, let bits):
                try put(try number(value, type, field.name), UInt64(bits), field.name)
            case .marked(let type):
                let isNothing = try value == RecordValue.nothing(type, time, values)
                try put(isNothing ? 0 : 1, 1, field.name)
            default: continue
            }
        }
        return marks
    }

    /// The bits of a value that stands in the marks.
    private static func number(
        _ value: RecordValue, _ type: RecordSchema.FieldType, _ name: String
    ) throws(RecordError) -> UInt64 {
        switch (type, value) {
        case (.unsigned, .unsigned(let number)): return number
        case (.boolean, .boolean(let isTrue)): return isTrue ? 1 : 0
        case (.enumeration, .enumeration(let number, _)): return number
        default: throw .outOfRange(field: name)
        }
    }

    private static func write(
        _ value: RecordValue, _ type: RecordSchema.FieldType, _ name: String,
        _ row: [RecordField], _ writer: inout RecordWriter
    ) throws(RecordError) {
        switch (type, value) {
        case (.unsigned, .unsigned(let number)), (.quantity, .quantity(let number)),
            (.enumeration, .enumeration(let number, _)), (.symbol, .symbol(let number, _)):
            writer.unsigned(number)
        case (.integer, .integer(let number)), (.price, .price(let number)),
            (.money, .money(let number)):
            writer.integer(number)
        case (.decimal(let scale), .decimal(let number, let other)) where scale == other:
            writer.integer(number)
        case (.time, .time(let nanoseconds)): writer.time(nanoseconds)
        case (.float64, .float64(let number)): writer.float64(number)
        case (.boolean, .boolean(let isTrue)): writer.boolean(isTrue)
        case (.string, .string(let text)): writer.string(text)
        case (.bytes, .bytes(let bytes)): writer.bytes(bytes)
        case (.optional, .null): writer.presence(false)
        case (.optional(let type), _):
            writer.presence(true)
            try write(value, type, name, row, &writer)
        case (.list(let type), .list(let values)):
            writer.unsigned(UInt64(values.count))
            for value in values { try write(value, type, name, [], &writer) }
        case (.row(let fields), .row):
            try Self.row(value, fields, &writer)
        case (.relative(let type, let place), _):
            try relative(value, type, [RecordSchema.Term(place)], name, row, &writer)
        case (.combined(let type, let terms), _):
            try relative(value, type, terms, name, row, &writer)
        case (.record, .unsigned(let number)):
            guard number < writer.recordSequence else { throw .outOfRange(field: name) }
            writer.unsigned(number == 0 ? 0 : writer.recordSequence - number)
        default: throw .outOfRange(field: name)
        }
    }

    private static func relative(
        _ value: RecordValue, _ type: RecordSchema.FieldType, _ terms: [RecordSchema.Term],
        _ name: String, _ row: [RecordField], _ writer: inout RecordWriter
    ) throws(RecordError) {
        let isRight =
            switch (type, value) {
            case (.unsigned, .unsigned), (.integer, .integer), (.price, .price),
                (.quantity, .quantity), (.money, .money), (.time, .time):
                true
            case (.decimal(let scale), .decimal(_, let other)): scale == other
            default: false
            }
        guard isRight, let number = value.base else { throw .outOfRange(field: name) }
        writer.relative(number, to: try RecordValue.base(terms, row))
    }
}

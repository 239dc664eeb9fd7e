package import LockstepBus
import LockstepModel

/// Brings records of a topic into the fields that this program has, whatever version wrote them.
///
/// Fields are matched by their number, which is their place: names may differ. A field that the
/// file lacks is nothing: zero, false, empty, not there, no difference, the record's time. A field
/// that only the file has is passed over. How a value is written does not matter, only what it is.
package struct SchemaAdapter: Sendable {
    private var decoder = AuditDecoder()
    private let own: RecordSchema

    /// Makes an adapter; none when a field is of another type in the file.
    ///
    /// - Parameters:
    ///   - topic: The number of the topic.
    ///   - file: The fields in the file.
    ///   - own: The fields that are wanted.
    package init?(topic: UInt8, from file: RecordSchema, to own: RecordSchema) {
        guard Self.agree(.row(file.fields), .row(own.fields)) else { return nil }
        self.own = own
        var writer = RecordWriter(capacity: 256)
        ControlEvent.schema(topic: topic, name: "", schema: file).encode(into: &writer)
        guard (try? decoder.learn(writer.bytes[...])) != nil else { return nil }
    }

    /// The payload of a record as this program would have written it.
    ///
    /// - Parameter record: A record of the topic.
    /// - Returns: The bytes of its fields.
    /// - Throws: ``RecordError`` when they do not fit the fields in the file, or hold what the
    ///   wanted fields cannot.
    package func payload(of record: AuditRecord) throws(RecordError) -> ArraySlice<UInt8> {
        let row: RecordValue
        do throws(AuditError) { row = try decoder.decode(record) } catch {
            if case .undecodable(_, _, let reason) = error { throw reason }
            throw .unknownType
        }
        var writer = RecordWriter(capacity: record.payload.count + 64)
        writer.recordTime = record.time.nanoseconds
        writer.recordSequence = record.sequence.rawValue
        let adapted = try Self.row(row.fields ?? [], own.fields, writer.recordTime)
        try RowEncoder.encode(adapted, by: own, into: &writer)
        return writer.bytes[...]
    }

    // MARK: Parts

    private static func row(
        _ found: [RecordField], _ fields: [RecordSchema.Field], _ time: Int64
    ) throws(RecordError) -> RecordValue {
        var values: [RecordField] = []
        for (place, field) in fields.enumerated() {
            let value =
                place < found.count
                ? try adapt(found[place].value, field.type, time)
                : try missing(field.type, time, values)
            values.append(RecordField(field.name, value))
        }
        return .row(values)
    }

    private static func adapt(
        _ value: RecordValue, _ type: RecordSchema.FieldType, _ time: Int64
    ) throws(RecordError) -> RecordValue {
        switch (value, content(type)) {
        case (.row(let found), .row(let fields)): return try row(found, fields, time)
        case (.list(let found), .list(let type)):
            var values: [RecordValue] = []
            for value in found { values.append(try adapt(value, type, time)) }
            return .list(values)
        case (.null, _): return .null
        case (_, .optional(let type)): return try adapt(value, type, time)
        default: return value
        }
    }

    /// What a field is that the file does not have.
    private static func missing(
        _ type: RecordSchema.FieldType, _ time: Int64, _ row: [RecordField]
    ) throws(RecordError) -> RecordValue {
        switch type {
        case .inMarks(let type, _), .marked(let type): return try missing(type, time, row)
        case .boolean: return .boolean(false)
        case .float64: return .float64(0)
        case .enumeration: return .enumeration(0, name: nil)
        case .symbol: return .symbol(0, text: nil)
        case .string: return .string("")
        case .bytes: return .bytes([])
        case .row(let fields): return try Self.row([], fields, time)
        default: return try RecordValue.nothing(type, time, row)
        }
    }

    /// Whether values of two types mean the same as far as both have fields.
    private static func agree(
        _ file: RecordSchema.FieldType, _ own: RecordSchema.FieldType
    ) -> Bool {
        switch (content(file), content(own)) {
        case (.row(let file), .row(let own)):
            zip(file, own).allSatisfy { agree($0.type, $1.type) }
        case (.list(let file), .list(let own)), (.optional(let file), .optional(let own)):
            agree(file, own)
        case (.enumeration, .enumeration): true
        case (let file, let own): file == own
        }
    }

    /// The type of the value itself, however it is written.
    private static func content(_ type: RecordSchema.FieldType) -> RecordSchema.FieldType {
        switch type {
        case .inMarks(let type, _), .marked(let type): content(type)
        case .relative(let type, _), .combined(let type, _): content(type)
        default: type
        }
    }
}

public import LockstepBus
import LockstepModel

/// Reads the fields of records by the schemas that stand in the log itself.
///
/// Every length is checked before it is used: bytes from an unknown hand lead to an error, never
/// to a trap, and never to more values than there are bytes, times the depth of the schema.
public struct AuditDecoder: Sendable {
    /// A topic and its fields.
    public struct TopicSchema: Hashable, Sendable {
        /// The number of the topic.
        public let topic: UInt32
        /// Its name.
        public let name: String
        /// Its fields.
        public let schema: RecordSchema
    }

    /// What is kept of texts and schemas; a log that tells more is shown with numbers for the rest.
    private static let greatestTexts = 1 << 16
    private static let greatestTextBytes = 8 << 20
    private static let greatestSchemaBytes = 256 << 10

    private var textBytes = 0
    private var schemaBytes = 0
    private var schemasByTopic: [UInt32: TopicSchema] = [:]
    /// How payloads are checked; topics above 62 are refused.
    private(set) var check = PayloadCheck()
    /// What the index alone has told so far: blocks say the same, or are right.
    private var hintedTopics: Set<UInt32> = []
    private var hintedTexts: Set<UInt64> = []
    /// Topics whose schema nothing can be read by.
    private var unsound: Set<UInt32> = []
    private var texts: [UInt64: String] = [:]
    /// What the configuration of the run calls instruments, strategies and accounts.
    public private(set) var names = AuditNames()
    /// The configuration of the run as JSON, where it was read.
    public private(set) var configuration: String?

    package init() {}

    /// The schemas read so far, by number of the topic.
    public var schemas: [TopicSchema] { schemasByTopic.values.sorted { $0.topic < $1.topic } }

    /// The fields of a topic; nil where the log has not told them.
    func schema(ofTopic topic: UInt32) -> RecordSchema? { schemasByTopic[topic]?.schema }

    /// The name of a topic: `control` for 0, else as its schema says, else its number.
    public func name(ofTopic topic: UInt32) -> String {
        schemasByTopic[topic]?.name ?? (topic == 0 ? "control" : String(topic))
    }

    /// The number of the topic with a name.
    ///
    /// - Parameter name: The name, or the number as text.
    /// - Returns: The number.
    /// - Throws: ``AuditError/unknownTopic(name:known:)``.
    public func topic(named name: String) throws(AuditError) -> UInt32 {
        if name == "control" { return 0 }
        if let found = schemas.first(where: { $0.name == name }) { return found.topic }
        if let number = UInt32(name), schemasByTopic[number] != nil { return number }
        let others = schemas.filter { $0.topic != 0 }.map(\.name)
        throw .unknownTopic(name: name, known: ["control"] + others)
    }

    /// The text behind the number of a symbol, where it was read.
    public func text(ofSymbol id: UInt64) -> String? { texts[id] }

    /// The fields of a record.
    ///
    /// - Parameter record: A record of the log of which this decoder has read the schemas.
    /// - Returns: A row.
    /// - Throws: ``AuditError/noSchema(sequence:topic:)`` or
    ///   ``AuditError/undecodable(sequence:topic:_:)``.
    public func decode(_ record: AuditRecord) throws(AuditError) -> RecordValue {
        do throws(RecordError) {
            if record.topic == 0 { return try Self.control(record.payload) }
            guard let topic = schemasByTopic[record.topic], !unsound.contains(record.topic) else {
                throw RecordError.unknownType
            }
            var reader = RecordReader(
                record.payload, recordTime: record.time.nanoseconds,
                recordSequence: record.sequence.rawValue)
            let row = try self.row(topic.schema.fields, &reader)
            try reader.expectEnd()
            return row
        } catch {
            if record.topic != 0, schemasByTopic[record.topic] == nil {
                throw .noSchema(sequence: record.sequence.rawValue, topic: UInt64(record.topic))
            }
            throw .undecodable(
                sequence: record.sequence.rawValue, topic: UInt64(record.topic), error)
        }
    }

    // MARK: Learning

    /// Takes what a schema, symbol or configuration record says.
    ///
    /// - Parameters:
    ///   - payload: The payload of the record.
    ///   - isHint: Whether it is a copy in the index, which the blocks may yet contradict.
    /// - Throws: ``RecordError`` for what is no such record, or contradicts an earlier one.
    package mutating func learn(
        _ payload: ArraySlice<UInt8>, isHint: Bool = false
    ) throws(RecordError) {
        var reader = RecordReader(payload)
        let event = try ControlEvent(from: &reader)
        try reader.expectEnd()
        switch event {
        case .schema(let topic, let name, let schema):
            let found = TopicSchema(topic: UInt32(topic), name: name, schema: schema)
            let key = UInt32(topic)
            if let known = schemasByTopic[key], hintedTopics.remove(key) == nil {
                if known != found { throw .outOfRange(field: "topic") }
                return
            }
            schemaBytes += payload.count
            guard schemaBytes <= Self.greatestSchemaBytes else { return }
            if isHint { hintedTopics.insert(key) }
            schemasByTopic[key] = found
            unsound.remove(key)
            if !SchemaSoundness.isSound(schema) {
                unsound.insert(key)
                check.remove(Int(topic))
            } else if (1...62).contains(topic) {
                check.add(schema, of: Int(topic))
            }
        case .symbol(let id, let text):
            let key = UInt64(id)
            if let known = texts[key], hintedTexts.remove(key) == nil {
                if known != text { throw .outOfRange(field: "id") }
                return
            }
            guard texts.count < Self.greatestTexts, textBytes <= Self.greatestTextBytes else {
                return
            }
            textBytes += text.utf8.count
            if isHint { hintedTexts.insert(key) }
            texts[key] = text
        case .configuration(let json):
            configuration = json
            names = AuditNames(configuration: json)
        default: break
        }
    }

    // MARK: Values

    private func row(
        _ fields: [RecordSchema.Field], _ reader: inout RecordReader
    ) throws(RecordError) -> RecordValue {
        var values: [RecordField] = []
        values.reserveCapacity(fields.count)
        var marks = fields.haveMarks ? try reader.marks() : RecordMarks(0)
        for field in fields {
            let value: RecordValue
            switch field.type {
            case .inMarks(let type, let bits): value = try Self.bits(type, marks.bits(bits))
            case .marked(let type): value = try marked(type, marks.flag(), &reader, values)
            default: value = try self.value(field.type, &reader, values)
            }
            values.append(RecordField(field.name, value))
        }
        try marks.expectEnd()
        return .row(values)
    }

    /// A value of which a mark says whether it is written.
    private func marked(
        _ type: RecordSchema.FieldType, _ isThere: Bool, _ reader: inout RecordReader,
        _ row: [RecordField]
    ) throws(RecordError) -> RecordValue {
        if case .optional(let type) = type {
            return isThere ? try value(type, &reader, row) : .null
        }
        let nothing = try RecordValue.nothing(type, reader.recordTime, row)
        if !isThere { return nothing }
        let value = try value(type, &reader, row)
        try reader.expectSomething(value == nothing)
        return value
    }

    private func value(
        _ type: RecordSchema.FieldType, _ reader: inout RecordReader, _ row: [RecordField]
    ) throws(RecordError) -> RecordValue {
        switch type {
        case .unsigned: return .unsigned(try reader.unsigned())
        case .integer: return .integer(try reader.integer())
        case .price: return .price(try reader.integer())
        case .quantity: return .quantity(try reader.unsigned())
        case .money: return .money(try reader.integer())
        case .time: return .time(try reader.time())
        case .decimal(let scale): return .decimal(try reader.integer(), scale: scale)
        case .float64: return .float64(try reader.float64())
        case .boolean: return .boolean(try reader.boolean())
        case .enumeration(let cases):
            let number = try reader.unsigned()
            return .enumeration(number, name: cases.first { $0.number == number }?.name)
        case .symbol:
            let id = try reader.unsigned()
            return .symbol(id, text: texts[id])
        case .string: return .string(try reader.string())
        case .bytes: return .bytes(try reader.bytes())
        case .optional(let type):
            return try reader.presence() ? try value(type, &reader, row) : .null
        case .list(let type):
            let count = try reader.count(atLeastBytesEach: Self.leastBytes(type))
            var values: [RecordValue] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try value(type, &reader, [])) }
            return .list(values)
        case .row(let fields): return try self.row(fields, &reader)
        case .relative(let type, let place):
            let base = try RecordValue.base([.init(place)], row)
            return try RecordValue.number(type, try reader.relative(to: base))
        case .combined(let type, let terms):
            let base = try RecordValue.base(terms, row)
            return try RecordValue.number(type, try reader.relative(to: base))
        case .record: return .unsigned(try reader.record("record"))
        // Marks belong to rows.
        case .inMarks, .marked: throw .unknownType
        }
    }

    /// What bits of the marks say.
    private static func bits(
        _ type: RecordSchema.FieldType, _ bits: UInt64
    ) throws(RecordError) -> RecordValue {
        switch type {
        case .unsigned: return .unsigned(bits)
        case .boolean:
            guard bits <= 1 else { throw .outOfRange(field: "boolean") }
            return .boolean(bits == 1)
        case .enumeration(let cases):
            return .enumeration(bits, name: cases.first { $0.number == bits }?.name)
        default: throw .unknownType
        }
    }

    /// The fewest bytes that a value of a type takes.
    static func leastBytes(_ type: RecordSchema.FieldType) -> Int {
        switch type {
        case .float64: 8
        case .row(let fields):
            fields.reduce(fields.haveMarks ? 1 : 0) { $0 + leastBytes($1.type) }
        case .inMarks, .marked: 0
        default: 1
        }
    }

    /// The fields of a control record, which differ by its kind.
    private static func control(_ payload: ArraySlice<UInt8>) throws(RecordError) -> RecordValue {
        var reader = RecordReader(payload)
        let event = try ControlEvent(from: &reader)
        try reader.expectEnd()
        func kind(_ number: Int) -> RecordField {
            RecordField(
                "kind", .enumeration(UInt64(number), name: ControlEvent.kinds[number]))
        }
        switch event {
        case .schema(let topic, let name, let schema):
            return .row([
                kind(0), RecordField("topic", .unsigned(UInt64(topic))),
                RecordField("name", .string(name)),
                RecordField("version", .unsigned(UInt64(schema.version))),
                RecordField(
                    "fields", .list(schema.fields.map { .string($0.name) })),
            ])
        case .symbol(let id, let text):
            return .row([
                kind(1), RecordField("id", .unsigned(UInt64(id))),
                RecordField("text", .string(text)),
            ])
        case .configuration(let json):
            return .row([kind(2), RecordField("json", .string(json))])
        case .stepEnd:
            return .row([kind(3)])
        case .end(let status, let reason):
            return .row([
                kind(4),
                RecordField(
                    "status",
                    .enumeration(UInt64(status.rawValue), name: String(describing: status))),
                RecordField("reason", reason.map { .string($0) } ?? .null),
            ])
        case .recovered(let offset, let reason):
            return .row([
                kind(5), RecordField("offset", .unsigned(offset)),
                RecordField("reason", .string(reason)),
            ])
        }
    }
}

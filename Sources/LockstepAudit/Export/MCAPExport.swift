import LockstepBus
import LockstepFiles
import LockstepModel

/// A log as an MCAP file: a channel for each topic, with its name and a JSON schema.
///
/// A message is an object of `seq`, `parent`, `producer` and `fields`; what is null is left out, and
/// times among the fields are ISO 8601 in UTC. The log time is the simulated time, the number of the
/// message the low 32 bits of the record's.
final class MCAPExport: ExportTarget {
    private let writer: MCAPWriter

    init(_ path: String) throws(AuditError) {
        let file: AsideFile
        do { file = try AsideFile(creating: path) } catch { throw .files(error) }
        writer = try MCAPWriter(file)
    }

    func write(_ record: AuditRecord, _ decoder: AuditDecoder) throws(AuditError) {
        guard let time = UInt64(exactly: record.time.nanoseconds) else {
            throw .beforeEpoch(sequence: record.sequence.rawValue, record.time)
        }
        let value = try decoder.decode(record)
        // The number 0 would mean no schema.
        let channel = UInt16(truncatingIfNeeded: record.topic + 1)
        if !writer.has(channel) {
            let schema = decoder.schemas.first { $0.topic == record.topic }?.schema.fields ?? []
            writer.declare(
                channel: channel, name: decoder.name(ofTopic: record.topic),
                schema: Self.schema(record.topic == 0 ? nil : schema).text())
        }
        try writer.write(
            channel: channel, sequence: UInt32(truncatingIfNeeded: record.sequence.rawValue),
            time: time, Self.message(record, value))
    }

    func finish() throws(AuditError) -> Int {
        try writer.finish()
        return 1
    }

    // MARK: Messages

    private static func message(_ record: AuditRecord, _ value: RecordValue) -> String {
        var members = [JSONMember("seq", AuditJSON.number(record.sequence.rawValue))]
        if record.cause != .none {
            members.append(JSONMember("parent", AuditJSON.number(record.cause.rawValue)))
        }
        members.append(JSONMember("producer", .integer(Int64(record.producer.rawValue))))
        members.append(JSONMember("fields", json(value)))
        return AuditEscaping.json(JSONValue.object(members).text())
    }

    private static func json(_ value: RecordValue) -> JSONValue {
        switch value {
        case .time(let nanoseconds): .string(Timestamp(nanoseconds: nanoseconds).description)
        case .list(let values): .array(values.map(json))
        case .row(let fields):
            .object(
                fields.filter { $0.value != .null }.map { JSONMember($0.name, json($0.value)) })
        default: AuditJSON.value(value)
        }
    }

    // MARK: Schemas

    /// The JSON schema of a topic's messages; nil stands for control records, whose fields differ.
    private static func schema(_ fields: [RecordSchema.Field]?) -> JSONValue {
        [
            "type": "object",
            "properties": [
                "seq": ["type": "integer"], "parent": ["type": "integer"],
                "producer": ["type": "integer"],
                "fields": fields.map(row) ?? [
                    "type": "object", "properties": ["kind": ["type": "string"]],
                ],
            ],
            "required": ["seq", "producer", "fields"],
        ]
    }

    private static func row(_ fields: [RecordSchema.Field]) -> JSONValue {
        let required = fields.filter { !isOptional($0.type) }
        return [
            "type": "object",
            "properties": .object(fields.map { JSONMember($0.name, type($0.type)) }),
            "required": .array(required.map { .string($0.name) }),
        ]
    }

    private static func isOptional(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .optional: true
        case .marked(let type): isOptional(type)
        default: false
        }
    }

    private static func type(_ type: RecordSchema.FieldType) -> JSONValue {
        switch type {
        case .unsigned, .integer, .record: ["type": "integer"]
        case .price: ["type": "integer", "description": "ticks of the instrument"]
        case .quantity: ["type": "integer", "description": "lots of the instrument"]
        case .money: ["type": "integer", "description": "units of the currency"]
        case .time: ["type": "string", "format": "date-time"]
        case .float64: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .decimal, .enumeration, .symbol, .string: ["type": "string"]
        case .bytes: ["type": "string", "description": "hexadecimal"]
        case .list(let type): ["type": "array", "items": self.type(type)]
        case .row(let fields): row(fields)
        case .optional(let type), .relative(let type, _), .combined(let type, _),
            .inMarks(let type, _), .marked(let type):
            self.type(type)
        }
    }
}

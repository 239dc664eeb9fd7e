/// What the bus and the driver note in the log besides the events of services.
public enum ControlEvent: EventPayload, Hashable {
    /// A topic and its fields; declared in the set-up, before the first step.
    case schema(topic: UInt8, name: String, schema: RecordSchema)
    /// A text and the number that stands for it from here on.
    case symbol(id: UInt32, text: String)
    /// What decides the run, as JSON with sorted keys and no spaces.
    case configuration(json: String)
    /// Everything of the step is resolved; the first ends the set-up, which is step 0, and each
    /// later one the step after that of the one before.
    case stepEnd
    /// The run is over.
    case end(EndStatus, reason: String?)
    /// The log was cut here and closed by `recover`.
    case recovered(offset: UInt64, reason: String)

    /// How a run ended.
    public enum EndStatus: UInt8, Hashable, Sendable, CaseIterable {
        /// The feed ended and everything was resolved.
        case completed = 0
        /// Something failed.
        case failed = 1
        /// Somebody asked the run to end.
        case cancelled = 2
        /// The run died; the log was closed by `recover`.
        case recovered = 3
    }

    /// The names of the kinds of control event; a kind's number is its place.
    package static let kinds = ["schema", "symbol", "configuration", "stepEnd", "end", "recovered"]

    /// Control events differ in form: a kind, and the bytes of that kind's own fields.
    public static var schema: RecordSchema {
        RecordSchema([
            .init(
                "kind",
                .enumeration(
                    kinds.enumerated().map { .init(UInt64($0.offset), $0.element) }))
        ])
    }

    /// Writes the kind and the fields of that kind.
    public func encode(into writer: inout RecordWriter) {
        switch self {
        case .schema(let topic, let name, let schema):
            writer.unsigned(0)
            writer.unsigned(UInt64(topic))
            writer.string(name)
            writer.unsigned(UInt64(schema.version))
            writer.bytes(schema.encodedFields)
            let fingerprint = schema.fingerprint(ofTopic: name)
            writer.bytes(
                (0..<8).map { UInt8(truncatingIfNeeded: fingerprint >> UInt64($0 * 8)) })
        case .symbol(let id, let text):
            writer.unsigned(1)
            writer.unsigned(UInt64(id))
            writer.string(text)
        case .configuration(let json):
            writer.unsigned(2)
            writer.string(json)
        case .stepEnd:
            StepEnd().encode(into: &writer)
        case .end(let status, let reason):
            writer.unsigned(4)
            writer.unsigned(UInt64(status.rawValue))
            writer.presence(reason != nil)
            if let reason { writer.string(reason) }
        case .recovered(let offset, let reason):
            writer.unsigned(5)
            writer.unsigned(offset)
            writer.string(reason)
        }
    }

    /// Reads the kind and the fields of that kind.
    public init(from reader: inout RecordReader) throws(RecordError) {
        switch try reader.unsigned() {
        case 0:
            let topic = try reader.unsigned(UInt8.self, "topic")
            let name = try reader.string()
            let version = try reader.unsigned(UInt32.self, "version")
            let schema = try RecordSchema(version: version, encodedFields: try reader.bytes())
            let fingerprint = schema.fingerprint(ofTopic: name)
            let expected = (0..<8).map { UInt8(truncatingIfNeeded: fingerprint >> UInt64($0 * 8)) }
            guard try reader.bytes() == expected else { throw .outOfRange(field: "fingerprint") }
            self = .schema(topic: topic, name: name, schema: schema)
        case 1:
            let id = try reader.unsigned(UInt32.self, "id")
            self = .symbol(id: id, text: try reader.string())
        case 2: self = .configuration(json: try reader.string())
        case 3: self = .stepEnd
        case 4:
            let number = try reader.unsigned(UInt8.self, "status")
            guard let status = EndStatus(rawValue: number) else {
                throw .outOfRange(field: "status")
            }
            self = .end(status, reason: try reader.presence() ? try reader.string() : nil)
        case 5:
            let offset = try reader.unsigned()
            self = .recovered(offset: offset, reason: try reader.string())
        default: throw .outOfRange(field: "kind")
        }
    }
}

/// The end of a step as a payload without text, so that noting it costs nothing.
struct StepEnd: EventPayload {
    init() {}

    static var schema: RecordSchema { ControlEvent.schema }

    func encode(into writer: inout RecordWriter) { writer.unsigned(3) }

    init(from reader: inout RecordReader) throws(RecordError) {
        guard try reader.unsigned() == 3 else { throw .outOfRange(field: "kind") }
    }
}

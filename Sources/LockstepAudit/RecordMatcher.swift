import LockstepBus
import LockstepModel

/// Goes over two logs side by side, each understood by the schemas and texts of its own.
struct RecordMatcher {
    let one: AuditLogReader
    let other: AuditLogReader
    /// How many pairs were compared.
    private(set) var compared: UInt64 = 0

    private let ignored: Set<String>
    private let ignoresTime: Bool
    private let ignoresCause: Bool
    private let ignoresProducer: Bool
    private let isOfPrefix: Bool
    /// Whether equal bytes of a topic's records say the same in both logs.
    private var isPlain: [UInt32: Bool] = [:]

    init(_ comparison: AuditComparison, _ one: AuditLogReader, _ other: AuditLogReader) {
        self.one = one
        self.other = other
        ignored = comparison.ignored
        ignoresTime = ignored.contains("time")
        ignoresCause = !comparison.topics.isEmpty || ignored.contains("parent")
        ignoresProducer = ignored.contains("producer")
        isOfPrefix = comparison.isOfPrefix
    }

    /// Goes on to the first pair that differs.
    mutating func firstDifference() throws(AuditError) -> AuditDifference? {
        while true {
            let first = try next(one)
            let second = try next(other)
            guard let first, let second else {
                if isOfPrefix || (first == nil && second == nil) { return nil }
                return AuditDifference(one: first, other: second, fields: [])
            }
            compared += 1
            let heads = areHeadsEqual(first, second)
            if heads, first.payload == second.payload, isPlain(first.topic) { continue }
            let fields = fields(first, second)
            if !fields.isEmpty || first.topic != second.topic {
                return AuditDifference(one: first, other: second, fields: fields)
            }
        }
    }

    // MARK: Parts

    /// The next record; where ends do not count, the note of a recovery is one.
    private func next(_ reader: AuditLogReader) throws(AuditError) -> AuditRecord? {
        let record = try reader.next()
        if isOfPrefix, let record, record.isRecoveryNote { return nil }
        return record
    }

    private func areHeadsEqual(_ first: AuditRecord, _ second: AuditRecord) -> Bool {
        first.topic == second.topic && (ignoresTime || first.time == second.time)
            && (ignoresCause || first.cause == second.cause)
            && (ignoresProducer || first.producer == second.producer)
    }

    /// Whether equal bytes say the same: the fields are the same, and what they refer to is too.
    private mutating func isPlain(_ topic: UInt32) -> Bool {
        if topic == 0 { return true }
        if let known = isPlain[topic] { return known }
        let (left, right) = (one.decoder, other.decoder)
        let schema = left.schemas.first { $0.topic == topic }
        let found =
            left.names == right.names && schema == right.schemas.first { $0.topic == topic }
            && !(schema?.schema.fields.refersToTexts ?? false)
        isPlain[topic] = found
        return found
    }

    /// What of two records differs, as far as it counts.
    private func fields(
        _ first: AuditRecord, _ second: AuditRecord
    ) -> [AuditDifference.Field] {
        var fields: [AuditDifference.Field] = []
        if !ignoresTime, first.time != second.time {
            fields.append(.init(path: "time", one: "\(first.time)", other: "\(second.time)"))
        }
        if !ignoresCause, first.cause != second.cause {
            fields.append(
                .init(
                    path: "parent", one: "\(first.cause.rawValue)",
                    other: "\(second.cause.rawValue)"))
        }
        if !ignoresProducer, first.producer != second.producer {
            fields.append(
                .init(
                    path: "producer", one: "\(first.producer.rawValue)",
                    other: "\(second.producer.rawValue)"))
        }
        if first.topic != second.topic { return fields }
        let left = RecordLeaves(first, one.decoder, ignored)
        let right = RecordLeaves(second, other.decoder, ignored)
        let values = left.differences(to: right)
        // Bytes that say the same in the words of both logs are shown as they are.
        let isUnclear = values.isEmpty && ignored.isEmpty && first.payload != second.payload
        return fields
            + (isUnclear
                ? [
                    .init(
                        path: "payload", one: AuditText.hex(first.payload),
                        other: AuditText.hex(second.payload))
                ] : values)
    }
}

extension [RecordSchema.Field] {
    /// Whether any field is the number of a text.
    fileprivate var refersToTexts: Bool { contains { $0.type.refersToTexts } }
}

extension RecordSchema.FieldType {
    fileprivate var refersToTexts: Bool {
        switch self {
        case .symbol: true
        case .row(let fields): fields.refersToTexts
        case .optional(let type), .list(let type), .marked(let type): type.refersToTexts
        default: false
        }
    }
}

import LockstepAudit
import LockstepModel

/// A record of an audit log with its fields.
struct LogRecord: Hashable {
    let sequence: UInt64
    let time: Timestamp
    let topic: String
    let cause: UInt64
    let producer: UInt16
    let value: RecordValue

    /// A field that is a number without a sign.
    func number(_ name: String) -> UInt64? {
        if case .unsigned(let number)? = value[name] { number } else { nil }
    }

    /// The name of a field that is one of several cases.
    func name(_ name: String) -> String? {
        if case .enumeration(_, let text)? = value[name] { text } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .string(let text)? = value[name] { text } else { nil }
    }

    func time(_ name: String) -> Timestamp? {
        if case .time(let nanoseconds)? = value[name] {
            Timestamp(nanoseconds: nanoseconds)
        } else {
            nil
        }
    }
}

/// An audit log, read from end to end.
struct Log {
    let records: [LogRecord]
    let status: AuditStatus?
    let configuration: String?
    let schemas: [AuditDecoder.TopicSchema]

    init(_ path: String) throws {
        let reader = try AuditLogReader(path: path)
        var records: [LogRecord] = []
        while let record = try reader.next() {
            records.append(
                LogRecord(
                    sequence: record.sequence.rawValue, time: record.time,
                    topic: reader.decoder.name(ofTopic: record.topic),
                    cause: record.cause.rawValue, producer: record.producer.rawValue,
                    value: try reader.decoder.decode(record)))
        }
        self.records = records
        status = reader.status
        configuration = reader.decoder.configuration
        schemas = reader.decoder.schemas
    }

    func records(of topic: String) -> [LogRecord] { records.filter { $0.topic == topic } }

    /// The places of the marks with which the steps end, from that of step 0 on.
    var marks: [Int] {
        records.indices.filter {
            records[$0].topic == "control" && records[$0].name("kind") == "stepEnd"
        }
    }

    /// The numbers of the steps that ended.
    var steps: [UInt64] { marks.indices.map { UInt64($0) } }

    /// The record with which the log ends.
    var end: LogRecord? { records.last }
}

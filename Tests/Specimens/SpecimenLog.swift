package import LockstepAudit
package import LockstepBus
import LockstepFiles

/// Writes a small log record by record, from schemas and values.
package final class SpecimenLog {
    private let sink = MemorySink()
    private let writer: AuditLogWriter
    private var schemas: [UInt8: RecordSchema] = [:]
    private var symbols: UInt32 = 0

    /// The number of the record written last.
    package private(set) var sequence: UInt64 = 0
    /// The time of the records to come, in nanoseconds.
    package var time: Int64 = 1_700_000_000_000_000_000

    /// Begins a log.
    ///
    /// - Parameters:
    ///   - block: The bytes of records after which a block is sealed.
    ///   - level: The zstd level.
    ///   - salt: Decides the salt of the file.
    /// - Throws: What the writer throws.
    package init(block: Int = 256, level: Int = 1, salt: UInt8 = 1) throws {
        guard let digest = SHA256Digest(bytes: [UInt8](repeating: salt, count: 32)) else {
            throw AuditError.closed
        }
        writer = try AuditLogWriter(
            to: sink, manifest: AuditManifest(run: "specimen", toolVersion: "1"),
            settings: try AuditLogSettings(
                level: level, block: block, sync: .none, salt: .derived(digest)))
    }

    /// Declares a topic.
    package func topic(_ topic: UInt8, _ name: String, _ fields: [RecordSchema.Field]) throws {
        try declare(topic, name, RecordSchema(fields))
    }

    /// Declares a topic by its schema.
    package func declare(_ topic: UInt8, _ name: String, _ schema: RecordSchema) throws {
        schemas[topic] = schema
        try control(.schema(topic: topic, name: name, schema: schema))
    }

    /// Gives a text the next number.
    package func symbol(_ text: String) throws {
        symbols += 1
        try control(.symbol(id: symbols, text: text))
    }

    /// Appends a control record.
    package func control(_ event: ControlEvent) throws {
        try append(0) { event.encode(into: &$0) }
    }

    /// Appends a record of values.
    package func row(
        _ topic: UInt8, cause: UInt64 = 0, producer: UInt16 = 1, _ values: [RecordValue]
    ) throws {
        guard let schema = schemas[topic] else { throw RecordError.unknownType }
        let row = RecordValue.row(values.map { RecordField("", $0) })
        var failure: RecordError?
        try append(topic, cause: cause, producer: producer) { writer in
            do throws(RecordError) {
                try RowEncoder.encode(row, by: schema, into: &writer)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Appends a record of a payload.
    package func payload(
        _ topic: UInt8, cause: UInt64 = 0, producer: UInt16 = 1, _ payload: some EventPayload
    ) throws {
        try append(topic, cause: cause, producer: producer) { payload.encode(into: &$0) }
    }

    /// Ends a step, and goes on a minute later.
    package func step(_ minutes: Int64 = 1) throws {
        try control(.stepEnd)
        time &+= minutes &* 60_000_000_000
    }

    /// Ends the run and closes the log.
    ///
    /// - Returns: The bytes of the log.
    package func end(
        _ status: ControlEvent.EndStatus = .completed, reason: String? = nil
    ) throws -> [UInt8] {
        try control(.end(status, reason: reason))
        return try close(status)
    }

    /// Closes the log.
    ///
    /// - Returns: The bytes of the log.
    package func close(_ status: ControlEvent.EndStatus = .completed) throws -> [UInt8] {
        _ = try writer.close(status)
        return sink.bytes
    }

    private func append(
        _ topic: UInt8, cause: UInt64 = 0, producer: UInt16 = 0,
        _ payload: (inout RecordWriter) -> Void
    ) throws {
        sequence += 1
        try writer.append(
            sequence: sequence, time: time, topic: topic, cause: cause, producer: producer, payload)
    }
}

@available(*, unavailable)
extension SpecimenLog: Sendable {}

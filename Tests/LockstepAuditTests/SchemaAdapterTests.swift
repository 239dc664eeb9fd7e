import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepSpecimens
import Testing

/// Logs of another version than this one.
@Suite struct SchemaAdapterTests {
    /// A wake as a version had it that did not know who asked.
    private static let older = RecordSchema([.init("time", .time)])

    private func record(
        _ schema: RecordSchema, _ values: [RecordValue]
    ) throws -> (AuditRecord, RecordSchema) {
        let log = try SpecimenLog()
        try log.declare(17, "wake", schema)
        try log.row(17, values)
        let reader = try AuditLogReader(bytes: try log.end())
        _ = try reader.next()
        let record = try #require(try reader.next())
        return (record, try #require(reader.decoder.schemas.first?.schema))
    }

    private func wake(_ schema: RecordSchema, _ values: [RecordValue]) throws -> Wake {
        let (record, file) = try record(schema, values)
        let adapter = try #require(SchemaAdapter(topic: 17, from: file, to: Wake.schema))
        var reader = RecordReader(
            try adapter.payload(of: record), recordTime: record.time.nanoseconds,
            recordSequence: record.sequence.rawValue)
        let wake = try Wake(from: &reader)
        try reader.expectEnd()
        return wake
    }

    @Test("an older log that lacks an appended field is read with nothing in its place")
    func appended() throws {
        let wake = try wake(Self.older, [.time(77)])
        #expect(wake == Wake(time: Timestamp(nanoseconds: 77), requester: 0))
        // By its own schema it has the one field.
        let (record, _) = try record(Self.older, [.time(77)])
        var decoder = AuditDecoder()
        var writer = RecordWriter(capacity: 64)
        ControlEvent.schema(topic: 17, name: "wake", schema: Self.older).encode(into: &writer)
        try decoder.learn(writer.bytes[...])
        #expect(try decoder.decode(record).fields?.map(\.name) == ["time"])
    }

    @Test("a newer log with further fields and other names is read by number")
    func newer() throws {
        let newer = RecordSchema([
            .init("instant", .marked(.time)), .init("by", .unsigned),
            .init("why", .marked(.optional(.string))),
        ])
        let wake = try wake(newer, [.time(5), .unsigned(9), .string("because")])
        #expect(wake == Wake(time: Timestamp(nanoseconds: 5), requester: 9))
    }

    @Test("a field of another type is not read as something else")
    func otherType() {
        let other = RecordSchema([.init("time", .unsigned), .init("requester", .unsigned)])
        #expect(SchemaAdapter(topic: 17, from: other, to: Wake.schema) == nil)
    }

    @Test("the checks of what records mean read an older log")
    func semantics() throws {
        let log = try SpecimenLog()
        try log.declare(17, "wake", Self.older)
        try log.control(.configuration(json: "{}"))
        try log.row(17, [.time(1_700_000_600_000_000_000)])
        try log.step()
        let report = try AuditSemantics.check(bytes: try log.end())
        #expect(!report.findings.contains { $0.rule == .records }, "\(report.findings)")
    }
}

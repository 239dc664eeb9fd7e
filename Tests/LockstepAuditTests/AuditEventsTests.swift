import Foundation
import LockstepBus
import LockstepEvents
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

/// Notes and wakes of a run, with the schemas they have in this version or another.
private struct EventLog {
    var notes = 50
    var noteSchema = Note.schema
    /// Writes a note; as this version does unless told.
    var write: (Note, inout RecordWriter) -> Void = { $0.encode(into: &$1) }

    static func note(_ number: Int) -> Note {
        Note(
            strategy: StrategyID(UInt32(number % 3 + 1)), name: SymbolID(7),
            value: Double(number) / 4)
    }

    func bytes() throws -> [UInt8] {
        let sink = MemorySink()
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: SampleLog(block: 512).settings)
        var sequence: UInt64 = 0
        func append(_ topic: UInt8, _ time: Int64, _ body: (inout RecordWriter) -> Void) throws {
            sequence += 1
            try writer.append(
                sequence: sequence, time: time, topic: topic,
                cause: topic == 0 ? 0 : sequence - 1, producer: 5, body)
        }
        try append(0, 0) {
            ControlEvent.schema(topic: 16, name: "note", schema: noteSchema).encode(into: &$0)
        }
        try append(0, 0) {
            ControlEvent.schema(topic: 17, name: "wake", schema: Wake.schema).encode(into: &$0)
        }
        try append(0, 0) { ControlEvent.symbol(id: 7, text: "signal").encode(into: &$0) }
        for number in 0..<notes {
            let time = Int64(number) * 60
            try append(16, time) { write(Self.note(number), &$0) }
            try append(17, time) {
                Wake(time: Timestamp(nanoseconds: time + 5), requester: 2)
                    .encode(into: &$0)
            }
            try append(0, time) { ControlEvent.stepEnd.encode(into: &$0) }
        }
        _ = try writer.close(.completed)
        return sink.bytes
    }

    func log() throws -> AuditLog { try AuditLog(bytes: bytes()) }
}

@Suite struct AuditEventsTests {
    @Test("events come as values of their types, by steps, as a whole and asynchronously")
    func typed() async throws {
        let notes = try EventLog().log().events(of: Topics.note)
        let all = try notes.all()
        #expect(all.map(\.payload) == (0..<50).map { EventLog.note($0) })
        #expect(all.map(\.sequence.rawValue) == (0..<50).map { 4 + 3 * UInt64($0) })
        #expect(all.allSatisfy { $0.cause.rawValue == $0.sequence.rawValue - 1 })
        #expect(all.allSatisfy { $0.producer == ServiceID(5) })
        #expect(all.map(\.time.nanoseconds) == (0..<50).map { $0 * 60 })
        var stepwise: [AuditEvent<Note>] = []
        let reader = try notes.reader()
        while let note = try reader.next() { stepwise.append(note) }
        #expect(stepwise == all)
        #expect(reader.decoder.text(ofSymbol: 7) == "signal")
        var asynchronous: [AuditEvent<Note>] = []
        for try await note in notes { asynchronous.append(note) }
        #expect(asynchronous == all)
    }

    @Test("conditions hold for events")
    func conditions() throws {
        let log = try EventLog().log()
        let times = Timestamp(nanoseconds: 60)...Timestamp(nanoseconds: 180)
        let filter = try log.filter(times: times)
        #expect(try log.events(of: Topics.wake, where: filter).all().count == 3)
        #expect(
            try log.events(of: Topics.note, where: AuditFilter(sequences: 1...10)).all().count == 3)
        #expect(try log.filter(topics: ["note", "wake"]).topics == [16, 17])
        #expect(throws: AuditError.self) { _ = try log.filter(topics: ["fill"]) }
        #expect(throws: AuditError.self) { _ = try log.filter(symbols: ["AAPL"]) }
        // A topic that the log does not have has no events.
        #expect(try log.events(of: Topics.fill).all().isEmpty)
    }

    @Test("events of all topics come in order, each as what it is")
    func mixed() throws {
        let log = try EventLog(notes: 2).log()
        let kinds = try log.events().all().map { event in
            switch event.payload {
            case .control(.schema): "schema"
            case .control(.symbol): "symbol"
            case .control(.stepEnd): "stepEnd"
            case .note: "note"
            case .wake(let wake): "wake \(wake.time.nanoseconds)"
            default: "other"
            }
        }
        #expect(
            kinds == [
                "schema", "schema", "symbol", "note", "wake 5", "stepEnd", "note", "wake 65",
                "stepEnd",
            ])
        guard case .note(let note)? = try log.event(SequenceNumber(7))?.payload else {
            Issue.record("no note")
            return
        }
        #expect(note == EventLog.note(1))
        #expect(try log.event(SequenceNumber(70)) == nil)
        let samples = try AuditLog(bytes: SampleLog(steps: 2).bytes())
        guard case .other(32, let value)? = try samples.event(SequenceNumber(4))?.payload else {
            Issue.record("no sample")
            return
        }
        #expect(value["number"] == .unsigned(0))
    }

    @Test("a log that is not whole is an error behind its last event, unless that is allowed")
    func damaged() throws {
        let bytes = try EventLog().bytes()
        let log = try AuditLog(bytes: Array(bytes[..<(bytes.count / 2)]))
        let reader = try log.events(of: Topics.note).reader()
        var count = 0
        #expect(throws: AuditError.self) { while try reader.next() != nil { count += 1 } }
        #expect(count > 5)
        #expect(try log.events(of: Topics.note, reach: .accepted).all().count == count)
        let began = ContinuousClock.now
        #expect(throws: AuditError.self) {
            _ = try log.events(of: Topics.note, reach: .growing(idle: .milliseconds(30))).all()
        }
        #expect(began.duration(to: .now) >= .milliseconds(30))
    }

    @Test("a log that grows is waited for to its end", .timeLimit(.minutes(10)))
    func growing() async throws {
        let bytes = try EventLog().bytes()
        let path = NSTemporaryDirectory() + "lockstep-events-\(UUID().uuidString).lka"
        try Data(bytes[..<100]).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try AuditLog(path: path)
        async let asynchronous = {
            var values: [Double] = []
            for try await note in log.events(of: Topics.note, reach: .growing(idle: .seconds(30))) {
                values.append(note.payload.value)
            }
            return values
        }()
        let thread = Task.detached {
            try log.events(of: Topics.note, reach: .growing(idle: nil)).all().map(\.payload.value)
        }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        for start in stride(from: 100, to: bytes.count, by: 400) {
            try file.write(contentsOf: Data(bytes[start..<min(start + 400, bytes.count)]))
            try await Task.sleep(for: .milliseconds(5))
        }
        let expected = (0..<50).map { Double($0) / 4 }
        #expect(try await asynchronous == expected)
        #expect(try await thread.value == expected)
    }

    @Test("a task that is cancelled ends the sequence", .timeLimit(.minutes(10)))
    func cancelled() async throws {
        let bytes = try EventLog().bytes()
        let log = try AuditLog(bytes: Array(bytes[..<(bytes.count / 2)]))
        let task = Task {
            var count = 0
            for try await _ in log.events(of: Topics.note, reach: .growing(idle: nil)) {
                count += 1
            }
            return count
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(try await task.value > 0)
    }

    @Test("fields that were appended later are passed over, and those before are nothing")
    func evolution() throws {
        let later = RecordSchema(version: 2, Note.schema.fields + [.init("unit", .string)])
        let newer = EventLog(noteSchema: later) { note, writer in
            note.encode(into: &writer)
            writer.string("bp")
        }
        #expect(
            try newer.log().events(of: Topics.note).all().map(\.payload)
                == (0..<50).map { EventLog.note($0) })
        let earlier = RecordSchema(Array(Note.schema.fields.prefix(2)))
        let older = EventLog(noteSchema: earlier) { note, writer in
            writer.unsigned(UInt64(note.strategy.rawValue))
            writer.unsigned(UInt64(note.name.rawValue))
        }
        #expect(
            try older.log().events(of: Topics.note).all().map(\.payload.value)
                == [Double](repeating: 0, count: 50))
        let forbidden = RecordSchema([
            .init("strategy", .unsigned), .init("name", .string), .init("value", .float64),
        ])
        let other = EventLog(noteSchema: forbidden) { note, writer in
            writer.unsigned(1)
            writer.string("name")
            writer.float64(1)
        }
        #expect(throws: AuditError.otherFields(topic: 16)) {
            _ = try other.log().events(of: Topics.note).all()
        }
    }
}

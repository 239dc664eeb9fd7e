import LockstepBus
import LockstepEvents
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

/// Drives steps of one note each, and fails in one of them if told so.
private actor Driver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func drive(steps: Int) throws {
        let port = try #require(port)
        try port.begin(.setUp, at: Timestamp(nanoseconds: 5))
        port.note(.configuration(json: sampleConfiguration))
        try port.waitUntilIdle()
        try port.endStep()
        for step in 1...steps {
            try port.begin(StepNumber(UInt64(step)), at: Timestamp(nanoseconds: Int64(step) * 10))
            let name = try port.intern("figure")
            try port.publish(
                Note(strategy: StrategyID(1), name: name, value: Double(step)), to: Topics.note)
            try port.waitUntilIdle()
            try port.endStep()
        }
    }

    func end(_ status: ControlEvent.EndStatus) throws {
        port?.note(.end(status, reason: nil))
        try port?.flush()
        try? port?.close()
    }
}

/// Throws at a note with a value.
private actor Grumbler: BusService {
    struct Failure: Error {}

    nonisolated let name = "grumbler"
    nonisolated let executor: RunExecutor
    let value: Double

    init(on executor: RunExecutor, at value: Double) {
        self.executor = executor
        self.value = value
    }

    func connect(_ port: BusPort) throws {
        let value = value
        try port.forEach(Topics.note) { note in
            if note.payload.value == value { throw Failure() }
        }
    }
}

@Suite struct AuditRunnerTests {
    private func run(steps: Int, failingAt value: Double) throws -> (AuditLogSummary, [UInt8]) {
        let sink = MemorySink()
        let settings = try SampleLog().settings
        let loop = RunExecutor()
        let summary = try loop.run { _ in
            let bus = EventBus(on: loop, settings: BusSettings())
            try await Topics.register(on: bus)
            let driver = Driver(on: loop)
            try await driver.join(bus)
            let grumbler = Grumbler(on: loop, at: value)
            try await bus.connect(grumbler, try bus.port(for: grumbler))
            let audit = AuditRunner(
                on: loop,
                writer: try AuditLogWriter(
                    to: sink, manifest: SampleLog.manifest, settings: settings))
            try await bus.connect(audit, try bus.port(for: audit))
            var status = ControlEvent.EndStatus.completed
            do { try await driver.drive(steps: steps) } catch { status = .failed }
            try await driver.end(status)
            return try await audit.finish(status)
        }
        return (summary, sink.bytes)
    }

    @Test("every envelope of a run is a record under its own number")
    func everyEnvelope() throws {
        let (summary, bytes) = try run(steps: 50, failingAt: -1)
        let verification = try AuditVerifier.verify(bytes: bytes)
        #expect(verification.status == .closed(.completed))
        #expect(verification.digest == summary.digest)
        let reader = try AuditLogReader(bytes: bytes, filter: AuditFilter(topics: [16]))
        var values: [RecordValue] = []
        while let record = try reader.next() {
            let value = try reader.decoder.decode(record)
            #expect(value["name"] == .symbol(1, text: "figure"))
            #expect(record.time.nanoseconds == Int64(values.count + 1) * 10)
            values += [value["value"] ?? .null]
        }
        #expect(values == (1...50).map { .float64(Double($0)) })
        #expect(try run(steps: 50, failingAt: -1).0.digest == summary.digest)
    }

    @Test("a run that fails has everything up to the failure in its log")
    func failure() throws {
        let (_, bytes) = try run(steps: 50, failingAt: 7)
        #expect(try AuditVerifier.verify(bytes: bytes).status == .closed(.failed))
        #expect(try readAll(bytes, AuditFilter(topics: [16])).records.count == 7)
        let (records, _) = try readAll(bytes, AuditFilter(topics: [0]))
        let last = try #require(records.last)
        let decoder = try AuditLogReader(bytes: bytes).decoder
        #expect(try decoder.decode(last)["status"] == .enumeration(1, name: "failed"))
    }
}

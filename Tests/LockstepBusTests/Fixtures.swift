import LockstepBus
import LockstepModel

/// A payload of one number, for tests of the bus.
struct Ping: EventPayload, Hashable {
    var value: Int64

    static let schema = RecordSchema([.init("value", .integer)])
    init(_ value: Int64) { self.value = value }
    func encode(into writer: inout RecordWriter) { writer.integer(value) }
    init(from reader: inout RecordReader) throws(RecordError) { value = try reader.integer() }
}

/// A payload with a reference in it.
struct Letter: EventPayload, Hashable {
    var text: String

    static let schema = RecordSchema([.init("text", .string)])
    init(_ text: String) { self.text = text }
    func encode(into writer: inout RecordWriter) { writer.string(text) }
    init(from reader: inout RecordReader) throws(RecordError) { text = try reader.string() }
}

enum TestTopics {
    static let root = Topic<Ping>(32)
    static let route = Topic<Ping>(33)
    static let first = Topic<Ping>(34)
    static let second = Topic<Ping>(35)
    static let letters = Topic<Letter>(36)
}

struct TestFailure: Error, Hashable { var text = "on purpose" }

/// A service whose wiring is given as closures; its trace is what tests look at.
actor Probe: BusService {
    nonisolated let name: String
    nonisolated let executor: RunExecutor
    nonisolated let isObserver: Bool
    private let wiring: @Sendable (isolated Probe, BusPort) throws -> Void
    private let loop: (@Sendable (isolated Probe, Subscription) async throws -> Void)?
    private let topics: [TopicID]
    private var subscription: Subscription?
    private var port: BusPort?
    var trace: [String] = []

    init(
        _ name: String, on executor: RunExecutor, isObserver: Bool = false,
        consuming topics: [TopicID] = [],
        wiring: @escaping @Sendable (isolated Probe, BusPort) throws -> Void = { _, _ in },
        loop: (@Sendable (isolated Probe, Subscription) async throws -> Void)? = nil
    ) {
        self.name = name
        self.executor = executor
        self.isObserver = isObserver
        self.topics = topics
        self.loop = loop
        self.wiring = wiring
    }

    func connect(_ port: BusPort) throws {
        if !topics.isEmpty { subscription = try port.subscribe(topics) }
        self.port = port
        try wiring(self, port)
    }

    func run() async throws {
        if let loop, let subscription { try await loop(self, subscription) }
    }

    func note(_ text: String) { trace.append(text) }
    func pause() async { await port?.pause() }
    func offload(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await port?.offload(work)
    }
    func publisher<Payload>(_ topic: Topic<Payload>) throws -> Publisher<Payload>? {
        try port?.publisher(topic)
    }
}

/// Drives steps over some services and keeps every record the tap has seen.
actor TestDriver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?
    private var root = RootEnvelope(TestTopics.root, Ping(0))
    private(set) var metrics: BusMetrics?

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }
    func prepare() throws {
        try port?.begin(.setUp, at: .epoch)
        try port?.waitUntilIdle()
        try port?.endStep()
    }
    func drive(steps: Int) throws {
        guard let port else { return }
        for step in 1...steps {
            try port.begin(StepNumber(UInt64(step)), at: Timestamp(nanoseconds: Int64(step) * 10))
            root.payload = Ping(Int64(step))
            port.publish(root)
            try port.waitUntilIdle()
            try port.deliver(root, on: TestTopics.route)
            try port.endStep()
        }
        try port.close()
        metrics = port.metrics
    }
}

/// What a run over some services left behind.
struct TestRun: Sendable {
    var records: [String] = []
    var traces: [String: [String]] = [:]
    var metrics: BusMetrics?
    var error: BusError?
}

/// Runs steps over services on a loop of their own.
func run(
    steps: Int, settings: BusSettings = BusSettings(),
    _ services: @escaping @Sendable (RunExecutor) -> [Probe]
) throws -> TestRun {
    let loop = RunExecutor()
    return try loop.run { root in
        let bus = EventBus(on: loop, settings: settings)
        try await bus.register(TestTopics.root, name: "root")
        try await bus.register(route: TestTopics.route, name: "route")
        try await bus.register(TestTopics.first, name: "first")
        try await bus.register(TestTopics.second, name: "second")
        try await bus.register(TestTopics.letters, name: "letters")
        let driver = TestDriver(on: loop)
        try await driver.join(bus)
        let probes = services(loop)
        let tap = Probe("tap", on: loop) { probe, port in
            try port.tap { delivery in
                var writer = RecordWriter(capacity: 64)
                delivery.encodePayload(into: &writer)
                probe.note(
                    "\(delivery.sequence.rawValue) \(delivery.cause.rawValue) "
                        + "\(delivery.step.rawValue) \(delivery.topic.rawValue) "
                        + "\(delivery.producer.rawValue) \(writer.bytes)")
            }
        }
        var result = TestRun()
        do {
            for probe in probes + [tap] { try await bus.connect(probe, try bus.port(for: probe)) }
            try await driver.prepare()
            try await driver.drive(steps: steps)
        } catch let error as BusError {
            result.error = error
            do { try await bus.close() } catch {}
        }
        result.metrics = await driver.metrics
        result.records = await tap.trace
        for probe in probes { result.traces[probe.name] = await probe.trace }
        return result
    }
}

import LockstepBus
import LockstepModel
import Testing

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
        defer { hasReturned = true }
        if let loop, let subscription { try await loop(self, subscription) }
    }

    /// The own tasks of which the body has returned.
    private(set) var hasReturned = false

    private var kept: Publisher<Ping>?
    /// Keeps a publisher, and nothing else of the bus.
    func keepPublisher() throws {
        kept = try publisher(TestTopics.first)
        port = nil
    }
    func publishKept() throws { try kept?.publish(Ping(1)) }

    func subscribeAgain() throws { _ = try port?.subscribe([TestTopics.root.id]) }
    func listenAgain() throws { try port?.forEach(TestTopics.root) { _ in } }
    func tapAgain() throws { try port?.tap { _ in } }
    func intern(_ text: String) throws -> SymbolID? { try port?.intern(text) }

    func note(_ text: String) { trace.append(text) }
    func pause() async { await port?.pause() }
    func offload(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await port?.offload(work)
    }
    func publisher<Payload>(_ topic: Topic<Payload>) throws -> Publisher<Payload>? {
        try port?.publisher(topic)
    }
}

/// Drives steps over some services.
actor TestDriver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?
    private let root = RootEnvelope(TestTopics.root, Ping(0))
    /// Called when the barrier has opened, with the step and the deliveries unfinished.
    private let atBarrier: @Sendable (Int, Int) -> Void

    init(on executor: RunExecutor, atBarrier: @escaping @Sendable (Int, Int) -> Void = { _, _ in })
    {
        self.executor = executor
        self.atBarrier = atBarrier
    }

    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }
    var metrics: BusMetrics? { port?.metrics }

    func prepare() throws {
        try perform { port in
            try port.begin(.setUp, at: .epoch)
            try port.waitUntilIdle()
            try port.endStep()
        }
    }

    /// The root in every step, then the same envelope on the route.
    func drive(steps: Int) throws {
        guard let port else { return }
        for step in 0..<steps {
            try port.begin(
                StepNumber(UInt64(step + 1)), at: Timestamp(nanoseconds: Int64(step + 1) * 10))
            root.payload = Ping(Int64(step + 1))
            port.publish(root)
            try port.waitUntilIdle()
            atBarrier(step + 1, port.unfinished)
            try port.deliver(root, on: TestTopics.route)
            atBarrier(step + 1, port.unfinished)
            try port.endStep()
        }
    }

    func close() throws { try port?.close() }

    func perform<Value: Sendable>(_ body: @Sendable (DriverPort) throws -> Value) throws -> Value {
        try body(try #require(port))
    }
}

/// What a run over some services left behind.
struct TestRun: Sendable {
    var records: [String] = []
    var traces: [String: [String]] = [:]
    var metrics: BusMetrics?
    var error: BusError?
    var trace: ScheduleTrace?
    /// What closing said after a failure.
    var closing: BusError?

    /// The records without the first ones, which the set-up makes.
    var afterSetUp: ArraySlice<String> { records.dropFirst(5) }
}

/// A bus with the topics of these tests and a driver, on a loop of its own.
///
/// A test that makes tasks wait for what it holds back gives it in `letGo`, when the run has ended:
/// the tasks then come to their end, and nothing of the run is left.
func withBus<Value: Sendable>(
    settings: BusSettings = BusSettings(), schedule: Schedule? = nil,
    atBarrier: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    letGo: (() -> Void)? = nil,
    _ body: @escaping @Sendable (RunExecutor, EventBus, TestDriver) async throws -> Value
) throws -> Value {
    let loop = RunExecutor(schedule: schedule)
    defer { if let letGo { end(loop, letGo) } }
    return try loop.run { _ in
        let bus = EventBus(on: loop, settings: settings)
        try await bus.register(TestTopics.root, name: "root")
        try await bus.register(route: TestTopics.route, name: "route")
        try await bus.register(TestTopics.first, name: "first")
        try await bus.register(TestTopics.second, name: "second")
        try await bus.register(TestTopics.letters, name: "letters")
        let driver = TestDriver(on: loop, atBarrier: atBarrier)
        try await driver.join(bus)
        return try await body(loop, bus, driver)
    }
}

/// Lets go of what tasks of a run that has ended wait for, and runs them to their end.
func end(_ loop: RunExecutor, _ letGo: () -> Void) {
    letGo()
    do { try loop.run { _ in } } catch { Issue.record(error) }
}

/// An observer that writes down every record it is shown.
func tap(on loop: RunExecutor) -> Probe {
    Probe("tap", on: loop, isObserver: true) { probe, port in
        try port.tap { delivery in
            var writer = RecordWriter(capacity: 64)
            delivery.encodePayload(into: &writer)
            probe.note(
                "\(delivery.sequence.rawValue) \(delivery.cause.rawValue) "
                    + "\(delivery.step.rawValue) \(delivery.topic.rawValue) "
                    + "\(delivery.producer.rawValue) \(writer.bytes)")
        }
    }
}

/// Runs steps over services on a loop of their own.
func run(
    steps: Int, settings: BusSettings = BusSettings(), schedule: Schedule? = nil,
    atBarrier: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    letGo: (() -> Void)? = nil, _ services: @escaping @Sendable (RunExecutor) -> [Probe]
) throws -> TestRun {
    try withBus(settings: settings, schedule: schedule, atBarrier: atBarrier, letGo: letGo) {
        loop, bus, driver in
        let probes = services(loop)
        let tap = tap(on: loop)
        var result = TestRun()
        do {
            for probe in probes + [tap] { try await bus.connect(probe, try bus.port(for: probe)) }
            try await driver.prepare()
            try await driver.drive(steps: steps)
            try await driver.close()
        } catch let error as BusError {
            result.error = error
            do { try await driver.close() } catch let error as BusError { result.closing = error }
        }
        result.metrics = await driver.metrics
        result.trace = loop.trace
        result.records = await tap.trace
        for probe in probes { result.traces[probe.name] = await probe.trace }
        return result
    }
}

/// A small generator of random numbers with a seed (SplitMix64), for tests alone.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

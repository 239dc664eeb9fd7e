import Glibc
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel

/// What the tests' own service publishes on a topic of its own.
struct Echo: EventPayload, Hashable {
    var order: UInt64
    var lots: Int64

    static let topic = Topic<Echo>(40)
    static let schema = RecordSchema([.init("order", .unsigned), .init("lots", .integer)])

    init(order: UInt64, lots: Int64) { (self.order, self.lots) = (order, lots) }

    func encode(into writer: inout RecordWriter) {
        writer.unsigned(order)
        writer.integer(lots)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        order = try reader.unsigned()
        lots = try reader.integer()
    }
}

/// Buys a lot in every seventh step and sells it in the next seventh, and echoes its bookings.
actor Trader: BusService {
    /// How it consumes; it decides the same in every form.
    enum Form: CaseIterable { case inPlace, suspending, ownTask }

    struct Greedy: Error {}

    nonisolated let name = "trader"
    nonisolated let executor: RunExecutor
    private let form: Form
    private let strategy: StrategyID
    private var dice: UInt64
    private var port: BusPort?
    private var subscription: Subscription?
    private var intents: Publisher<Intent>?
    private var echoes: Publisher<Echo>?
    private var ordinal: UInt32 = 0

    init(on executor: RunExecutor, _ form: Form, as strategy: StrategyID, seed: UInt64) {
        self.executor = executor
        self.form = form
        self.strategy = strategy
        dice = seed
    }

    static func plan(_ form: Form, as strategy: UInt32, seed: UInt64 = 1) -> ServicePlan {
        ServicePlan(
            topics: { bus in try await bus.register(Echo.topic, name: "echo") },
            { loop, _ in Trader(on: loop, form, as: StrategyID(strategy), seed: seed) })
    }

    func connect(_ port: BusPort) throws {
        self.port = port
        intents = try port.publisher(Topics.intent)
        echoes = try port.publisher(Echo.topic)
        switch form {
        case .inPlace:
            try port.forEach(Topics.decide) { try self.decide($0.step) }
            try port.forEach(Topics.booking) { try self.hear($0.payload) }
        case .suspending:
            try port.forEach(Topics.decide) { envelope async throws in
                try await self.stumble()
                try self.decide(envelope.step)
                try await self.stumble()
            }
            try port.forEach(Topics.booking) { envelope async throws in
                try await self.stumble()
                try self.hear(envelope.payload)
            }
        case .ownTask:
            subscription = try port.subscribe([Topics.decide.id, Topics.booking.id])
        }
    }

    func run() async throws {
        guard let subscription else { return }
        var more: Void? = ()
        while more != nil {
            more = try await subscription.consume { delivery async throws in
                try await self.stumble()
                if let frame = delivery.envelope(Topics.decide) { try self.decide(frame.step) }
                if let booking = delivery.envelope(Topics.booking) {
                    try self.hear(booking.payload)
                }
                try await self.stumble()
            }
        }
    }

    private func decide(_ step: StepNumber) throws {
        guard step.rawValue % 7 == 0 else { return }
        ordinal += 1
        try intents?.publish(
            Intent(
                id: OrderID(strategy: strategy, ordinal: ordinal), strategy: strategy,
                account: AccountID(1),
                action: .place(
                    OrderTerms(
                        ordinal % 2 == 1 ? .buy : .sell, Quantity(lots: 1), of: InstrumentID(1)))))
    }

    private func hear(_ booking: Booking) throws {
        guard booking.strategy == strategy else { return }
        try echoes?.publish(
            Echo(order: UInt64(ordinal), lots: booking.positionAfter.lots))
    }

    /// Mostly nothing, often giving way, rarely a thread that sleeps.
    private func stumble() async throws {
        dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        switch (dice >> 33) % 64 {
        case 0:
            let microseconds = UInt32((dice >> 40) % 500)
            try await port?.offload { _ = usleep(microseconds) }
        case 1..<20: for _ in 0...(dice >> 40) % 3 { await port?.pause() }
        default: break
        }
    }
}

/// Watches one topic and may throw, or do something, at an envelope.
actor Watcher<Payload: EventPayload>: BusService {
    struct Alarm: Error, CustomStringConvertible {
        var description: String { "the watcher has seen enough" }
    }

    nonisolated let name = "watcher"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }
    private let topic: Topic<Payload>
    private let body: @Sendable (Int, StepNumber) throws -> Void
    private var count = 0

    init(
        on executor: RunExecutor, _ topic: Topic<Payload>,
        _ body: @escaping @Sendable (Int, StepNumber) throws -> Void
    ) {
        self.executor = executor
        self.topic = topic
        self.body = body
    }

    /// Calls the body with the number of the envelope, from 1, and its step.
    static func plan(
        _ topic: Topic<Payload>, _ body: @escaping @Sendable (Int, StepNumber) throws -> Void
    ) -> ServicePlan {
        ServicePlan { loop, _ in Watcher(on: loop, topic, body) }
    }

    func connect(_ port: BusPort) throws {
        try port.forEach(topic) { envelope in
            self.count += 1
            try self.body(self.count, envelope.step)
        }
    }
}

/// Waits, inside of a delivery, for the next one.
actor Waiter: BusService {
    nonisolated let name = "waiter"
    nonisolated let executor: RunExecutor
    private var subscription: Subscription?

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {
        subscription = try port.subscribe([Topics.fill.id])
    }

    func run() async throws {
        guard let subscription else { return }
        _ = try await subscription.consume { _ async throws in
            _ = try await subscription.consume { _ throws in }
        }
    }
}

/// An observer that asks for what observers must not have.
actor Meddler: BusService {
    nonisolated let name = "meddler"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws { _ = try port.publisher(Topics.intent) }
}

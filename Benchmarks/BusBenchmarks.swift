import LockstepBus
import LockstepModel

/// A trivial event.
struct Ping: EventPayload {
    var first: Int64
    var second: Int64 = 1
    var third: Int64 = 2
    var fourth: Int64 = 3
    var fifth: Int64 = 4

    static var schema: RecordSchema { RecordSchema([.init("first", .integer)]) }

    init(_ first: Int64) { self.first = first }

    init(from reader: inout RecordReader) throws(RecordError) { first = try reader.integer() }

    func encode(into writer: inout RecordWriter) { writer.integer(first) }
}

/// How a listener hears of events.
enum Form: Sendable { case inPlace, inPlaceAsync, ownTask, ownTaskAsync }

/// Adds up what it hears.
actor Listener: BusService {
    static let topic = Topic<Ping>(40)
    nonisolated let name = "listener"
    nonisolated let executor: RunExecutor
    private let form: Form
    private var subscription: Subscription?
    private(set) var sum: Int64 = 0

    init(_ form: Form, on loop: RunExecutor) {
        self.form = form
        executor = loop
    }

    func connect(_ port: BusPort) throws {
        switch form {
        case .inPlace:
            try port.forEach(Self.topic) { envelope in self.sum &+= envelope.payload.first }
        case .inPlaceAsync:
            try port.forEach(Self.topic) { envelope async throws in
                self.sum &+= envelope.payload.first
                await self.nothing()
            }
        case .ownTask, .ownTaskAsync: subscription = try port.subscribe([Self.topic.id])
        }
    }

    func run() async throws {
        guard let subscription else { return }
        var more: Void? = ()
        if form == .ownTask {
            while more != nil {
                more = try await subscription.consume { (delivery) throws -> Void in
                    self.sum &+= delivery.payload(Self.topic)?.first ?? 0
                }
            }
        } else {
            while more != nil {
                more = try await subscription.consume { (delivery) async throws -> Void in
                    self.sum &+= delivery.payload(Self.topic)?.first ?? 0
                    await self.nothing()
                }
            }
        }
    }

    private func nothing() async {}
}

/// Publishes one event after the other, each followed by the barrier.
actor Pinger: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?

    init(on loop: RunExecutor) { executor = loop }

    func connect(_ port: BusPort) throws {}

    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func setUp() throws {
        try port?.begin(.setUp, at: .epoch)
        try port?.waitUntilIdle()
        try port?.endStep()
    }

    func drive(_ count: Int) throws {
        guard let port else { return }
        var left = count
        var step: UInt64 = 0
        // A step of a thousand events: the ends of steps are not what is measured.
        while left > 0 {
            step += 1
            try port.begin(StepNumber(step), at: Timestamp(nanoseconds: Int64(step)))
            for value in 0..<min(left, 1000) {
                try port.publish(Ping(Int64(value)), to: Listener.topic)
                try port.waitUntilIdle()
            }
            left -= 1000
            try port.endStep()
        }
    }

    func close() throws { try port?.close() }
}

enum BusBenchmarks {
    static func run(_ suite: inout Suite) throws {
        for listeners in [1, 3, 7, 20] {
            let suffix = listeners == 3 ? "" : "-\(listeners)"
            try measure("bus/forEach\(suffix)", .inPlace, listeners, 2_000_000, &suite)
        }
        for listeners in [1, 3] {
            let suffix = listeners == 1 ? "" : "-\(listeners)"
            try measure("bus/consume\(suffix)", .ownTask, listeners, 1_000_000, &suite)
            try measure("bus/consume-async\(suffix)", .ownTaskAsync, listeners, 1_000_000, &suite)
            try measure("bus/forEach-async\(suffix)", .inPlaceAsync, listeners, 1_000_000, &suite)
        }
    }

    private static func measure(
        _ name: String, _ form: Form, _ listeners: Int, _ count: Int, _ suite: inout Suite
    ) throws {
        try suite.rate(name, unit: "events", count: count) {
            let loop = RunExecutor()
            return try loop.run { _ in
                let bus = EventBus(on: loop)
                try await bus.register(Listener.topic, name: "ping")
                let pinger = Pinger(on: loop)
                try await pinger.join(bus)
                for _ in 0..<listeners {
                    let listener = Listener(form, on: loop)
                    try await bus.connect(listener, try bus.port(for: listener))
                }
                try await pinger.setUp()
                let start = Machine.now
                try await pinger.drive(count)
                let seconds = Machine.now - start
                try await pinger.close()
                return seconds
            }
        }
    }
}

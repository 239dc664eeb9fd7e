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
enum Form: Sendable { case inPlace, inPlaceAsync, ownTask, ownTaskAsync, tap }

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
        case .tap:
            try port.tap { delivery in
                self.sum &+= Int64(truncatingIfNeeded: delivery.sequence.rawValue)
            }
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
    private var step: UInt64 = 0

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

    /// The barrier alone, with nothing to wait for.
    func wait(_ count: Int) throws {
        guard let port else { return }
        step += 1
        try port.begin(StepNumber(step), at: Timestamp(nanoseconds: Int64(step)))
        for _ in 0..<count { try port.waitUntilIdle() }
        try port.endStep()
    }

    func close() throws { try port?.close() }
}

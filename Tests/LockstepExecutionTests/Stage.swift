import LockstepBus
import LockstepEvents
import LockstepExecution
import LockstepModel

/// Three instruments, A, B and C, at the venues 1, 2 and 3, and a run of the simulator over them.
enum Stage {
    /// What happens in one step: bookings before the frame, then orders.
    struct Step: Sendable {
        var bookings: [BookingKind] = []
        var actions: [OrderAction] = []
    }

    /// What the simulator published, in order.
    struct Answers: Sendable {
        var updates: [OrderUpdate] = []
        var wakes: [Wake] = []

        /// The updates as tests compare them.
        var lines: [String] {
            updates.map { update in
                "\(update.order.ordinal) \(update.change) \(update.reason.name) \(update.limit)"
            }
        }
    }

    static func instruments() throws -> Instruments {
        let dollar = try Currency("USD", decimals: 2)
        return try Instruments(
            ["A", "B", "C"].enumerated().map { place, symbol in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: symbol,
                    venue: VenueID(UInt16(place + 1)), currency: dollar, tickSize: .one, lot: .one)
            })
    }

    static func order(_ ordinal: UInt32) -> OrderID {
        OrderID(strategy: StrategyID(1), ordinal: ordinal)
    }

    static func buy(_ instrument: UInt32) -> OrderAction {
        .place(OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(instrument)))
    }

    /// Runs steps of ten nanoseconds; intents are numbered from 1 in the order given.
    static func answers(_ markets: [EchoMarket], _ steps: [Step]) throws -> Answers {
        let instruments = try instruments()
        let loop = RunExecutor()
        return try loop.run { _ in
            let bus = EventBus(on: loop)
            try await Topics.register(on: bus)
            let driver = Driver(on: loop, hasBatch: markets.contains { $0.isBatch })
            try await driver.join(bus)
            let simulator = ExecutionSimulator(
                on: loop, engines: markets.map { HostedEngine($0) }, instruments: instruments)
            let desk = Desk(steps.map(\.actions), on: loop)
            try await bus.connect(simulator, try bus.port(for: simulator))
            try await bus.connect(desk, try bus.port(for: desk))
            try await driver.drive(steps.map(\.bookings))
            try await simulator.checkInvariants()
            return await desk.answers
        }
    }
}

/// Opens the steps, books, and lets the phases of each step pass.
private actor Driver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private let hasBatch: Bool
    private var port: DriverPort?

    init(on executor: RunExecutor, hasBatch: Bool) {
        self.executor = executor
        self.hasBatch = hasBatch
    }

    func connect(_ port: BusPort) throws {}

    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func drive(_ bookings: [[BookingKind]]) throws {
        guard let port else { return }
        try port.begin(.setUp, at: .epoch)
        try port.waitUntilIdle()
        try port.endStep()
        for (place, kinds) in bookings.enumerated() {
            let time = Timestamp(nanoseconds: Int64(place + 1) * 10)
            try port.begin(StepNumber(UInt64(place + 1)), at: time)
            for kind in kinds {
                let booking = Booking(
                    account: AccountID(1), strategy: StrategyID(0), instrument: InstrumentID(0),
                    kind: kind, cashChange: .zero, cashAfter: .zero, positionAfter: .zero)
                try port.publish(booking, to: Topics.booking)
            }
            let frame = RootEnvelope(Topics.frame, Frame(time: time, slots: []))
            port.publish(frame)
            try port.waitUntilIdle()
            try port.deliver(frame, on: Topics.decide)
            if hasBatch { try port.deliver(frame, on: Topics.match) }
            try port.endStep()
        }
        try port.close()
    }
}

/// Sends the orders of each step, as risk would, and keeps what comes back.
private actor Desk: BusService {
    nonisolated let name = "desk"
    nonisolated let executor: RunExecutor
    private var steps: [[OrderAction]]
    private var ordinal: UInt32 = 0
    private(set) var answers = Stage.Answers()

    init(_ steps: [[OrderAction]], on executor: RunExecutor) {
        self.steps = steps
        self.executor = executor
    }

    func connect(_ port: BusPort) throws {
        let orders = try port.publisher(Topics.order)
        try port.forEach(Topics.decide) { envelope in
            for action in self.steps.removeFirst() {
                self.ordinal += 1
                let intent = Intent(
                    id: Stage.order(self.ordinal), strategy: StrategyID(1),
                    account: AccountID(1), action: action)
                try orders.publish(
                    Order(
                        intent: intent, intentSequence: envelope.sequence,
                        decidedAt: envelope.time))
            }
        }
        try port.forEach(Topics.orderUpdate) { self.answers.updates.append($0.payload) }
        try port.forEach(Topics.wake) { self.answers.wakes.append($0.payload) }
    }
}

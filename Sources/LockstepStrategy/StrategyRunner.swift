public import LockstepBus
import LockstepEvents
import LockstepModel

/// The service that hosts all strategies of a run.
///
/// It hears of frames on the decide route, order updates, fills, bookings and the turns of the
/// run's life, and publishes intents, wakes and notes.
public actor StrategyRunner: BusService {
    public nonisolated let name = "strategies"
    public nonisolated let executor: RunExecutor
    private let hosts: StrategyHosts
    private let hearsOutcomes: Bool
    private let hearsBooks: Bool
    private let hearsEvents: Bool
    private var dispatch: Confined<StrategyDispatch<BusOutlet>>?

    /// Makes the strategies of a run.
    ///
    /// - Parameters:
    ///   - plans: The strategies; their identities are their positions, from 1.
    ///   - setup: What they find.
    ///   - executor: The loop of the run.
    /// - Throws: ``StrategyError`` when a strategy refuses its parameters, or wants an account, an
    ///   instrument or bars the run does not have.
    public init(
        _ plans: [StrategyPlan], _ setup: StrategySetup, on executor: RunExecutor
    ) throws(StrategyError) {
        self.executor = executor
        hosts = try StrategyHosts(plans, setup)
        hearsOutcomes = setup.hearsOutcomes
        hearsBooks = setup.hearsBooks
        hearsEvents = setup.hearsEvents
    }

    public func connect(_ port: BusPort) throws {
        let dispatch = Confined(try StrategyDispatch(hosts, BusOutlet(port)))
        self.dispatch = dispatch
        if hearsBooks {
            try connectBooks(port, dispatch)
        } else {
            try connectPlainly(port, dispatch)
        }
        try port.forEachLent(Topics.lifecycle) { envelope in
            try dispatch.value.turn(
                envelope.value.payload, in: envelope.value.step, at: envelope.value.time)
        }
        try port.forEach(Topics.halt) { dispatch.value.take($0.payload) }
        if hearsOutcomes {
            try port.forEachLent(Topics.outcomeQuote) { dispatch.value.take($0.value.payload) }
            try port.forEachLent(Topics.venueEvent) { dispatch.value.take($0.value.payload) }
        }
    }

    /// Lets strategies hear of everything when it happens.
    private func connectPlainly(
        _ port: BusPort, _ dispatch: Confined<StrategyDispatch<BusOutlet>>
    ) throws {
        try port.forEachLent(Topics.decide) { envelope in
            try envelope.borrow { envelope throws in
                try dispatch.value.decide(envelope.payload, in: envelope.step, at: envelope.time)
            }
        }
        try port.forEachLent(Topics.orderUpdate) { envelope in
            try dispatch.value.take(envelope.payload(), in: envelope.value.step)
        }
        try port.forEachLent(Topics.fill) { envelope in
            dispatch.value.take(envelope)
        }
        if hearsEvents { return try connectEvents(port, dispatch) }
        try port.forEachLent(Topics.booking) { envelope in
            try dispatch.value.take(envelope.value.payload, in: envelope.value.step)
        }
    }

    /// Lets strategies hear of dated events, and of what they make of accounts.
    private func connectEvents(
        _ port: BusPort, _ dispatch: Confined<StrategyDispatch<BusOutlet>>
    ) throws {
        try port.forEachLent(Topics.marketEvent) { envelope in
            try dispatch.value.take(envelope.value.payload)
        }
        let hearsBooks = hearsBooks
        try port.forEachLent(Topics.booking) { envelope in
            try dispatch.value.note(envelope.value.payload)
            if hearsBooks {
                try dispatch.value.hear(
                    envelope.value.payload, in: envelope.value.step, at: envelope.value.time)
            } else {
                try dispatch.value.take(envelope.value.payload, in: envelope.value.step)
            }
        }
    }

    /// Lets strategies hear of everything at the time that it tells, and of books.
    private func connectBooks(
        _ port: BusPort, _ dispatch: Confined<StrategyDispatch<BusOutlet>>
    ) throws {
        try port.forEachLent(Topics.decide) { envelope in
            try envelope.borrow { envelope throws in
                try dispatch.value.decideWithBooks(
                    envelope.payload, in: envelope.step, at: envelope.time)
            }
        }
        try port.forEachLent(Topics.orderUpdate) { envelope in
            try dispatch.value.hear(
                envelope.value.payload, in: envelope.value.step, at: envelope.value.time)
        }
        try port.forEachLent(Topics.fill) { envelope in
            try dispatch.value.hear(
                envelope.value.payload, envelope.value.sequence, at: envelope.value.time)
        }
        if hearsEvents {
            try connectEvents(port, dispatch)
        } else {
            try port.forEachLent(Topics.booking) { envelope in
                try dispatch.value.hear(
                    envelope.value.payload, in: envelope.value.step, at: envelope.value.time)
            }
        }
        try port.forEachLent(Topics.bookTop) { envelope in
            try dispatch.value.hear(envelope.value.payload, at: envelope.value.time)
        }
    }

    /// How many orders the strategies have open.
    package var openOrderCount: Int {
        hosts.seats.reduce(0) { $0 + $1.value.orders.list.count }
    }
}

/// The bus as strategies publish to it.
private struct BusOutlet: StrategyOutlet {
    private let intents: Publisher<Intent>
    private let wakes: Publisher<Wake>
    private let notes: Publisher<Note>
    private let halts: Publisher<Halt>
    private let port: BusPort
    let directIntents: DirectIntents?

    init(_ port: BusPort) throws(BusError) {
        intents = try port.publisher(Topics.intent)
        directIntents = DirectIntents(intents)
        wakes = try port.publisher(Topics.wake)
        notes = try port.publisher(Topics.note)
        halts = try port.publisher(Topics.halt)
        self.port = port
    }

    @inline(__always)
    func publish(_ intent: Intent) throws { try intents.publish(intent) }

    @inline(__always)
    func publish(_ wake: Wake) throws { try wakes.publish(wake) }

    @inline(__always)
    func publish(_ note: Note) throws { try notes.publish(note) }

    @inline(__always)
    func publish(_ halt: Halt) throws { try halts.publish(halt) }

    func intern(_ text: String) throws -> SymbolID { try port.intern(text) }
}

public import LockstepBus
import LockstepEvents
import LockstepMarket
public import LockstepModel

/// The service behind which the markets are: orders go in, updates and fills come out.
///
/// In the phase market every venue gets the frame, in the order of the venues. Orders that passed
/// risk reach their venue at once; a venue with batches collects them for the phase match.
public actor ExecutionSimulator: BusService {
    public nonisolated let name = "simulator"
    public nonisolated let executor: RunExecutor

    private let state: Confined<MarketHall>

    /// Makes the simulator.
    ///
    /// - Parameters:
    ///   - executor: The loop of the run.
    ///   - engines: One engine for each venue, in the order of the venues.
    ///   - instruments: The run's instruments.
    ///   - financing: What holding costs; nil for a run without dated events.
    public init(
        on executor: RunExecutor, engines: sending [HostedEngine], instruments: Instruments,
        financing: Financing? = nil
    ) {
        self.executor = executor
        state = Confined(
            MarketHall(engines: engines, instruments: instruments, financing: financing))
    }

    public func connect(_ port: BusPort) throws {
        let state = state
        let holdsAccounts = state.value.holdsAccounts
        let sink = MarketSink(
            updates: try port.publisher(Topics.orderUpdate),
            fills: try port.publisher(Topics.fill), wakes: try port.publisher(Topics.wake),
            quotes: holdsAccounts ? try port.publisher(Topics.outcomeQuote) : nil,
            events: holdsAccounts ? try port.publisher(Topics.venueEvent) : nil,
            tops: state.value.hasBooks ? try port.publisher(Topics.bookTop) : nil,
            dated: state.value.isDated ? try port.publisher(Topics.marketEvent) : nil)
        let floor = MarketFloor(state, sink)
        if state.value.isDated {
            try port.forEachLent(Topics.frame) { envelope in
                try envelope.borrow { try state.value.advanceDated($0.payload, to: sink) }
            }
        } else {
            try port.forEachLent(Topics.frame) { try floor.advance($0) }
        }
        if state.value.hasBatchVenue {
            try port.forEach(Topics.match) { envelope in
                try state.value.runBatches(at: envelope.time, to: sink)
            }
        }
        try port.forEachLent(Topics.order) { try floor.execute($0) }
        if holdsAccounts { return try connectHolders(port) }
        try port.forEachLent(Topics.booking) { envelope in
            if envelope.value.payload.kind != .trade {
                try state.value.apply(envelope.value.payload)
            }
        }
    }

    /// Lets venues that hold accounts hear of every booking and close every step.
    private func connectHolders(_ port: BusPort) throws {
        let state = state
        try port.forEachLent(Topics.booking) { envelope in
            try state.value.hold(envelope.value.payload)
        }
        try port.forEachLent(Topics.settle) { envelope in
            try state.value.settle(at: envelope.value.time)
        }
    }

    /// Checks every venue's invariants.
    ///
    /// - Throws: ``MarketError`` naming what is broken.
    public func checkInvariants() throws { try state.value.checkInvariants() }
}

/// The hall and where it publishes.
// A closure over one reference is called as it is; over several, through another function.
private final class MarketFloor {
    private let state: Confined<MarketHall>
    private let sink: MarketSink

    init(_ state: Confined<MarketHall>, _ sink: MarketSink) {
        self.state = state
        self.sink = sink
    }

    @inline(__always)
    func advance(_ envelope: Lent<Envelope<Frame>>) throws {
        try envelope.borrow { try state.value.advance($0.payload, to: sink) }
    }

    @inline(__always)
    func execute(_ envelope: Lent<Envelope<Order>>) throws {
        try state.value.execute(envelope.payload(), at: envelope.value.time, to: sink)
    }
}

/// Where the outputs of markets are published.
// A class: the hall is handed its address, not its publishers.
final class MarketSink: MarketOutlet {
    private let updates: Publisher<OrderUpdate>
    private let fills: Publisher<Fill>
    private let wakes: Publisher<Wake>
    private let quotes: Publisher<OutcomeQuote>?
    private let events: Publisher<VenueEvent>?
    private let tops: Publisher<BookTop>?
    private let dated: Publisher<MarketEvent>?

    init(
        updates: Publisher<OrderUpdate>, fills: Publisher<Fill>, wakes: Publisher<Wake>,
        quotes: Publisher<OutcomeQuote>?, events: Publisher<VenueEvent>?,
        tops: Publisher<BookTop>?, dated: Publisher<MarketEvent>?
    ) {
        self.updates = updates
        self.fills = fills
        self.wakes = wakes
        self.quotes = quotes
        self.events = events
        self.tops = tops
        self.dated = dated
    }

    func publish(_ outputs: borrowing MarketOutputs) throws(BusError) {
        try outputs.forEach { update throws(BusError) in
            try updates.publish(made: { update.value })
        } fill: { fill throws(BusError) in
            try fills.publish(made: { fill.value })
        } other: { output throws(BusError) in
            try publish(output)
        }
    }

    @inline(never)
    private func publish(_ output: MarketOutput) throws(BusError) {
        switch output {
        case .quote(let quote): try quotes?.publish(quote)
        case .venue(let event): try events?.publish(event)
        case .top(let top): try tops?.publish(top)
        default: break
        }
    }

    func publish(_ wake: Wake) throws(BusError) { try wakes.publish(wake) }

    func publish(_ event: MarketEvent) throws(BusError) { try dated?.publish(event) }
}

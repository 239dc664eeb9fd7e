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
    public init(
        on executor: RunExecutor, engines: sending [HostedEngine], instruments: Instruments
    ) {
        self.executor = executor
        state = Confined(MarketHall(engines: engines, instruments: instruments))
    }

    public func connect(_ port: BusPort) throws {
        let state = state
        let sink = MarketSink(
            updates: try port.publisher(Topics.orderUpdate),
            fills: try port.publisher(Topics.fill), wakes: try port.publisher(Topics.wake))
        try port.forEachLent(Topics.frame) { envelope in
            try envelope.borrow { try state.value.advance($0.payload, to: sink) }
        }
        if state.value.hasBatchVenue {
            try port.forEach(Topics.match) { envelope in
                try state.value.runBatches(at: envelope.time, to: sink)
            }
        }
        try port.forEachLent(Topics.order) { envelope in
            try state.value.execute(envelope.payload(), at: envelope.value.time, to: sink)
        }
        try port.forEachLent(Topics.booking) { envelope in
            if envelope.value.payload.kind != .trade {
                try state.value.apply(envelope.value.payload)
            }
        }
    }

    /// Checks every venue's invariants.
    ///
    /// - Throws: ``MarketError`` naming what is broken.
    public func checkInvariants() throws { try state.value.checkInvariants() }
}

/// Where the outputs of markets are published.
// A class: the hall is handed its address, not its publishers.
final class MarketSink: MarketOutlet {
    private let updates: Publisher<OrderUpdate>
    private let fills: Publisher<Fill>
    private let wakes: Publisher<Wake>

    init(updates: Publisher<OrderUpdate>, fills: Publisher<Fill>, wakes: Publisher<Wake>) {
        self.updates = updates
        self.fills = fills
        self.wakes = wakes
    }

    func publish(_ outputs: borrowing MarketOutputs) throws(BusError) {
        try outputs.forEach { update throws(BusError) in
            try updates.publish(made: { update.value })
        } fill: { fill throws(BusError) in
            try fills.publish(made: { fill.value })
        }
    }

    func publish(_ wake: Wake) throws(BusError) { try wakes.publish(wake) }
}

import LockstepBus
public import LockstepMarket
public import LockstepModel

/// A market engine as the simulator keeps it: its type is known only where it was wrapped.
///
/// The closures are made where the engine's type is concrete, so nothing is boxed or looked up
/// while the run goes on.
public struct HostedEngine {
    /// The venue of the engine.
    public let venue: VenueID
    /// Whether commands wait for a batch.
    public let isBatch: Bool
    let advance: (borrowing Frame, inout MarketOutputs) throws(MarketError) -> Void
    let execute:
        (borrowing MarketCommand, Timestamp, inout MarketOutputs) throws(MarketError) -> Void
    let runBatch: (Timestamp, inout MarketOutputs) throws(MarketError) -> Void
    let apply: (borrowing Booking) throws(MarketError) -> Void
    let checkInvariants: () throws(MarketError) -> Void
    let nextWake: () -> Timestamp?

    /// Wraps an engine.
    ///
    /// - Parameter engine: The engine in its first state.
    public init<Engine: MarketEngine>(_ engine: Engine) {
        let cell = Confined(engine)
        venue = engine.venue
        isBatch = engine.isBatch
        advance = { (frame, outputs) throws(MarketError) in
            try cell.value.advance(frame, &outputs)
        }
        execute = { (command, now, outputs) throws(MarketError) in
            try cell.value.execute(copy command, at: now, &outputs)
        }
        runBatch = { (now, outputs) throws(MarketError) in
            try cell.value.runBatch(at: now, &outputs)
        }
        apply = { (booking) throws(MarketError) in try cell.value.apply(copy booking) }
        checkInvariants = { () throws(MarketError) in try cell.value.checkInvariants() }
        nextWake = { cell.value.nextWake }
    }
}

@available(*, unavailable)
extension HostedEngine: Sendable {}

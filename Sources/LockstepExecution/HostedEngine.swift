public import LockstepMarket
public import LockstepModel

/// A market engine as the simulator keeps it: its type is known only where it was wrapped.
public struct HostedEngine {
    /// The venue of the engine.
    public let venue: VenueID
    /// Whether commands wait for a batch.
    public let isBatch: Bool
    let host: EngineHost

    /// Wraps an engine.
    ///
    /// - Parameter engine: The engine in its first state.
    public init<Engine: MarketEngine>(_ engine: Engine) {
        venue = engine.venue
        isBatch = engine.isBatch
        host = EngineHost(engine)
    }
}

@available(*, unavailable)
extension HostedEngine: Sendable {}

public import LockstepMarket
public import LockstepModel

/// A market engine as the simulator keeps it: its type is known only where it was wrapped.
public struct HostedEngine {
    let host: MarketHost

    /// The venue of the engine.
    public var venue: VenueID { host.venue }

    /// Whether commands wait for a batch.
    public var isBatch: Bool { host.isBatch }

    /// Keeps an engine that was wrapped where it was made.
    ///
    /// - Parameter host: The engine's host.
    public init(_ host: MarketHost) { self.host = host }

    /// Wraps an engine.
    ///
    /// - Parameter engine: The engine in its first state.
    public init<Engine: MarketEngine>(_ engine: Engine) { host = MarketHost(engine) }
}

@available(*, unavailable)
extension HostedEngine: Sendable {}

/// An actor that takes part in a run: it hears of events and may publish its own.
public protocol BusService: Actor {
    /// The name under which messages speak of the service.
    nonisolated var name: String { get }

    /// The loop of the run; the actor runs nowhere else.
    nonisolated var executor: RunExecutor { get }

    /// Whether the service only watches; its port then refuses publishers.
    nonisolated var isObserver: Bool { get }

    /// Takes publishers and registers what the service hears of; called once, in the set-up.
    ///
    /// - Parameter port: What the service may do on the bus; it stays in the service.
    /// - Throws: ``BusError`` for unknown topics, or what the service throws; the run then ends.
    func connect(_ port: BusPort) throws

    /// The consume loop of a service with a task of its own; returns at the end of the feed.
    ///
    /// - Throws: What the service throws; the run then ends.
    func run() async throws
}

extension BusService {
    /// The loop of the run.
    // Safe because: the service holds its loop as long as it lives.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Services publish; observers say otherwise.
    public nonisolated var isObserver: Bool { false }

    /// A service whose bodies are run in place has no loop of its own.
    public func run() async throws {}
}

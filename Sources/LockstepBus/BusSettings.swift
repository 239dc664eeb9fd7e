/// How a bus judges the services on it.
public struct BusSettings: Hashable, Sendable {
    /// How many deliveries one step may take before the run ends; 1,000,000 unless set.
    public var deliveriesPerStep: Int
    /// Whether a job that comes to the run from another thread, unannounced, ends the run.
    ///
    /// A strict run names a deadlock at once; one that is not cannot know what other threads may
    /// still bring, and names it after a second in which nothing came.
    public var strict: Bool

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - deliveriesPerStep: The budget of one step; at least 1.
    ///   - strict: Whether foreign jobs end the run.
    public init(deliveriesPerStep: Int = 1_000_000, strict: Bool = true) {
        self.deliveriesPerStep = max(1, deliveriesPerStep)
        self.strict = strict
    }
}

/// What went over a bus so far.
public struct BusMetrics: Hashable, Sendable {
    /// Envelopes published, of all topics.
    public let events: UInt64
    /// Envelopes handed to subscribers.
    public let deliveries: UInt64
    /// Jobs that came from a foreign thread without being announced.
    public let foreignJobs: Int
}

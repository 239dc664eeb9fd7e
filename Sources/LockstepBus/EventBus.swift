public import LockstepModel

/// The bus of one run: topics, services, and the barrier that knows when all work is done.
///
/// Every call comes from the run's loop. Registering comes first, then ports in the order in which
/// the services shall be registered, then ``begin(_:at:)`` for the set-up and for every step.
public actor EventBus {
    // Safe because: its mutable parts are used on the loop only, which `port(for:)` checks.
    @usableFromInline nonisolated let core: BusCore

    // Safe because: the bus holds its loop as long as it lives.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe core.loop.asUnownedSerialExecutor()
    }

    /// Makes a bus without topics and services.
    ///
    /// - Parameters:
    ///   - loop: The loop of the run.
    ///   - settings: How services are judged.
    public init(on loop: RunExecutor, settings: BusSettings = BusSettings()) {
        core = BusCore(loop: loop, settings: settings)
    }

    /// Registers a topic; its schema is the first thing in the log.
    ///
    /// - Parameters:
    ///   - topic: The topic; its number must be free.
    ///   - name: The name under which logs and messages speak of it; it must be free.
    /// - Throws: ``BusError/topicRefused(name:number:reason:)`` or ``BusError/tooLate(what:)``.
    @inlinable
    public final func register<Payload>(_ topic: Topic<Payload>, name: String) throws(BusError) {
        try register(topic, name: name, schema: Payload.schema)
    }

    /// Registers a topic of which the log declares a schema of its own.
    ///
    /// - Parameters:
    ///   - topic: The topic; its number must be free.
    ///   - name: The name under which logs and messages speak of it; it must be free.
    ///   - schema: What the log says of its records: the fields of the payload, where an enumeration
    ///     may lack cases that no record of the run has.
    /// - Throws: ``BusError/topicRefused(name:number:reason:)`` or ``BusError/tooLate(what:)``.
    @inlinable
    package final func register<Payload>(
        _ topic: Topic<Payload>, name: String, schema: RecordSchema
    ) throws(BusError) {
        try core.register(
            Int(topic.id.rawValue), Self.row(Payload.self, name, isRoute: false, schema))
    }

    /// Registers a route: a further number under which envelopes of a topic are delivered.
    ///
    /// - Parameters:
    ///   - route: The number of the route; it must be free.
    ///   - name: The name under which messages speak of it.
    /// - Throws: ``BusError/topicRefused(name:number:reason:)`` or ``BusError/tooLate(what:)``.
    @inlinable
    public final func register<Payload>(route: Topic<Payload>, name: String) throws(BusError) {
        try core.register(
            Int(route.id.rawValue), Self.row(Payload.self, name, isRoute: true, Payload.schema))
    }

    /// The port of a service, whose identity is the next free one.
    ///
    /// - Parameter service: An actor on this run's loop.
    /// - Returns: What it may do on the bus.
    /// - Throws: ``BusError/notOnLoop(service:)`` or ``BusError/tooLate(what:)``.
    public nonisolated func port(for service: some BusService) throws(BusError) -> sending BusPort {
        BusPort(core, member: try core.join(service))
    }

    /// The port of the driver of the steps, which is the first service of a bus.
    ///
    /// - Parameter service: The driver.
    /// - Returns: What the driver may do: publish without a cause, and open steps.
    /// - Throws: ``BusError/notOnLoop(service:)``, or ``BusError/tooLate(what:)`` when another
    ///   service was first.
    public nonisolated func driverPort(
        for service: some BusService
    ) throws(BusError) -> sending DriverPort {
        let member = try core.join(service)
        guard member == 0 else { throw .tooLate(what: "A port for the driver") }
        return DriverPort(core)
    }

    /// Connects a service and starts its own tasks.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - port: The port that was made for it.
    /// - Throws: What the service throws.
    public nonisolated func connect<Service: BusService>(
        _ service: Service, _ port: sending BusPort
    ) async throws {
        let member = port.member
        try await service.connect(port)
        await core.startTasks(of: service, member: member)
    }

    /// Opens a step; step 0 is the set-up.
    ///
    /// - Parameters:
    ///   - step: The number of the step.
    ///   - time: The simulated time of everything in it.
    /// - Throws: ``BusError/closed``, or what ended the run before.
    public func begin(_ step: StepNumber, at time: Timestamp) throws(BusError) {
        try core.begin(step, at: time)
    }

    /// The barrier: returns when every envelope is delivered, every scope has ended, and the tap
    /// has seen everything.
    ///
    /// - Throws: What ended the run.
    public func waitUntilIdle() throws(BusError) { try core.drain() }

    /// Ends the feed: subscriptions return `nil`, and own tasks are awaited.
    ///
    /// - Throws: ``BusError/stalled(_:)`` naming a service whose task does not end.
    public func close() throws(BusError) { try core.close() }

    /// What went over the bus so far.
    public var metrics: BusMetrics { core.metrics }

    @inlinable
    static func row<Payload: EventPayload>(
        _: Payload.Type, _ name: String, isRoute: Bool, _ schema: RecordSchema
    ) -> RawTopic {
        unsafe RawTopic(
            name: name, payload: Payload.self, isRoute: isRoute, schema: schema,
            encode: RawTopic.encoder(Payload.self),
            destroy: RawTopic.destroyer(Payload.self))
    }
}

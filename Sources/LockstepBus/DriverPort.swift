public import LockstepModel

/// What the driver of the steps may do on the bus; it stays in the driver.
public struct DriverPort {
    let core: BusCore

    init(_ core: BusCore) { self.core = core }

    /// Opens a step; step 0 is the set-up.
    ///
    /// - Parameters:
    ///   - step: The number of the step.
    ///   - time: The simulated time of everything in it.
    /// - Throws: ``BusError/closed``, or what ended the run before.
    public func begin(_ step: StepNumber, at time: Timestamp) throws(BusError) {
        try core.begin(step, at: time)
    }

    /// Hears of a topic, before all other services; possible during the set-up.
    ///
    /// - Parameters:
    ///   - topic: A registered topic.
    ///   - body: Called for every envelope.
    /// - Throws: ``BusError/unknownTopic(number:)`` or ``BusError/tooLate(what:)``.
    public func forEach<Payload>(
        _ topic: Topic<Payload>, _ body: @escaping (borrowing Envelope<Payload>) throws -> Void
    ) throws(BusError) {
        try BusPort(core, member: 0).forEach(topic, body)
    }

    /// Publishes an event that nothing caused.
    ///
    /// - Parameters:
    ///   - payload: What the event says.
    ///   - topic: A registered topic.
    /// - Throws: ``BusError/unknownTopic(number:)``, ``BusError/closed``, or
    ///   ``BusError/topicRefused(name:number:reason:)`` for a route or another payload.
    public func publish<Payload>(_ payload: Payload, to topic: Topic<Payload>) throws(BusError) {
        let slot = Int(topic.id.rawValue)
        // The full checks, which are dear, only where the short ones fail.
        let isKnown =
            unsafe slot < Slot.count && core.state.pointee.obstacles.isEmpty
            && core.state.pointee.routes[slot].isTopic
            && core.state.pointee.routes[slot].payload == ObjectIdentifier(Payload.self)
        if !isKnown {
            guard core.phase != .closed else { throw .closed }
            try core.check(topic, canPublish: true)
        }
        core.append(payload, slot: UInt16(topic.id.rawValue), cause: 0, producer: 0)
    }

    /// Notes something in the log.
    ///
    /// - Parameter event: What to note.
    public func note(_ event: ControlEvent) {
        core.append(event, slot: 0, cause: 0, producer: 0)
    }

    /// The number of a text; a text that is new is announced to the log first.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Its number in this run.
    /// - Throws: ``BusError/closed``.
    public func intern(_ text: String) throws(BusError) -> SymbolID {
        try core.intern(text, by: 0)
    }

    /// Publishes an envelope that the driver keeps and fills anew for every step.
    ///
    /// The bus holds it until the step has ended. A topic that is not registered, or with another
    /// payload, ends the run at the next barrier.
    ///
    /// - Parameter envelope: The envelope; it gets the next number.
    public func publish<Payload>(_ envelope: RootEnvelope<Payload>) {
        // Safe because: the bus holds the envelope, and so its storage, until the step has ended.
        if envelope.join(core) { unsafe core.publish(envelope.header) }
    }

    /// The phases of a step, checked once for all steps.
    ///
    /// - Parameter routes: Registered routes, in the order of the phases.
    /// - Returns: The phases.
    /// - Throws: ``BusError/unknownTopic(number:)`` or
    ///   ``BusError/topicRefused(name:number:reason:)`` for another payload.
    public func phases<Payload>(_ routes: [Topic<Payload>]) throws(BusError) -> Phases<Payload> {
        for route in routes { try core.check(route) }
        return Phases(rows: ContiguousArray(routes.map { Int($0.id.rawValue) }))
    }

    /// Resolves a step: opens it, publishes an envelope that the driver keeps, delivers it on its
    /// topic and then on the route of each phase, with a barrier after each, and ends the step.
    ///
    /// - Parameters:
    ///   - step: The number of the step.
    ///   - time: The simulated time of everything in it.
    ///   - envelope: The envelope; it gets the next number.
    ///   - phases: The phases after the first one.
    /// - Throws: What ended the run.
    public func resolve<Payload>(
        _ step: StepNumber, at time: Timestamp, _ envelope: RootEnvelope<Payload>,
        _ phases: Phases<Payload>
    ) throws(BusError) {
        // An envelope that the bus refuses has failed the run, which is told next.
        // Safe because: the bus holds the envelope, and so its storage, until the step has ended.
        envelope.join(core)
        try unsafe core.resolve(step, at: time, envelope.header, phases.rows)
    }

    /// Delivers an envelope once more, on another route, with everything that it causes: the
    /// barrier of a phase.
    ///
    /// - Parameters:
    ///   - envelope: An envelope published in this step.
    ///   - route: A registered route of the same payload.
    /// - Throws: What ended the run.
    public func deliver<Payload>(
        _ envelope: RootEnvelope<Payload>, on route: Topic<Payload>
    ) throws(BusError) {
        // The full check, which is dear, only where the short one fails.
        let slot = Int(route.id.rawValue)
        let isKnown =
            unsafe slot < Slot.count
            && core.state.pointee.routes[slot].payload == ObjectIdentifier(Payload.self)
        if !isKnown { try core.check(route) }
        try unsafe core.deliver(UnsafeRawPointer(envelope.storage), on: Int(route.id.rawValue))
    }

    /// The barrier: returns when everything published is delivered and every scope has ended.
    ///
    /// - Throws: What ended the run.
    public func waitUntilIdle() throws(BusError) { try core.drain() }

    /// Notes that the step is resolved, and frees what it held; what was not delivered yet is
    /// delivered before.
    ///
    /// - Throws: What ended the run, or what the tap throws.
    public func endStep() throws(BusError) { try core.endStep() }

    /// Ends the feed: subscriptions return `nil`, and own tasks are awaited.
    ///
    /// - Throws: ``BusError/stalled(_:)`` naming a service whose task does not end.
    public func close() throws(BusError) { try core.close() }

    /// Shows the tap what it has not seen, also after a failure.
    ///
    /// - Throws: What the tap throws.
    public func flush() throws(BusError) { try core.showTap() }

    /// What went over the bus so far.
    public var metrics: BusMetrics { core.metrics }

    /// Deliveries queued and in progress; zero when the barrier is open.
    package var unfinished: Int { core.unfinished }
}

@available(*, unavailable)
extension DriverPort: Sendable {}

/// The routes of the phases of a step.
public struct Phases<Payload: EventPayload>: Sendable {
    let rows: ContiguousArray<Int>
}

/// An envelope outside of the journal, as the bus knows it.
protocol HeldEnvelope: AnyObject {
    /// The bus that holds it.
    var holder: ObjectIdentifier? { get set }
}

/// An envelope outside of the journal, whose payload is filled in place for every step.
// Safe because: it is made and used by the driver, on the loop of one run, and the journal points
// to it only within the step in which it was published, for which the bus holds it.
@safe
public final class RootEnvelope<Payload: EventPayload>: HeldEnvelope {
    let storage: UnsafeMutablePointer<Envelope<Payload>>
    private let confinedHolder = Confined<ObjectIdentifier?>(nil)
    private let topic: Topic<Payload>

    /// Makes an envelope that was not published yet.
    ///
    /// - Parameters:
    ///   - topic: The topic to which it will be published.
    ///   - payload: The payload to begin with.
    public init(_ topic: Topic<Payload>, _ payload: Payload) {
        self.topic = topic
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(
            to: Envelope(
                header: EnvelopeHeader(
                    sequence: 0, cause: 0, step: 0, time: 0, slot: UInt16(topic.id.rawValue),
                    producer: 0, size: 0),
                payload: payload))
    }

    deinit {
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// The bus that holds it.
    var holder: ObjectIdentifier? {
        get { confinedHolder.value }
        set { confinedHolder.value = newValue }
    }

    /// What the event says; changed between steps, never while the envelope is being delivered.
    public var payload: Payload {
        @inline(__always) _read { yield unsafe storage.pointee.payload }
        @inline(__always) _modify { yield unsafe &storage.pointee.payload }
    }

    /// Checks once that the bus has the topic, and is held by it.
    ///
    /// - Returns: Whether it is; if not, the bus keeps why.
    @inline(never)
    private func settle(on core: BusCore) -> Bool {
        do {
            try core.check(topic, canPublish: true)
            core.hold(self)
            return true
        } catch {
            _ = core.fail(error)
            return false
        }
    }

    /// Makes it an envelope that a bus knows and holds.
    ///
    /// - Returns: Whether it is; if not, the bus keeps why.
    @inline(__always) @discardableResult
    func join(_ core: BusCore) -> Bool {
        holder == ObjectIdentifier(core) || settle(on: core)
    }

    /// Where its header is.
    // Safe because: the header is the first field of the envelope.
    var header: UnsafeMutablePointer<EnvelopeHeader> {
        @inline(__always) get {
            unsafe UnsafeMutableRawPointer(storage).assumingMemoryBound(to: EnvelopeHeader.self)
        }
    }
}

@available(*, unavailable)
extension RootEnvelope: Sendable {}

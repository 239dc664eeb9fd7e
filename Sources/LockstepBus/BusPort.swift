public import LockstepModel

/// What one service may do on the bus; it stays in that service.
public struct BusPort {
    @usableFromInline let core: BusCore
    @usableFromInline let member: Int
    private let pausing: Pause

    init(_ core: BusCore, member: Int) {
        self.core = core
        self.member = member
        pausing = Pause(core.loop, of: member)
    }

    /// The identity of the service on the bus.
    public var service: ServiceID { ServiceID(UInt16(clamping: member)) }

    /// The way to publish to a topic.
    ///
    /// - Parameter topic: A registered topic.
    /// - Returns: The publisher; it stays in the service.
    /// - Throws: ``BusError/unknownTopic(number:)``,
    ///   ``BusError/topicRefused(name:number:reason:)`` for a route or another payload, or
    ///   ``BusError/observerCannotPublish(service:)`` for an observer.
    public func publisher<Payload>(_ topic: Topic<Payload>) throws(BusError) -> Publisher<Payload> {
        let service = core.members[member]
        guard !service.isObserver else { throw .observerCannotPublish(service: service.name) }
        try core.check(topic, canPublish: true)
        return Publisher(core, member: member, slot: UInt16(topic.id.rawValue))
    }

    /// Registers a scope that the bus runs in place for every envelope of a topic.
    ///
    /// - Parameters:
    ///   - topic: A registered topic or route.
    ///   - body: The scope; the service's own isolation holds in it. If it throws, the run ends.
    /// - Throws: ``BusError/unknownTopic(number:)``, ``BusError/tooLate(what:)``, or
    ///   ``BusError/topicRefused(name:number:reason:)`` for another payload.
    @inlinable
    public func forEach<Payload>(
        _ topic: Topic<Payload>, _ body: @escaping (borrowing Envelope<Payload>) throws -> Void
    ) throws(BusError) {
        let handler = unsafe RawHandler { place in
            try body(unsafe place.assumingMemoryBound(to: Envelope<Payload>.self).pointee)
        }
        try addHandler(handler, to: topic)
    }

    /// Registers a scope that the bus runs in place and lends each envelope where it lies.
    ///
    /// Nothing stands between the bus and the scope: every delivery saves a call. Fields are read
    /// where they lie; a payload with arrays is handed on by ``Lent/borrow(_:)``.
    ///
    /// - Parameters:
    ///   - topic: A registered topic or route.
    ///   - body: The scope; it does not keep what it is lent. If it throws, the run ends.
    /// - Throws: As ``forEach(_:_:)`` does.
    @inlinable
    package func forEachLent<Payload>(
        _ topic: Topic<Payload>, _ body: @escaping (Lent<Envelope<Payload>>) throws -> Void
    ) throws(BusError) {
        // Safe because: what is lent is one address, whatever lies there, so both bodies are called
        // alike; and the bus calls them with the address of an envelope of their topic.
        let body = unsafe unsafeBitCast(LentBody(body: body), to: RawBody.self)
        try addHandler(unsafe RawHandler(body.body), to: topic)
    }

    /// Registers a scope that may suspend; the bus runs it in a task of the service.
    ///
    /// - Parameters:
    ///   - topic: A registered topic or route.
    ///   - body: The scope; it suspends through ``pause()`` and ``offload(_:)`` only. If it
    ///     throws, the run ends.
    /// - Throws: ``BusError/unknownTopic(number:)``, ``BusError/tooLate(what:)``, or
    ///   ``BusError/topicRefused(name:number:reason:)`` for another payload.
    public func forEach<Payload>(
        _ topic: Topic<Payload>,
        _ body: nonisolated(nonsending) @escaping (borrowing Envelope<Payload>) async throws -> Void
    ) throws(BusError) {
        try core.check(topic)
        let subscription = Subscription(try core.addSubscription([topic.id], of: member))
        core.addPump(
            of: member,
            Pump(subscription.core) {
                while true {
                    let more: Void? = try await subscription.consume { delivery async throws in
                        if let entries = core.entries {
                            for _ in 0..<(try entries.pauses(at: core.place(of: member))) {
                                await pause()
                            }
                        }
                        guard let envelope = delivery.envelope(topic) else { return }
                        try await body(envelope)
                    }
                    if more == nil { return }
                }
            })
    }

    /// Subscribes to topics for the service's own task, which consumes in ``BusService/run()``.
    ///
    /// - Parameter topics: Registered topics or routes.
    /// - Returns: The subscription; it stays in the service.
    /// - Throws: ``BusError/unknownTopic(number:)`` or ``BusError/tooLate(what:)``.
    public func subscribe(_ topics: [TopicID]) throws(BusError) -> Subscription {
        Subscription(try core.addSubscription(topics, of: member))
    }

    /// Registers the one body that sees every envelope of every topic, in order of sequence.
    ///
    /// It is shown what was published when the bus is idle, before the barrier opens, and also
    /// when the run fails.
    ///
    /// - Parameter body: Gets each envelope once; if it throws, the run ends.
    /// - Throws: ``BusError/tooLate(what:)``.
    public func tap(_ body: @escaping (borrowing Delivery) throws -> Void) throws(BusError) {
        try core.setTap(TapHandler(body), of: member)
    }

    /// The number of a text; a text that is new is announced to the log first.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Its number in this run.
    /// - Throws: ``BusError/publishedOutsideScope(_:)`` for a new text outside of a scope.
    public func intern(_ text: String) throws(BusError) -> SymbolID {
        try core.intern(text, by: member)
    }

    /// The text behind a number that was interned in this run.
    ///
    /// - Parameter symbol: The number.
    /// - Returns: The text; nil for a number that was never given out.
    public func text(of symbol: SymbolID) -> String? { core.text(of: symbol) }

    /// Gives way to everything that is ready, and comes back through the loop.
    nonisolated(nonsending) public func pause() async { await pausing.giveWay() }

    /// Does work on another thread while the service waits; the step waits too.
    ///
    /// Costs a thread: some ten microseconds. A run with a ``Schedule`` does the work on its own
    /// thread, at a time that the schedule picks.
    ///
    /// - Parameter work: What to do; it may block.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws.
    nonisolated(nonsending) public func offload<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        if core.loop.isScheduled {
            // A thread would come back when it likes; a schedule must be the same every time.
            await pausing.giveWay()
            let result = Swift.Result { try work() }
            await pausing.giveWay()
            return try result.get()
        }
        let outcome = Outcome<Result>()
        let parking = Parking()
        let loop = core.loop
        try RunThread.start {
            outcome.put(Swift.Result { try work() })
            loop.comeBack(to: parking.slot)
        }
        // The loop hears of the end only after this task has suspended.
        loop.leave()
        await parking.suspend()
        guard let result = outcome.take() else { throw BusError.closed }
        return try result.get()
    }

    @usableFromInline
    func addHandler<Payload>(
        _ handler: RawHandler, to topic: Topic<Payload>
    ) throws(BusError) {
        try core.check(topic)
        try core.addHandler(handler, to: topic.id, of: member)
    }
}

@available(*, unavailable)
extension BusPort: Sendable {}

/// The consume loop that the bus runs for a scope that may suspend.
// Safe because: it is made and run on the loop of one run.
final class Pump: @unchecked Sendable {
    let body: nonisolated(nonsending) () async throws -> Void

    let subscription: SubscriptionCore

    init(
        _ subscription: SubscriptionCore,
        _ body: nonisolated(nonsending) @escaping () async throws -> Void
    ) {
        self.subscription = subscription
        self.body = body
    }
}

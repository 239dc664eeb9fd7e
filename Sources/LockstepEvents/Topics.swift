public import LockstepBus
public import LockstepModel

/// The topics and routes of a run, with the numbers they have in every log.
///
/// Users' own topics have the numbers 32 to 62.
public enum Topics: Sendable {
    /// The start of the run and the end of its feed.
    @inlinable
    public static var lifecycle: Topic<Lifecycle> { Topic(1) }

    /// The data of a step, delivered first in the phase market.
    @inlinable
    public static var frame: Topic<Frame> { Topic(2) }

    /// The route on which the frame opens the phase in which strategies decide.
    @inlinable
    public static var decide: Topic<Frame> { Topic(3) }

    /// The route on which the frame opens the phase in which batches are matched.
    @inlinable
    public static var match: Topic<Frame> { Topic(4) }

    /// The route on which the frame opens the phase in which accounts are marked.
    @inlinable
    public static var settle: Topic<Frame> { Topic(5) }

    /// What strategies want.
    @inlinable
    public static var intent: Topic<Intent> { Topic(6) }

    /// What passed risk.
    @inlinable
    public static var order: Topic<Order> { Topic(7) }

    /// What happened to orders that is no fill.
    @inlinable
    public static var orderUpdate: Topic<OrderUpdate> { Topic(8) }

    /// Executions.
    @inlinable
    public static var fill: Topic<Fill> { Topic(9) }

    /// Changes of accounts.
    @inlinable
    public static var booking: Topic<Booking> { Topic(10) }

    /// Slices of lots that were closed.
    @inlinable
    public static var lotClosed: Topic<LotClosed> { Topic(11) }

    /// How accounts stand at the end of a step.
    @inlinable
    public static var snapshot: Topic<Snapshot> { Topic(12) }

    /// The prices of outcome markets; only in runs with such a venue.
    @inlinable
    public static var outcomeQuote: Topic<OutcomeQuote> { Topic(14) }

    /// What happens at venues beside orders and fills; only in runs with an outcome market.
    @inlinable
    public static var venueEvent: Topic<VenueEvent> { Topic(15) }

    /// The tops of order books.
    @inlinable
    public static var bookTop: Topic<BookTop> { Topic(13) }

    /// Dated events of instruments; only in runs that have some.
    @inlinable
    public static var marketEvent: Topic<MarketEvent> { Topic(19) }

    /// Figures that strategies write down.
    @inlinable
    public static var note: Topic<Note> { Topic(16) }

    /// Wishes for a step at a time.
    @inlinable
    public static var wake: Topic<Wake> { Topic(17) }

    /// Stops of trading.
    @inlinable
    public static var halt: Topic<Halt> { Topic(18) }

    /// Registers all topics and routes, in the order of their numbers.
    ///
    /// - Parameters:
    ///   - bus: A bus that has not begun its first step.
    ///   - hasOutcomes: Whether the run has an outcome market: then
    ///     ``registerOutcomes(on:)`` comes next.
    ///   - isDated: Whether the run has dated events or margin calls, and bookings of their kinds.
    /// - Throws: ``BusError/topicRefused(name:number:reason:)`` when a number is taken,
    ///   ``BusError/tooLate(what:)`` after the set-up.
    public static func register(
        on bus: EventBus, hasOutcomes: Bool = false, isDated: Bool = false
    ) async throws(BusError) {
        try await bus.register(lifecycle, name: "lifecycle")
        try await bus.register(frame, name: "frame")
        try await bus.register(route: decide, name: "decide")
        try await bus.register(route: match, name: "match")
        try await bus.register(route: settle, name: "settle")
        try await bus.register(intent, name: "intent")
        try await bus.register(order, name: "order")
        try await bus.register(orderUpdate, name: "orderUpdate")
        try await bus.register(fill, name: "fill")
        try await bus.register(
            booking, name: "booking",
            schema: hasOutcomes
                ? isDated ? Booking.schema : Booking.tokenSchema
                : isDated ? Booking.datedSchema : Booking.plainSchema)
        try await bus.register(lotClosed, name: "lotClosed")
        try await bus.register(snapshot, name: "snapshot")
        try await bus.register(note, name: "note")
        try await bus.register(wake, name: "wake")
        try await bus.register(halt, name: "halt")
    }

    /// Registers the topics of outcome markets, for runs with such a venue alone.
    ///
    /// - Parameter bus: A bus that has not begun its first step.
    /// - Throws: What ``register(on:hasOutcomes:isDated:)`` throws.
    public static func registerOutcomes(on bus: EventBus) async throws(BusError) {
        try await bus.register(outcomeQuote, name: "outcomeQuote")
        try await bus.register(venueEvent, name: "venueEvent")
    }

    /// Registers the topic of order books, for runs with such a venue alone.
    ///
    /// - Parameter bus: A bus that has not begun its first step.
    /// - Throws: What ``register(on:hasOutcomes:isDated:)`` throws.
    public static func registerBooks(on bus: EventBus) async throws(BusError) {
        try await bus.register(bookTop, name: "bookTop")
    }

    /// Registers the topic of dated events, for runs that have some alone.
    ///
    /// - Parameter bus: A bus that has not begun its first step.
    /// - Throws: What ``register(on:hasOutcomes:isDated:)`` throws.
    public static func registerEvents(on bus: EventBus) async throws(BusError) {
        try await bus.register(marketEvent, name: "marketEvent")
    }
}

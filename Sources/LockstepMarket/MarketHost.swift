public import LockstepModel

/// What has to be known of an engine between two calls.
@frozen
public struct EngineStatus: Hashable, Sendable {
    /// The next instant at which it has something to do without data; the distant future for none.
    public let wake: Timestamp
    /// Whether data would change nothing.
    public let isIdle: Bool

    /// Says what is known.
    @inlinable @inline(__always)
    package init(wake: Timestamp, isIdle: Bool) {
        self.wake = wake
        self.isIdle = isIdle
    }

    /// Asks an engine, where it lies: of a value that is only lent, it would be copied first.
    @inlinable @inline(__always)
    init<Engine: MarketEngine>(_ engine: inout Engine) {
        wake = engine.nextWake ?? .distantFuture
        isIdle = engine.isIdle
    }
}

/// The owner of an engine, and its calls behind closures that know its type.
///
/// The closures hold the engine's address and nothing else, so a call counts no reference, copies
/// no engine and looks up no type. They are compiled for an engine where its description is, which
/// is why that makes the host.
// Safe because: the engine is made and ended with its host, which is used by the loop of one run;
// no call reaches back into the same engine while it lasts.
@safe
public final class MarketHost {
    /// The venue of the engine.
    public let venue: VenueID
    /// Whether commands wait for a batch.
    public let isBatch: Bool
    /// Whether the engine keeps the cash and holdings of its accounts itself.
    public let holdsAccounts: Bool
    /// Whether the engine tells the tops of order books.
    public let hasBooks: Bool

    @usableFromInline
    package let advance: (borrowing Frame, inout MarketOutputs) throws(MarketError) -> EngineStatus
    @usableFromInline
    package let execute:
        (Lent<Order>, Timestamp, Timestamp, inout MarketOutputs) throws(MarketError) ->
            EngineStatus
    @usableFromInline
    package let runBatch: (Timestamp, inout MarketOutputs) throws(MarketError) -> EngineStatus
    @usableFromInline
    package let apply: (Booking) throws(MarketError) -> EngineStatus
    @usableFromInline
    package let applyEvent:
        (MarketEvent, Instrument, Timestamp, inout MarketOutputs) throws(MarketError) ->
            EngineStatus
    @usableFromInline
    package let settle: (Timestamp) throws(MarketError) -> Void
    @usableFromInline
    package let checkInvariants: () throws(MarketError) -> Void
    @usableFromInline
    package let status: () -> EngineStatus
    @usableFromInline
    let end: () -> Void

    /// Wraps something that is as good as an engine.
    package init(
        venue: VenueID,
        advance:
            @escaping (borrowing Frame, inout MarketOutputs) throws(MarketError) ->
            EngineStatus,
        execute:
            @escaping (Lent<Order>, Timestamp, Timestamp, inout MarketOutputs)
            throws(MarketError) -> EngineStatus,
        apply: @escaping (Booking) throws(MarketError) -> EngineStatus,
        applyEvent:
            @escaping (MarketEvent, Instrument, Timestamp, inout MarketOutputs)
            throws(MarketError) -> EngineStatus,
        checkInvariants: @escaping () throws(MarketError) -> Void,
        status: @escaping () -> EngineStatus, end: @escaping () -> Void
    ) {
        self.venue = venue
        isBatch = false
        holdsAccounts = false
        hasBooks = false
        settle = { (_) throws(MarketError) in }
        self.advance = advance
        self.execute = execute
        runBatch = { (_, _) throws(MarketError) in status() }
        self.apply = apply
        self.applyEvent = applyEvent
        self.checkInvariants = checkInvariants
        self.status = status
        self.end = end
    }

    /// Takes an engine into custody.
    ///
    /// - Parameter engine: The engine in its first state.
    @inlinable
    public init<Engine: MarketEngine>(_ engine: Engine) {
        venue = engine.venue
        isBatch = engine.isBatch
        holdsAccounts = engine.holdsAccounts
        hasBooks = engine.hasBooks
        let place = UnsafeMutablePointer<Engine>.allocate(capacity: 1)
        unsafe place.initialize(to: engine)
        advance = { (frame, outputs) throws(MarketError) in
            try unsafe place.pointee.advance(frame, &outputs)
            return unsafe EngineStatus(&place.pointee)
        }
        execute = { (order, arrival, now, outputs) throws(MarketError) in
            let command = MarketCommand(order: order.value, arrival: arrival)
            try unsafe place.pointee.execute(command, at: now, &outputs)
            return unsafe EngineStatus(&place.pointee)
        }
        runBatch = { (now, outputs) throws(MarketError) in
            try unsafe place.pointee.runBatch(at: now, &outputs)
            return unsafe EngineStatus(&place.pointee)
        }
        apply = { (booking) throws(MarketError) in
            try unsafe place.pointee.apply(booking)
            return unsafe EngineStatus(&place.pointee)
        }
        applyEvent = { (event, instrument, now, outputs) throws(MarketError) in
            try unsafe place.pointee.apply(event, of: instrument, at: now, &outputs)
            return unsafe EngineStatus(&place.pointee)
        }
        settle = { (now) throws(MarketError) in
            try unsafe place.pointee.settle(at: now)
        }
        checkInvariants = { () throws(MarketError) in
            try unsafe place.pointee.checkInvariants()
        }
        status = { unsafe EngineStatus(&place.pointee) }
        end = {
            unsafe place.deinitialize(count: 1)
            unsafe place.deallocate()
        }
    }

    deinit { end() }
}

@available(*, unavailable)
extension MarketHost: Sendable {}

public import LockstepModel

/// What the bus knows of an event besides its payload.
@frozen
public struct EnvelopeHeader: Sendable, BitwiseCopyable {
    @usableFromInline var sequence: UInt64
    @usableFromInline var cause: UInt64
    @usableFromInline var step: UInt64
    @usableFromInline var time: Int64
    /// The row, the producer and the size, from the lowest bits.
    // In one number, which a publisher makes once.
    @usableFromInline var tail: UInt64

    @inlinable
    init(
        sequence: UInt64, cause: UInt64, step: UInt64, time: Int64, slot: UInt16, producer: UInt16,
        size: UInt32
    ) {
        self.sequence = sequence
        self.cause = cause
        self.step = step
        self.time = time
        tail = Self.tail(slot: slot, producer: producer, size: size)
    }

    @inlinable
    init(sequence: UInt64, cause: UInt64, step: UInt64, time: Int64, tail: UInt64) {
        self.sequence = sequence
        self.cause = cause
        self.step = step
        self.time = time
        self.tail = tail
    }

    /// The row of the bus's table; the number of the topic, but for the end of a step.
    @inlinable var slot: UInt16 { UInt16(truncatingIfNeeded: tail) }

    @inlinable var producer: UInt16 { UInt16(truncatingIfNeeded: tail &>> 16) }

    /// Bytes from this header to the next one in the journal.
    @inlinable var size: UInt32 { UInt32(truncatingIfNeeded: tail &>> 32) }

    @inlinable
    static func tail(slot: UInt16, producer: UInt16, size: UInt32) -> UInt64 {
        UInt64(slot) | UInt64(producer) &<< 16 | UInt64(size) &<< 32
    }
}

/// An event: its payload with its number, its step, its cause and its producer.
///
/// An envelope is lent to the scope that consumes it and cannot be copied; its payload can.
@frozen
public struct Envelope<Payload: EventPayload>: ~Copyable, Sendable {
    @usableFromInline var header: EnvelopeHeader
    /// What the event says.
    // A stored property is read in place; an envelope is only ever lent, so nobody can set it.
    public var payload: Payload

    @inlinable
    init(header: EnvelopeHeader, payload: consuming Payload) {
        self.header = header
        self.payload = payload
    }

    /// The number of the envelope in its run, from 1, and of its record in the log.
    @inlinable
    public var sequence: SequenceNumber { SequenceNumber(header.sequence) }

    /// The envelope being consumed when this one was published; none for the driver's own.
    @inlinable
    public var cause: SequenceNumber { SequenceNumber(header.cause) }

    /// The step in which it was published.
    @inlinable
    public var step: StepNumber { StepNumber(header.step) }

    /// The simulated time of that step.
    @inlinable
    public var time: Timestamp { Timestamp(nanoseconds: header.time) }

    /// The topic it was published to.
    @inlinable
    public var topic: TopicID { Slot.topic(header.slot) }

    /// The service that published it.
    @inlinable
    public var producer: ServiceID { ServiceID(header.producer) }
}

extension Envelope {
    /// The bytes it takes in the journal, where every envelope begins at a multiple of
    /// 16, the greatest alignment a type has.
    @inlinable static var room: Int { (MemoryLayout<Self>.size &+ 15) & ~15 }
}

// Safe because: an envelope is its header and, at the next place that suits it, its payload, which
// lies there for as long as the envelope is lent.
extension Lent where Value: ~Copyable {
    /// Hands a lent envelope on as a borrowed one, so that a payload with arrays is not counted.
    ///
    /// - Parameter body: Gets the envelope.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    @inlinable @inline(__always)
    package func borrow<Payload, Result, Failure: Error>(
        _ body: (borrowing Envelope<Payload>) throws(Failure) -> Result
    ) throws(Failure) -> Result where Value == Envelope<Payload> {
        try body(value)
    }

    /// The payload of a lent envelope, lent as long.
    @inlinable @inline(__always)
    package func payload<Payload>() -> Lent<Payload> where Value == Envelope<Payload> {
        let mask = MemoryLayout<Payload>.alignment &- 1
        let offset = (MemoryLayout<EnvelopeHeader>.size &+ mask) & ~mask
        return unsafe Lent<Payload>(
            (UnsafeRawPointer(place) + offset).assumingMemoryBound(to: Payload.self))
    }
}

/// The rows of the bus's table that are not topics of their own.
@usableFromInline
enum Slot: Sendable {
    /// The end of a step: topic 0, but a payload without text, so that it costs nothing.
    @usableFromInline static let stepEnd: UInt16 = 63
    /// How many rows there are.
    @usableFromInline static let count = 64
    /// In the journal: what follows was put in another order, which begins at the address in
    /// `sequence`.
    @usableFromInline static let skip: UInt16 = 0xFFFD
    /// In the journal: the envelope lies elsewhere, at the address in `sequence`.
    @usableFromInline static let indirect: UInt16 = 0xFFFE
    /// In the journal: it goes on at the address in `sequence`.
    @usableFromInline static let jump: UInt16 = 0xFFFF

    @inlinable
    static func topic(_ slot: UInt16) -> TopicID {
        TopicID(slot == stepEnd ? 0 : UInt8(truncatingIfNeeded: slot))
    }
}

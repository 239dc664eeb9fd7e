public import LockstepModel

/// One envelope in the hands of one service, until its scope ends.
// Safe because: a delivery is lent to a scope and cannot be copied or kept, and the journal holds
// the envelope until the step has ended, which waits for the scope.
@safe
public struct Delivery: ~Copyable {
    private let core: Unmanaged<BusCore>
    @usableFromInline let place: UnsafeRawPointer
    /// The route on which it came; `nil` for the tap, which sees each envelope once.
    @usableFromInline let slot: Int?

    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(_ core: BusCore, _ place: UnsafeRawPointer, on slot: Int?) {
        unsafe self.core = .passUnretained(core)
        unsafe self.place = place
        self.slot = slot
    }

    @usableFromInline var header: EnvelopeHeader {
        unsafe place.assumingMemoryBound(to: EnvelopeHeader.self).pointee
    }

    /// The number of the envelope.
    public var sequence: SequenceNumber { SequenceNumber(header.sequence) }

    /// The envelope that caused this one; none for the driver's own.
    public var cause: SequenceNumber { SequenceNumber(header.cause) }

    /// The step of the envelope.
    public var step: StepNumber { StepNumber(header.step) }

    /// The simulated time of the step.
    public var time: Timestamp { Timestamp(nanoseconds: header.time) }

    /// The topic or route on which the envelope was delivered.
    public var topic: TopicID {
        guard let slot else { return Slot.topic(header.slot) }
        return TopicID(UInt8(truncatingIfNeeded: slot))
    }

    /// The service that published it.
    public var producer: ServiceID { ServiceID(header.producer) }

    /// The envelope, if it came on a topic.
    ///
    /// - Parameter topic: The topic or route to look for.
    /// - Returns: An envelope of its own with a copy of the payload, or `nil` when the delivery is
    ///   of another topic or has another payload.
    // The optimiser of 6.3.1 crashes when this is inlined into a scope that suspends.
    @inlinable @inline(never)
    public func envelope<Payload>(_ topic: Topic<Payload>) -> Envelope<Payload>? {
        guard self.topic == topic.id else { return nil }
        guard holds(ObjectIdentifier(Payload.self)) else {
            guard let end = stepEnd as? Payload else { return nil }
            return Envelope(header: header, payload: end)
        }
        let envelope = unsafe place.assumingMemoryBound(to: Envelope<Payload>.self)
        return unsafe Envelope(header: envelope.pointee.header, payload: envelope.pointee.payload)
    }

    /// The payload, if the envelope came on a topic.
    ///
    /// - Parameter topic: The topic or route to look for.
    /// - Returns: A copy of the payload, or `nil` when the delivery is of another topic or has
    ///   another payload.
    // The optimiser of 6.3.1 crashes when this is inlined into a scope that suspends.
    @inlinable @inline(never)
    public func payload<Payload>(_ topic: Topic<Payload>) -> Payload? {
        guard let envelope = envelope(topic) else { return nil }
        return envelope.payload
    }

    /// Whether the payload is of a type.
    @usableFromInline
    func holds(_ payload: ObjectIdentifier) -> Bool {
        unsafe core._withUnsafeGuaranteedRef { core in
            unsafe core.state.pointee.routes[Int(header.slot)].payload == payload
        }
    }

    /// The end of a step, which lies in the journal in a form of its own.
    @usableFromInline @inline(never)
    var stepEnd: ControlEvent? {
        guard header.slot == Slot.stepEnd else { return nil }
        return .stepEnd
    }

    /// Writes the fields of the payload.
    ///
    /// - Parameter writer: Where the fields go.
    package func encodePayload(into writer: inout RecordWriter) {
        let slot = Int(header.slot)
        guard
            let topic = unsafe core._withUnsafeGuaranteedRef({ core in
                unsafe core.state.pointee.routes[slot].topic
            })
        else { return }
        unsafe topic._withUnsafeGuaranteedRef { unsafe $0.encode(place, &writer) }
    }
}

@available(*, unavailable)
extension Delivery: Sendable {}

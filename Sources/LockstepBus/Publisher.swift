#if PLANTED_DEFECTS
    public import LockstepModel
#endif

/// The way in which one service publishes to one topic.
///
/// Publishing takes no `await` and returns at once. The number of the envelope is the bus's;
/// identities in payloads come from counters of the service.
// Safe because: it stays in the service that asked for it, on the run's loop, and holds the bus
// whose storage it writes to.
@safe
public struct Publisher<Payload: EventPayload> {
    @usableFromInline let core: Unmanaged<BusCore>
    /// Keeps the bus's storage for as long as somebody may write to it.
    private let owner: BusCore
    @usableFromInline let state: UnsafeMutablePointer<BusState>
    @usableFromInline let service: UnsafeMutablePointer<ServiceState>
    /// The end of every header: topic, service and size.
    @usableFromInline let tail: UInt64

    init(_ core: BusCore, member: Int, slot: UInt16) {
        owner = core
        unsafe self.core = .passUnretained(core)
        unsafe state = core.state
        unsafe service = core.members[member].state
        tail = unsafe EnvelopeHeader.tail(
            slot: slot, producer: service.pointee.id,
            size: UInt32(truncatingIfNeeded: Envelope<Payload>.room))
    }

    /// Publishes an event, caused by the envelope that the service has in hand.
    ///
    /// - Parameter payload: What the event says.
    /// - Throws: ``BusError/publishedOutsideScope(_:)`` when the service has none in hand.
    @inlinable @inline(__always)
    public func publish(_ payload: Payload) throws(BusError) {
        try publish(made: { payload })
    }

    /// Publishes an event that is made where it comes to lie.
    ///
    /// - Parameter payload: Makes what the event says, once there is a place for it.
    /// - Throws: ``BusError/publishedOutsideScope(_:)`` when the service has none in hand.
    @inlinable @inline(__always)
    package func publish(made payload: () -> Payload) throws(BusError) {
        let open = unsafe service.pointee.open
        if open == 0 { throw outside() }
        #if PLANTED_DEFECTS
            let isWrong = PlantedDefect.causeOfWhoeverWasLast.isOn
            let cause = unsafe isWrong ? state.pointee.lastOpened : open
        #else
            let cause = open
        #endif
        unsafe state.append(
            payload, tail: tail, cause: cause,
            growing: { size in unsafe grow(size) })
    }

    @usableFromInline @inline(never)
    func outside() -> BusError {
        unsafe core._withUnsafeGuaranteedRef { core in
            unsafe core.fail(.publishedOutsideScope(core.place(of: Int(service.pointee.id))))
        }
    }

    @usableFromInline @inline(never)
    func grow(_ size: Int) -> UnsafeMutableRawPointer {
        unsafe core._withUnsafeGuaranteedRef { unsafe $0.grow(size) }
    }
}

@available(*, unavailable)
extension Publisher: Sendable {}

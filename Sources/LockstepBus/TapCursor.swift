/// Goes over the envelopes that a tap has not seen, in the order of their numbers.
// Safe because: the bus lends it to the body of a tap, on the loop of one run, and the journal
// holds what it points to until the step has ended.
@safe @usableFromInline
package struct TapCursor {
    let core: Unmanaged<BusCore>
    @usableFromInline let routes: UnsafeMutablePointer<Route>
    /// Where the next envelope is, or a sign to it.
    @usableFromInline var place: UnsafeMutableRawPointer
    /// Behind the last envelope.
    @usableFromInline var end: UnsafeMutableRawPointer
    /// The number of the envelope that was handed out last.
    @usableFromInline var sequence: UInt64 = 0

    init(_ core: BusCore) {
        unsafe self.core = .passUnretained(core)
        unsafe routes = core.state.pointee.routes
        unsafe place = core.state.pointee.tapped
        unsafe end = core.state.pointee.end
    }

    /// Ends where another cursor stands now.
    package mutating func stop(before other: Self) { unsafe end = other.place }

    /// The next envelope, or `nil` when all were seen.
    @inlinable @inline(__always)
    package mutating func next() -> TappedEnvelope? {
        while unsafe place != end {
            var header = unsafe place.assumingMemoryBound(to: EnvelopeHeader.self)
            let size = unsafe Int(header.pointee.size)
            let slot = unsafe header.pointee.slot
            if slot >= Slot.skip {
                guard
                    let other = unsafe UnsafeMutableRawPointer(
                        bitPattern: UInt(header.pointee.sequence))
                else { return nil }
                if slot != Slot.indirect {
                    unsafe place = other
                    continue
                }
                unsafe header = other.assumingMemoryBound(to: EnvelopeHeader.self)
            }
            unsafe place += size
            sequence = unsafe header.pointee.sequence
            return unsafe TappedEnvelope(header: header, routes: routes)
        }
        return nil
    }
}

/// An envelope in the hands of a tap, until it asks for the next one.
// Safe because: as said of the cursor that hands it out.
@safe @frozen @usableFromInline
package struct TappedEnvelope {
    @usableFromInline let header: UnsafeMutablePointer<EnvelopeHeader>
    @usableFromInline let routes: UnsafeMutablePointer<Route>

    @inlinable @inline(__always)
    init(
        header: UnsafeMutablePointer<EnvelopeHeader>, routes: UnsafeMutablePointer<Route>
    ) {
        unsafe self.header = header
        unsafe self.routes = routes
    }

    /// The number of the envelope.
    @inlinable @inline(__always)
    package var sequence: UInt64 { unsafe header.pointee.sequence }

    /// The number of the envelope that caused this one; 0 for none.
    @inlinable @inline(__always)
    package var cause: UInt64 { unsafe header.pointee.cause }

    /// The simulated time of the step in nanoseconds.
    @inlinable @inline(__always)
    package var time: Int64 { unsafe header.pointee.time }

    /// The number of the topic it was published to.
    @inlinable @inline(__always)
    package var topic: UInt8 {
        let slot = unsafe header.pointee.slot
        return slot == Slot.stepEnd ? 0 : UInt8(truncatingIfNeeded: slot)
    }

    /// The service that published it.
    @inlinable @inline(__always)
    package var producer: UInt16 { unsafe header.pointee.producer }

    /// Whether it is a control event, which readers may have to learn from; the end of a step is
    /// none of these.
    @inlinable @inline(__always)
    package var isControl: Bool { unsafe header.pointee.slot == 0 }

    /// Writes the fields of the payload.
    ///
    /// - Parameter writer: Where the fields go.
    @inlinable @inline(__always)
    package func encodePayload(into writer: inout RecordWriter) {
        guard let topic = unsafe routes[Int(header.pointee.slot)].topic else { return }
        unsafe topic._withUnsafeGuaranteedRef {
            unsafe $0.encode(UnsafeRawPointer(header), &writer)
        }
    }

    /// Writes the record.
    ///
    /// - Parameter writer: Where it goes; it knows the time of the record before.
    @inlinable @inline(__always)
    package func encodeRecord(into writer: inout RecordWriter) {
        let slot = unsafe header.pointee.slot
        if slot == Slot.stepEnd { return unsafe writer.stepEnd(header) }
        guard let topic = unsafe routes[Int(slot)].topic else { return }
        let start = unsafe writer.beginRecord(header, topic: UInt8(truncatingIfNeeded: slot))
        unsafe topic._withUnsafeGuaranteedRef {
            unsafe $0.encode(UnsafeRawPointer(header), &writer)
        }
        writer.prefixLength(from: start)
    }
}

/// The body that sees every envelope.
final class TapHandler {
    let body: (inout TapCursor) throws -> Void
    /// Whether it waits for the end of the step, or for a failure.
    let isPatient: Bool

    /// Shows envelopes at every barrier, one at a time.
    convenience init(_ body: @escaping (borrowing Delivery) throws -> Void) {
        self.init(isPatient: false) { cursor in
            while let envelope = cursor.next() {
                try body(
                    unsafe Delivery(
                        cursor.core.takeUnretainedValue(), UnsafeRawPointer(envelope.header),
                        on: nil))
            }
        }
    }

    init(isPatient: Bool, _ body: @escaping (inout TapCursor) throws -> Void) {
        self.isPatient = isPatient
        self.body = body
    }
}

extension BusPort {
    /// Sees every envelope of a step when it ends, or what there is of it when the run fails.
    ///
    /// - Parameter body: Gets a cursor over the envelopes, in the order of their numbers; it asks
    ///   for all of them. If it throws, the run ends.
    /// - Throws: ``BusError/tooLate(what:)``.
    package func tapSteps(
        _ body: @escaping (inout TapCursor) throws -> Void
    ) throws(BusError) {
        try core.setTap(TapHandler(isPatient: true, body), of: member)
    }
}

extension BusCore {
    /// Shows the tap every envelope it has not seen.
    ///
    /// - Throws: ``BusError/serviceFailed(_:_:)`` when the tap throws.
    func showTap() throws(BusError) {
        guard let tap = unsafe state.pointee.tap else {
            unsafe state.pointee.tapped = state.pointee.end
            return
        }
        // Once more for what the tap itself brings about.
        while unsafe state.pointee.tapped != state.pointee.end {
            var cursor = TapCursor(self)
            do {
                try unsafe tap._withUnsafeGuaranteedRef { tap in try tap.body(&cursor) }
            } catch {
                unsafe state.pointee.tapped = state.pointee.end
                throw fail(.serviceFailed(place(tapMember, cursor.sequence, nil), error))
            }
            unsafe state.pointee.tapped = cursor.end
        }
    }
}

@available(*, unavailable)
extension TapCursor: Sendable {}

@available(*, unavailable)
extension TappedEnvelope: Sendable {}

@available(*, unavailable)
extension TapHandler: Sendable {}

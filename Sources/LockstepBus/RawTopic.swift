/// What the bus can do with payloads whose type it does not know.
// Safe because: the bus calls it only with the address of an envelope of its own topic.
@safe @usableFromInline
final class RawTopic {
    @usableFromInline let name: String
    @usableFromInline let payload: any EventPayload.Type
    /// Whether envelopes are delivered on it, but never published to it.
    @usableFromInline let isRoute: Bool
    @usableFromInline let schema: RecordSchema
    /// Writes the payload of an envelope, given by its address.
    @usableFromInline let encode: (UnsafeRawPointer, inout RecordWriter) -> Void
    /// `nil` where the payload is trivial.
    @usableFromInline let destroy: ((UnsafeMutableRawPointer) -> Void)?

    @inlinable
    init(
        name: String, payload: any EventPayload.Type, isRoute: Bool = false, schema: RecordSchema,
        encode: @escaping (UnsafeRawPointer, inout RecordWriter) -> Void,
        destroy: ((UnsafeMutableRawPointer) -> Void)?
    ) {
        self.name = name
        self.payload = payload
        self.isRoute = isRoute
        self.schema = schema
        unsafe self.encode = encode
        unsafe self.destroy = destroy
    }
}

extension RawTopic {
    /// Writes envelopes, given by their address.
    @inlinable
    static func encoder<Payload: EventPayload>(
        _: Payload.Type
    ) -> (UnsafeRawPointer, inout RecordWriter) -> Void {
        { place, writer in
            write(unsafe place.assumingMemoryBound(to: Envelope<Payload>.self).pointee, &writer)
        }
    }

    /// Takes the envelope as it is lent, so that a payload with arrays in it is not copied.
    @inlinable @inline(__always)
    static func write<Payload: EventPayload>(
        _ envelope: borrowing Envelope<Payload>, _ writer: inout RecordWriter
    ) {
        envelope.payload.encode(into: &writer)
    }

    /// Destroys an envelope, given by its address; `nil` where the payload is trivial.
    @inlinable
    static func destroyer<Payload: EventPayload>(
        _: Payload.Type
    ) -> ((UnsafeMutableRawPointer) -> Void)? {
        if _isPOD(Payload.self) { return nil }
        return { place in
            unsafe place.assumingMemoryBound(to: Envelope<Payload>.self).deinitialize(count: 1)
        }
    }
}

@available(*, unavailable)
extension RawTopic: Sendable {}

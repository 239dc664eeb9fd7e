public import LockstepModel

/// One row of the bus's table: who hears of a topic, and how its payload is treated.
// Safe because: its storage is the journal's, and so is this row.
@safe @usableFromInline
struct Route {
    @usableFromInline var targets: UnsafeMutablePointer<Target>
    @usableFromInline var count = 0
    @usableFromInline var capacity: Int
    /// How many of the targets count as deliveries: observers do not, so that whoever looks on
    /// spends nothing of a step's budget.
    @usableFromInline var charge = 0
    /// `nil` for a number that nobody registered.
    @usableFromInline var topic: Unmanaged<RawTopic>?
    /// The type of what is published to it or delivered on it.
    @usableFromInline var payload: ObjectIdentifier?
    /// Whether envelopes may be published to it.
    @usableFromInline var isTopic = false

    /// The last subscriber whose deliveries count; there is one.
    var lastCharged: Int {
        var place = count - 1
        while place > 0, unsafe targets[place].service.pointee.isObserver { place -= 1 }
        return unsafe Int(targets[place].service.pointee.id)
    }
}

/// One subscriber in a row: a body that is run in place, or a subscription of an own task.
// Safe because: the bus keeps what it refers to for as long as the journal lives.
@safe @usableFromInline
struct Target {
    @usableFromInline let service: UnsafeMutablePointer<ServiceState>
    @usableFromInline let handler: Unmanaged<RawHandler>?
    @usableFromInline let subscription: Unmanaged<SubscriptionCore>?
}

/// The scope a service has open.
@usableFromInline
struct ServiceState: Sendable {
    @usableFromInline let id: UInt16
    let isObserver: Bool
    /// The envelope in hand; 0 when there is none, and publishing is refused.
    @usableFromInline var open: UInt64 = 0
}

/// A body that takes an envelope's address; made where the payload's type is known.
// Safe because: the bus calls it only with the address of an envelope of its own topic.
@safe @usableFromInline
final class RawHandler {
    @usableFromInline let body: (UnsafeRawPointer) throws -> Void

    @inlinable
    init(_ body: @escaping (UnsafeRawPointer) throws -> Void) { unsafe self.body = body }
}

/// A body that is lent envelopes of a type, in a box of its own: a function that is handed on as a
/// value of any type is wrapped by the compiler, a box is not.
@frozen @usableFromInline
struct LentBody<Payload: EventPayload> {
    @usableFromInline let body: (Lent<Envelope<Payload>>) throws -> Void

    @inlinable
    init(body: @escaping (Lent<Envelope<Payload>>) throws -> Void) { self.body = body }
}

/// The same body as one that takes an address.
// Safe because: it is only made of a body that is lent what lies there.
@safe @frozen @usableFromInline
struct RawBody {
    @usableFromInline let body: (UnsafeRawPointer) throws -> Void
}

@available(*, unavailable)
extension LentBody: Sendable {}

@available(*, unavailable)
extension RawBody: Sendable {}

@available(*, unavailable)
extension Route: Sendable {}

@available(*, unavailable)
extension Target: Sendable {}

@available(*, unavailable)
extension RawHandler: Sendable {}

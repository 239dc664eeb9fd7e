/// What a bus writes and reads for every event, reached through a pointer from its publishers.
// Safe because: its addresses point into the journal that owns it, on the loop of one run.
@safe @usableFromInline
struct BusState {
    /// Where the next envelope goes, and the last place where one may begin.
    @usableFromInline var end: UnsafeMutableRawPointer
    @usableFromInline var limit: UnsafeMutableRawPointer
    /// The next envelope to deliver, and the next one the tap has not seen.
    @usableFromInline var cursor: UnsafeMutableRawPointer
    @usableFromInline var tapped: UnsafeMutableRawPointer
    @usableFromInline let routes: UnsafeMutablePointer<Route>
    @usableFromInline var sequence: UInt64 = 0
    @usableFromInline var step: UInt64 = 0
    @usableFromInline var time: Int64 = 0
    /// Deliveries queued, and the one in progress.
    @usableFromInline var unfinished = 0
    @usableFromInline var delivered = 0
    /// The count of deliveries at which the step has spent its budget.
    @usableFromInline var budget = Int.max
    /// Envelopes in the journal whose payload must be destroyed.
    @usableFromInline var owned = 0
    /// What keeps a drain from beginning at once; zero in the course of a healthy run.
    var obstacles: Obstacles = []
    /// Whether the set-up is over.
    var isRunning = false
    /// The beginning of the first chunk, and the last place in it where an envelope may begin.
    let first: UnsafeMutableRawPointer
    let firstLimit: UnsafeMutableRawPointer
    /// Who sees every envelope; the bus keeps it.
    var tap: Unmanaged<TapHandler>?

    init(chunk: UnsafeMutableRawPointer, size: Int, routes: UnsafeMutablePointer<Route>) {
        unsafe first = chunk
        unsafe firstLimit = chunk + (size - Journal.headerSize)
        unsafe end = chunk
        unsafe limit = firstLimit
        unsafe cursor = chunk
        unsafe tapped = chunk
        unsafe self.routes = routes
    }
}

/// What keeps a drain from beginning.
struct Obstacles: OptionSet, Sendable {
    let rawValue: UInt8

    /// The run has failed.
    static let failed = Self(rawValue: 1)
    /// A delivery is in progress.
    static let delivering = Self(rawValue: 2)
    /// The feed has ended.
    static let closed = Self(rawValue: 4)
}

/// The body that sees every envelope.
final class TapHandler {
    let body: (borrowing Delivery) throws -> Void

    init(_ body: @escaping (borrowing Delivery) throws -> Void) { self.body = body }
}

/// One row of the bus's table: who hears of a topic, and how its payload is treated.
// Safe because: its storage is the journal's, and so is this row.
@safe @usableFromInline
struct Route {
    @usableFromInline var targets: UnsafeMutablePointer<Target>
    @usableFromInline var count = 0
    @usableFromInline var capacity: Int
    /// `nil` for a number that nobody registered.
    @usableFromInline var topic: Unmanaged<RawTopic>?
    /// The type of what is published to it or delivered on it.
    @usableFromInline var payload: ObjectIdentifier?
    /// Whether envelopes may be published to it.
    @usableFromInline var isTopic = false
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

/// What the bus can do with payloads whose type it does not know.
// Safe because: the bus calls it only with the address of an envelope of its own topic.
@safe @usableFromInline
final class RawTopic {
    @usableFromInline let name: String
    @usableFromInline let payload: any EventPayload.Type
    /// Whether envelopes are delivered on it, but never published to it.
    @usableFromInline let isRoute: Bool
    @usableFromInline let schema: RecordSchema
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

/// The envelopes of one step, one behind the other in chunks that never move.
///
/// A body holds the address of its envelope while it publishes, so storage grows by whole chunks;
/// all of it is used again from the beginning in the next step.
// Safe because: everything here is used by the loop of one run, and the chunks are freed only when
// the bus, which every publisher holds, is.
@safe
final class Journal {
    /// What a sign takes: a header, and what brings the next envelope to a multiple of 16.
    static let headerSize = (MemoryLayout<EnvelopeHeader>.size + 15) & ~15
    static let chunkSize = 1 << 16

    let state: UnsafeMutablePointer<BusState>
    private var chunks: [Chunk]
    private var used = 0

    /// A piece of storage and its size in bytes.
    // Safe because: the journal alone makes and frees them.
    @safe
    private struct Chunk {
        let start: UnsafeMutableRawPointer
        let size: Int

        init(size: Int) {
            unsafe start = .allocate(byteCount: size, alignment: 64)
            self.size = size
        }

        /// The last place where an envelope may begin, with room for a sign behind it.
        var limit: UnsafeMutableRawPointer { unsafe start + (size - Journal.headerSize) }
    }

    init() {
        let chunk = Chunk(size: Self.chunkSize)
        chunks = [chunk]
        let routes = UnsafeMutablePointer<Route>.allocate(capacity: Slot.count)
        for slot in 0..<Slot.count {
            unsafe (routes + slot).initialize(
                to: Route(targets: .allocate(capacity: 8), capacity: 8, topic: nil))
        }
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: BusState(chunk: chunk.start, size: Self.chunkSize, routes: routes))
    }

    deinit {
        destroyPayloads()
        for slot in 0..<Slot.count { unsafe state.pointee.routes[slot].targets.deallocate() }
        unsafe state.pointee.routes.deallocate()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        for chunk in chunks { unsafe chunk.start.deallocate() }
    }

    /// Begins another chunk and leaves a sign to it at the end of the present one.
    func grow(toFit size: Int) -> UnsafeMutableRawPointer {
        used += 1
        let needed = size + 2 * Self.headerSize
        if used == chunks.count {
            chunks.append(Chunk(size: max(Self.chunkSize, needed)))
        } else if chunks[used].size < needed {
            unsafe chunks[used].start.deallocate()
            chunks[used] = Chunk(size: needed)
        }
        let chunk = unsafe chunks[used].start
        unsafe state.pointee.limit = chunks[used].limit
        let sign = EnvelopeHeader(
            sequence: UInt64(UInt(bitPattern: chunk)), cause: 0, step: 0, time: 0,
            slot: Slot.jump, producer: 0, size: 0)
        unsafe state.pointee.end.initializeMemory(as: EnvelopeHeader.self, to: sign)
        unsafe state.pointee.end = chunk
        return unsafe chunk
    }

    /// Forgets the envelopes of a step; its storage serves the next one.
    func reset() {
        if unsafe state.pointee.owned != 0 { destroyPayloads() }
        // A step within the first chunk, as nearly all are, touches nothing else.
        if unsafe state.pointee.limit != state.pointee.firstLimit {
            used = 0
            unsafe state.pointee.limit = state.pointee.firstLimit
        }
        unsafe state.pointee.end = state.pointee.first
        unsafe state.pointee.cursor = state.pointee.first
        unsafe state.pointee.tapped = state.pointee.first
    }

    /// Adds a subscriber to a row, in the order of registration of the services; set-up only.
    func add(_ target: Target, to slot: Int) {
        let route = unsafe state.pointee.routes + slot
        if unsafe route.pointee.count == route.pointee.capacity {
            let capacity = unsafe route.pointee.capacity * 2
            let larger = UnsafeMutablePointer<Target>.allocate(capacity: capacity)
            unsafe larger.moveInitialize(
                from: route.pointee.targets, count: route.pointee.count)
            unsafe route.pointee.targets.deallocate()
            unsafe route.pointee.targets = larger
            unsafe route.pointee.capacity = capacity
        }
        let targets = unsafe route.pointee.targets
        var place = unsafe route.pointee.count
        while place > 0,
            unsafe targets[place - 1].service.pointee.id > target.service.pointee.id
        {
            unsafe (targets + place).moveInitialize(from: targets + place - 1, count: 1)
            place -= 1
        }
        unsafe (targets + place).initialize(to: target)
        unsafe route.pointee.count += 1
    }

    /// The topic behind a row, if one is registered.
    func topic(_ slot: Int) -> RawTopic? {
        unsafe state.pointee.routes[slot].topic?.takeUnretainedValue()
    }

    /// Makes a number known.
    func insert(_ topic: RawTopic, at slot: Int) {
        unsafe state.pointee.routes[slot].topic = .passUnretained(topic)
        unsafe state.pointee.routes[slot].payload = ObjectIdentifier(topic.payload)
        unsafe state.pointee.routes[slot].isTopic = !topic.isRoute
    }

    /// Forgets all subscribers.
    func removeTargets() {
        for slot in 0..<Slot.count { unsafe state.pointee.routes[slot].count = 0 }
    }

    /// The envelope with a number among those of the present step.
    func find(_ sequence: UInt64) -> UnsafePointer<EnvelopeHeader>? {
        var found: UnsafePointer<EnvelopeHeader>?
        unsafe walk { sign in
            var header = unsafe sign
            // Safe because: the bus holds what a sign refers to until the step has ended.
            if unsafe sign.pointee.slot == Slot.indirect,
                let other = unsafe UnsafeMutablePointer<EnvelopeHeader>(
                    bitPattern: UInt(sign.pointee.sequence))
            {
                unsafe header = other
            }
            if unsafe header.pointee.sequence == sequence { unsafe found = UnsafePointer(header) }
        }
        return unsafe found
    }

    private func destroyPayloads() {
        unsafe walk { header in
            let slot = unsafe header.pointee.slot
            if slot != Slot.indirect, let destroy = unsafe topic(Int(slot))?.destroy {
                unsafe destroy(UnsafeMutableRawPointer(header))
            }
        }
        unsafe state.pointee.owned = 0
    }

    /// Visits the envelopes of the step, and the signs to those that lie elsewhere.
    private func walk(_ visit: (UnsafeMutablePointer<EnvelopeHeader>) -> Void) {
        var place = unsafe chunks[0].start
        while unsafe place != state.pointee.end {
            let header = unsafe place.assumingMemoryBound(to: EnvelopeHeader.self)
            if unsafe header.pointee.slot == Slot.jump {
                guard
                    let next = unsafe UnsafeMutableRawPointer(
                        bitPattern: UInt(header.pointee.sequence))
                else { return }
                unsafe place = next
                continue
            }
            let size = unsafe Int(header.pointee.size)
            unsafe visit(header)
            unsafe place += size
        }
    }
}

@available(*, unavailable)
extension BusState: Sendable {}

@available(*, unavailable)
extension TapHandler: Sendable {}

@available(*, unavailable)
extension Route: Sendable {}

@available(*, unavailable)
extension Target: Sendable {}

@available(*, unavailable)
extension RawHandler: Sendable {}

@available(*, unavailable)
extension RawTopic: Sendable {}

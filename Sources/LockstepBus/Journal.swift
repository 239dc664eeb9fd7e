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

    /// Makes the journal of a bus.
    ///
    /// - Parameter budget: The deliveries that a step may take.
    init(budget: Int) {
        let chunk = Chunk(size: Self.chunkSize)
        chunks = [chunk]
        let routes = UnsafeMutablePointer<Route>.allocate(capacity: Slot.count)
        for slot in 0..<Slot.count {
            unsafe (routes + slot).initialize(
                to: Route(targets: .allocate(capacity: 8), capacity: 8, topic: nil))
        }
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: BusState(
                chunk: chunk.start, size: Self.chunkSize, routes: routes, budget: budget))
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

    /// Puts a sign into the journal.
    ///
    /// - Parameters:
    ///   - slot: What the sign says.
    ///   - address: What it refers to.
    /// - Returns: Where the sign is.
    func sign(_ slot: UInt16, to address: UInt) -> UnsafeMutablePointer<EnvelopeHeader> {
        var place = unsafe state.pointee.end
        if unsafe place + Self.headerSize > state.pointee.limit {
            unsafe place = grow(toFit: Self.headerSize)
        }
        unsafe state.pointee.end = place + Self.headerSize
        return unsafe place.initializeMemory(
            as: EnvelopeHeader.self,
            to: EnvelopeHeader(
                sequence: UInt64(address), cause: 0, step: 0, time: 0, slot: slot, producer: 0,
                size: UInt32(Self.headerSize)))
    }

    /// Visits the envelopes from a place on, in the order of the journal.
    func visit(
        from start: UnsafeMutableRawPointer,
        _ body: (UnsafeMutablePointer<EnvelopeHeader>) -> Void
    ) {
        var place = unsafe start
        while unsafe place != state.pointee.end {
            let header = unsafe place.assumingMemoryBound(to: EnvelopeHeader.self)
            let slot = unsafe header.pointee.slot
            if slot < Slot.skip {
                unsafe body(header)
            } else {
                guard
                    let other = unsafe UnsafeMutableRawPointer(
                        bitPattern: UInt(header.pointee.sequence))
                else { return }
                if slot != Slot.indirect {
                    unsafe place = other
                    continue
                }
                unsafe body(other.assumingMemoryBound(to: EnvelopeHeader.self))
            }
            unsafe place += Int(header.pointee.size)
        }
    }

    /// Forgets the envelopes of a step; its storage serves the next one.
    func reset() {
        if unsafe state.pointee.owned != 0 { destroyPayloads() }
        // A step within the first chunk, as nearly all are, touches nothing else.
        if unsafe state.pointee.limit != state.pointee.firstLimit {
            used = 0
            unsafe state.pointee.limit = state.pointee.firstLimit
        }
        unsafe state.pointee.rewind()
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
        if unsafe !target.service.pointee.isObserver { unsafe route.pointee.charge += 1 }
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
        for slot in 0..<Slot.count {
            unsafe state.pointee.routes[slot].count = 0
            unsafe state.pointee.routes[slot].charge = 0
        }
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
            if unsafe header.pointee.slot != Slot.skip { unsafe visit(header) }
            unsafe place += size
        }
    }
}

public import LockstepModel

/// The outputs of a market in the order they happened: a buffer that is used again.
///
/// It is lent to an engine and cannot be copied. Emptied, it keeps its memory, so in the long run
/// nothing is allocated.
// Safe because: it owns its memory and cannot be copied; each output lies in a place of its own,
// behind a number that says which of them it is, and is trivial, so that nothing has to end it.
@safe @frozen
public struct MarketOutputs: ~Copyable, @unchecked Sendable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var used = 0
    @usableFromInline var capacity: Int

    /// Makes an empty buffer.
    ///
    /// - Parameter capacity: How many outputs it holds before it grows.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    public init(capacity: Int = 64) {
        self.capacity = max(capacity, 1)
        unsafe base = .allocate(byteCount: max(capacity, 1) * Self.stride, alignment: 16)
    }

    deinit { unsafe base.deallocate() }

    /// How many there are.
    @inlinable
    public var count: Int { used }

    /// Whether there is none.
    @inlinable
    public var isEmpty: Bool { used == 0 }

    /// The positions, from 0.
    @inlinable
    public var indices: Range<Int> { 0..<used }

    /// The output at a position, from 0.
    @inlinable
    public subscript(position: Int) -> MarketOutput {
        precondition(position >= 0 && position < used, "a position beyond the outputs")
        let place = unsafe base + position * Self.stride
        switch unsafe Self.kind(place) {
        case 0: return unsafe .update(Self.update(place))
        case 1: return unsafe .fill(Self.fill(place))
        default: return unsafe Self.other(place)
        }
    }

    /// Appends an output.
    @inlinable
    public mutating func append(_ output: MarketOutput) {
        switch output {
        case .update(let update): append(update)
        case .fill(let fill): append(fill)
        case .quote(let quote): append(quote)
        case .venue(let event): append(event)
        case .top(let top): append(top)
        }
    }

    /// Appends an update.
    @inlinable @inline(__always)
    public mutating func append(_ update: OrderUpdate) { append(update: { update }) }

    /// Appends an update that is made where it comes to lie.
    @inlinable @inline(__always)
    package mutating func append(update: () -> OrderUpdate) {
        let place = unsafe nextPlace()
        unsafe place.storeBytes(of: 0, as: UInt64.self)
        unsafe (place + Self.header).initializeMemory(as: OrderUpdate.self, to: update())
    }

    /// Appends a fill.
    @inlinable @inline(__always)
    public mutating func append(_ fill: Fill) { append(fill: { fill }) }

    /// Appends a fill that is made where it comes to lie.
    @inlinable @inline(__always)
    package mutating func append(fill: () -> Fill) {
        let place = unsafe nextPlace()
        unsafe place.storeBytes(of: 1, as: UInt64.self)
        unsafe (place + Self.header).initializeMemory(as: Fill.self, to: fill())
    }

    /// Appends the prices of an outcome.
    @inline(never)
    public mutating func append(_ quote: OutcomeQuote) {
        let place = unsafe nextPlace()
        unsafe place.storeBytes(of: 2, as: UInt64.self)
        unsafe (place + Self.header).initializeMemory(as: OutcomeQuote.self, to: quote)
    }

    /// Appends what happened beside orders and fills.
    @inline(never)
    public mutating func append(_ event: VenueEvent) {
        let place = unsafe nextPlace()
        unsafe place.storeBytes(of: 3, as: UInt64.self)
        unsafe (place + Self.header).initializeMemory(as: VenueEvent.self, to: event)
    }

    /// Appends the top of an order book.
    @inline(never)
    public mutating func append(_ top: BookTop) {
        let place = unsafe nextPlace()
        unsafe place.storeBytes(of: 4, as: UInt64.self)
        unsafe (place + Self.header).initializeMemory(as: BookTop.self, to: top)
    }

    /// Appends all outputs of another buffer, in their order.
    public mutating func append(contentsOf other: borrowing Self) {
        for position in other.indices { append(other[position]) }
    }

    /// Removes all outputs and keeps the memory.
    @inlinable
    public mutating func removeAll() { used = 0 }

    /// Removes the outputs behind the first ones and keeps the memory.
    ///
    /// - Parameter count: How many stay; not more than there are.
    @inlinable
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= used, "more outputs than there are")
        used = count
    }

    /// Lends every output, in order and where it lies.
    @inlinable @inline(__always)
    package borrowing func forEach<Failure: Error>(
        update: (Lent<OrderUpdate>) throws(Failure) -> Void,
        fill: (Lent<Fill>) throws(Failure) -> Void,
        other: (MarketOutput) throws(Failure) -> Void
    ) throws(Failure) {
        var place = unsafe base
        let end = unsafe base + used &* Self.stride
        while unsafe place != end {
            let output = unsafe UnsafeRawPointer(place + Self.header)
            let kind = unsafe Self.kind(place)
            if kind == 0 {
                try unsafe update(Lent(output.assumingMemoryBound(to: OrderUpdate.self)))
            } else if kind == 1 {
                try unsafe fill(Lent(output.assumingMemoryBound(to: Fill.self)))
            } else {
                try unsafe other(Self.other(place))
            }
            unsafe place += Self.stride
        }
    }

    @inlinable @inline(__always)
    mutating func nextPlace() -> UnsafeMutableRawPointer {
        if used == capacity { grow() }
        let place = unsafe base + used &* Self.stride
        used &+= 1
        return unsafe place
    }

    @usableFromInline @inline(never)
    mutating func grow() {
        let larger = UnsafeMutableRawPointer.allocate(
            byteCount: capacity * 2 * Self.stride, alignment: 16)
        unsafe larger.copyMemory(from: base, byteCount: used * Self.stride)
        unsafe base.deallocate()
        unsafe base = larger
        capacity *= 2
    }
}

extension MarketOutputs {
    /// The bytes before an output, which say what it is.
    @inlinable static var header: Int { 8 }

    /// The bytes from one output to the next.
    @inlinable static var stride: Int {
        header
            + max(
                max(MemoryLayout<OrderUpdate>.stride, MemoryLayout<Fill>.stride),
                max(
                    MemoryLayout<OutcomeQuote>.stride, MemoryLayout<VenueEvent>.stride,
                    MemoryLayout<BookTop>.stride))
    }

    /// What lies at a place: 0 an update, 1 a fill, 2 a quote, 3 an event of a venue, 4 a top.
    @inlinable @inline(__always)
    static func kind(_ place: UnsafeMutableRawPointer) -> UInt64 {
        unsafe place.load(as: UInt64.self)
    }

    /// What lies at a place that is neither an update nor a fill.
    @usableFromInline @inline(never)
    static func other(_ place: UnsafeMutableRawPointer) -> MarketOutput {
        let output = unsafe UnsafeRawPointer(place + header)
        if unsafe kind(place) == 2 {
            return unsafe .quote(output.assumingMemoryBound(to: OutcomeQuote.self).pointee)
        }
        if unsafe kind(place) == 4 {
            return unsafe .top(output.assumingMemoryBound(to: BookTop.self).pointee)
        }
        return unsafe .venue(output.assumingMemoryBound(to: VenueEvent.self).pointee)
    }

    @inlinable @inline(__always)
    static func update(_ place: UnsafeMutableRawPointer) -> OrderUpdate {
        unsafe (place + header).assumingMemoryBound(to: OrderUpdate.self).pointee
    }

    @inlinable @inline(__always)
    static func fill(_ place: UnsafeMutableRawPointer) -> Fill {
        unsafe (place + header).assumingMemoryBound(to: Fill.self).pointee
    }
}

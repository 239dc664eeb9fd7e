/// Trivial values side by side at one address: a list that nobody shares, so that no change of it
/// has to look for other owners.
// Safe because: it cannot be copied, so its storage is its own until it ends; every place is
// checked against the count, and what lies beyond it is never read.
@safe
struct FlatList<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private(set) var count: Int
    private var capacity: Int

    /// Makes an empty list.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(capacity: Int = 16) {
        self.capacity = max(capacity, 1)
        unsafe base = .allocate(capacity: self.capacity)
        count = 0
    }

    /// Makes a list of copies of one value.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(repeating value: Element, count: Int) {
        capacity = max(count, 1)
        unsafe base = .allocate(capacity: capacity)
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
    }

    /// Makes a list of some values.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(_ values: some Collection<Element>) {
        self.init(capacity: values.count)
        for value in values { append(value) }
    }

    deinit { unsafe base.deallocate() }

    var isEmpty: Bool { @inline(__always) get { count == 0 } }

    /// Whether another value needs more room.
    var isFull: Bool { @inline(__always) get { count == capacity } }

    /// The value at a place, read and changed where it lies.
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe UnsafePointer(base + place)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe base + place
        }
    }

    /// A handle on the value at a place, good until the list next grows or loses values.
    @inline(__always)
    func reference(at place: Int) -> StateReference<Element> {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
        return unsafe StateReference(base + place)
    }

    /// All places, for as long as the list is kept and neither grows nor loses values.
    var view: FlatView<Element> { unsafe FlatView(base, count: count) }

    @inline(__always)
    mutating func append(_ value: Element) {
        if isFull { makeRoom() }
        unsafe (base + count).initialize(to: value)
        count &+= 1
    }

    /// Adds a place for a value; what lies there is for the caller to set.
    @inline(__always)
    mutating func extend() -> StateReference<Element> {
        if isFull { makeRoom() }
        count &+= 1
        return unsafe StateReference(base + (count &- 1))
    }

    /// Removes the value at a place; of the last one nothing has to move.
    @inline(__always)
    mutating func remove(at place: Int) {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
        count &-= 1
        if place < count {
            unsafe (base + place).update(from: base + place + 1, count: count - place)
        }
    }

    @inline(__always)
    mutating func removeLast() {
        precondition(count > 0)
        count &-= 1
    }

    mutating func removeFirst(_ number: Int) {
        precondition(number >= 0 && number <= count)
        count &-= number
        unsafe base.update(from: base + number, count: count)
    }

    @inline(__always)
    mutating func removeAll() { count = 0 }

    /// Makes room for more values.
    @inline(never)
    mutating func makeRoom() {
        let wider: UnsafeMutablePointer<Element> = .allocate(capacity: capacity * 2)
        unsafe wider.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = wider
        capacity *= 2
    }
}

/// The places of a list that somebody else keeps.
// Safe because: it is made of lists that are filled once and kept by the same owner, and places
// are checked.
@safe @frozen @usableFromInline
struct FlatView<Element: BitwiseCopyable>: BitwiseCopyable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    @usableFromInline let count: Int

    @inlinable
    init(_ base: UnsafeMutablePointer<Element>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// Some places that follow each other.
    func part(from start: Int, _ count: Int) -> Self {
        precondition(start >= 0 && count >= 0 && start <= self.count - count)
        return unsafe Self(base + start, count: count)
    }

    /// A handle on the value at a place.
    @inline(__always)
    func reference(at place: Int) -> StateReference<Element> {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
        return unsafe StateReference(base + place)
    }

    /// The value at a place, read and changed where it lies.
    @inlinable
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe UnsafePointer(base + place)
        }
        @inline(__always) nonmutating unsafeMutableAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe base + place
        }
    }
}

@available(*, unavailable)
extension FlatView: Sendable {}

/// Values side by side that belong to one owner and are changed in place.
///
/// An array asks at every change whether it is shared, and copies itself if it is; a column cannot
/// be shared, so it has nothing to ask. The standard services keep in columns what they change for
/// every event. Every place is checked. Cost: O(1); adding allocates only when there are more
/// values than ever.
// Safe because: a column cannot be copied, so nobody else reaches its storage; a place is checked
// before it is reached; and `deinit` frees the storage.
@safe @frozen
public struct Column<Element: ~Copyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    /// How many values there are.
    @inlinable public var count: Int { total }
    @usableFromInline var total: Int

    /// Makes a column without values.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    public init() {
        unsafe base = .allocate(capacity: 4)
        capacity = 4
        total = 0
    }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// Whether there are no values.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The places of the values.
    @inlinable
    public var indices: Range<Int> { unsafe Range(uncheckedBounds: (0, count)) }

    /// The value at a place, read and changed where it lies.
    @inlinable
    public subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe UnsafePointer(base + place)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return unsafe base + place
        }
    }

    /// Adds a value behind the last one.
    ///
    /// - Parameter element: The value.
    @inlinable @inline(__always)
    public mutating func append(_ element: consuming Element) {
        if count == capacity { grow() }
        unsafe (base + count).initialize(to: element)
        total &+= 1
    }

    /// Adds a value behind the last one, made where it comes to lie.
    ///
    /// - Parameter element: Makes the value, once there is a place for it.
    @inlinable @inline(__always)
    package mutating func append(made element: () -> Element) {
        if count == capacity { grow() }
        unsafe (base + count).initialize(to: element())
        total &+= 1
    }

    /// Takes all values, and keeps one that is made where it comes to lie.
    ///
    /// - Parameter element: Makes the value.
    @inlinable @inline(__always)
    package mutating func become(made element: () -> Element) {
        removeAll()
        // There is room for some values from the beginning.
        unsafe base.initialize(to: element())
        total = 1
    }

    /// Shows the first values to a body, in order and where they lie, until it says no.
    ///
    /// - Parameters:
    ///   - most: How many at most.
    ///   - body: Gets a place and its value, and says whether to go on.
    /// - Returns: To how many it said yes.
    @inlinable @inline(__always)
    package mutating func prefix(_ most: Int, _ body: (Int, inout Element) -> Bool) -> Int {
        let (first, end) = unsafe (base, min(most, total))
        var place = 0
        while place < end, unsafe body(place, &first[place]) { place &+= 1 }
        return place
    }

    /// Takes the last value; there must be one.
    ///
    /// - Returns: The value.
    @inlinable @inline(__always)
    public mutating func removeLast() -> Element {
        precondition(count > 0)
        total &-= 1
        return unsafe (base + count).move()
    }

    /// Takes all values and keeps the storage.
    @inlinable @inline(__always)
    public mutating func removeAll() {
        if count == 0 { return }
        unsafe base.deinitialize(count: count)
        total = 0
    }

    @usableFromInline @inline(never)
    mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
        capacity *= 2
    }
}

extension Column {
    /// Makes a column with the same value in each place.
    ///
    /// - Parameters:
    ///   - element: The value.
    ///   - count: How many places.
    @_semantics("optimize.no.crossmodule") @inline(never)
    public init(repeating element: Element, count: Int) {
        self.init()
        for _ in 0..<count { append(element) }
    }

    /// Makes a column of some values.
    ///
    /// - Parameter elements: The values.
    @_semantics("optimize.no.crossmodule") @inline(never)
    public init(_ elements: some Sequence<Element>) {
        self.init()
        for element in elements { append(element) }
    }

    /// A copy of the values, for those who only look.
    public var values: [Element] { indices.map { self[$0] } }
}

// Safe because: it owns its storage alone.
extension Column: @unchecked Sendable where Element: Sendable & ~Copyable {}

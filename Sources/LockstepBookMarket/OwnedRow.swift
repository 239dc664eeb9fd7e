/// A row of values at one address that grows as it is filled.
///
/// It is owned by one place and never shared, so a change asks nobody whether it may: unlike an
/// array's it counts no references. Emptied, it keeps its memory.
// Safe because: it owns its memory and cannot be copied, every place is checked before it is
// read or written, and the language lets nobody change it while a value in it is in use.
@safe
struct OwnedRow<Element: ~Copyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>?
    private var capacity = 0
    /// How many values there are.
    private(set) var count = 0

    /// A row without values.
    init() { unsafe base = nil }

    deinit {
        guard let base = unsafe base else { return }
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// Whether there is no value.
    @inline(__always)
    var isEmpty: Bool { count == 0 }

    /// The places, from 0.
    @inline(__always)
    var indices: Range<Int> { 0..<count }

    /// Whether there is a value at a place.
    @inline(__always)
    func contains(_ place: Int) -> Bool { UInt(bitPattern: place) < UInt(bitPattern: count) }

    /// The value at a place, read and changed where it lies.
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address(of: place)) }
        @inline(__always) unsafeMutableAddress { unsafe address(of: place) }
    }

    /// The address of a value; a row with a place in it has a base.
    @inline(__always)
    private func address(of place: Int) -> UnsafeMutablePointer<Element> {
        precondition(contains(place), "a place beyond the column")
        return unsafe base.unsafelyUnwrapped + place
    }

    /// Appends a value.
    @inline(__always)
    mutating func append(_ value: consuming Element) {
        if count == capacity { grow() }
        unsafe (base.unsafelyUnwrapped + count).initialize(to: value)
        count &+= 1
    }

    /// Appends a value that is made where it comes to lie.
    @inline(__always)
    mutating func append(made value: () -> Element) {
        if count == capacity { grow() }
        unsafe (base.unsafelyUnwrapped + count).initialize(to: value())
        count &+= 1
    }

    /// Puts a value at a place, which may be the end; the ones behind it move back.
    @inline(__always)
    mutating func insert(_ value: consuming Element, at place: Int) {
        precondition(place >= 0 && place <= count, "a place beyond the column")
        if count == capacity { grow() }
        let target = unsafe base.unsafelyUnwrapped + place
        unsafe (target + 1).moveInitialize(from: target, count: count &- place)
        unsafe target.initialize(to: value)
        count &+= 1
    }

    /// Takes the value at a place out; the ones behind it move up.
    mutating func remove(at place: Int) -> Element {
        let target = unsafe address(of: place)
        let value = unsafe target.move()
        unsafe target.moveInitialize(from: target + 1, count: count - place - 1)
        count &-= 1
        return value
    }

    @inline(never)
    private mutating func grow() {
        let larger = max(4, capacity * 2)
        let place = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        if let base = unsafe base {
            unsafe place.moveInitialize(from: base, count: count)
            unsafe base.deallocate()
        }
        unsafe base = place
        capacity = larger
    }
}

extension OwnedRow where Element: BitwiseCopyable {
    /// Makes a column of values.
    init(_ values: some Sequence<Element>) {
        self.init()
        for value in values { append(value) }
    }

    /// The values, as they are encoded.
    var values: ContiguousArray<Element> { ContiguousArray(indices.map { self[$0] }) }

    /// A column of its own with the same values.
    func copy() -> Self { Self(values) }

    /// Takes the values of another row in place of its own.
    mutating func assign(_ other: borrowing Self) {
        removeAll()
        for place in other.indices { append(other[place]) }
    }

    /// Removes all values.
    @inline(__always)
    mutating func removeAll() { count = 0 }

    /// The last value.
    @inline(__always)
    var last: Element? { count == 0 ? nil : self[count &- 1] }

    /// Sorts the values.
    mutating func sort(by comesBefore: (Element, Element) -> Bool) {
        var all = unsafe UnsafeMutableBufferPointer(start: base, count: count)
        unsafe all.sort(by: comesBefore)
    }

    /// Keeps the first values alone.
    @inline(__always)
    mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "more values than there are")
        self.count = count
    }
}

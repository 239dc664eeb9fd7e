/// The owner of a value at a fixed address.
// Safe because: the value is made and ended with its owner, and only code of one run's loop
// reaches it, one piece at a time.
@safe @usableFromInline
final class StateCell<Value: ~Copyable> {
    @usableFromInline let place: UnsafeMutablePointer<Value>

    @inlinable
    init(_ value: consuming Value) {
        unsafe place = .allocate(capacity: 1)
        unsafe place.initialize(to: value)
    }

    deinit {
        unsafe place.deinitialize(count: 1)
        unsafe place.deallocate()
    }

    /// The value, read and changed in place.
    @inlinable
    var value: Value {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(place) }
        @inline(__always) unsafeMutableAddress { unsafe place }
    }

    /// A handle that costs nothing to copy.
    var reference: StateReference<Value> { unsafe StateReference(place) }

    /// Where the value lies, for those who do not know its type.
    @inlinable
    var anywhere: StatePlace { unsafe StatePlace(UnsafeMutableRawPointer(place)) }
}

/// Where a value lies whose type only some know.
// Safe because: it is made of a cell that its holder keeps, and asked for the type of that cell.
@safe @frozen @usableFromInline
struct StatePlace: BitwiseCopyable {
    @usableFromInline let place: UnsafeMutableRawPointer

    @inlinable @inline(__always)
    init(_ place: UnsafeMutableRawPointer) { unsafe self.place = place }

    /// A handle on the value.
    @inlinable @inline(__always)
    func reference<Value>(to type: Value.Type) -> StateReference<Value> {
        unsafe StateReference(place.assumingMemoryBound(to: type))
    }
}

/// A handle on a value that somebody else owns.
// Safe because: handles are made from owners that the strategies' service keeps as long as it
// lives, and they never leave it but inside a context, which cannot be kept.
@safe @frozen @usableFromInline
struct StateReference<Value: ~Copyable>: BitwiseCopyable {
    @usableFromInline let place: UnsafeMutablePointer<Value>

    @inlinable @inline(__always)
    init(_ place: UnsafeMutablePointer<Value>) { unsafe self.place = place }

    /// The value, read and changed in place.
    @inlinable
    var value: Value {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(place) }
        @inline(__always) nonmutating unsafeMutableAddress { unsafe place }
    }
}

/// A handle on an object that somebody else keeps.
// Safe because: it is made of objects that the strategies' service keeps as long as it lives.
@safe
struct UncountedReference<Object: AnyObject>: BitwiseCopyable {
    private let object: Unmanaged<Object>

    init(_ object: Object) { unsafe self.object = .passUnretained(object) }

    /// Calls a body with the object, without counting the reference.
    @inline(__always)
    func use<Result>(_ body: (Object) throws -> Result) rethrows -> Result {
        try unsafe object._withUnsafeGuaranteedRef { try body($0) }
    }
}

@available(*, unavailable)
extension StateCell: Sendable {}

@available(*, unavailable)
extension StatePlace: Sendable {}

@available(*, unavailable)
extension StateReference: Sendable {}

/// A value that belongs to one loop and is reached without checks.
///
/// An actor's own stored properties are checked for overlapping access at every use, which costs
/// more than the work of a typical event. The standard services keep their state in here instead.
/// Copies share the value.
// Safe because: only code of one run's loop holds it, one piece at a time, and no access reaches
// back into the same value while it lasts: values decide and return, they never call the bus's
// drain. The owner frees the storage when the last copy is gone.
@safe @frozen
public struct Confined<Value: ~Copyable> {
    @usableFromInline let storage: UnsafeMutablePointer<Value>
    @usableFromInline let owner: ConfinedStorage<Value>

    /// Takes a value into custody.
    @inlinable
    public init(_ value: consuming Value) {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: value)
        owner = unsafe ConfinedStorage(storage)
    }

    /// The value, read and changed in place.
    @inlinable
    public var value: Value {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(storage) }
        @inline(__always) nonmutating unsafeMutableAddress { unsafe storage }
    }
}

@available(*, unavailable)
extension Confined: Sendable {}

/// Frees what a confined value lies in.
@safe @usableFromInline
final class ConfinedStorage<Value: ~Copyable> {
    private let storage: UnsafeMutablePointer<Value>

    @usableFromInline
    init(_ storage: UnsafeMutablePointer<Value>) { unsafe self.storage = storage }

    deinit {
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }
}

@available(*, unavailable)
extension ConfinedStorage: Sendable {}

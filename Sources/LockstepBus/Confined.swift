/// A value that belongs to one loop and is reached without checks.
///
/// An actor's own stored properties are checked for overlapping access at every use, which costs
/// more than the work of a typical event. The standard services keep their state in here instead.
// Safe because: only code of one run's loop holds it, one piece at a time, and no access reaches
// back into the same value while it lasts: values decide and return, they never call the bus's
// drain.
@safe
package final class Confined<Value: ~Copyable> {
    @usableFromInline let storage: UnsafeMutablePointer<Value>

    /// Takes a value into custody.
    @inlinable
    package init(_ value: consuming Value) {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: value)
    }

    deinit {
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// The value, read and changed in place.
    @inlinable
    package var value: Value {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(storage) }
        @inline(__always) unsafeMutableAddress { unsafe storage }
    }
}

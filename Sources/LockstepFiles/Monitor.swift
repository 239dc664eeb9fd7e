import Glibc

/// A value that threads share under one lock, and on whose changes they can wait.
///
/// It is made of what POSIX offers, which thread checkers watch too. Every access wakes those who
/// wait, so it is meant for hand-overs of blocks and not of single events.
// Safe because: the value is touched under the lock alone; the storage of lock and condition never
// moves and is freed when nobody holds the object any more.
@safe
package final class Monitor<Value: Sendable>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Takes a value into custody.
    package init(_ value: Value) {
        self.value = value
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe changed.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }

    /// Works on the value while nobody else does.
    ///
    /// - Parameters:
    ///   - isReady: Waited for first, without a limit; asked under the lock after every change.
    ///   - body: The work; it must not come back to this object.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    package func withLock<Result, Failure: Error>(
        when isReady: (borrowing Value) -> Bool = { _ in true },
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(lock)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(lock)
        }
        while !isReady(value) { unsafe pthread_cond_wait(changed, lock) }
        return try body(&value)
    }
}

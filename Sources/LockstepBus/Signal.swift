import Glibc

/// A counter on which one thread can sleep and others can wake it.
// Safe because: a POSIX semaphore may be used by any thread; its storage never moves and is
// destroyed only when nobody holds the object any more.
@safe
final class Signal: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes the thread that waits, or lets the next wait return at once.
    func raise() { unsafe sem_post(semaphore) }

    /// Sleeps until somebody raises; may also return when a POSIX signal came.
    func wait() { unsafe sem_wait(semaphore) }
}

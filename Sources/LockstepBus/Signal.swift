import Glibc

/// A counter on which one thread can sleep and others can wake it.
///
/// A signal is never lost: raised while nobody waits, it ends the next wait at once.
// Safe because: a POSIX semaphore may be used by any thread; its storage never moves and is
// destroyed only when nobody holds the object any more.
@safe
package final class Signal: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    /// Makes a counter at zero.
    package init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes the thread that waits, or lets the next wait return at once.
    package func raise() { unsafe sem_post(semaphore) }

    /// Sleeps until somebody raises; may also return when a POSIX signal came.
    func wait() { unsafe sem_wait(semaphore) }

    /// Sleeps until somebody raises, but not for long; may also return when a POSIX signal came.
    ///
    /// - Parameter milliseconds: The longest wait.
    package func wait(atMostMilliseconds milliseconds: Int) {
        var until = timespec()
        // Safe because: the structure outlives the calls, which keep no pointer to it.
        unsafe clock_gettime(CLOCK_REALTIME, &until)
        until.tv_nsec += milliseconds % 1000 * 1_000_000
        until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1_000_000_000
        until.tv_nsec %= 1_000_000_000
        _ = unsafe sem_timedwait(semaphore, &until)
    }
}

import Glibc

/// Lets one thread sleep until another rings, or for a while.
///
/// A ring is never lost: it ends the next wait if none is under way.
// Safe because: the semaphore lives from init to deinit at a fixed address, and is a thing made for
// use by many threads.
@safe final class Doorbell: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        // Safe because: one semaphore is allocated and initialised before anyone sees it.
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        // Safe because: nobody waits on an object that nobody holds.
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes the thread that waits.
    func ring() {
        // Safe because: the semaphore lives as long as the object.
        _ = unsafe sem_post(semaphore)
    }

    /// Waits for a ring.
    ///
    /// - Parameter milliseconds: The longest wait.
    func wait(atMostMilliseconds milliseconds: Int) {
        var until = timespec()
        // Safe because: structure and semaphore outlive the calls, which keep no pointers to them.
        unsafe clock_gettime(CLOCK_REALTIME, &until)
        until.tv_nsec += milliseconds % 1000 * 1_000_000
        until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1_000_000_000
        until.tv_nsec %= 1_000_000_000
        // An interrupted wait is a short one, and the caller looks around after each.
        _ = unsafe sem_timedwait(semaphore, &until)
    }
}

import Glibc
import LockstepBus

/// A filled block on its way to the thread that writes.
// Safe because: a block is in one place at a time, on the loop, in the queue or on the thread, and
// the queue's lock lies between them.
final class SealedBlock: @unchecked Sendable {
    var writer: RecordWriter
    var tally = BlockTally()

    init(capacity: Int) { writer = RecordWriter(capacity: capacity) }
}

/// The way from the loop to the thread that writes: at most four blocks wait.
// Safe because: everything but the lock itself is touched under the lock.
@safe
final class BlockQueue: @unchecked Sendable {
    static let capacity = 4

    /// How the log shall end.
    struct Ending {
        let status: ControlEvent.EndStatus
        let topics: [AuditIndex.TopicTotal]
        let copies: [UInt8]
    }

    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [SealedBlock] = []
    private var free: [SealedBlock] = []
    private var isEnded = false
    private var ending: Ending?
    private var failure: AuditError?
    private var summary: AuditLogSummary?
    /// How often the loop had to wait for the thread.
    private(set) var stalls = 0

    init() {
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

    private func locked<Result>(_ body: () throws(AuditError) -> Result) throws(AuditError)
        -> Result
    {
        unsafe pthread_mutex_lock(lock)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(lock)
        }
        return try body()
    }

    private func wait() { unsafe pthread_cond_wait(changed, lock) }

    /// A used block to be filled again, if there is one.
    func takeFree() -> SealedBlock? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return free.popLast()
    }

    /// Hands a block over; waits while four are waiting.
    ///
    /// - Throws: What made the thread fail.
    func put(_ block: SealedBlock) throws(AuditError) {
        try locked { () throws(AuditError) in
            if waiting.count >= Self.capacity { stalls += 1 }
            while waiting.count >= Self.capacity, failure == nil { wait() }
            if let failure { throw failure }
            waiting.append(block)
        }
    }

    /// The next block, waited for, or `nil` after the last.
    func take() -> SealedBlock? {
        unsafe pthread_mutex_lock(lock)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(lock)
        }
        while waiting.isEmpty, !isEnded { wait() }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// Gives a block back, and tells whether writing it failed.
    func putFree(_ block: SealedBlock, failure error: AuditError?) {
        unsafe pthread_mutex_lock(lock)
        free.append(block)
        if failure == nil { failure = error }
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }

    /// Says that no further block comes.
    ///
    /// - Parameter ending: How to close the log; `nil` to leave it unfinished.
    func end(_ ending: Ending?) {
        unsafe pthread_mutex_lock(lock)
        isEnded = true
        self.ending = ending
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }

    /// How to close the log, unless something failed.
    var requestedEnding: Ending? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return failure == nil ? ending : nil
    }

    /// Whether something failed already.
    var hasFailed: Bool {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return failure != nil
    }

    /// Keeps what the thread has to say at its end.
    func conclude(_ result: Result<AuditLogSummary, AuditError>) {
        unsafe pthread_mutex_lock(lock)
        switch result {
        case .success(let value): summary = value
        case .failure(let error): if failure == nil { failure = error }
        }
        unsafe pthread_mutex_unlock(lock)
    }

    /// What the thread had to say; asked when it has ended.
    func result() throws(AuditError) -> AuditLogSummary {
        try locked { () throws(AuditError) in
            if let failure { throw failure }
            guard let summary else { throw .closed }
            return summary
        }
    }
}

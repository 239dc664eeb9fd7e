import LockstepBus
import LockstepFiles

/// A filled block on its way to the thread that writes.
// Safe because: a block is in one place at a time, on the loop, in the queue or on the thread, and
// the queue's lock lies between them.
final class SealedBlock: @unchecked Sendable {
    var writer: RecordWriter
    var tally = BlockTally()

    init(capacity: Int) { writer = RecordWriter(capacity: capacity) }
}

/// The way from the loop to the thread that writes: at most four blocks wait.
final class BlockQueue: Sendable {
    static let capacity = 4

    /// How the log shall end.
    struct Ending {
        let status: ControlEvent.EndStatus
        let topics: [AuditIndex.TopicTotal]
        let copies: [UInt8]
    }

    private struct Content {
        var waiting: [SealedBlock] = []
        var free: [SealedBlock] = []
        var isEnded = false
        var ending: Ending?
        var failure: AuditError?
        var summary: AuditLogSummary?
        var stalls = 0
    }

    private let content = Monitor(Content())

    /// How often the loop had to wait for the thread.
    var stalls: Int { content.withLock { $0.stalls } }

    /// A used block to be filled again, if there is one.
    func takeFree() -> SealedBlock? { content.withLock { $0.free.popLast() } }

    /// Hands a block over; waits while four are waiting.
    ///
    /// - Throws: What made the thread fail.
    func put(_ block: SealedBlock) throws(AuditError) {
        content.withLock { if $0.waiting.count >= Self.capacity { $0.stalls += 1 } }
        try content.withLock(
            when: { $0.waiting.count < Self.capacity || $0.failure != nil },
            { (content) throws(AuditError) in
                if let failure = content.failure { throw failure }
                content.waiting.append(block)
            })
    }

    /// The next block, waited for, or `nil` after the last.
    func take() -> SealedBlock? {
        content.withLock(when: { !$0.waiting.isEmpty || $0.isEnded }) {
            $0.waiting.isEmpty ? nil : $0.waiting.removeFirst()
        }
    }

    /// Gives a block back, and tells whether writing it failed.
    func putFree(_ block: SealedBlock, failure error: AuditError?) {
        content.withLock { content in
            content.free.append(block)
            if content.failure == nil { content.failure = error }
        }
    }

    /// Says that no further block comes.
    ///
    /// - Parameter ending: How to close the log; `nil` to leave it unfinished.
    func end(_ ending: Ending?) {
        content.withLock { content in
            content.isEnded = true
            content.ending = ending
        }
    }

    /// How to close the log, unless something failed.
    var requestedEnding: Ending? { content.withLock { $0.failure == nil ? $0.ending : nil } }

    /// Whether something failed already.
    var hasFailed: Bool { content.withLock { $0.failure != nil } }

    /// Keeps what the thread has to say at its end.
    func conclude(_ result: Result<AuditLogSummary, AuditError>) {
        content.withLock { content in
            switch result {
            case .success(let value): content.summary = value
            case .failure(let error): if content.failure == nil { content.failure = error }
            }
        }
    }

    /// What the thread had to say; asked when it has ended.
    func result() throws(AuditError) -> AuditLogSummary {
        try content.withLock { (content) throws(AuditError) in
            if let failure = content.failure { throw failure }
            guard let summary = content.summary else { throw .closed }
            return summary
        }
    }
}

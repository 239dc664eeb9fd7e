import Glibc

/// A thread of its own, so that no write holds up the loop or the threads of tasks.
// Safe because: the handle is used by its owner alone, who joins once.
@safe
final class WriterThread {
    /// What the new thread is handed.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private var handle = pthread_t()
    private var isJoined = false

    /// Starts.
    ///
    /// - Parameter body: What the thread does; then it ends.
    /// - Throws: ``AuditError/noThread(code:)``.
    init(_ body: @escaping @Sendable () -> Void) throws(AuditError) {
        // Safe because: the reference is retained here and released once, by the new thread or,
        // where none began, below.
        let work = unsafe Unmanaged.passRetained(Work(body))
        let code = unsafe pthread_create(
            &handle, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        if code != 0 {
            unsafe work.release()
            isJoined = true
            throw .noThread(code: code)
        }
    }

    /// Waits for its end.
    func join() {
        if isJoined { return }
        isJoined = true
        pthread_join(handle, nil)
    }

    deinit { join() }
}

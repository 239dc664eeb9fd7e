import Glibc

/// A thread of its own for a feed that reads ahead, which may block at will.
enum ReaderThread {
    /// What a new thread is handed.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs a body on a new thread.
    ///
    /// - Parameter body: What the thread does; the thread ends when it returns.
    /// - Throws: ``FeedError/noThread(code:)``.
    static func start(_ body: @escaping @Sendable () -> Void) throws(FeedError) {
        // Safe because: the reference is retained here and released once, by the new thread or,
        // where none began, below.
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        if code != 0 {
            unsafe work.release()
            throw .noThread(code: code)
        }
        pthread_detach(thread)
    }
}

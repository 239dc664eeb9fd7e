import Glibc

/// A thread of its own for work that may block.
package enum RunThread: Sendable {
    /// What a new thread is handed.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The system refused a thread.
    struct NoThread: Error, CustomStringConvertible {
        let code: Int32

        var description: String {
            "the system refused a thread (error \(code)). Close other programs or raise the limit."
        }
    }

    /// Begins a thread.
    ///
    /// - Parameter body: What it does; the thread ends with it.
    /// - Throws: An error that says so when the system refuses a thread.
    package static func start(_ body: @escaping @Sendable () -> Void) throws {
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
            throw NoThread(code: code)
        }
        pthread_detach(thread)
    }
}

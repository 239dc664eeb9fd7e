import Glibc

/// A thread of its own, so that no file holds up a run or the threads of tasks.
// Safe because: the handle is used by its owner alone, who joins or detaches it once.
@safe
package final class WorkThread {
    /// The system refused a thread; `code` is a value of `errno`.
    package struct Refused: Error, Hashable, Sendable {
        /// The value of `errno`.
        package let code: Int32
    }

    /// What the new thread is handed.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private var handle = pthread_t()
    private var isOwned = true

    /// Starts; a thread that nobody joins goes on by itself.
    ///
    /// - Parameter body: What the thread does; then it ends.
    /// - Throws: ``Refused`` when there is none to be had.
    package init(_ body: @escaping @Sendable () -> Void) throws(Refused) {
        // The threads of a run meet the faults that a test has planned for it.
        var task = body
        if let plan = FaultPlan.current {
            if case .failure(let code) = plan.fault(at: .thread) {
                isOwned = false
                throw Refused(code: code)
            }
            task = { plan.apply(to: body) }
        }
        // Safe because: the reference is retained here and released once, by the new thread or,
        // where none began, below.
        let work = unsafe Unmanaged.passRetained(Work(task))
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
            isOwned = false
            throw Refused(code: code)
        }
    }

    /// Waits for its end.
    package func join() {
        guard isOwned else { return }
        isOwned = false
        pthread_join(handle, nil)
    }

    deinit {
        if isOwned { pthread_detach(handle) }
    }
}

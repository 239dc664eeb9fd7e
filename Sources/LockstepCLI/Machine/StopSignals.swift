import Glibc
import LockstepBacktest
import LockstepBus
import Synchronization

/// SIGINT and SIGTERM of the process: the first ends runs cleanly, the second leaves at once.
///
/// Both are blocked in all threads and awaited on a thread of its own, so nothing ever runs in a
/// signal handler.
final class StopSignals: Sendable {
    /// The ones of the process.
    static let shared = StopSignals()

    private struct State {
        var isListening = false
        var runs: [RunCancellation] = []
    }

    private let state = Mutex(State())
    private let first = Atomic<Int32>(0)

    private init() {}

    /// The code of the first signal that came; nil before.
    var exitCode: ExitCode? {
        switch first.load(ordering: .relaxed) {
        case SIGINT: .interrupted
        case SIGTERM: .terminated
        default: nil
        }
    }

    /// Makes writing to a closed pipe, or beyond the limit of a file, an error of the call, which
    /// can be told, rather than the end of the process.
    static func ignoreFaultsOfWriting() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Takes the signals over for the whole process; to be called before other threads begin.
    ///
    /// - Throws: An error when the system refuses a thread.
    func listen() throws {
        let isFirst = state.withLock { state in
            defer { state.isListening = true }
            return !state.isListening
        }
        guard isFirst else { return }
        var set = Self.signals
        // Safe because: the set outlives the call, which keeps no pointer to it.
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        try RunThread.start { self.await() }
    }

    /// Has runs end when a signal comes, or at once if one came.
    func stop(_ runs: [RunCancellation]) {
        state.withLock { $0.runs = runs }
        if exitCode != nil { for run in runs { run.cancel() } }
    }

    private func await() {
        while true {
            var set = Self.signals
            var signal: Int32 = 0
            // Safe because: both outlive the call, which keeps no pointers to them.
            guard unsafe sigwait(&set, &signal) == 0 else { continue }
            let (isFirst, _) = first.compareExchange(
                expected: 0, desired: signal, ordering: .relaxed)
            if !isFirst { _exit(128 + signal) }
            for run in state.withLock({ $0.runs }) { run.cancel() }
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        // Safe because: the set outlives the calls, which keep no pointer to it.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        return set
    }
}

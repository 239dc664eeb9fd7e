import LockstepBacktest
import LockstepBus
import Synchronization

/// Runs several backtests side by side, each on a thread of its own.
final class RunBoard: Sendable {
    /// One run on the board.
    struct Entry: Sendable {
        /// The run; or why there is none.
        let run: Result<PreparedRun, CommandError>
        /// The directory to make; nil for the next free one.
        let target: String?
        /// How far it has come.
        let progress = RunProgress()
        /// Ends it.
        let cancellation = RunCancellation()
    }

    /// The runs, in the order given.
    let entries: [Entry]
    private let outcomes: Mutex<[RunOutcome?]>
    private let bell = Signal()

    init(_ entries: [Entry]) {
        self.entries = entries
        outcomes = Mutex(entries.map { _ in nil })
    }

    /// How many have come out.
    var endedCount: Int { outcomes.withLock { $0.count { $0 != nil } } }

    /// Runs everything and returns when all has come out.
    ///
    /// - Parameters:
    ///   - jobs: How many run at once; at least one.
    ///   - isStopped: Whether no further run shall begin.
    ///   - look: Called about ten times a second, on the calling thread.
    /// - Returns: The outcomes, in the order of the runs.
    func run(
        jobs: Int, isStopped: () -> Bool, look: () -> Void
    ) -> [RunOutcome] {
        var next = 0
        var begun = 0
        while true {
            let ended = endedCount
            // Those that were never threads count as ended too.
            while next < entries.count, begun - endedThreads < max(1, jobs) {
                if start(next, isStopped: isStopped()) { begun += 1 }
                next += 1
            }
            if ended == entries.count { break }
            look()
            // An interrupted wait is a short one: the loop looks around after each.
            bell.wait(atMostMilliseconds: 100)
        }
        return outcomes.withLock { $0.map { $0 ?? .notStarted } }
    }

    private let threadCount = Atomic<Int>(0)

    private var endedThreads: Int { threadCount.load(ordering: .acquiring) }

    /// Begins a run, or notes why it does not; tells whether a thread began.
    private func start(_ place: Int, isStopped: Bool) -> Bool {
        let entry = entries[place]
        if isStopped {
            note(.notStarted, at: place)
            return false
        }
        switch entry.run {
        case .failure(let error):
            note(.refused(message: error.description, error.exitCode), at: place)
            return false
        case .success(let run):
            do {
                try RunThread.start { [self] in
                    let outcome = run.execute(
                        in: entry.target, progress: entry.progress,
                        cancellation: entry.cancellation)
                    threadCount.add(1, ordering: .releasing)
                    note(outcome, at: place)
                }
                return true
            } catch {
                note(.refused(message: "\(run.path): \(error)", .runFailed), at: place)
                return false
            }
        }
    }

    private func note(_ outcome: RunOutcome, at place: Int) {
        outcomes.withLock { $0[place] = outcome }
        bell.raise()
    }
}

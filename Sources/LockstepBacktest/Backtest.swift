import LockstepBus
package import LockstepFiles

/// A backtest: a configuration that can be run any number of times, always with the same result.
///
/// ```swift
/// let backtest = try Backtest(configuration)
/// let result = try await backtest.run()
/// print(result.digest?.description ?? "", result.statistics.sharpeRatio ?? 0)
/// ```
public struct Backtest: Sendable {
    /// What a run keeps in memory besides its figures.
    public enum Recording: Hashable, Sendable {
        /// Nothing: memory does not grow with the length of the run.
        case figures
        /// Every fill and every snapshot.
        case inMemory
    }

    /// Everything the run is made of.
    public let configuration: BacktestConfiguration
    let recording: Recording

    /// Checks a configuration.
    ///
    /// - Parameters:
    ///   - configuration: What the run is made of.
    ///   - recording: What a run keeps in memory.
    /// - Throws: ``BacktestError/configuration(key:message:)`` naming what does not fit.
    public init(
        _ configuration: BacktestConfiguration, recording: Recording = .figures
    ) throws(BacktestError) {
        try configuration.check()
        self.configuration = configuration
        self.recording = recording
    }

    /// Runs on a thread of its own; cancelling the task that waits for it cancels the run.
    ///
    /// - Parameters:
    ///   - auditLog: The new file for the audit log; without one only the digest is kept.
    ///   - progress: Tells others how far the run has come.
    ///   - cancellation: Lets others end the run after the step in hand.
    /// - Returns: The result of a completed or cancelled run.
    /// - Throws: ``BacktestError``; ``BacktestError/runFailed(_:)`` has the result up to there. What
    ///   refuses to be made for the run comes as it is: `StrategyError`, `MarketError`, `RiskError`,
    ///   `PortfolioError`, or `AuditError` where the log cannot be begun; so does what kept the
    ///   system from giving a thread.
    public func run(
        auditLog: String? = nil, progress: RunProgress? = nil,
        cancellation: RunCancellation = RunCancellation()
    ) async throws -> BacktestResult {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    try RunThread.start {
                        continuation.resume(
                            with: Swift.Result {
                                try runHere(
                                    auditLog: auditLog, progress: progress,
                                    cancellation: cancellation)
                            })
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Runs on the calling thread and returns when the run has ended.
    ///
    /// - Parameters:
    ///   - auditLog: The new file for the audit log; without one only the digest is kept.
    ///   - progress: Tells others how far the run has come.
    ///   - cancellation: Lets others end the run after the step in hand.
    /// - Returns: The result of a completed or cancelled run.
    /// - Throws: What ``run(auditLog:progress:cancellation:)`` throws.
    public func runHere(
        auditLog: String? = nil, progress: RunProgress? = nil,
        cancellation: RunCancellation = RunCancellation()
    ) throws -> BacktestResult {
        try Self.completed(
            execute(
                on: RunExecutor(), in: nil, auditLog: auditLog, progress: progress,
                cancellation: cancellation))
    }

    /// Runs on the calling thread and writes the files of the run.
    ///
    /// `manifest.json` is written first and `result.json` last, so its presence means that the
    /// run has ended; `audit.lka`, `equity.csv` and `fills.csv` grow while it runs.
    ///
    /// - Parameters:
    ///   - directory: A new, empty directory.
    ///   - facts: What the manifest says of the machine and the program.
    ///   - progress: Tells others how far the run has come.
    ///   - cancellation: Lets others end the run after the step in hand.
    /// - Returns: The result of a completed or cancelled run.
    /// - Throws: What ``run(auditLog:progress:cancellation:)`` throws.
    package func runHere(
        in directory: RunDirectory, facts: RunFacts, progress: RunProgress? = nil,
        cancellation: RunCancellation = RunCancellation()
    ) throws -> BacktestResult {
        try Self.completed(
            execute(
                on: RunExecutor(), in: RunOutput(directory: directory, facts: facts),
                auditLog: directory.path(of: "audit.lka"), progress: progress,
                cancellation: cancellation))
    }

    private static func completed(_ result: BacktestResult) throws -> BacktestResult {
        if result.status == .failed { throw BacktestError.runFailed(result) }
        return result
    }

    /// Runs, and gives the result also of a failed run.
    func execute(
        on loop: RunExecutor, in output: RunOutput?, auditLog: String?, progress: RunProgress?,
        cancellation: RunCancellation
    ) throws -> BacktestResult {
        try output?.writeManifest(configuration)
        let result = try loop.run { _ in
            let assembly = try BacktestAssembly(
                self, on: loop, output: output, auditLog: auditLog, progress: progress,
                cancellation: cancellation)
            return try await assembly.run()
        }
        do { try output?.writeResult(result) } catch {
            // What ended the run is told first; a full disk refuses the result too.
            if result.status != .failed { throw error }
        }
        return result
    }
}

public import LockstepModel

/// What can keep a run from beginning, or end it.
///
/// A strategy, a market, a limit or a log that cannot be made for a run throws its own error before
/// the first step; ``Backtest/run(auditLog:progress:cancellation:)`` names them.
@nonexhaustive
public enum BacktestError: Error, Sendable {
    /// Something in the configuration contradicts something else.
    case configuration(key: String, message: String)
    /// The data of a run cannot be read.
    case data(any Error)
    /// The run's files cannot be written.
    case output(any Error)
    /// Timers made step after step without any data between them.
    case endlessWakes(steps: Int, next: Timestamp)
    /// The run began and failed; the result tells how far it came.
    case runFailed(BacktestResult)
}

extension BacktestError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .configuration(let key, let message): "\(key): \(message)"
        case .data(let error), .output(let error): "\(error)"
        case .endlessWakes(let steps, let next):
            "more than \(steps) steps without data, the next at \(next): a timer that always sets "
                + "another one, or a budget (engine.deliveries_per_step) that is too small."
        case .runFailed(let result): result.failure?.message ?? "the run failed"
        }
    }
}

import LockstepBacktest
import LockstepFiles

/// How a run that was asked for came out.
enum RunOutcome: Sendable {
    /// It began and ended, well or not.
    case ended(BacktestResult, RunDirectory)
    /// It never began.
    case refused(message: String, ExitCode)
    /// Another run was stopped before this one's turn.
    case notStarted

    /// The code of this run alone.
    ///
    /// - Parameter stop: The code of the signal that stopped runs, if one did.
    /// - Returns: The code.
    func exitCode(stop: ExitCode?) -> ExitCode {
        switch self {
        case .refused(_, let code): return code
        case .notStarted: return stop ?? .interrupted
        case .ended(let result, _):
            switch result.status {
            case .completed: return .success
            case .cancelled: return stop ?? .interrupted
            case .ruined: return .finding
            case .failed: return ExitCode(of: BacktestError.runFailed(result))
            }
        }
    }

    /// Whether there is a result, be it of a part.
    var hasBegun: Bool {
        if case .ended = self { return true }
        return false
    }

    /// What went wrong, in one line; nil when nothing did.
    var complaint: String? {
        switch self {
        case .refused(let message, _): return message
        case .notStarted: return nil
        case .ended(let result, let directory):
            switch result.status {
            case .completed: return nil
            case .ruined:
                return
                    "\(result.name) was ruined: \(result.ruin?.message ?? "no account is known.") "
                    + "(What it wrote is in \(directory.path).)"
            case .cancelled:
                return "\(result.name) was cancelled after \(result.counters.steps) steps. "
                    + "What it wrote is in \(directory.path)."
            case .failed:
                return "\(result.name) failed: \(result.failure?.message ?? "no reason is known") "
                    + "(What it wrote is in \(directory.path).)"
            }
        }
    }

    /// The result as it stands in `result.json`; for a run that never began, its error alone.
    var json: JSONValue {
        switch self {
        case .ended(let result, _): return result.json
        case .refused(let message, _): return Self.failure(message)
        case .notStarted: return Self.failure("not started")
        }
    }

    private static func failure(_ message: String) -> JSONValue {
        [
            "schema": 1, "status": "failed",
            "error": [
                "message": .string(message), "step": .null, "sequence": .null, "service": .null,
            ],
            "digest": .null,
        ]
    }
}

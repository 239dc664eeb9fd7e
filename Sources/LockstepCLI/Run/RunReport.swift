import LockstepBacktest
import LockstepFiles
import LockstepReports

/// What a person is shown of runs that came out.
enum RunReport {
    /// The tear sheet of one run, or one table of several.
    ///
    /// - Parameters:
    ///   - outcomes: The outcomes, in the order given.
    ///   - runs: What was run, in the same order.
    ///   - paths: The configurations, in the same order.
    ///   - program: The program, as it was called.
    ///   - otherFills: What other rules of filling make of a single run.
    /// - Returns: The text; empty for a single run that failed.
    static func text(
        _ outcomes: [RunOutcome], of runs: [PreparedRun?], paths: [String], program: String,
        otherFills: String? = nil
    ) -> String {
        guard outcomes.count == 1 else {
            return RunComparison(zip(outcomes, paths).map { entry($0, path: $1) }).text
        }
        // Of a failed run the figures mean nothing; what ended it is told elsewhere.
        guard case .ended(let result, let directory) = outcomes[0], result.status != .failed
        else { return "" }
        let rules = runs[0].map { RulesText.lines($0.backtest.configuration.venues) } ?? []
        return TearSheet(
            result, directory: directory.path, program: program, otherFills: otherFills
        ).text
            + rules.map { $0 + "\n" }.joined()
    }

    private static func entry(_ outcome: RunOutcome, path: String) -> RunComparison.Entry {
        switch outcome {
        case .ended(let result, _): .init(result)
        case .refused(let message, _): .init(path, failure: short(message, after: path))
        case .notStarted: .init(path, failure: "not started, since the batch was stopped")
        }
    }

    /// A message without the path it begins with, which the table tells already.
    private static func short(_ message: String, after path: String) -> String {
        if message.hasPrefix(path + ": ") { return String(message.dropFirst(path.count + 2)) }
        return message.hasPrefix(path + ":")
            ? "at " + message.dropFirst(path.count + 1) : message
    }
}

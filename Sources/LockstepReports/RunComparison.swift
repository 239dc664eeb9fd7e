public import LockstepBacktest
import LockstepFiles
import LockstepModel

/// Runs side by side, one line each, in the order given; what went wrong is told below.
public struct RunComparison: Sendable {
    /// A run that was asked for.
    public struct Entry: Sendable {
        /// The name of the run.
        public let name: String
        /// How it ended; nil when it did not begin.
        public let result: BacktestResult?
        /// What kept it from beginning, or ended it, in one line; nil when all went well.
        public let failure: String?

        /// A run that began.
        ///
        /// - Parameter result: How it ended.
        public init(_ result: BacktestResult) {
            name = result.name
            self.result = result
            failure = result.failure?.message
        }

        /// A run that did not begin.
        ///
        /// - Parameters:
        ///   - name: Its name, or the file that was to tell it.
        ///   - failure: What kept it from beginning, in one line.
        public init(_ name: String, failure: String) {
            self.name = name
            self.failure = failure
            result = nil
        }
    }

    /// The runs in order.
    public let entries: [Entry]

    /// Compares runs.
    ///
    /// - Parameter entries: The runs in the order to show.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The table, and below it a line for each run that went wrong; each ended by a line break.
    ///
    /// The return, the Sharpe ratio and the drawdown are those of the tear sheet, fees are the sum
    /// of the accounts where all have one currency, and the digest is cut to 12 digits.
    public var text: String {
        var table = TextTable([
            .words("Run"), .words("Status"), .figures("Return"), .figures("Sharpe"),
            .figures("Drawdown"), .figures("Trades"), .figures("Fees"), .words("Digest"),
        ])
        for entry in entries { table.add(Self.row(entry)) }
        let failures = entries.compactMap { entry in
            entry.failure.map { "\(entry.name): \($0)" }
        }
        let separator = failures.isEmpty ? [] : [""]
        return (table.lines + separator + failures).joined(separator: "\n") + "\n"
    }

    private static func row(_ entry: Entry) -> [String] {
        let name = DisplayWidth.clipped(entry.name, to: 40)
        guard let result = entry.result else {
            return [name, "not begun"] + Array(repeating: FigureText.undefined, count: 6)
        }
        return [
            name, result.status.rawValue,
            FigureText.percent(result.statistics.totalReturn),
            FigureText.number(result.statistics.sharpeRatio),
            FigureText.percent(result.statistics.maxDrawdown),
            FigureText.count(result.trades.count), fees(result),
            result.digest.map { String($0.description.prefix(12)) } ?? FigureText.undefined,
        ]
    }

    private static func fees(_ result: BacktestResult) -> String {
        guard let currency = result.accounts.first?.currency,
            result.accounts.allSatisfy({ $0.currency == currency })
        else { return FigureText.undefined }
        var sum = Money.zero
        for account in result.accounts {
            guard let more = try? sum.adding(account.fees) else { return FigureText.undefined }
            sum = more
        }
        return FigureText.money(sum, currency)
    }
}

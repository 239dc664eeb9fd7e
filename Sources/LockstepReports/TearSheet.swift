public import LockstepBacktest
import LockstepFiles
import LockstepModel

/// One run on one screen: what it earned, at which risk, what became of its orders, its digest.
///
/// At most 24 lines of 80 columns, in plain text. Only a path is never cut, nor a command that has
/// one, so that both can be copied. Amounts from ten billion on may need more columns.
public struct TearSheet: Sendable {
    /// The most lines of a sheet.
    public static let height = 24
    /// The columns of a line.
    public static let width = 80

    /// The run.
    public let result: BacktestResult
    /// The directory of the run's files; nil when none were written.
    public let directory: String?
    /// The command line's own name, as the reader would type it.
    public let program: String
    /// What other rules of filling make of the run, in a sentence; nil when nobody asked.
    public let otherFills: String?

    /// Makes a sheet.
    ///
    /// - Parameters:
    ///   - result: The run.
    ///   - directory: The directory of the run's files; nil when none were written.
    ///   - program: The command line's own name, as the reader would type it.
    ///   - otherFills: What other rules of filling make of the run, in a sentence.
    public init(
        _ result: BacktestResult, directory: String? = nil, program: String = "lockstep",
        otherFills: String? = nil
    ) {
        self.otherFills = otherFills
        self.result = result
        self.directory = directory
        self.program = program
    }

    /// The sheet, each line ended by a line break.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    /// The lines of the sheet.
    public var lines: [String] {
        let sections = [
            heading, accounts, figures, orders, curve, digest + commands,
        ].filter { !$0.isEmpty }
        var spare = Self.height - sections.reduce(0) { $0 + $1.count }
        var lines: [String] = []
        for section in sections {
            if !lines.isEmpty, spare > 0 {
                lines.append("")
                spare -= 1
            }
            lines += section
        }
        return lines
    }

    private var heading: [String] {
        let seed = " · seed \(result.seed) · \(result.status.rawValue)"
        let name = DisplayWidth.clipped(
            result.name, to: Self.width - DisplayWidth.columns(seed))
        return [name + seed] + ending + [period]
    }

    /// Why a run did not come to its end.
    private var ending: [String] {
        switch result.status {
        case .completed: []
        case .failed:
            TextWrap.sentence(
                "FAILED: " + (result.failure?.message ?? "the cause is not known."),
                width: Self.width, limit: 2)
        case .ruined:
            TextWrap.sentence(
                "RUINED: " + (result.ruin?.message ?? "an account has less than nothing."),
                width: Self.width, limit: 2)
        case .cancelled:
            [
                "CANCELLED after step \(FigureText.count(result.counters.steps)): "
                    + "what follows is of the part that ran."
            ]
        }
    }

    private var period: String {
        guard let start = result.start, let end = result.end else { return "No step was made." }
        let days = [start, end].allSatisfy { $0.nanoseconds % CivilTime.day == 0 }
        let span = [start, end].map {
            days ? CivilTime.dateText($0.nanoseconds) : CivilTime.text($0.nanoseconds)
        }
        return span.joined(separator: " – ")
            + " · \(FigureText.count(result.counters.steps)) steps"
            + " · \(FigureText.count(result.counters.bars)) bars"
    }

    private var accounts: [String] {
        guard !result.accounts.isEmpty else { return [] }
        var table = TextTable([
            .words("Account"), .figures("Equity at start"), .figures("at the end"),
            .figures("Fees"), .figures("Slippage"),
        ])
        let shown = result.accounts.count > 3 ? 2 : 3
        for account in result.accounts.prefix(shown) {
            let amounts = [
                account.equityStart, account.equityEnd, account.fees, account.slippage,
            ].map { FigureText.money($0, account.currency) }
            let name = DisplayWidth.clipped(account.name, to: 24) + " " + account.currency.code
            table.add([name] + amounts)
        }
        let hidden = result.accounts.count - shown
        return table.lines + result.accounts.prefix(shown).compactMap(Self.holding)
            + (hidden > 0 ? ["and \(hidden) more accounts (result.json)"] : [])
    }

    /// What holding cost and brought an account, where it did.
    private static func holding(_ account: BacktestResult.Account) -> String? {
        let costs = [
            ("funding", account.funding), ("borrowing", account.borrow),
            ("interest", account.interest), ("dividends", account.dividends),
        ].filter { $0.1 != .zero }
        if costs.isEmpty { return nil }
        return DisplayWidth.clipped(account.name, to: 24) + ": "
            + costs.map { "\($0.0) \(FigureText.money($0.1, account.currency))" }
            .joined(separator: ", ")
    }

    private var figures: [String] {
        let statistics = result.statistics
        let trades = result.trades
        let days = statistics.maxDrawdownDays.map { "\(FigureText.count($0)) days" }
        let rows: [[(String, String)]] = [
            [
                ("Return", FigureText.percent(statistics.totalReturn)),
                ("CAGR", FigureText.percent(statistics.compoundAnnualGrowthRate)),
                ("Volatility", FigureText.percent(statistics.annualVolatility)),
            ],
            [
                ("Sharpe", FigureText.number(statistics.sharpeRatio)),
                ("Max drawdown", FigureText.percent(statistics.maxDrawdown)),
                ("lasted", days ?? FigureText.undefined),
            ],
            [
                ("Trades", FigureText.count(trades.count)),
                ("Win rate", FigureText.percent(trades.winRate)),
                ("Profit factor", FigureText.number(trades.profitFactor)),
            ],
            [
                ("Exposure", FigureText.percent(statistics.exposure)),
                ("Fills", FigureText.count(result.orders.fills)),
                ("Expectancy", FigureText.number(trades.expectancy)),
            ],
        ]
        return rows.map { row in
            row.map { label, value in
                let space = 23 - DisplayWidth.columns(label) - DisplayWidth.columns(value)
                return label + String(repeating: " ", count: max(1, space)) + value
            }.joined(separator: "    ")
        }
    }

    private var orders: [String] {
        let orders = result.orders
        let counts: [(String, Int)] = [
            ("intents", orders.intents), ("accepted", orders.accepted),
            ("rejected", orders.rejected), ("filled", orders.filled),
            ("cancelled", orders.cancelled), ("expired", orders.expired), ("open", orders.open),
        ]
        let reasons = result.reasons.sorted {
            ($1.count, $0.reason.rawValue) < ($0.count, $1.reason.rawValue)
        }
        return TextWrap.lines(
            "Orders   ", counts.map { "\($0.0) \(FigureText.count($0.1))" }, separator: " · ",
            width: Self.width, limit: 2)
            + TextWrap.lines(
                "Reasons  ", reasons.map { "\($0.reason.name) \(FigureText.count($0.count))" },
                separator: " · ", width: Self.width, limit: 1)
            + TextWrap.lines(
                "Halts    ", result.halts.map(Self.text(of:)), separator: " · ",
                width: Self.width, limit: 2)
            + result.noFillExplanation.flatMap {
                TextWrap.sentence($0, width: Self.width, limit: 2)
            }
            + (otherFills.map { TextWrap.sentence($0, width: Self.width, limit: 2) } ?? [])
    }

    private static func text(of halt: BacktestResult.Halted) -> String {
        let scope = [halt.account, halt.instrument].compactMap { $0 }.joined(separator: " ")
        let what = halt.reason == .none ? "cleared" : halt.reason.name
        return CivilTime.text(halt.time.nanoseconds) + " " + what
            + (halt.flattens ? ", flattened" : "") + (scope.isEmpty ? "" : " (\(scope))")
    }

    private var curve: [String] {
        let line = Sparkline(result.curve, columns: 60)
        guard let lowest = line.lowest, let highest = line.highest else { return [] }
        return [
            line.text,
            "equity between \(FigureText.number(lowest)) and \(FigureText.number(highest))",
        ]
    }

    private var digest: [String] {
        let digest = result.digest?.description ?? FigureText.undefined + " (no audit log was kept)"
        return ["Digest   " + digest] + (directory.map { ["Files    " + $0] } ?? [])
    }

    private var commands: [String] {
        guard let log = result.auditPath else { return [] }
        return [
            "         \(program) audit verify \(log)",
            "         \(program) audit stat \(log)",
            "         \(program) dump \(log) --topic fill",
        ]
    }
}

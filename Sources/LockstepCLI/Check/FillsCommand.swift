import LockstepBacktest
import LockstepBookMarket
import LockstepFiles
import LockstepModel
import LockstepStrategy

/// `check fills`: one backtest under other assumptions about what happens inside a bar.
struct FillsCommand {
    static let syntax = CommandSyntax(
        name: "fills",
        summary: "Run a backtest under other rules of filling, and show what changes.",
        discussion: [
            "Bars do not tell in which order their prices came, how deep a touch went, or how much "
                + "could be had. The backtest is run again with each of these assumed otherwise: "
                + "the path, one tick through a limit against a touch, what a limit gets on a gap, "
                + "and a share of the volume. All else stays as configured.",
            "What is told is the range of the final equity, and for each rule how many fills differ "
                + "and which is the first. A result that rests on one assumption shows here.",
            "Nothing is written. Exit codes: 0 done, 64 usage, 65 bad data, 66 input missing, 70 "
                + "the run as configured fails, 78 configuration.",
        ],
        operands: [.init("CONFIG", "A configuration in TOML.", of: .files)],
        options: [
            .value(
                "set", "PATH=VALUE", "Override a value of the configuration.", isRepeated: true)
        ])

    private let console: Console
    private let run: PreparedRun

    /// Takes the arguments and reads the configuration.
    ///
    /// - Parameters:
    ///   - arguments: What was found on the command line.
    ///   - registry: The strategies there are.
    ///   - own: What else the program adds to runs.
    ///   - console: Where results and messages go.
    ///   - program: The program, as it was called.
    /// - Throws: ``CommandError``.
    init(
        _ arguments: Arguments, _ registry: StrategyRegistry, _ own: OwnParts, _ console: Console,
        program: String
    ) throws(CommandError) {
        self.console = console
        run = try PreparedRun(
            reading: arguments.operands[0],
            PreparedRun.Demands(overrides: try arguments.overrides, program: program, own: own),
            registry)
    }

    /// Runs everything and tells what came out.
    ///
    /// - Returns: ``ExitCode/success``.
    /// - Throws: ``CommandError``.
    func perform() throws(CommandError) -> ExitCode {
        let table = try FillsTable(playing: run)
        var lines = [
            "Backtest       \(run.name) (\(run.path))",
            "As configured  final equity \(table.text(table.plain)), "
                + "\(table.plain.fills.count) fills",
        ]
        lines += RulesText.lines(run.backtest.configuration.venues)
        lines += table.lines
        try console.output.write(lines.joined(separator: "\n") + "\n")
        try console.output.flush()
        return .success
    }
}

/// One rule of filling, changed.
struct FillVariant {
    /// The key and its value, as a configuration tells them.
    let name: String
    private let change: @Sendable (inout EngineSettings) -> Void

    private init(_ name: String, _ change: @escaping @Sendable (inout EngineSettings) -> Void) {
        self.name = name
        self.change = change
    }

    /// The rules that are tried, in their order.
    static let all: [Self] = {
        var all: [Self] = []
        for path in [IntrabarPath.adverse, .ohlc, .olhc] {
            all.append(Self("path = \"\(path.rawValue)\"") { $0.path = path })
        }
        for ticks in 0...1 as ClosedRange<Int64> {
            all.append(Self("through = \(ticks)") { $0.through = ticks })
        }
        for gap in [GapLimit.open, .atLimit] {
            all.append(Self("gap_limit = \"\(gap.rawValue)\"") { $0.gapLimit = gap })
        }
        for thousandths in [10, 100] as [Int64] {
            let share = Rate(trillionths: thousandths * 1_000_000_000)
            all.append(
                Self("participation = \"\(share)\"") { $0.rules.participation = share })
        }
        all.append(Self("participation off") { $0.rules.participation = nil })
        return all
    }()

    /// A configuration in which every bar market follows the rule.
    func applied(to configuration: BacktestConfiguration) -> BacktestConfiguration {
        var configuration = configuration
        for place in configuration.venues.indices {
            guard let market = configuration.venues[place].market as? BarMarket else { continue }
            var settings = market.settings
            change(&settings)
            configuration.venues[place].market = BarMarket(settings: settings)
        }
        return configuration
    }
}

import LockstepBacktest
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepStrategy

/// `market run` and `market replay`: a whole event, from its opening to its payout.
struct MarketRunCommand {
    static let syntax = CommandSyntax(
        name: "run",
        summary: "Run a whole event and show how it went and who got what.",
        discussion: [
            "A run as by 'run', with the same files and the same digest. While it goes on a terminal "
                + "shows the prices; at the end come what was decided, what each source of fills "
                + "did, the participants and the house's result.",
            "With --without the event is run a second time, in which that strategy does nothing, and "
                + "the report tells what it changed: prices, and what the others got. The second "
                + "run has a directory of its own.",
            exits,
        ],
        operands: [.init("CONFIG", "A configuration in TOML.", of: .files)],
        options: [
            .value(
                "without", "NAME", "Run it again without this strategy, and show the difference.")
        ] + options,
        examples: [
            .init("market run event.toml", "The event, with its participants."),
            .init("market run event.toml --without mine", "What the strategy \"mine\" changed."),
        ])

    static let replay = CommandSyntax(
        name: "replay",
        summary: "Run a recorded event again, as it was or with one more participant.",
        discussion: [
            "FLOW is the log of a run, or orders as CSV ('market flow' writes them). A strategy or "
                + "agent of CONFIG that stands in it asks again for what it asked for then, at the "
                + "same times; one that does not decides anew. So a strategy that is added to "
                + "CONFIG meets the recorded event.",
            exits,
        ],
        operands: [
            .init("CONFIG", "A configuration in TOML.", of: .files),
            .init("FLOW", "An audit log, or recorded orders as CSV.", of: .files),
        ],
        options: options,
        examples: [
            .init(
                "market replay event.toml runs/event-001/audit.lka",
                "The event of that run once more.")
        ])

    private static let exits =
        "Exit codes: 0 fine, 64 usage, 65 bad data, 66 input missing, 70 run failed, 73 target "
        + "exists or cannot be made, 74 write error, 78 configuration, 130 SIGINT, 143 SIGTERM."

    private static let options: [CommandSyntax.Option] = [
        .value("set", "PATH=VALUE", "Override a value of the configuration.", isRepeated: true),
        .value(
            "out", "DIR", "Write to DIR; the next free runs/NAME-001 unless told.", of: .directories
        ),
        .value("seed", "N", "The seed of everything random; above the configuration's."),
        .value("top", "N", "How many of the best and the worst are listed; 5 unless told."),
        .flag("reproducible", "Have equal runs write equal logs, byte for byte."),
        .flag("quiet", "Print nothing but errors."),
        .flag("json", "Print the results as JSON, and nothing else."),
    ]

    private let arguments: Arguments
    private let registry: StrategyRegistry
    private let console: Console
    private let handlesSignals: Bool
    private let demands: PreparedRun.Demands
    private let shown: Int

    /// Takes the arguments; see `RunCommand`.
    init(
        _ arguments: Arguments, _ registry: StrategyRegistry, _ own: OwnParts, _ console: Console,
        program: String, handlesSignals: Bool
    ) throws(CommandError) {
        if arguments.has("quiet"), arguments.has("json") {
            throw arguments.refusal("--quiet and --json exclude each other.")
        }
        self.arguments = arguments
        self.registry = registry
        self.console = console
        self.handlesSignals = handlesSignals
        shown = try arguments.number("top", from: 0) ?? 5
        demands = PreparedRun.Demands(
            overrides: try arguments.overrides, seed: try arguments.number("seed", from: 0),
            isReproducible: arguments.has("reproducible"), program: program, own: own)
    }

    /// One run with what watches it.
    private struct Watched {
        let watch: MarketWatch
        let run: PreparedRun
        let target: String?
    }

    /// Runs the event, and again without a strategy where that is asked for.
    ///
    /// - Returns: The code of the first run that failed.
    /// - Throws: ``CommandError`` when nothing was run.
    func run() throws(CommandError) -> ExitCode {
        let signals = StopSignals.shared
        if handlesSignals {
            do { try signals.listen() } catch { throw .other(.runFailed, message: "\(error)") }
        }
        let name = arguments.value("without")
        var events = [try prepare(without: nil)]
        if let name { events.append(try prepare(without: name)) }
        var seen: [(sight: MarketWatch.Sight, participants: Participants)] = []
        var parts: [JSONValue] = []
        var text = ""
        for event in events {
            let outcome = execute(event, signals)
            if let complaint = outcome.complaint { console.complain(complaint) }
            let code = outcome.exitCode(stop: handlesSignals ? signals.exitCode : nil)
            guard code == .success, case .ended(let result, let directory) = outcome else {
                if arguments.has("json") { try write(outcome.json.text(pretty: true) + "\n") }
                return code
            }
            let configuration = event.run.backtest.configuration
            let sight = event.watch.snapshot
            let report = MarketRunReport(
                result, sight, configuration, directory: directory.path, shown: shown)
            seen.append((sight, Participants(result, configuration)))
            if seen.count == 1 {
                text = report.text
                parts = [result.json, report.json]
            }
        }
        let impact = name.map { MarketImpact(of: $0, with: seen[0], without: seen[1]) }
        if arguments.has("json") {
            var members = [JSONMember("run", parts[0]), JSONMember("market", parts[1])]
            if let impact { members.append(JSONMember("impact", impact.json)) }
            try write(JSONValue.object(members).text(pretty: true) + "\n")
        } else if !arguments.has("quiet") {
            try write(text + (impact.map { "\n" + $0.text } ?? ""))
        }
        return .success
    }

    private func write(_ text: String) throws(CommandError) {
        try console.output.write(text)
        try console.output.flush()
    }

    private func execute(_ event: Watched, _ signals: StopSignals) -> RunOutcome {
        let entry = RunBoard.Entry(run: .success(event.run), target: event.target)
        let board = RunBoard([entry])
        if handlesSignals { signals.stop([entry.cancellation]) }
        let isSilent = arguments.has("quiet") || arguments.has("json")
        var screen = MarketScreen(event.watch, on: console.error, isWanted: !isSilent)
        let outcomes = board.run(
            jobs: 1, isStopped: { handlesSignals && signals.exitCode != nil },
            look: { screen.show() })
        screen.clear()
        return outcomes.first ?? .notStarted
    }

    /// Reads the configuration and changes it as asked.
    private func prepare(without name: String?) throws(CommandError) -> Watched {
        let path = arguments.operands[0]
        let file = try ConfigurationFile(reading: path, overrides: demands.overrides)
        var configured = try file.run(registry)
        guard configured.configuration.venues.contains(where: { $0.market.kind == "outcome" })
        else {
            throw .configuration(
                place: path,
                message: "No venue is an outcome market. Write kind = \"outcome\" in [[venues]].")
        }
        if arguments.operands.count > 1 {
            try RecordedFlow(reading: arguments.operands[1], for: configured.configuration)
                .replace(in: &configured.configuration)
            configured.configuration.inputs.append(arguments.operands[1])
        }
        var target = arguments.value("out")
        if target?.isEmpty == true { throw arguments.refusal("--out names no directory.") }
        if let name {
            try remove(name, from: &configured.configuration)
            target = target.map { $0 + "-without" }
        }
        if let target, RunDirectory.exists(target) {
            throw .other(
                .cannotCreate, message: FilesError.targetExists(path: target).description)
        }
        let watch = MarketWatch()
        configured.configuration.invariants.append(watch.invariant)
        return Watched(
            watch: watch,
            run: try PreparedRun(configured, path: path, demands), target: target)
    }

    /// Puts a strategy in whose place nothing is done; names and numbers stay as they are.
    private func remove(
        _ name: String, from configuration: inout BacktestConfiguration
    ) throws(CommandError) {
        let names = configuration.strategies.map(\.name)
        guard let place = names.firstIndex(of: name) else {
            throw arguments.refusal(
                "--without names \"\(name)\", but there is no such strategy."
                    + NearestName.suggestion(for: name, among: names))
        }
        do throws(StrategyError) {
            let plan = configuration.strategies[place]
            configuration.strategies[place] = try StrategyPlan(
                replaying: [], name: plan.name, account: plan.account)
        } catch { throw .other(.configuration, message: "\(error)") }
        configuration.name = "\(configuration.name.prefix(60))-without-\(name.prefix(40))"
    }
}

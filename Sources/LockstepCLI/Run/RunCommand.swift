import LockstepBacktest
import LockstepFiles
import LockstepStrategy

/// `run`: one configuration, or several side by side.
struct RunCommand {
    static let syntax = CommandSyntax(
        name: "run",
        summary: "Run one backtest, or several side by side.",
        discussion: [
            "A run writes one directory: manifest.json (what went in), audit.lka (everything that "
                + "happened), equity.csv, fills.csv, and result.json last. Nothing that exists is "
                + "overwritten. Without --out the next free runs/NAME-001 is taken.",
            "With --set, entries of a list are named: --set strategies.cross.parameters.fast=5. "
                + "Defaults give way to the file, the file to --set, and all to --seed. Paths in "
                + "a configuration are relative to its own directory.",
            "The first Ctrl-C ends a run cleanly after the step in hand; a second one leaves at "
                + "once.",
            "Exit codes: 0 fine, 64 usage, 65 bad data, 66 input missing, 70 run failed, 73 target "
                + "exists or cannot be made, 74 write error, 78 configuration, 130 SIGINT, 143 "
                + "SIGTERM. Several runs end with the code of the first that failed, in the order "
                + "given.",
        ],
        operands: [
            .init(
                "CONFIG", "A configuration in TOML; several are a batch.", isRepeated: true,
                of: .files)
        ],
        options: [
            .value(
                "set", "PATH=VALUE", "Override a value of the configuration.", isRepeated: true),
            .value(
                "out", "DIR", "Write to DIR, or with several runs to DIR/NAME each.",
                of: .directories),
            .value("seed", "N", "The seed of everything random; above the configuration's."),
            .value("jobs", "N", "How many runs at once; as many as there are cores unless told."),
            .flag("reproducible", "Have equal runs write equal logs, byte for byte."),
            .flag(
                "check-fills",
                "Have the tear sheet tell what other rules of filling make of the run."),
            .flag("quiet", "Print nothing but errors."),
            .flag("json", "Print the results as JSON, and nothing else."),
        ])

    private let arguments: Arguments
    private let registry: StrategyRegistry
    private let console: Console
    private let handlesSignals: Bool
    private let demands: PreparedRun.Demands
    private let jobs: Int

    /// Takes the arguments.
    ///
    /// - Parameters:
    ///   - arguments: What was found on the command line.
    ///   - registry: The strategies there are.
    ///   - own: What else the program adds to runs.
    ///   - console: Where results and messages go.
    ///   - program: The program, as it was called.
    ///   - handlesSignals: Whether SIGINT and SIGTERM of the process end the runs.
    /// - Throws: ``CommandError/usage(command:message:)``.
    init(
        _ arguments: Arguments, _ registry: StrategyRegistry, _ own: OwnParts, _ console: Console,
        program: String, handlesSignals: Bool
    ) throws(CommandError) {
        if arguments.has("quiet"), arguments.has("json") {
            throw .usage(
                command: arguments.commandText, message: "--quiet and --json exclude each other.")
        }
        if arguments.has("check-fills") {
            if arguments.has("quiet") || arguments.has("json") {
                throw .usage(
                    command: arguments.commandText,
                    message: "--check-fills is told in the tear sheet, which --quiet and --json "
                        + "leave out.")
            }
            if arguments.operands.count > 1 {
                throw .usage(
                    command: arguments.commandText,
                    message: "--check-fills takes one configuration.")
            }
        }
        self.arguments = arguments
        self.registry = registry
        self.console = console
        self.handlesSignals = handlesSignals
        jobs = try arguments.number("jobs", from: 1) ?? MachineFacts.cores
        demands = PreparedRun.Demands(
            overrides: try arguments.overrides, seed: try arguments.number("seed", from: 0),
            isReproducible: arguments.has("reproducible"), program: program, own: own)
    }

    /// Runs everything.
    ///
    /// - Returns: The code of the first run that failed, in the order given.
    /// - Throws: ``CommandError`` when nothing was run.
    func run() throws(CommandError) -> ExitCode {
        let signals = StopSignals.shared
        if handlesSignals {
            do { try signals.listen() } catch {
                throw .other(.runFailed, message: "\(error)")
            }
        }
        let board = RunBoard(try entries())
        if handlesSignals { signals.stop(board.entries.map(\.cancellation)) }
        let isSilent = arguments.has("quiet") || arguments.has("json")
        let display = ProgressDisplay(board, on: console.error, isWanted: !isSilent)
        let outcomes = board.run(
            jobs: jobs, isStopped: { handlesSignals && signals.exitCode != nil },
            look: { display.show() })
        display.clear()
        try report(outcomes, of: board.entries.map { try? $0.run.get() })
        let stop = handlesSignals ? signals.exitCode : nil
        return outcomes.lazy.map { $0.exitCode(stop: stop) }.first { $0 != .success } ?? .success
    }

    /// Reads all configurations, and refuses targets that exist before anything starts.
    private func entries() throws(CommandError) -> [RunBoard.Entry] {
        var runs: [Result<PreparedRun, CommandError>] = []
        for path in arguments.operands {
            do throws(CommandError) {
                runs.append(.success(try PreparedRun(reading: path, demands, registry)))
            } catch {
                if arguments.operands.count == 1 { throw error }
                runs.append(.failure(error))
            }
        }
        var targets: [String?] = []
        for run in runs { targets.append(try target(of: run, taken: targets)) }
        return zip(runs, targets).map { RunBoard.Entry(run: $0, target: $1) }
    }

    private func target(
        of run: Result<PreparedRun, CommandError>, taken: [String?]
    ) throws(CommandError) -> String? {
        guard let out = arguments.value("out"), case .success(let run) = run else { return nil }
        let target = arguments.operands.count == 1 ? out : out + "/" + run.name
        if out.isEmpty {
            throw .usage(command: arguments.commandText, message: "--out names no directory.")
        }
        if taken.contains(target) {
            throw .usage(
                command: arguments.commandText,
                message: "Two runs are named \"\(run.name)\" and would share \(target). "
                    + "Give each its own run.name.")
        }
        if RunDirectory.exists(target) {
            throw .other(
                .cannotCreate, message: FilesError.targetExists(path: target).description)
        }
        return target
    }

    private func report(
        _ outcomes: [RunOutcome], of runs: [PreparedRun?]
    ) throws(CommandError) {
        for (outcome, path) in zip(outcomes, arguments.operands) {
            guard let complaint = outcome.complaint else { continue }
            // Of several runs each message must tell which one it is about.
            let isTold = outcomes.count == 1 || complaint.contains(path) || outcome.hasBegun
            console.complain(isTold ? complaint : "\(path): \(complaint)")
        }
        if arguments.has("json") {
            let results = outcomes.map(\.json)
            let value = results.count == 1 ? results[0] : .array(results)
            try console.output.write(value.text(pretty: true) + "\n")
        } else if !arguments.has("quiet") {
            try console.output.write(
                RunReport.text(
                    outcomes, of: runs, paths: arguments.operands, program: demands.program,
                    otherFills: try otherFills(outcomes, of: runs)))
        }
        try console.output.flush()
    }

    /// What other rules of filling make of the only run, where that is asked and it has ended well.
    private func otherFills(
        _ outcomes: [RunOutcome], of runs: [PreparedRun?]
    ) throws(CommandError) -> String? {
        guard arguments.has("check-fills"), let run = runs[0],
            case .ended(let result, _) = outcomes[0], result.status == .completed
        else { return nil }
        return try FillsTable(playing: run).sentence
    }
}

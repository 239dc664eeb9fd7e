import Glibc
public import LockstepBacktest
import LockstepFiles
public import LockstepStrategy

/// The command line of Lockstep, for its own tool and for programs with strategies of their own.
///
/// ```swift
/// var strategies = try StrategyRegistry.builtIn()
/// try strategies.register(MyStrategy.self)
/// LockstepCommand.main(strategies: strategies, invariants: [.cashNeverNegative])
/// ```
public struct LockstepCommand: Sendable {
    private let registry: StrategyRegistry
    private let own: OwnParts
    private let console: Console
    private let handlesSignals: Bool

    /// Makes a command line that knows strategies.
    ///
    /// - Parameters:
    ///   - strategies: The strategies that configurations may use.
    ///   - services: Services and observers of every run, in the order of registration.
    ///   - invariants: Properties that must hold at every event of every run.
    public init(
        strategies: StrategyRegistry, services: [ServicePlan] = [], invariants: [Invariant] = []
    ) {
        self.init(
            strategies: strategies, OwnParts(services: services, invariants: invariants),
            console: .standard, handlesSignals: true)
    }

    /// Makes a command line that speaks to another console.
    init(
        strategies: StrategyRegistry, _ own: OwnParts = OwnParts(), console: Console,
        handlesSignals: Bool
    ) {
        registry = strategies
        self.own = own
        self.console = console
        self.handlesSignals = handlesSignals
    }

    /// Does what the arguments of the process say, with the built-in strategies, and exits.
    public static func main() -> Never {
        do {
            main(strategies: try .builtIn())
        } catch {
            Console.standard.complain("\(error)")
            exit(ExitCode.runFailed.rawValue)
        }
    }

    /// Does what the arguments of the process say, and exits.
    ///
    /// - Parameters:
    ///   - strategies: The strategies that configurations may use.
    ///   - services: Services and observers of every run, in the order of registration.
    ///   - invariants: Properties that must hold at every event of every run; where one does not,
    ///     the run fails there, with exit code 70.
    public static func main(
        strategies: StrategyRegistry, services: [ServicePlan] = [], invariants: [Invariant] = []
    ) -> Never {
        let command = Self(strategies: strategies, services: services, invariants: invariants)
        exit(command.run(CommandLine.arguments).rawValue)
    }

    /// Does what a command line says; results go to standard output, messages to standard error.
    ///
    /// `run` takes SIGINT and SIGTERM over for the whole process, to end runs cleanly; SIGPIPE and
    /// SIGXFSZ are ignored, so that a failed write can be told.
    ///
    /// - Parameter arguments: The words, the program first.
    /// - Returns: How it ended.
    public func run(_ arguments: [String]) -> ExitCode {
        let program = arguments.first ?? "lockstep"
        if handlesSignals { StopSignals.ignoreFaultsOfWriting() }
        do {
            return try perform(Array(arguments.dropFirst()), program: program)
        } catch {
            if error == .closedPipe { return .success }
            var message = error.description
            if case .usage = error { message = "\(MachineFacts.name(of: program)): \(message)" }
            console.complain(message)
            return error.exitCode
        }
    }

    private static func syntax(_ program: String) -> CommandSyntax {
        CommandSyntax(
            name: program,
            summary: "Deterministic, event-driven backtests with a complete record of each.",
            options: [.flag("version", "Show the version.")],
            subcommands: [
                RunCommand.syntax, StrategiesCommand.syntax, CheckCommand.syntax,
                MarketCommand.syntax, AuditCommand.syntax, AuditCommand.dump,
                CompletionCommand.syntax,
            ])
    }

    private func perform(
        _ words: [String], program: String
    ) throws(CommandError) -> ExitCode {
        let root = Self.syntax(MachineFacts.name(of: program))
        let words = words.isEmpty ? ["--help"] : words
        let (arguments, syntax) = try ArgumentReader.read(words, root)
        if arguments.has("help") {
            try console.output.write(UsageText.help(syntax, command: arguments.command))
            try console.output.flush()
            return .success
        }
        if arguments.has("version") {
            try console.output.writeLine("lockstep \(MachineFacts.version)")
            return .success
        }
        switch arguments.command.dropFirst().first {
        case "run":
            return try RunCommand(
                arguments, registry, own, console, program: program,
                handlesSignals: handlesSignals
            ).run()
        case "check" where arguments.command.last == "fills":
            return try FillsCommand(arguments, registry, own, console, program: program).perform()
        case "check":
            return try ScheduleCommand(
                arguments, registry, own, console, program: program
            ).perform()
        case "market" where ["run", "replay"].contains(arguments.command.last ?? ""):
            return try MarketRunCommand(
                arguments, registry, own, console, program: program,
                handlesSignals: handlesSignals
            ).run()
        case "market":
            return try MarketCommand.run(arguments.command.last ?? "", arguments, console)
        case "completion": return try CompletionCommand(arguments, root, console).run()
        case "strategies": return try StrategiesCommand(arguments, registry, console).run()
        default:
            // `audit dump`, `audit verify`, `audit stat`, and `dump` alone.
            return try AuditCommand.run(arguments.command.last ?? "", arguments, console)
        }
    }
}

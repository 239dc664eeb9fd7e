import LockstepAudit
import LockstepFiles
import LockstepModel

/// `audit`: questions to the log of a run.
enum AuditCommand {
    /// `audit` with the commands below it.
    static let syntax = CommandSyntax(
        name: "audit",
        summary: "Show, check and measure the log of a run.",
        discussion: [
            "Exit codes: 0 fine, 1 torn (the run died or still writes; all before the tear is "
                + "right), 2 corrupt, 3 not an audit log, 64 usage, 66 file missing, 74 write "
                + "error."
        ],
        subcommands: [
            dump, WhyCommand.syntax.adding(Screen.options), AtCommand.syntax.adding(Screen.options),
            TailCommand.syntax, DiffCommand.syntax.adding(Screen.options),
            VerifyCommand.syntax.adding(Screen.options), StatCommand.syntax.adding(Screen.options),
            RecoverCommand.syntax, ExportCommand.syntax,
        ])

    /// `audit dump`, which is also there as `dump` alone.
    static let dump = DumpCommand.syntax.adding(Screen.options)

    /// Does what one of the commands says.
    ///
    /// - Parameters:
    ///   - name: The command, such as `dump` or `verify`.
    ///   - arguments: What was found on the command line.
    ///   - console: Where results and messages go.
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``.
    static func run(
        _ name: String, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        do {
            let screen = try Screen(arguments, console, isPaged: paged.contains(name))
            return try screen.show { console in
                let code = try perform(name, arguments, console)
                try console.output.flush()
                return code
            }
        } catch let error as CommandError {
            throw error
        } catch let error as AuditError {
            let message = error.description
            switch error {
            case .unknownTopic(let name, let known), .unknownInstrument(let name, let known),
                .unknownField(let name, let known):
                throw .usage(
                    command: arguments.commandText,
                    message: message.prefix(1).uppercased() + message.dropFirst()
                        + NearestName.suggestion(for: name, among: known))
            case .noRecord:
                throw .usage(
                    command: arguments.commandText,
                    message: message.prefix(1).uppercased() + message.dropFirst())
            default: throw .other(ExitCode(of: error), message: message)
            }
        } catch {
            throw .other(.runFailed, message: "\(error)")
        }
    }

    private static func perform(
        _ name: String, _ arguments: Arguments, _ console: Console
    ) throws -> ExitCode {
        switch name {
        case "dump": try DumpCommand(arguments, console).run()
        case "verify": try VerifyCommand(arguments, console).run()
        case "why": try WhyCommand(arguments, console).run()
        case "at": try AtCommand(arguments, console).run()
        case "tail": try TailCommand(arguments, console).run()
        case "diff": try DiffCommand(arguments, console).run()
        case "recover": try RecoverCommand(arguments, console).run()
        case "export": try ExportCommand(arguments, console).run()
        default: try StatCommand(arguments, console).run()
        }
    }

    /// The commands whose text may be long, and is all there when they end.
    private static let paged: Set<String> = ["dump", "why", "at", "diff", "stat", "verify"]

    /// The topics of Lockstep; a log may have others, of a user's services.
    static let topics = [
        "control", "lifecycle", "frame", "intent", "order", "orderUpdate", "fill", "booking",
        "lotClosed", "snapshot", "note", "wake", "halt",
    ]

    /// What was found about a record; nil where it may lie behind the damage of a log, which is told.
    static func found<Found>(
        in reasons: AuditReasons, _ console: Console, _ find: () throws(AuditError) -> Found
    ) throws(AuditError) -> Found? {
        do {
            return try find()
        } catch .noRecord(let sequence, let last) where !reasons.status.isClosed {
            let error = AuditError.noRecord(sequence: sequence, last: last)
            console.complain("\(reasons.name): \(error)")
            return nil
        }
    }

    /// Tells of damage, and gives the code for the state of a log.
    static func exitCode(
        _ status: AuditStatus, of name: String, _ console: Console
    ) -> ExitCode {
        switch status {
        case .closed: return .success
        case .torn:
            console.complain("\(name): \(status)")
            return .finding
        case .corrupt:
            console.complain("\(name): \(status)")
            return .corrupt
        }
    }
}

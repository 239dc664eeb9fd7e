import LockstepAudit
import LockstepFiles
import LockstepModel

/// `audit`: questions to the log of a run.
enum AuditCommand {
    /// `audit` with the commands below it.
    static let syntax = CommandSyntax(
        name: "audit",
        summary: "Ask the log of a run what happened, when, and why.",
        discussion: [
            "A log holds every event of a run: what the market gave, what strategies asked for, what "
                + "became of it and what it did to the accounts. Each record has a number, from 1, a "
                + "simulated time, a topic, and the number of the record that caused it.",
            "Exit codes: 0 fine, 1 torn (the run died or still writes; all before the tear is "
                + "right), 2 corrupt, 3 not an audit log, 64 usage, 66 file missing, 74 write "
                + "error.",
        ],
        subcommands: [
            dump, WhyCommand.syntax.adding(Screen.options), AtCommand.syntax.adding(Screen.options),
            TailCommand.syntax, DiffCommand.syntax.adding(Screen.options),
            VerifyCommand.syntax.adding(Screen.options), StatCommand.syntax.adding(Screen.options),
            RecoverCommand.syntax, ExportCommand.syntax,
        ],
        examples: [
            .init("audit stat runs/demo-001/audit.lka", "How much there is of what."),
            .init(
                "audit dump runs/demo-001/audit.lka --topic fill", "Every fill, with its number."),
            .init(
                "audit why runs/demo-001/audit.lka 87", "How the fill of this number came about."),
            .init("audit at runs/demo-001/audit.lka 2006-05-24", "How the run stood on that day."),
            .init(
                "audit verify runs/demo-001/audit.lka", "Whether all of it is as it was written."),
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

    /// The error to tell where a record is asked for: it may lie behind the damage of the log.
    static func telling(_ error: AuditError, _ reasons: AuditReasons) -> any Error {
        guard case .noRecord(let sequence, _) = error, !reasons.status.isClosed else {
            return error
        }
        return CommandError.other(
            ExitCode(of: AuditError.damaged(path: reasons.name, reasons.status)),
            message: "\(reasons.name): no record \(sequence) before the damage: \(reasons.status)")
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

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
        subcommands: [DumpCommand.syntax, VerifyCommand.syntax, StatCommand.syntax])

    /// Does what one of the commands says.
    ///
    /// - Parameters:
    ///   - name: The command: `dump`, `verify` or `stat`.
    ///   - arguments: What was found on the command line.
    ///   - console: Where results and messages go.
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``.
    static func run(
        _ name: String, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        do {
            let code =
                switch name {
                case "dump": try DumpCommand(arguments, console).run()
                case "verify": try VerifyCommand(arguments, console).run()
                default: try StatCommand(arguments, console).run()
                }
            try console.output.flush()
            return code
        } catch let error as CommandError {
            throw error
        } catch let error as AuditError {
            let message = error.description
            switch error {
            case .unknownTopic(let name, let known), .unknownInstrument(let name, let known):
                throw .usage(
                    command: arguments.commandText,
                    message: message.prefix(1).uppercased() + message.dropFirst()
                        + NearestName.suggestion(for: name, among: known))
            default: throw .other(ExitCode(of: error), message: message)
            }
        } catch {
            throw .other(.runFailed, message: "\(error)")
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

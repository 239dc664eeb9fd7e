import LockstepAudit
import LockstepFeed
import LockstepFiles

/// `market flow`: what strategies asked for in a run, as a file that can be replayed.
struct MarketFlowCommand {
    static let syntax = CommandSyntax(
        name: "flow",
        summary: "Write what everybody asked for in a run as CSV.",
        discussion: [
            "One row for each order and cancel, as it was asked for, before risk and the market "
                + "judged it. 'market replay' and [[flow]] of a configuration read it.",
            "Exit codes: 0 fine, 1 torn log, 2 corrupt, 3 not an audit log, 64 usage, 65 an order "
                + "has no such form, 66 input missing, 73 target exists, 74 write error.",
        ],
        operands: [.init("LOG", "The audit log of a run.", of: .files)],
        options: [
            .value(
                "out", short: "o", "FILE",
                "The file to make; must not exist. Standard output unless told.", of: .files)
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Writes the orders.
    ///
    /// - Returns: Success.
    /// - Throws: ``CommandError``.
    func run() throws(CommandError) -> ExitCode {
        let path = arguments.operands[0]
        let logged: LoggedFlow
        do { logged = try LoggedFlow(AuditLog(path: path)) } catch {
            throw .other(ExitCode(of: error), message: "\(error)")
        }
        guard let text = logged.flow.text(logged.instruments) else {
            throw .other(
                .badData,
                message: "\(path): an order is neither a market order nor a limit that rests, or "
                    + "it is an amendment. Such runs cannot be replayed from a file.")
        }
        guard let out = arguments.value("out") else {
            try console.output.write(text)
            try console.output.flush()
            return .success
        }
        if RunDirectory.exists(out) {
            throw .other(.cannotCreate, message: FilesError.targetExists(path: out).description)
        }
        do {
            try AtomicWrite.write(text, to: out)
        } catch {
            throw .other(ExitCode(of: error), message: "\(error)")
        }
        try console.output.writeLine(
            Console.line(
                "\(out): \(logged.flow.count) rows of "
                    + "\(logged.flow.participants.count) participants"))
        return .success
    }
}

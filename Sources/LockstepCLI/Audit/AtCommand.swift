import LockstepAudit
import LockstepFiles
import LockstepModel

/// `audit at`: how a run stood at a moment.
struct AtCommand {
    static let syntax = CommandSyntax(
        name: "at",
        summary: "Show cash, positions, orders and last prices at a moment.",
        discussion: [
            "The moment is the end of the last step that is not later than TIME: everything of steps "
                + "with a time up to TIME has happened, and nothing of later ones. A bar is known at "
                + "its end, so what its prices bring about stands at that time. All is rebuilt from "
                + "the log alone; of a log that is torn only what lies before the tear is known."
        ],
        operands: [
            .init("FILE", "The audit log of a run.", of: .files),
            .init("TIME", "A simulated time in UTC, like 2004-08-19 or 2004-08-19T16:30:00Z."),
        ],
        options: [AnswerFormat.option],
        examples: [
            .init(
                "audit at runs/demo-001/audit.lka 2006-05-24",
                "How the run stood when that day began.")
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Shows the moment.
    ///
    /// - Returns: The code for the state of the log, as far as it was read.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let format: AnswerFormat = try arguments.choice("format", .text)
        let time = try arguments.time(arguments.operands[1], of: "TIME")
        let log = try AuditLog(path: arguments.operands[0])
        let moment = try AuditMoment(at: time, in: log)
        switch format {
        case .text:
            try console.output.write(MomentDisplay(moment, console.palette).text)
        case .json: try console.output.write(MomentDisplay(moment).json.harmlessText + "\n")
        }
        try console.output.flush()
        guard let status = moment.status else { return .success }
        return AuditCommand.exitCode(status, of: log.name, console)
    }
}

import LockstepAudit
import LockstepFiles
import LockstepReports

/// `audit why`: from a record back to the data it came from.
struct WhyCommand {
    static let syntax = CommandSyntax(
        name: "why",
        summary: "Show what led to a record, such as a fill, as a tree.",
        discussion: [
            "Below each record stands what it came from, with its number and its simulated time: a "
                + "fill comes from the data that made it possible and from its order, the order "
                + "from the intent that passed risk, the intent from the data that the strategy "
                + "saw, with the figures it noted. The walk ends at input. Numbers of records are "
                + "what 'dump' shows first on each line."
        ],
        operands: [
            .init("FILE", "The audit log of a run.", of: .files),
            .init("SEQ", "The number of the record."),
        ],
        options: [AnswerFormat.option],
        examples: [
            .init("audit dump runs/demo-001/audit.lka --topic fill", "Lists the fills."),
            .init("audit why runs/demo-001/audit.lka 87", "Why the fill with the number 87?"),
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Shows the tree.
    ///
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let format: AnswerFormat = try arguments.choice("format", .text)
        let sequence = try arguments.sequence(arguments.operands[1], of: "SEQ")
        let reasons = try AuditReasons(AuditLog(path: arguments.operands[0]))
        let reason: AuditReason
        do {
            reason = try reasons.explain(sequence)
        } catch { throw AuditCommand.telling(error, reasons) }
        try show(reason, format, reasons.decoder)
        return AuditCommand.exitCode(reasons.status, of: reasons.name, console)
    }

    private func show(_ reason: AuditReason, _ format: AnswerFormat, _ decoder: AuditDecoder) throws
    {
        switch format {
        case .json:
            let value = try AuditJSON(decoder).value(reason)
            try console.output.write(value.harmlessText + "\n")
        case .text: try console.output.write(text(reason, decoder))
        }
        try console.output.flush()
    }

    private func text(_ reason: AuditReason, _ decoder: AuditDecoder) -> String {
        let writer = AuditReasonText(decoder)
        let rows = writer.rows(of: reason)
        let widths = (rows.map(\.head.count).max() ?? 0, rows.map(\.time.count).max() ?? 0)
        let palette = console.palette
        let lines = rows.map { row in
            palette.strong(row.head) + Self.blanks(widths.0 - row.head.count) + "  "
                + palette.faint(row.time) + Self.blanks(widths.1 - row.time.count) + "  "
                + row.phrase
        }
        return lines.joined(separator: "\n") + "\n\n" + writer.ending(of: reason) + "\n"
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}

import LockstepAudit
import LockstepFiles

/// `audit export`: a log as files that other programs read.
struct ExportCommand {
    static let syntax = CommandSyntax(
        name: "export",
        summary: "Copy a log to JSON lines, CSV tables or an MCAP file.",
        discussion: [
            "A topic becomes a channel of an MCAP file or a table of its name; the simulated time is "
                + "the time of a message. Numbers are those of the log: ticks, lots, units. csv "
                + "makes a directory with a table for each topic, or one file where one --topic is "
                + "asked for. MCAP has no times before 1970: such a log is refused.",
            "A log that is torn or corrupt is refused with the code 1 or 2, and nothing is left "
                + "behind: 'recover' makes a whole log of what is right.",
        ],
        operands: [.init("FILE", "The audit log of a run.", of: .files)],
        options: [
            .value(
                "to", "FORM", "jsonl, csv or mcap.",
                of: .words(AuditExport.Format.allCases.map(\.rawValue))),
            .value(
                "out", short: "o", "OUT", "The file or directory to make; must not exist.",
                of: .files),
            .value(
                "topic", "NAME", "Only this topic, such as fill or order.", isRepeated: true,
                of: .words(AuditCommand.topics)),
        ],
        examples: [
            .init(
                "audit export runs/demo-001/audit.lka --to mcap -o demo.mcap",
                "A file for viewers of time series."),
            .init(
                "audit export runs/demo-001/audit.lka --to csv --topic fill -o f.csv",
                "The fills as one table."),
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Copies.
    ///
    /// - Returns: Success.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        guard arguments.value("to") != nil else {
            throw arguments.refusal("--to is missing: give jsonl, csv or mcap.")
        }
        let format: AuditExport.Format = try arguments.choice("to", .jsonl)
        guard let out = arguments.value("out"), !out.isEmpty else {
            throw arguments.refusal("-o is missing: give the file or directory to make.")
        }
        let log = try AuditLog(path: arguments.operands[0])
        let topics = arguments.allValues("topic")
        let summary = try AuditExport.write(
            log, as: format, to: out,
            topics: topics.isEmpty ? nil : Set(try topics.map(log.decoder.topic(named:))))
        let files = summary.files == 1 ? "1 file" : "\(summary.files) files"
        try console.output.writeLine(
            Console.line("\(out): \(summary.records) records in \(files)"))
        return .success
    }
}

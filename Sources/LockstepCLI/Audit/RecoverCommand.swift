import LockstepAudit

/// `audit recover`: a closed copy of a log that was cut or damaged.
struct RecoverCommand {
    static let syntax = CommandSyntax(
        name: "recover",
        summary: "Make a closed log of one that is torn or corrupt.",
        discussion: [
            "All that is right is copied, up to the first byte that is not; then come a record that "
                + "says so, index and seek table. The log itself is never changed. A log that is "
                + "whole is copied as it is."
        ],
        operands: [.init("FILE", "The audit log of a run.", of: .files)],
        options: [
            .value("out", short: "o", "FILE", "The copy; it must not exist.", of: .files)
        ],
        examples: [
            .init(
                "audit recover runs/demo-001/audit.lka -o recovered.lka",
                "what a run that died has left")
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Makes the copy.
    ///
    /// - Returns: Success: that something was left out is told on standard error.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        guard let target = arguments.value("out") else {
            throw arguments.refusal("-o FILE is missing: the copy.")
        }
        let path = arguments.operands[0]
        let found = try AuditRecovery.recover(path: path, to: target)
        if found.status.isClosed {
            console.complain("\(path): \(found.status), so it was copied as it is")
        } else {
            console.complain("\(path): \(found.status)")
        }
        let lines = [
            "written  \(Console.line(target))",
            "records  \(found.summary.records)",
            "blocks   \(found.summary.blocks)",
            "left out \(found.leftOut) bytes",
            "digest   \(found.summary.digest)",
        ]
        try console.output.write(lines.joined(separator: "\n") + "\n")
        return .success
    }
}

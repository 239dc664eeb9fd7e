import LockstepAudit
import LockstepFiles
import LockstepReports

/// `audit verify`: every checksum, number, cause and digest of a log.
struct VerifyCommand {
    static let syntax = CommandSyntax(
        name: "verify",
        summary: "Check an audit log from its first byte to its last.",
        discussion: [
            "--semantics reads the records themselves: causes, steps and their times, the lives of "
                + "orders, the times of fills, and the conservation of money and lots. It prints a "
                + "line for each rule and the first 20 findings; with a finding the exit code is 1."
        ],
        operands: [.init("FILE", "The audit log of a run.", of: .files)],
        options: [
            .value("digest", "HEX", "The digest the log must have."),
            .flag("quick", "Check heads and checksums alone, without decompressing."),
            .flag("semantics", "Check also what the records say against each other."),
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Checks the log.
    ///
    /// - Returns: The code for its state; that of a corrupt one when the digest is another.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let wanted = arguments.value("digest")?.lowercased()
        if let wanted, wanted.utf8.count != 64 || !wanted.allSatisfy(\.isHexDigit) {
            throw CommandError.usage(
                command: arguments.commandText,
                message: "--digest must be 64 hexadecimal digits.")
        }
        let isQuick = arguments.has("quick")
        if isQuick, arguments.has("semantics") {
            throw CommandError.usage(
                command: arguments.commandText,
                message: "--quick and --semantics exclude each other.")
        }
        let found = try AuditVerifier.verify(path: arguments.operands[0], quick: isQuick)
        var lines = [
            "status   \(found.status)", "blocks   \(found.blocks)", "records  \(found.records)",
            "bytes    \(found.rawBytes)",
        ]
        if let earliest = found.earliest, let latest = found.latest {
            lines.append("time     \(earliest) to \(latest)")
        }
        if let digest = found.digest { lines.append("digest   \(digest)") }
        if isQuick { lines.append("quick    the records themselves were not looked at") }
        try console.output.write(lines.joined(separator: "\n") + "\n")
        let isSound = try arguments.has("semantics") ? checkSemantics() : true
        try console.output.flush()
        var code = AuditCommand.exitCode(found.status, of: found.name, console)
        if code == .success, !isSound { code = .finding }
        guard let wanted, wanted != found.digest?.description else { return code }
        console.complain(
            "\(found.name): the digest is \(found.digest?.description ?? "none"), not \(wanted)")
        return .corrupt
    }

    /// Checks what the records say against each other, and shows what was found.
    ///
    /// - Returns: Whether there was no finding.
    /// - Throws: `AuditError`, ``CommandError``.
    private func checkSemantics() throws -> Bool {
        let report = try AuditSemantics.check(path: arguments.operands[0])
        var table = TextTable([
            .words("rule"), .figures("examined"), .figures("findings"), .words("demand"),
        ])
        for line in report.lines {
            table.add([
                line.rule.name, "\(line.examined)", "\(line.findings)", line.rule.demand,
            ])
        }
        var lines = [""] + table.lines
        if report.count > 0 {
            let shown = report.findings.count
            lines.append("")
            lines.append(
                report.count == UInt64(shown)
                    ? "findings (\(report.count))" : "findings (\(shown) of \(report.count))")
            lines += report.findings.map { Console.line("\($0)") }
            console.complain("\(report.name): \(report.count) findings")
        }
        try console.output.write(lines.joined(separator: "\n") + "\n")
        return report.count == 0
    }
}

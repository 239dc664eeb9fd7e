import LockstepAudit
import LockstepFiles

/// `audit verify`: every checksum, number, cause and digest of a log.
struct VerifyCommand {
    static let syntax = CommandSyntax(
        name: "verify",
        summary: "Check an audit log from its first byte to its last.",
        operands: [.init("FILE", "The audit log of a run.")],
        options: [
            .value("digest", "HEX", "The digest the log must have."),
            .flag("quick", "Check heads and checksums alone, without decompressing."),
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
        try console.output.flush()
        let code = AuditCommand.exitCode(found.status, of: found.name, console)
        guard let wanted, wanted != found.digest?.description else { return code }
        console.complain(
            "\(found.name): the digest is \(found.digest?.description ?? "none"), not \(wanted)")
        return .corrupt
    }
}

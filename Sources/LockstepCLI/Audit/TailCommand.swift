import LockstepAudit
import LockstepFiles

/// `audit tail`: the last records of a log, and what is written from now on.
struct TailCommand {
    static let syntax = CommandSyntax(
        name: "tail",
        summary: "Show the last records of an audit log, and follow it while it grows.",
        discussion: [
            "With -f whole blocks are shown as they are written, until the log is closed: then the "
                + "exit code is 0. A log that is cut is not complete yet, and waited for; a file "
                + "that becomes shorter or another one ends it with 2, and one that does not grow "
                + "for --idle S seconds with 1."
        ],
        operands: [.init("FILE", "The audit log of a run.", of: .files)],
        options: [
            .value("records", short: "n", "N", "How many of the last records; 10 unless told."),
            .flag("follow", short: "f", "Wait for more, until the log is closed."),
            .value(
                "topic", "NAME", "Only this topic, such as fill.", isRepeated: true,
                of: .words(AuditCommand.topics)),
            .value("idle", "S", "With -f: end when nothing comes for so many seconds."),
        ],
        examples: [
            .init("audit tail runs/demo-001/audit.lka -n 3", "the last three events"),
            .init(
                "audit tail -f --topic fill runs/demo-001/audit.lka",
                "fills of a run that goes on, as they come"),
        ])

    private let arguments: Arguments
    private let console: Console
    private let path: String

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
        path = arguments.operands[0]
    }

    /// Shows the records.
    ///
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let count = try arguments.number("records", from: 0) ?? 10
        let idle: Int64? = try arguments.number("idle", from: 1)
        if arguments.has("follow") { return try follow(from: count, idle: idle) }
        if idle != nil {
            throw arguments.refusal("--idle goes with --follow only.")
        }
        let log = try AuditLog(path: path)
        let reader = try log.reader(
            try log.filter(topics: arguments.allValues("topic")), last: count)
        while let record = try reader.next() { try show(record, reader.decoder) }
        try console.output.flush()
        guard let status = reader.status else { return .success }
        return AuditCommand.exitCode(status, of: log.name, console)
    }

    private func follow(from count: Int, idle: Int64?) throws -> ExitCode {
        let watch = FileWatch(path)
        var patience = Patience(idle.map { .seconds($0) })
        var log = try AuditLog(path: path)
        while !log.hasBegun {
            guard let left = patience.wait(hasGrown: false) else { return try isIdle(log.name) }
            watch.wait(atMost: left.milliseconds)
            log = try AuditLog(path: path)
        }
        let follower = try AuditFollower(
            log, try log.filter(topics: arguments.allValues("topic")), last: count)
        while true {
            switch try follower.next() {
            case .record(let record): try show(record, follower.decoder)
            case .end(let status):
                try console.output.flush()
                return AuditCommand.exitCode(status, of: log.name, console)
            case .waiting(let hasGrown):
                try console.output.flush()
                guard let left = patience.wait(hasGrown: hasGrown) else {
                    return try isIdle(log.name)
                }
                watch.wait(atMost: left.milliseconds)
            }
        }
    }

    /// Says that nothing came for too long.
    private func isIdle(_ name: String) throws(CommandError) -> ExitCode {
        try console.output.flush()
        console.complain(
            "\(name): not closed, and not grown for \(arguments.value("idle") ?? "") s")
        return .finding
    }

    private func show(_ record: AuditRecord, _ decoder: AuditDecoder) throws {
        let line = console.palette.record(try AuditText(decoder).line(record))
        try console.output.write(line + "\n")
    }
}

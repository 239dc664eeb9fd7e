import LockstepAudit

/// `audit diff`: the first event in which two logs differ.
struct DiffCommand {
    static let syntax = CommandSyntax(
        name: "diff",
        summary: "Show the first event in which two audit logs differ.",
        discussion: [
            "Exit codes: 0 the logs are the same, 1 they differ, 2 one of them is torn or corrupt; "
                + "then only what both have is compared. Equal digests are the same at once, and "
                + "what is equal before the difference is found by the digests of blocks, without "
                + "being read.",
            "With --topic the numbers of records and of their causes do not count.",
        ],
        operands: [
            .init("A", "The audit log of a run.", of: .files),
            .init("B", "The audit log of another run.", of: .files),
        ],
        options: [
            .value(
                "ignore", "FIELD", "Leave out this field, like fee or fill.fee.", isRepeated: true),
            .value(
                "topic", "NAME", "Only this topic, such as fill.", isRepeated: true,
                of: .words(AuditCommand.topics)),
            .value("context", "N", "Records to show before and after; 3 unless told."),
            .flag("prefix", "A log that ends early is no difference, nor is it trouble."),
        ],
        examples: [
            .init("audit diff a/audit.lka b/audit.lka", "where two runs part"),
            .init(
                "audit diff a/audit.lka b/audit.lka --topic fill --ignore fee",
                "the first other fill, whatever it cost"),
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Compares the logs.
    ///
    /// - Returns: Success where they are the same.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let context = try arguments.number("context", from: 0 as UInt64) ?? 3
        let comparison = AuditComparison(
            topics: arguments.allValues("topic"), ignored: Set(arguments.allValues("ignore")),
            isOfPrefix: arguments.has("prefix"))
        let one = try AuditLog(path: arguments.operands[0])
        let other = try AuditLog(path: arguments.operands[1])
        let outcome = try comparison.compare(one, other)
        if let difference = outcome.difference {
            let report = DiffReport(one, other, context: min(context, 1000))
            try console.output.write(try report.text(difference))
        } else {
            try console.output.write(Self.agreement(outcome, one) + "\n")
        }
        try console.output.flush()
        return exitCode(outcome, one, other)
    }

    private func exitCode(
        _ outcome: AuditComparison.Outcome, _ one: AuditLog, _ other: AuditLog
    ) -> ExitCode {
        var isTrouble = false
        for (status, log) in [(outcome.one, one), (outcome.other, other)] {
            let code = AuditCommand.exitCode(status, of: log.name, console)
            isTrouble =
                isTrouble || code == .corrupt || code == .finding && !arguments.has("prefix")
        }
        return isTrouble ? .corrupt : outcome.difference == nil ? .success : .finding
    }

    private static func agreement(_ outcome: AuditComparison.Outcome, _ one: AuditLog) -> String {
        if outcome.compared == 0, let index = one.index {
            return "no difference: \(index.records) records, digest \(index.digest)"
        }
        return
            "no difference: \(outcome.compared) records compared one by one, all before by digest"
    }
}

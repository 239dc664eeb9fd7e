import LockstepAudit
import LockstepFiles
import LockstepModel

/// `audit dump`, or `dump`: the records of a log, in order.
struct DumpCommand {
    static let syntax = CommandSyntax(
        name: "dump",
        summary: "Show the records of an audit log, in order.",
        discussion: [
            "Conditions are joined by and; several topics or symbols by or. Of a log that is torn "
                + "or corrupt everything before the damage is shown, then the exit code is 1 or 2. "
                + "With --salvage what follows the damage is shown too, behind a line that tells "
                + "what was lost."
        ],
        operands: [
            .init("FILE", "The audit log of a run: audit.lka in its directory.", of: .files)
        ],
        options: [
            .value(
                "topic", "NAME", "Only this topic, such as fill or order.", isRepeated: true,
                of: .words(AuditCommand.topics)),
            .value("symbol", "SYMBOL", "Only records that name this.", isRepeated: true),
            .value("from", "TIME", "Only from this simulated time on, like 2004-08-19."),
            .value("to", "TIME", "Only up to this simulated time, included."),
            .value("seq", "A..B", "Only these numbers; also A, A.. and ..B."),
            .value("causes", "SEQ", "Only this record and the chain of records that caused it."),
            .value(
                "format", "FORM", "text (default), jsonl or csv.",
                of: .words(Format.allCases.map(\.rawValue))),
            .flag("raw", "Show the bytes of each record instead of its fields."),
            .flag("salvage", "Go on behind damage."),
        ])

    /// How records are shown.
    private enum Format: String, CaseIterable {
        case text, jsonl, csv
    }

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Shows the records.
    ///
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let format: Format = try arguments.choice("format", .text)
        if isRaw, format == .csv { throw arguments.refusal("--raw goes with text and jsonl only.") }
        let log = try AuditLog(path: arguments.operands[0])
        let filter = try filter(log)
        if let text = arguments.value("causes") {
            let sequence = try arguments.sequence(text, of: "--causes")
            return try showCauses(of: sequence, log, filter, format)
        }
        let reader = try log.reader(filter, salvaging: salvages)
        try begin(format, filter, reader.decoder)
        var gaps = 0
        do {
            while let record = try reader.next() {
                try show(reader.gaps, from: &gaps, format)
                // Later blocks may tell more names, so each record takes the decoder of now.
                try show(record, format, filter, reader.decoder)
            }
            try show(reader.gaps, from: &gaps, format)
        } catch let error as AuditError {
            // What was read before the fault is shown first.
            try console.output.flush()
            throw error
        }
        try console.output.flush()
        guard let status = reader.status else { return .success }
        return AuditCommand.exitCode(status, of: reader.name, console)
    }

    /// Shows a record and the chain of records that caused it.
    private func showCauses(
        of sequence: SequenceNumber, _ log: AuditLog, _ filter: AuditFilter, _ format: Format
    ) throws -> ExitCode {
        let reasons = try AuditReasons(log)
        let records: [AuditRecord]
        do {
            records = try reasons.causes(of: sequence)
        } catch { throw AuditCommand.telling(error, reasons) }
        try begin(format, filter, reasons.decoder)
        for record in records where filter.matches(record) {
            if filter.instruments != nil, !filter.matches(try reasons.decoder.decode(record)) {
                continue
            }
            try show(record, format, filter, reasons.decoder)
        }
        try console.output.flush()
        return AuditCommand.exitCode(reasons.status, of: reasons.name, console)
    }

    /// Shows what was left out since the last record, where it was left out.
    private func show(
        _ gaps: [AuditGap], from count: inout Int, _ format: Format
    ) throws(CommandError) {
        for gap in gaps.dropFirst(count) {
            switch format {
            case .text: try console.output.write("--- \(gap)\n")
            case .jsonl: try console.output.write(AuditJSON.line(gap) + "\n")
            case .csv: console.complain("\(gap)")
            }
        }
        count = gaps.count
    }

    private var isRaw: Bool { arguments.has("raw") }
    private var salvages: Bool { arguments.has("salvage") }

    private func begin(
        _ format: Format, _ filter: AuditFilter, _ decoder: AuditDecoder
    ) throws(CommandError) {
        if format == .csv { try console.output.write(csv(decoder, filter).header + "\n") }
    }

    private func show(
        _ record: AuditRecord, _ format: Format, _ filter: AuditFilter, _ decoder: AuditDecoder
    ) throws {
        let line: String
        do throws(AuditError) {
            line = try self.line(record, format, filter, decoder, raw: isRaw)
        } catch {
            // Where its schema is lost, a record is its bytes.
            guard salvages, format != .csv else { throw error }
            line = try self.line(record, format, filter, decoder, raw: true)
        }
        try console.output.write(line + "\n")
    }

    private func line(
        _ record: AuditRecord, _ format: Format, _ filter: AuditFilter, _ decoder: AuditDecoder,
        raw: Bool
    ) throws(AuditError) -> String {
        switch format {
        case .text: console.palette.record(try AuditText(decoder).line(record, raw: raw))
        case .jsonl: try AuditJSON(decoder).line(record, raw: raw)
        case .csv: try csv(decoder, filter).line(record)
        }
    }

    private func csv(_ decoder: AuditDecoder, _ filter: AuditFilter) -> AuditCSV {
        let topics = filter.topics ?? []
        return AuditCSV(decoder, topic: topics.count == 1 ? topics.first : nil)
    }

    /// The conditions; names are looked up in the log itself.
    private func filter(_ log: AuditLog) throws -> AuditFilter {
        try log.filter(
            topics: arguments.allValues("topic"), symbols: arguments.allValues("symbol"),
            times: times(), sequences: sequences())
    }

    private func times() throws(CommandError) -> ClosedRange<Timestamp>? {
        let from = try arguments.time("from")
        let to = try arguments.time("to")
        if from == nil, to == nil { return nil }
        let (first, last) = (from ?? .distantPast, to ?? .distantFuture)
        guard first <= last else { throw arguments.refusal("--from is after --to.") }
        return first...last
    }

    private func sequences() throws(CommandError) -> ClosedRange<UInt64>? {
        guard let text = arguments.value("seq") else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = [parts.first, parts.last].map { $0.flatMap { UInt64($0) } }
        switch parts.count {
        case 1:
            if let number = numbers[0] { return number...number }
        case 3 where parts[1].isEmpty && text != "..":
            let first = parts[0].isEmpty ? 1 : numbers[0]
            let last = parts[2].isEmpty ? UInt64.max : numbers[1]
            if let first, let last, first <= last { return first...last }
        default: break
        }
        throw arguments.refusal("--seq is \"\(text)\". Write it like 10..20, 10.., ..20 or 10.")
    }
}

import LockstepAudit
import LockstepBus
import LockstepFiles
import LockstepModel
import LockstepReports

/// `audit stat`: how much of what a log holds.
struct StatCommand {
    static let syntax = CommandSyntax(
        name: "stat",
        summary: "Count the records and bytes of an audit log by topic.",
        discussion: ["Blocks are not decompressed, nor checked: that is for 'verify'."],
        operands: [.init("FILE", "The audit log of a run.", of: .files)],
        options: [.flag("json", "Print the figures as JSON.")])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Counts.
    ///
    /// - Returns: The code for the state of the log.
    /// - Throws: ``CommandError``, `AuditError`.
    func run() throws -> ExitCode {
        let statistics = try AuditStatistics(path: arguments.operands[0])
        try console.output.write(
            arguments.has("json")
                ? Self.json(statistics).text(pretty: true) + "\n" : Self.text(statistics))
        try console.output.flush()
        return AuditCommand.exitCode(statistics.status, of: statistics.name, console)
    }

    private static func text(_ statistics: AuditStatistics) -> String {
        var rows = [
            ("status", "\(statistics.status)"), ("blocks", "\(statistics.blocks)"),
            ("records", "\(statistics.records)"),
            ("bytes", "\(statistics.rawBytes), in the file \(statistics.storedBytes)"),
        ]
        if let ratio = statistics.ratio {
            let hundredths = Int(ratio * 100)
            let rest = hundredths % 100
            rows.append(("ratio", "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"))
        }
        if statistics.tornBytes > 0 { rows.append(("torn", "\(statistics.tornBytes) bytes")) }
        if let earliest = statistics.earliest, let latest = statistics.latest {
            rows.append(("time", "\(earliest) to \(latest)"))
        }
        if let digest = statistics.digest { rows.append(("digest", "\(digest)")) }
        var text = rows.map { padded($0.0, 9) + $0.1 + "\n" }.joined()
        if !statistics.manifest.isEmpty {
            text += padded("made by", 9) + Console.line(statistics.manifest) + "\n"
        }
        if !statistics.schemas.isEmpty {
            let names = statistics.schemas.map { schema in
                "\(Console.line(schema.name)) \(schema.topic) v\(schema.schema.version)"
            }
            text += padded("schemas", 9) + names.joined(separator: ", ") + "\n"
        }
        if statistics.topics.isEmpty { return text }
        var table = TextTable([.words("topic"), .figures("records"), .figures("bytes")])
        for topic in statistics.topics {
            table.add([
                Console.line(topic.name), topic.records.map { "\($0)" } ?? "-",
                topic.bytes.map { "\($0)" } ?? "-",
            ])
        }
        return text + "\n" + table.lines.joined(separator: "\n") + "\n"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func json(_ statistics: AuditStatistics) -> JSONValue {
        func whole(_ number: UInt64) -> JSONValue { .integer(Int64(clamping: number)) }
        return [
            "status": .string("\(statistics.status)"),
            "blocks": whole(statistics.blocks), "records": whole(statistics.records),
            "raw_bytes": whole(statistics.rawBytes), "file_bytes": whole(statistics.storedBytes),
            "torn_bytes": whole(statistics.tornBytes),
            "start": .optional(statistics.earliest?.description),
            "end": .optional(statistics.latest?.description),
            "digest": .optional(statistics.digest?.description),
            "schemas": .array(
                statistics.schemas.map { schema in
                    [
                        "topic": .integer(Int64(schema.topic)), "name": .string(schema.name),
                        "version": .integer(Int64(schema.schema.version)),
                        "fields": .array(schema.schema.fields.map { .string($0.name) }),
                    ]
                }),
            "topics": .array(
                statistics.topics.map { topic in
                    [
                        "id": .integer(Int64(topic.id)), "name": .string(topic.name),
                        "records": topic.records.map { whole($0) } ?? .null,
                        "bytes": topic.bytes.map { whole($0) } ?? .null,
                    ]
                }),
        ]
    }
}

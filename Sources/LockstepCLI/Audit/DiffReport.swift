import LockstepAudit
import LockstepModel
import LockstepReports

/// The first difference of two logs as text: what, where, why, and what is around it.
struct DiffReport {
    private let one: AuditLog
    private let other: AuditLog
    private let context: UInt64

    /// Prepares a report.
    ///
    /// - Parameters:
    ///   - one: The first log.
    ///   - other: The second log.
    ///   - context: How many records to show before and after the difference.
    init(_ one: AuditLog, _ other: AuditLog, context: UInt64) {
        self.one = one
        self.other = other
        self.context = context
    }

    /// The whole report, with a line break at its end.
    func text(_ difference: AuditDifference) throws(AuditError) -> String {
        var lines = [title(difference), ""]
        lines += sides(line(difference.one, one), line(difference.other, other))
        lines += fields(difference)
        lines += section(
            "causes", try causes(difference.one, one), try causes(difference.other, other))
        lines += section(
            "before", try around(difference.one, one, -1), try around(difference.other, other, -1))
        lines += section(
            "after", try around(difference.one, one, 1), try around(difference.other, other, 1))
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private func title(_ difference: AuditDifference) -> String {
        switch (difference.one, difference.other) {
        case (let first?, let second?):
            let numbers =
                first.sequence == second.sequence
                ? "record \(first.sequence.rawValue)"
                : "record \(first.sequence.rawValue) of A, \(second.sequence.rawValue) of B"
            let name = Console.line(one.decoder.name(ofTopic: first.topic))
            return "first difference: \(numbers), \(first.time), \(name)"
        case (nil, let second?): return "A ends before record \(second.sequence.rawValue) of B"
        case (let first?, nil): return "B ends before record \(first.sequence.rawValue) of A"
        case (nil, nil): return "no difference"
        }
    }

    private func fields(_ difference: AuditDifference) -> [String] {
        if difference.fields.isEmpty { return [] }
        var table = TextTable([.words("field"), .words("A"), .words("B")])
        for field in difference.fields {
            let values = Self.excerpts(field.one ?? "none", field.other ?? "none")
            table.add([Console.line(field.path), values.one, values.other])
        }
        return [""] + table.lines
    }

    /// Two long values from where they differ, as far as they fit beside each other.
    private static func excerpts(_ one: String, _ other: String) -> (one: String, other: String) {
        let width = 60
        guard max(one.count, other.count) > width else { return (one, other) }
        let common = zip(one, other).prefix { $0.0 == $0.1 }.count
        let start = max(0, common - width / 3)
        func part(_ text: String) -> String {
            let rest = text.dropFirst(start)
            return (start > 0 ? "…" : "") + rest.prefix(width) + (rest.count > width ? "…" : "")
        }
        return (part(one), part(other))
    }

    /// The causes of a record, the nearest first.
    private func causes(
        _ record: AuditRecord?, _ log: AuditLog
    ) throws(AuditError) -> [String] {
        guard let record, record.cause != .none else { return [] }
        return try log.causes(of: record.cause).map { line($0, log) ?? "" }
    }

    /// The records before or after one.
    private func around(
        _ record: AuditRecord?, _ log: AuditLog, _ side: Int
    ) throws(AuditError) -> [String] {
        guard let record, context > 0 else { return [] }
        let number = record.sequence.rawValue
        let range: ClosedRange<UInt64>
        if side < 0 {
            guard number > 1 else { return [] }
            range = (number > context ? number - context : 1)...(number - 1)
        } else {
            guard number < .max - context else { return [] }
            range = (number + 1)...(number + context)
        }
        let reader = try log.reader(AuditFilter(sequences: range))
        var lines: [String] = []
        while let record = try reader.next() { lines.append(line(record, log) ?? "") }
        return lines
    }

    /// Lines of both logs; those of one alone where they are the same.
    private func section(_ title: String, _ first: [String], _ second: [String]) -> [String] {
        if first.isEmpty, second.isEmpty { return [] }
        if first == second || second.isEmpty || first.isEmpty {
            let mark = first == second ? "  " : first.isEmpty ? "B " : "A "
            return ["", title] + (first.isEmpty ? second : first).map { mark + $0 }
        }
        return ["", title] + first.map { "A " + $0 } + second.map { "B " + $0 }
    }

    private func sides(_ first: String?, _ second: String?) -> [String] {
        [first.map { "A " + $0 }, second.map { "B " + $0 }].compactMap { $0 }
    }

    /// A record as a line; one that does not fit its schema as its bytes.
    private func line(_ record: AuditRecord?, _ log: AuditLog) -> String? {
        guard let record else { return nil }
        let text = AuditText(log.decoder)
        return (try? text.line(record)) ?? (try? text.line(record, raw: true))
    }
}

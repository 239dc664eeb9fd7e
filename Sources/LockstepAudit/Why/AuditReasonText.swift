package import LockstepFiles
import LockstepModel

/// A tree of reasons as lines: the record on top, and below each what it came from.
public struct AuditReasonText: Sendable {
    /// A line, in parts that stand in columns.
    public struct Row: Hashable, Sendable {
        /// The lines of the tree, then topic and number of the record.
        public let head: String
        /// The simulated time of the record.
        public let time: String
        /// What the record says.
        public let phrase: String
    }

    private let decoder: AuditDecoder

    /// Makes a writer of rows.
    ///
    /// - Parameter decoder: The decoder of the log.
    public init(_ decoder: AuditDecoder) { self.decoder = decoder }

    /// The rows of a tree, without hazards for a terminal.
    public func rows(of reason: AuditReason) -> [Row] {
        var rows: [Row] = []
        add(reason, first: "", rest: "", about: Self.instrument(of: reason.value) ?? 0, &rows)
        return rows
    }

    /// One sentence on where the walk ends.
    public func ending(of reason: AuditReason) -> String {
        let inputs = reason.inputs
        let own = reason.record
        if reason.isInput { return "Nothing in the run caused record \(own.sequence.rawValue)." }
        let names = inputs.map { "\(name(of: $0)) \($0.sequence.rawValue)" }
        let latest = inputs.map(\.time).max() ?? own.time
        return
            "It goes back to \(names.joined(separator: " and ")), which nothing in the run caused; "
            + (latest <= own.time
                ? "none is later than \(own.time)." : "one is as late as \(latest).")
    }

    private func add(
        _ reason: AuditReason, first: String, rest: String, about instrument: UInt64,
        _ rows: inout [Row]
    ) {
        let record = reason.record
        let instrument = Self.instrument(of: reason.value) ?? instrument
        var phrase = RecordPhrase(decoder)(record, reason.value, about: instrument)
        if reason.hasMore { phrase += " (more: why \(record.sequence.rawValue))" }
        if reason.omitted > 0 {
            phrase += " (\(reason.omitted) earlier events of the order are left out)"
        }
        rows.append(
            Row(
                head: "\(first)\(name(of: record)) \(record.sequence.rawValue)",
                time: record.time.description, phrase: phrase))
        for (place, below) in reason.reasons.enumerated() {
            let isLast = place == reason.reasons.count - 1
            add(
                below, first: rest + (isLast ? "└─ " : "├─ "),
                rest: rest + (isLast ? "   " : "│  "),
                about: instrument, &rows)
        }
    }

    private func name(of record: AuditRecord) -> String {
        AuditEscaping.name(decoder.name(ofTopic: record.topic))
    }

    /// The instrument that a record is about: its own, or that of the terms it asks for.
    private static func instrument(of value: RecordValue) -> UInt64? {
        value.number("instrument") ?? value["terms"]?.number("instrument")
    }
}

extension AuditJSON {
    /// A tree of reasons: each record as in its line, with `link`, `text` and `reasons`.
    ///
    /// - Parameter reason: The tree.
    /// - Returns: The object.
    /// - Throws: What decoding throws.
    package func value(_ reason: AuditReason) throws(AuditError) -> JSONValue {
        var members = [JSONMember("link", .string(reason.link.rawValue))]
        members += try self.members(reason.record)
        let phrase = RecordPhrase(decoder)(reason.record, reason.value)
        members.append(JSONMember("text", .string(phrase)))
        if reason.omitted > 0 {
            members.append(JSONMember("omitted", .integer(Int64(reason.omitted))))
        }
        if reason.hasMore { members.append(JSONMember("more", .boolean(true))) }
        var below: [JSONValue] = []
        for next in reason.reasons { below.append(try value(next)) }
        members.append(JSONMember("reasons", .array(below)))
        return .object(members)
    }
}

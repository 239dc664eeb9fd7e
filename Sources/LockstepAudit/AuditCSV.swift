import LockstepBus
import LockstepFiles
import LockstepModel

/// Records as rows of a CSV table (RFC 4180, lines ended by LF).
///
/// The first columns are `seq`, `time` (UTC by ISO 8601), `topic`, `parent` (empty for none) and
/// `producer`. For one topic its fields follow, a column each; for several, one column `fields`
/// with compact JSON. Numbers are those of the log: ticks, lots, units; times are ISO 8601 in
/// columns of their own, nanoseconds within JSON. Cells from text that begin like a formula get an
/// apostrophe in front.
public struct AuditCSV: Sendable {
    private let decoder: AuditDecoder
    private let columns: [String]?

    /// Makes a writer of rows.
    ///
    /// - Parameters:
    ///   - decoder: The decoder of the log; it must know the schema of the topic.
    ///   - topic: The one topic whose fields become columns; `nil` for several. The fields of
    ///     control records differ, so topic 0 is treated as several.
    public init(_ decoder: AuditDecoder, topic: UInt32? = nil) {
        self.decoder = decoder
        columns = topic.flatMap { topic in
            topic == 0
                ? nil
                : decoder.schemas.first { $0.topic == topic }?.schema.fields.map(\.name)
        }
    }

    /// The first line: the names of the columns.
    public var header: String {
        (["seq", "time", "topic", "parent", "producer"] + (columns ?? ["fields"]))
            .map { AuditEscaping.cell($0, isText: true) }.joined(separator: ",")
    }

    /// The line of a record, without a line break.
    ///
    /// - Parameter record: The record; of the one topic, where one was given.
    /// - Returns: The line.
    /// - Throws: What decoding throws.
    public func line(_ record: AuditRecord) throws(AuditError) -> String {
        let value = try decoder.decode(record)
        let cause = record.cause.rawValue
        var cells = [
            String(record.sequence.rawValue), record.time.description,
            AuditEscaping.cell(decoder.name(ofTopic: record.topic), isText: true),
            cause == 0 ? "" : String(cause), String(record.producer.rawValue),
        ]
        if columns == nil {
            let json = AuditEscaping.json(AuditJSON.value(value).text())
            cells.append(AuditEscaping.cell(json, isText: false))
        } else {
            for field in value.fields ?? [] { cells.append(Self.cell(field.value)) }
        }
        return cells.joined(separator: ",")
    }

    private static func cell(_ value: RecordValue) -> String {
        switch value {
        case .null: ""
        case .time(let nanoseconds): Timestamp(nanoseconds: nanoseconds).description
        case .string(let text): AuditEscaping.cell(text, isText: true)
        case .symbol(_, let text?): AuditEscaping.cell(text, isText: true)
        case .enumeration(_, let name?): AuditEscaping.cell(name, isText: true)
        case .list, .row:
            AuditEscaping.cell(
                AuditEscaping.json(AuditJSON.value(value).text()), isText: false)
        case .decimal(let number, let scale):
            AuditScope.decimal(Int128(number), exponent: -Int(scale))
        default: AuditEscaping.cell(plain(value), isText: false)
        }
    }

    private static func plain(_ value: RecordValue) -> String {
        switch value {
        case .unsigned(let number), .quantity(let number): String(number)
        case .integer(let number), .price(let number), .money(let number): String(number)
        case .float64(let number): number.description
        case .boolean(let value): value ? "true" : "false"
        case .enumeration(let number, _), .symbol(let number, _): String(number)
        case .bytes(let bytes): AuditText.hex(bytes[...])
        default: ""
        }
    }
}

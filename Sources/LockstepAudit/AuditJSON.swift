package import LockstepFiles
import LockstepModel

/// A record as one line of JSON.
///
/// Keys: `seq`, `t` (UTC by ISO 8601), `ns` (the same in nanoseconds), `topic`, `parent` (the
/// number of the causing record, or null), `producer`, and `fields`. Numbers are those of the log:
/// prices in ticks, quantities in lots, money in units, times in nanoseconds. Whole numbers
/// beyond ±2⁵³ and decimals are strings, so that no reader rounds them; bytes are hexadecimal.
public struct AuditJSON: Sendable {
    let decoder: AuditDecoder

    /// Makes a writer of lines.
    ///
    /// - Parameter decoder: The decoder of the log; take a new one when the log has told more.
    public init(_ decoder: AuditDecoder) { self.decoder = decoder }

    /// The line of a record, without a line break.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - raw: Whether the bytes stand under `payload` instead of the fields.
    /// - Returns: The line.
    /// - Throws: What decoding throws.
    public func line(_ record: AuditRecord, raw: Bool = false) throws(AuditError) -> String {
        AuditEscaping.json(JSONValue.object(try members(record, raw: raw)).text())
    }

    /// The members of the object that stands for a record.
    func members(_ record: AuditRecord, raw: Bool = false) throws(AuditError) -> [JSONMember] {
        let cause = record.cause.rawValue
        var members = [
            JSONMember("seq", Self.number(record.sequence.rawValue)),
            JSONMember("t", .string(record.time.description)),
            JSONMember("ns", Self.number(record.time.nanoseconds)),
            JSONMember("topic", .string(decoder.name(ofTopic: record.topic))),
            JSONMember("parent", cause == 0 ? .null : Self.number(cause)),
            JSONMember("producer", .integer(Int64(record.producer.rawValue))),
        ]
        if raw {
            members.append(JSONMember("payload", .string(AuditText.hex(record.payload))))
        } else {
            members.append(JSONMember("fields", Self.value(try decoder.decode(record))))
        }
        return members
    }

    /// A gap as a line: `{"gap":{…}}`, with the first and the last block and record that are lost.
    ///
    /// - Parameter gap: What was left out.
    /// - Returns: The line, without a line break.
    public static func line(_ gap: AuditGap) -> String {
        func ends(_ range: Range<UInt64>) -> JSONValue {
            range.isEmpty
                ? .null : .array([number(range.lowerBound), number(range.upperBound - 1)])
        }
        let members = [
            JSONMember("byte", number(gap.bytes.lowerBound)),
            JSONMember("bytes", number(gap.bytes.count)),
            JSONMember("blocks", ends(gap.blocks)), JSONMember("records", ends(gap.sequences)),
            JSONMember("fault", .string("\(gap.damage.fault)")),
        ]
        return AuditEscaping.json(JSONValue.object([JSONMember("gap", .object(members))]).text())
    }

    /// A value as JSON.
    package static func value(_ value: RecordValue) -> JSONValue {
        switch value {
        case .unsigned(let number), .quantity(let number): self.number(number)
        case .integer(let number), .price(let number), .money(let number), .time(let number):
            self.number(number)
        case .decimal(let number, let scale):
            .string(AuditScope.decimal(Int128(number), exponent: -Int(scale)))
        case .float64(let number):
            number.isFinite ? .number(number) : .string(number.description)
        case .boolean(let value): .boolean(value)
        case .enumeration(let number, let name): name.map { .string($0) } ?? self.number(number)
        case .symbol(let id, let text): text.map { .string($0) } ?? self.number(id)
        case .string(let text): .string(text)
        case .bytes(let bytes): .string(AuditText.hex(bytes[...]))
        case .null: .null
        case .list(let values): .array(values.map { self.value($0) })
        case .row(let fields): .object(fields.map { JSONMember($0.name, self.value($0.value)) })
        }
    }

    /// A whole number; a text where a reader might round it.
    static func number(_ value: some BinaryInteger) -> JSONValue {
        let limit: Int64 = 1 << 53
        guard let small = Int64(exactly: value), small >= -limit, small <= limit else {
            return .string(String(value))
        }
        return .integer(small)
    }
}

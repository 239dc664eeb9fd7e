import LockstepModel

/// A record as one line of text: `seq time topic field=value …`.
///
/// Times are UTC by ISO 8601. Instruments, strategies and accounts have their names; prices,
/// quantities and money are decimals where the configuration in the log tells their grid, else
/// whole numbers with their unit: `405ticks`, `10lots`, `2500000units`.
public struct AuditText: Sendable {
    private let decoder: AuditDecoder

    /// Makes a writer of lines.
    ///
    /// - Parameter decoder: The decoder of the log; take a new one when the log has told more.
    public init(_ decoder: AuditDecoder) { self.decoder = decoder }

    /// The line of a record, without a line break.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - raw: Whether the bytes are shown in hexadecimal instead of the fields.
    /// - Returns: The line.
    /// - Throws: What decoding throws.
    public func line(_ record: AuditRecord, raw: Bool = false) throws(AuditError) -> String {
        var line =
            "\(record.sequence.rawValue) \(record.time) "
            + AuditEscaping.name(decoder.name(ofTopic: record.topic))
        if record.cause.rawValue != 0 { line += " cause=\(record.cause.rawValue)" }
        if raw { return line + " producer=\(record.producer.rawValue) " + Self.hex(record.payload) }
        let value = try decoder.decode(record)
        for field in value.fields ?? [] {
            line += " " + AuditEscaping.name(field.name) + "="
            line += text(field, AuditScope(value))
        }
        return line
    }

    /// The value of a field as text.
    func text(_ field: RecordField, _ scope: AuditScope) -> String {
        if let name = scope.name(of: field, decoder.names) { return AuditEscaping.name(name) }
        return text(field.value, scope)
    }

    private func text(_ value: RecordValue, _ scope: AuditScope) -> String {
        switch value {
        case .unsigned(let number): return String(number)
        case .integer(let number): return String(number)
        case .price(let ticks): return scope.price(ticks, decoder.names) ?? "\(ticks)ticks"
        case .quantity(let lots): return scope.quantity(lots, decoder.names) ?? "\(lots)lots"
        case .money(let units): return scope.money(units, decoder.names) ?? "\(units)units"
        case .time(let nanoseconds): return Timestamp(nanoseconds: nanoseconds).description
        case .decimal(let number, let scale):
            return AuditScope.decimal(Int128(number), exponent: -Int(scale))
        case .float64(let number): return number.description
        case .boolean(let value): return value ? "true" : "false"
        case .enumeration(let number, let name):
            return name.map { AuditEscaping.name($0) } ?? "#\(number)"
        case .symbol(let id, let text):
            return text.map { AuditEscaping.quoted($0) } ?? "#\(id)"
        case .string(let text): return AuditEscaping.quoted(text)
        case .bytes(let bytes): return bytes.isEmpty ? "0x" : Self.hex(bytes[...])
        case .null: return "-"
        case .list(let values):
            return "[" + values.map { text($0, scope.within($0)) }.joined(separator: " ") + "]"
        case .row(let fields):
            let inner = scope.within(value)
            return "{"
                + fields.map { AuditEscaping.name($0.name) + "=" + text($0, inner) }
                .joined(separator: " ") + "}"
        }
    }

    /// Bytes as `0x` and two digits each.
    static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return "0x"
            + String(
                decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
                as: UTF8.self)
    }
}

import LockstepAudit
import LockstepBus
import LockstepModel

/// Makes a schema and values of it from bytes; what is written must be read again, and any bytes in
/// the place of a payload must be refused or have this one encoding.
enum SchemaExamination {
    private static let time: Int64 = 1_700_000_000_123_456_789
    private static let sequence: UInt64 = 1 << 20

    static func run(_ input: [UInt8]) throws {
        var recipe = Recipe(input)
        let schema = RecordSchema(recipe.fields(depth: 0))
        try FuzzTarget.require(
            try RecordSchema(version: 1, encodedFields: schema.encodedFields) == schema,
            "a schema is read as another one")
        var decoder = AuditDecoder()
        var writer = RecordWriter(capacity: 256)
        ControlEvent.schema(topic: 32, name: "x", schema: schema).encode(into: &writer)
        try decoder.learn(writer.bytes[...])
        try roundTrip(recipe.row(schema.fields), schema, decoder)
        try hostile(recipe.rest, schema, decoder)
    }

    /// The bytes of a row of values.
    static func bytes(
        _ row: RecordValue, _ schema: RecordSchema, time: Int64, sequence: UInt64
    ) throws -> [UInt8] {
        var writer = RecordWriter(capacity: 256)
        writer.recordTime = time
        writer.recordSequence = sequence
        try RowEncoder.encode(row, by: schema, into: &writer)
        return writer.bytes
    }

    private static func roundTrip(
        _ row: RecordValue, _ schema: RecordSchema, _ decoder: AuditDecoder
    ) throws {
        let payload = try bytes(row, schema, time: time, sequence: sequence)
        let found = try decoder.decode(record(payload[...]))
        try FuzzTarget.require(found == row, "\(row) is read as \(found)")
        try FuzzTarget.require(decoder.passes(record(payload[...])), "a check refuses \(row)")
    }

    private static func hostile(
        _ payload: ArraySlice<UInt8>, _ schema: RecordSchema, _ decoder: AuditDecoder
    ) throws {
        let record = record(payload)
        let passes = decoder.passes(record)
        guard let value = try? decoder.decode(record) else {
            try FuzzTarget.require(!passes, "a check accepts what cannot be decoded")
            return
        }
        try FuzzTarget.require(passes, "a check refuses what is decoded")
        let again = try bytes(value, schema, time: time, sequence: sequence)
        try FuzzTarget.require(again == Array(payload), "two encodings of \(value)")
    }

    private static func record(_ payload: ArraySlice<UInt8>) -> AuditRecord {
        AuditRecord(
            sequence: SequenceNumber(sequence), time: Timestamp(nanoseconds: time), topic: 32,
            cause: .none, producer: ServiceID(1), payload: payload)
    }
}

/// Choices that bytes make, one after another; where they end, every choice is the first.
struct Recipe {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What no choice has used yet.
    var rest: ArraySlice<UInt8> { bytes[min(at, bytes.count)...] }

    mutating func next() -> UInt8 {
        guard at < bytes.count else { return 0 }
        at += 1
        return bytes[at - 1]
    }

    mutating func choose(_ count: Int) -> Int { count < 2 ? 0 : Int(next()) % count }

    /// Any 64 bits, the extremes and small numbers above all.
    mutating func word() -> UInt64 {
        let first = next()
        switch first & 7 {
        case 0: return UInt64(first >> 3)
        case 1: return 0
        case 2: return .max - UInt64(first >> 3)
        case 3: return 1 << 63 &- UInt64(first >> 3)
        case 4: return UInt64(first >> 3) << 8 | UInt64(next())
        default:
            var value: UInt64 = 0
            for _ in 0..<8 { value = value << 8 | UInt64(next()) }
            return value >> UInt64(first >> 3)
        }
    }

    mutating func text() -> String {
        String(decoding: (0..<choose(12)).map { _ in next() }, as: UTF8.self)
    }

    // MARK: Schemas

    mutating func fields(depth: Int) -> [RecordSchema.Field] {
        var fields: [RecordSchema.Field] = []
        var bits = 0
        for _ in 0..<choose(depth == 0 ? 8 : 4) + (depth == 0 ? 0 : 1) {
            let type = fieldType(depth: depth, before: fields, bits: &bits)
            fields.append(.init("f\(fields.count)", type))
        }
        return fields
    }

    private mutating func fieldType(
        depth: Int, before: [RecordSchema.Field], bits: inout Int
    ) -> RecordSchema.FieldType {
        switch choose(8) {
        case 0:
            let count = UInt8(choose(32) + 1)
            if bits + Int(count) > 64 { return .unsigned }
            bits += Int(count)
            switch choose(3) {
            case 0: return .inMarks(.unsigned, bits: count)
            case 1: return .inMarks(.boolean, bits: count)
            default: return .inMarks(enumeration(), bits: count)
            }
        case 1, 2:
            if bits == 64 { return .integer }
            bits += 1
            return .marked(markable(depth: depth, before: before))
        case 3: return counted(before)
        default: return plain(depth: depth, before: before)
        }
    }

    private mutating func markable(
        depth: Int, before: [RecordSchema.Field]
    ) -> RecordSchema.FieldType {
        switch choose(6) {
        case 0: return .optional(content(depth: depth + 1, before: before))
        case 1: return .list(content(depth: depth + 1, before: []))
        case 2: return .record
        case 3: return counted(before)
        default: return number()
        }
    }

    /// A type that an optional or a list may hold.
    private mutating func content(
        depth: Int, before: [RecordSchema.Field]
    ) -> RecordSchema.FieldType {
        let type = plain(depth: depth, before: before)
        if case .optional(let inner) = type { return inner }
        return type
    }

    /// A number that counts from earlier ones, or a number of its own where there are none.
    private mutating func counted(_ before: [RecordSchema.Field]) -> RecordSchema.FieldType {
        let places = before.indices.filter { place in
            switch before[place].type {
            case .inMarks(.unsigned, _), .marked(.record), .record: true
            case .marked(let type): isNumber(type)
            case let type: isNumber(type)
            }
        }
        guard !places.isEmpty else { return number() }
        if choose(2) == 0 { return .relative(number(), to: UInt8(places[choose(places.count)])) }
        var terms: [RecordSchema.Term] = []
        for _ in 0..<choose(4) {
            let place = places[choose(places.count)]
            terms.append(.init(UInt8(place), times: Int64(bitPattern: word())))
        }
        return .combined(number(), of: terms)
    }

    private func isNumber(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .unsigned, .integer, .price, .quantity, .money, .time, .decimal: true
        case .relative, .combined: true
        default: false
        }
    }

    private mutating func number() -> RecordSchema.FieldType {
        switch choose(7) {
        case 0: .unsigned
        case 1: .integer
        case 2: .price
        case 3: .quantity
        case 4: .money
        case 5: .time
        default: .decimal(scale: UInt8(choose(19)))
        }
    }

    private mutating func enumeration() -> RecordSchema.FieldType {
        .enumeration((0..<choose(4)).map { _ in .init(word(), text()) })
    }

    private mutating func plain(
        depth: Int, before: [RecordSchema.Field]
    ) -> RecordSchema.FieldType {
        let isDeep = depth >= 4
        switch choose(isDeep ? 8 : 12) {
        case 0: return number()
        case 1: return .float64
        case 2: return .boolean
        case 3: return enumeration()
        case 4: return .symbol
        case 5: return .string
        case 6: return .bytes
        case 7: return .record
        case 8: return .optional(content(depth: depth + 1, before: before))
        case 9: return .list(content(depth: depth + 1, before: []))
        case 10: return .row(fields(depth: depth + 1))
        default: return number()
        }
    }

    // MARK: Values

    mutating func row(_ fields: [RecordSchema.Field]) -> RecordValue {
        .row(fields.map { RecordField($0.name, value($0.type)) })
    }

    private mutating func value(_ type: RecordSchema.FieldType) -> RecordValue {
        switch type {
        case .unsigned: return .unsigned(word())
        case .integer: return .integer(Int64(bitPattern: word()))
        case .price: return .price(Int64(bitPattern: word()))
        case .quantity: return .quantity(word())
        case .money: return .money(Int64(bitPattern: word()))
        case .time: return .time(Int64(bitPattern: word()))
        case .decimal(let scale): return .decimal(Int64(bitPattern: word()), scale: scale)
        case .float64:
            let value = Double(bitPattern: word())
            return .float64(value.isNaN ? 0.5 : value)
        case .boolean: return .boolean(choose(2) == 1)
        case .enumeration(let cases): return named(word(), cases)
        case .symbol: return .symbol(word(), text: nil)
        case .string: return .string(text())
        case .bytes: return .bytes((0..<choose(12)).map { _ in next() })
        case .optional(let type): return choose(2) == 0 ? .null : value(type)
        case .list(let type): return .list((0..<choose(5)).map { _ in value(type) })
        case .row(let fields): return row(fields)
        case .relative(let type, _), .combined(let type, _), .marked(let type):
            return value(type)
        case .record: return .unsigned(word() & 0xF_FFFF)
        case .inMarks(let type, let bits):
            let number = word() & (1 << UInt64(bits) - 1)
            switch type {
            case .boolean: return .boolean(number & 1 == 1)
            case .enumeration(let cases): return named(number, cases)
            default: return .unsigned(number)
            }
        }
    }

    private func named(_ number: UInt64, _ cases: [RecordSchema.Case]) -> RecordValue {
        .enumeration(number, name: cases.first { $0.number == number }?.name)
    }
}

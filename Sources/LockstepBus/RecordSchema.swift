/// The fields of a topic's records, as they are written to the log and read back from it.
///
/// A reader always decodes with the schema found in the file. Allowed changes: a field appended,
/// a case added, a new name for an old number. Forbidden: another type, a number used again.
public struct RecordSchema: Hashable, Sendable {
    /// How a field is written.
    public indirect enum FieldType: Hashable, Sendable {
        /// Without sign: a variable-length number of up to 10 bytes.
        case unsigned
        /// With sign: zig-zag, then as ``unsigned``.
        case integer
        /// Ticks, as ``integer``.
        case price
        /// Lots, as ``unsigned``.
        case quantity
        /// Units of a currency, as ``integer``.
        case money
        /// An instant as its distance from the record's time, in its greatest unit; the docs say how.
        case time
        /// An amount times 10 to the number of decimals, as ``integer``.
        case decimal(scale: UInt8)
        /// Eight bytes, little-endian; every NaN is written as the quiet one.
        case float64
        /// One byte, 0 or 1.
        case boolean
        /// A number with a name, as ``unsigned``.
        case enumeration([Case])
        /// The number of an interned text, as ``unsigned``.
        case symbol
        /// A length and that many bytes of UTF-8.
        case string
        /// A length and that many bytes.
        case bytes
        /// One byte, 0 or 1, and the value where it is 1.
        case optional(FieldType)
        /// A count and that many values.
        case list(FieldType)
        /// The fields one after another.
        case row([Field])
        /// The difference to an earlier number of the same row, as ``integer``.
        case relative(FieldType, to: UInt8)
        /// The difference to a sum of earlier numbers of the same row, as ``integer``.
        case combined(FieldType, of: [Term])
        /// The number of an earlier record, as how far back it stands; 0 for none.
        case record
        /// A truth value, an enumeration or a number without sign, in so many bits of the marks.
        ///
        /// A row with such a field, or with a ``marked(_:)`` one, begins with its marks: one number
        /// as ``unsigned`` that holds from the lowest bit up what its fields put there, in order.
        case inMarks(FieldType, bits: UInt8)
        /// A number, an optional or a list; one bit of the marks says whether anything is written.
        ///
        /// Where it is 0, the number is zero, or has no difference, or is the record's time; the
        /// optional is not there, and the list is empty. An optional has no byte of its own here.
        case marked(FieldType)
    }

    /// A number of the row, times another, as part of a sum.
    public struct Term: Hashable, Sendable {
        /// The place of the field.
        public let field: UInt8
        /// What its number is multiplied by; products and sums wrap at 64 bits.
        public let factor: Int64

        /// Makes a term.
        public init(_ field: UInt8, times factor: Int64 = 1) {
            self.field = field
            self.factor = factor
        }
    }

    /// One named number of an enumeration.
    public struct Case: Hashable, Sendable {
        /// The number; it is never used for anything else.
        public let number: UInt64
        /// What the number means.
        public let name: String

        /// Makes a case.
        public init(_ number: UInt64, _ name: String) {
            self.number = number
            self.name = name
        }
    }

    /// One named field.
    public struct Field: Hashable, Sendable {
        /// The name; the number of a field is its place.
        public let name: String
        /// How it is written.
        public let type: FieldType

        /// Makes a field.
        public init(_ name: String, _ type: FieldType) {
            self.name = name
            self.type = type
        }
    }

    /// The version of the field list, from 1.
    public let version: UInt32
    /// The fields in the order in which they are written.
    public let fields: [Field]

    /// Makes a schema.
    ///
    /// - Parameters:
    ///   - version: The version, from 1; every release that changes the fields raises it.
    ///   - fields: The fields in the order in which they are written.
    public init(version: UInt32 = 1, _ fields: [Field]) {
        self.version = version
        self.fields = fields
    }
}

extension RecordSchema {
    /// The field list as bytes: the form in which it stands in every log.
    public var encodedFields: [UInt8] {
        var writer = RecordWriter(capacity: 256)
        Self.write(fields, to: &writer)
        return writer.bytes
    }

    /// Reads a field list that ``encodedFields`` wrote.
    ///
    /// - Parameters:
    ///   - version: The version that stands beside it.
    ///   - bytes: The field list.
    /// - Throws: ``RecordError`` when the bytes are no field list.
    public init(version: UInt32, encodedFields bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        let fields = try Self.readFields(from: &reader, depth: 0)
        try reader.expectEnd()
        self.init(version: version, fields)
    }

    /// A number that two schemas share only if topic name, version and fields are equal (FNV-1a).
    ///
    /// - Parameter name: The name of the topic.
    /// - Returns: 64 bits, which stand beside the field list in the log.
    public func fingerprint(ofTopic name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in name.utf8 { mix(byte) }
        mix(0)
        for shift in stride(from: 0, to: 32, by: 8) {
            mix(UInt8(truncatingIfNeeded: version >> UInt32(shift)))
        }
        for byte in encodedFields { mix(byte) }
        return hash
    }

    private static func write(_ fields: [Field], to writer: inout RecordWriter) {
        writer.unsigned(UInt64(fields.count))
        for field in fields {
            writer.string(field.name)
            write(field.type, to: &writer)
        }
    }

    private static func write(_ type: FieldType, to writer: inout RecordWriter) {
        switch type {
        case .unsigned: writer.unsigned(1)
        case .integer: writer.unsigned(2)
        case .price: writer.unsigned(3)
        case .quantity: writer.unsigned(4)
        case .money: writer.unsigned(5)
        case .time: writer.unsigned(6)
        case .decimal(let scale):
            writer.unsigned(7)
            writer.unsigned(UInt64(scale))
        case .float64: writer.unsigned(8)
        case .boolean: writer.unsigned(9)
        case .enumeration(let cases):
            writer.unsigned(10)
            writer.unsigned(UInt64(cases.count))
            for item in cases {
                writer.unsigned(item.number)
                writer.string(item.name)
            }
        case .symbol: writer.unsigned(11)
        case .string: writer.unsigned(12)
        case .bytes: writer.unsigned(13)
        case .optional(let type):
            writer.unsigned(14)
            write(type, to: &writer)
        case .list(let type):
            writer.unsigned(15)
            write(type, to: &writer)
        case .row(let fields):
            writer.unsigned(16)
            write(fields, to: &writer)
        case .relative(let type, let field):
            writer.unsigned(17)
            writer.unsigned(UInt64(field))
            write(type, to: &writer)
        case .combined(let type, let terms):
            writer.unsigned(18)
            writer.unsigned(UInt64(terms.count))
            for term in terms {
                writer.unsigned(UInt64(term.field))
                writer.integer(term.factor)
            }
            write(type, to: &writer)
        case .record: writer.unsigned(19)
        case .inMarks(let type, let bits):
            writer.unsigned(20)
            writer.unsigned(UInt64(bits))
            write(type, to: &writer)
        case .marked(let type):
            writer.unsigned(21)
            write(type, to: &writer)
        }
    }

    private static func readFields(
        from reader: inout RecordReader, depth: Int
    ) throws(RecordError) -> [Field] {
        let count = try reader.count(atLeastBytesEach: 2)
        var fields: [Field] = []
        for _ in 0..<count {
            let name = try reader.string()
            fields.append(Field(name, try readType(from: &reader, depth: depth)))
        }
        return fields
    }

    private static func readType(
        from reader: inout RecordReader, depth: Int
    ) throws(RecordError) -> FieldType {
        guard depth < 16 else { throw .tooDeep }
        switch try reader.unsigned() {
        case 1: return .unsigned
        case 2: return .integer
        case 3: return .price
        case 4: return .quantity
        case 5: return .money
        case 6: return .time
        case 7:
            let scale = try reader.unsigned()
            guard scale <= 18 else { throw .outOfRange(field: "scale") }
            return .decimal(scale: UInt8(scale))
        case 8: return .float64
        case 9: return .boolean
        case 10:
            let count = try reader.count(atLeastBytesEach: 2)
            var cases: [Case] = []
            for _ in 0..<count {
                let number = try reader.unsigned()
                cases.append(Case(number, try reader.string()))
            }
            return .enumeration(cases)
        case 11: return .symbol
        case 12: return .string
        case 13: return .bytes
        case 14: return .optional(try readType(from: &reader, depth: depth + 1))
        case 15: return .list(try readType(from: &reader, depth: depth + 1))
        case 16: return .row(try readFields(from: &reader, depth: depth + 1))
        case 17:
            let field = try reader.unsigned(UInt8.self, "relative")
            return .relative(try readType(from: &reader, depth: depth + 1), to: field)
        case 18:
            let count = try reader.count(atLeastBytesEach: 2)
            var terms: [Term] = []
            for _ in 0..<count {
                let field = try reader.unsigned(UInt8.self, "combined")
                terms.append(Term(field, times: try reader.integer()))
            }
            return .combined(try readType(from: &reader, depth: depth + 1), of: terms)
        case 19: return .record
        case 20:
            let bits = try reader.unsigned(UInt8.self, "bits")
            guard (1...32).contains(bits) else { throw .outOfRange(field: "bits") }
            return .inMarks(try readType(from: &reader, depth: depth + 1), bits: bits)
        case 21: return .marked(try readType(from: &reader, depth: depth + 1))
        default: throw .unknownType
        }
    }
}

extension [RecordSchema.Field] {
    /// Whether a row of these fields begins with marks.
    package var haveMarks: Bool {
        contains { field in
            switch field.type {
            case .inMarks, .marked: true
            default: false
            }
        }
    }
}

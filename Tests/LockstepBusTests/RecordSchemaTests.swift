import LockstepBus
import Testing

@Suite struct RecordSchemaTests {
    private typealias Schema = RecordSchema

    /// A schema with every type of field.
    private static let full = RecordSchema(
        version: 7,
        [
            .init("unsigned", .unsigned), .init("integer", .integer), .init("price", .price),
            .init("quantity", .quantity), .init("money", .money), .init("time", .time),
            .init("decimal", .decimal(scale: 18)), .init("float64", .float64),
            .init("boolean", .boolean),
            .init("side", .enumeration([.init(0, "buy"), .init(1, "sell"), .init(.max, "")])),
            .init("symbol", .symbol), .init("string", .string), .init("bytes", .bytes),
            .init("optional", .optional(.list(.optional(.string)))),
            .init("row", .row([.init("a", .price), .init("b", .relative(.price, to: 0))])),
            .init("", .relative(.time, to: 255)), .init("fill", .record),
            .init("sum", .combined(.money, of: [.init(255, times: .min), .init(0)])),
            .init("open", .inMarks(.boolean, bits: 32)), .init("limit", .marked(.optional(.price))),
        ])

    @Test func `a schema is read back as it was written`() throws {
        let read = try RecordSchema(version: 7, encodedFields: Self.full.encodedFields)
        #expect(read == Self.full)
        #expect(try RecordSchema(version: 1, encodedFields: [0]) == RecordSchema([]))
    }

    @Test func `a field list is written as defined`() {
        // One field: its name (length 2, "no"), then type 14, optional, of type 3, price.
        let schema = RecordSchema([.init("no", .optional(.price))])
        #expect(schema.encodedFields == [1, 2, 0x6E, 0x6F, 14, 3])
    }

    @Test func `the fingerprint tells names, versions and fields apart`() {
        let schemas = [
            ("a", RecordSchema([.init("x", .integer)])),
            ("b", RecordSchema([.init("x", .integer)])),
            ("a", RecordSchema(version: 2, [.init("x", .integer)])),
            ("a", RecordSchema(version: 256, [.init("x", .integer)])),
            ("a", RecordSchema([.init("y", .integer)])),
            ("a", RecordSchema([.init("x", .price)])),
            ("a", RecordSchema([.init("x", .integer), .init("y", .integer)])),
            ("a", RecordSchema([])), ("", RecordSchema([])),
        ]
        #expect(Set(schemas.map { $1.fingerprint(ofTopic: $0) }).count == schemas.count)
        let same = RecordSchema([.init("x", .integer)])
        #expect(same.fingerprint(ofTopic: "a") == schemas[0].1.fingerprint(ofTopic: "a"))
    }

    @Test func `a field list that is cut anywhere is refused`() {
        let bytes = Self.full.encodedFields
        for length in bytes.indices {
            #expect(throws: RecordError.self, "\(length) bytes") {
                try RecordSchema(version: 7, encodedFields: Array(bytes[..<length]))
            }
        }
        #expect(throws: RecordError.trailingBytes(1)) {
            try RecordSchema(version: 7, encodedFields: bytes + [0])
        }
    }

    @Test func `field lists that go deeper than 16 levels are refused`() throws {
        func nested(_ levels: Int) -> [UInt8] {
            [1, 0] + [UInt8](repeating: 14, count: levels) + [1]
        }
        #expect(try RecordSchema(version: 1, encodedFields: nested(15)).fields.count == 1)
        #expect(throws: RecordError.tooDeep) {
            try RecordSchema(version: 1, encodedFields: nested(16))
        }
        #expect(throws: RecordError.tooDeep) {
            try RecordSchema(version: 1, encodedFields: nested(1_000_000))
        }
    }

    @Test func `unknown types and scales are refused`() {
        #expect(throws: RecordError.unknownType) {
            try RecordSchema(version: 1, encodedFields: [1, 0, 22])
        }
        #expect(throws: RecordError.outOfRange(field: "scale")) {
            try RecordSchema(version: 1, encodedFields: [1, 0, 7, 19])
        }
        for bits in [0, 33] as [UInt8] {
            #expect(throws: RecordError.outOfRange(field: "bits")) {
                try RecordSchema(version: 1, encodedFields: [1, 0, 20, bits, 9])
            }
        }
    }

    @Test func `random bytes never stop the process`() {
        var dice = Dice(seed: 20)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int(dice.next() % 24)).map { _ in
                // Small numbers lead deeper into the field list than random ones.
                UInt8(truncatingIfNeeded: dice.next() % 4 == 0 ? dice.next() : dice.next() % 22)
            }
            if let schema = try? RecordSchema(version: 1, encodedFields: bytes) {
                accepted += 1
                #expect(schema.encodedFields == bytes)
            }
            _ = try? ControlEvent(from: bytes)
            var reader = RecordReader(bytes)
            for _ in 0..<8 { try? Self.readSomething(&reader, &dice) }
        }
        #expect(accepted > 20)
    }

    private static func readSomething(
        _ reader: inout RecordReader, _ dice: inout Dice
    ) throws(RecordError) {
        switch dice.next() % 10 {
        case 8: _ = try reader.time()
        case 9: _ = try reader.record("earlier")
        case 0: _ = try reader.unsigned()
        case 1: _ = try reader.integer()
        case 2: _ = try reader.relative(to: .max)
        case 3: _ = try reader.float64()
        case 4: _ = try reader.string()
        case 5: _ = try reader.bytes()
        case 6: _ = try reader.count(atLeastBytesEach: 0)
        default: _ = try reader.unsigned(UInt8.self, "small")
        }
    }
}

@Suite struct ControlEventTests {
    @Test(
        arguments: [
            .schema(
                topic: 62, name: "bars",
                schema: RecordSchema(version: 3, [.init("open", .price), .init("note", .string)])),
            .symbol(id: .max, text: "Zürich"), .configuration(json: #"{"seed":1}"#),
            .stepEnd, .end(.completed, reason: nil), .end(.failed, reason: ""),
            .end(.cancelled, reason: "by hand"), .end(.recovered, reason: nil),
            .recovered(offset: 1 << 40, reason: "cut"),
        ] as [ControlEvent])
    func `an event is read back as it was written`(_ event: ControlEvent) throws {
        var writer = RecordWriter(capacity: 0)
        event.encode(into: &writer)
        #expect(try ControlEvent(from: writer.bytes) == event)
        for length in 0..<writer.count {
            #expect(throws: RecordError.self) {
                try ControlEvent(from: Array(writer.bytes[..<length]))
            }
        }
    }

    @Test func `a schema with another fingerprint is refused`() {
        var writer = RecordWriter(capacity: 0)
        ControlEvent.schema(topic: 1, name: "a", schema: RecordSchema([])).encode(into: &writer)
        var bytes = writer.bytes
        bytes[bytes.count - 1] ^= 1
        #expect(throws: RecordError.outOfRange(field: "fingerprint")) {
            try ControlEvent(from: bytes)
        }
    }

    @Test(arguments: [([6], "kind"), ([4, 4, 0], "status"), ([4, 200, 2, 0], "status")])
    func `unknown numbers are refused`(_ bytes: [UInt8], _ field: String) {
        #expect(throws: RecordError.outOfRange(field: field)) { try ControlEvent(from: bytes) }
    }
}

extension ControlEvent {
    /// Reads an event that fills the bytes.
    fileprivate init(from bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        try self.init(from: &reader)
        try reader.expectEnd()
    }
}

import LockstepBus
import Testing

@Suite struct RecordNumberTests {
    /// LEB128 by its definition: seven bits a byte, the lowest first, the top bit on all but the
    /// last.
    private static func plain(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(rest % 128) + (rest >= 128 ? 128 : 0))
            rest /= 128
        } while rest > 0
        return bytes
    }

    private static func written(_ body: (inout RecordWriter) -> Void) -> [UInt8] {
        var writer = RecordWriter(capacity: 0)
        body(&writer)
        return writer.bytes
    }

    @Test func `numbers of every length are written as defined and read back`() throws {
        var values: [UInt64] = [0, 1, .max, .max - 1]
        for bits in 1..<64 as Range<UInt64> {
            values += [1 << bits - 1, 1 << bits, 1 << bits + 1, 0xAAAA_AAAA_AAAA_AAAA >> bits]
        }
        for value in values {
            let bytes = Self.written { $0.unsigned(value) }
            #expect(bytes == Self.plain(value), "\(value)")
            var reader = RecordReader(bytes)
            #expect(try reader.unsigned() == value)
            try reader.expectEnd()
        }
        #expect(Self.written { $0.unsigned(.max) }.count == 10)
    }

    @Test(arguments: [
        (0, 0), (-1, 1), (1, 2), (-2, 3), (63, 126), (-64, 127), (64, 128),
        (Int64.max, UInt64.max - 1), (Int64.min, UInt64.max),
    ])
    func `numbers with sign are zig-zag`(_ value: Int64, _ expected: UInt64) throws {
        let bytes = Self.written { $0.integer(value) }
        #expect(bytes == Self.plain(expected))
        var reader = RecordReader(bytes)
        #expect(try reader.integer() == value)
    }

    @Test func `differences wrap and come back at the extremes`() throws {
        for (value, base) in [(Int64.min, Int64.max), (.max, .min), (0, .min), (5, 7)] {
            var reader = RecordReader(Self.written { $0.relative(value, to: base) })
            #expect(try reader.relative(to: base) == value)
            let bytes = Self.written {
                $0.recordTime = base
                $0.time(value)
            }
            var timed = RecordReader(bytes, recordTime: base)
            #expect(try timed.time() == value)
        }
    }

    /// The first byte holds the unit (0 ns to 6 days) in three bits and four bits of the count.
    @Test(
        arguments: [
            (0, [0]), (1, [0x10]), (-1, [0x08]), (7, [0x70]), (8, [0x80, 1]), (-8, [0x78]),
            (999, [0xF0, 124]),  // 1998 = 124 · 16 + 14
            (1000, [0x11]), (1_000_000, [0x12]), (1_000_000_000, [0x13]),
            (60_000_000_000, [0x14]), (-60_000_000_000, [0x0C]), (90_000_000_000, [0xA3, 0x0B]),
            (3_600_000_000_000, [0x15]), (86_400_000_000_000, [0x16]),
            // 36 hours: 72 = 4 · 16 + 8.
            (129_600_000_000_000, [0xC5, 4]),
        ] as [(Int64, [UInt8])])
    func `lengths of time are numbers of their greatest unit`(
        _ nanoseconds: Int64, _ expected: [UInt8]
    ) throws {
        #expect(Self.written { $0.time(nanoseconds) } == expected)
        var reader = RecordReader(expected)
        #expect(try reader.time() == nanoseconds)
        try reader.expectEnd()
    }

    @Test func `lengths of time of every size come back`() throws {
        var values: [Int64] = [.min, .min + 1, .max, .max - 1]
        for unit in [1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000, 86_400_000_000_000] {
            for bits in 0..<63 as Range<Int64> {
                let (product, overflow) = Int64(unit).multipliedReportingOverflow(by: 1 << bits)
                if !overflow { values += [product, -product, product - 1, 1 - product] }
            }
        }
        for value in values {
            let bytes = Self.written { $0.time(value) }
            #expect(bytes.count <= 10)
            var reader = RecordReader(bytes)
            #expect(try reader.time() == value)
            try reader.expectEnd()
        }
    }

    @Test(
        arguments: [
            ([], RecordError.truncated), ([0x80], .truncated), ([0x80, 0], .malformedNumber),
            // No length with a unit; a unit 7; 1000 ns and 60 s in too small a unit.
            ([0x01], .malformedNumber), ([0x17], .malformedNumber),
            ([0x80, 125], .malformedNumber),
            ([0xC3, 7], .malformedNumber),
            // 2⁴⁰ days; a count of more than 64 bits.
            ([0x86, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], .malformedNumber),
            ([0x90, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], .malformedNumber),
        ] as [([UInt8], RecordError)])
    func `lengths of time that nothing is written as are refused`(
        _ bytes: [UInt8], _ error: RecordError
    ) {
        var reader = RecordReader(bytes)
        #expect(throws: error) { try reader.time() }
    }

    @Test(arguments: [(0, 0), (1, 41), (41, 1)])
    func `an earlier record is written as how far back it stands`(
        _ sequence: UInt64, _ distance: UInt64
    ) throws {
        var reader = RecordReader(Self.plain(distance), recordSequence: 42)
        #expect(try reader.record("fill") == sequence)
        for refused in [42, 43, UInt64.max] {
            var reader = RecordReader(Self.plain(refused), recordSequence: 42)
            #expect(throws: RecordError.outOfRange(field: "fill")) { try reader.record("fill") }
        }
    }

    @Test(
        arguments: [
            ([0x80], RecordError.truncated), ([], .truncated), ([0x80, 0x00], .malformedNumber),
            ([0xFF, 0x80, 0x00], .malformedNumber),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], .malformedNumber),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00], .malformedNumber),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], .malformedNumber),
        ] as [([UInt8], RecordError)])
    func `numbers cut, padded or too long are refused`(
        _ bytes: [UInt8], _ error: RecordError
    ) {
        var reader = RecordReader(bytes)
        #expect(throws: error) { try reader.unsigned() }
    }

    @Test(arguments: [0, 1, 126, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_151, 2_097_152])
    func `the length before a record is as long as it must be`(_ length: Int) throws {
        var writer = RecordWriter(capacity: 0)
        writer.unsigned(9)
        let start = writer.reserveLength()
        for index in 0..<length { writer.unsigned(UInt64(index % 128)) }
        writer.prefixLength(from: start)
        writer.unsigned(7)
        var reader = RecordReader(writer.bytes)
        #expect(try reader.unsigned() == 9)
        let record = try reader.bytes()
        #expect(record == (0..<length).map { UInt8($0 % 128) })
        #expect(try reader.unsigned() == 7)
        try reader.expectEnd()
    }

    @Test func `every NaN is one NaN, and other floats keep their bits`() throws {
        let quiet: [UInt8] = [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]
        let others = [Double.nan, .signalingNaN, -.nan, Double(nan: 5, signaling: false)]
        for value in others { #expect(Self.written { $0.float64(value) } == quiet) }
        var reader = RecordReader(quiet)
        #expect(try reader.float64().isNaN)
        for value in [0, -0.0, 1, -1.5, .infinity, -.infinity, .leastNonzeroMagnitude] {
            var reader = RecordReader(Self.written { $0.float64(value) })
            #expect(try reader.float64().bitPattern == value.bitPattern)
        }
        var strange = RecordReader([1, 0, 0, 0, 0, 0, 0xF8, 0x7F])
        #expect(throws: RecordError.outOfRange(field: "float64")) { try strange.float64() }
        var short = RecordReader([0, 0, 0, 0, 0, 0, 0])
        #expect(throws: RecordError.truncated) { try short.float64() }
    }

    @Test func `texts and bytes of any length come back`() throws {
        for length in [0, 1, 127, 128, 300, 70_000] {
            let text = String(repeating: "ä", count: length)
            let bytes = [UInt8](repeating: 0xFF, count: length)
            var reader = RecordReader(
                Self.written {
                    $0.string(text)
                    $0.bytes(bytes)
                    $0.boolean(true)
                })
            #expect(try reader.string() == text)
            #expect(try reader.bytes() == bytes)
            #expect(try reader.boolean())
            try reader.expectEnd()
        }
        var invalid = RecordReader([2, 0xC3, 0x28])
        #expect(throws: RecordError.notUTF8) { try invalid.string() }
        var huge = RecordReader(Self.plain(.max) + [1])
        #expect(throws: RecordError.truncated) { try huge.bytes() }
        var counted = RecordReader(Self.plain(1 << 40) + [1])
        #expect(throws: RecordError.truncated) { try counted.count() }
        var boolean = RecordReader([2])
        #expect(throws: RecordError.outOfRange(field: "boolean")) { try boolean.boolean() }
    }

    @Test func `a buffer that is cut back is written on from there`() {
        var writer = RecordWriter(capacity: 4)
        writer.string("kept")
        let length = writer.count
        writer.string("dropped")
        writer.truncate(to: length)
        writer.unsigned(1)
        #expect(writer.bytes == [4, 0x6B, 0x65, 0x70, 0x74, 1])
    }
}

import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditBytesTests {
    @Test("the head of the file has each field where the format says")
    func fileHead() throws {
        let head = AuditHeader(salt: 0x0102_0304_0506_0708, manifest: #"{"run":"a"}"#).encoded
        // Mark 0x184D2A50; payload 20 + 12 (11 of JSON and a blank); tag; minor, features;
        // salt; manifest; checksum.
        var expected: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 32, 0, 0, 0]
        expected += [0x4C, 0x4B, 0x41, 0x31, 0, 0, 0, 0]
        expected += [8, 7, 6, 5, 4, 3, 2, 1]
        expected += Array(#"{"run":"a"} "#.utf8)
        #expect(head.bytes.count == 40)
        #expect(Array(head.bytes.prefix(36)) == expected)
        let checksum = Checksum.crc32c(expected)
        #expect(head.bytes.span.number(UInt32.self, at: 36) == checksum)
        #expect(try AuditHeader.length(head.bytes.span) == 40)
        let decoded = try AuditHeader.decode(head.bytes.span)
        #expect(decoded.header.salt == 0x0102_0304_0506_0708)
        #expect(decoded.header.manifest == #"{"run":"a"} "#)
    }

    @Test("the head of a block has each field where the format says")
    func blockHead() throws {
        let digest = try #require(SHA256Digest(bytes: (0..<32).map { UInt8(0xA0 + $0) }))
        var head = AuditBlockHead(digest: digest)
        head.number = 0x11
        head.rawLength = 0x2222
        head.frameLength = 0x3333
        head.count = 0x44
        head.schemaChecksum = 0x5555_5555
        head.firstSequence = 0x66
        head.earliest = Timestamp(nanoseconds: -2)
        head.latest = Timestamp(nanoseconds: 0x77)
        head.topics = 0x8000_0000_0000_0001
        head.salt = 0x88
        head.previousChecksum = 0x9999_9999
        head.frameChecksum = 0xABAB_ABAB
        head.base = Timestamp(nanoseconds: -3)
        let none: [UInt8] = [0, 0, 0, 0]
        let payload: [[UInt8]] = [
            [0x4C, 0x4B, 0x42, 0x31], none,  // 0: tag, flags
            [0x11, 0, 0, 0, 0, 0, 0, 0],  // 8: number
            [0x22, 0x22, 0, 0], [0x33, 0x33, 0, 0],  // 16: lengths
            [0x44, 0, 0, 0], [0x55, 0x55, 0x55, 0x55],  // 24: records, schemas
            [0x66, 0, 0, 0, 0, 0, 0, 0],  // 32: first sequence
            [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],  // 40: least time
            [0x77, 0, 0, 0, 0, 0, 0, 0],  // 48: greatest time
            [1, 0, 0, 0, 0, 0, 0, 0x80],  // 56: topics
            [0x88, 0, 0, 0, 0, 0, 0, 0],  // 64: salt
            (0..<32).map { UInt8(0xA0 + $0) },  // 72: digest
            [0x99, 0x99, 0x99, 0x99], [0xAB, 0xAB, 0xAB, 0xAB],  // 104: checksums
            [0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],  // 112: base time
            none,  // 120: reserved
        ]
        let prefix: [UInt8] = [0x51, 0x2A, 0x4D, 0x18, 128, 0, 0, 0]
        let expected: [UInt8] = prefix + payload.joined()
        let encoded = head.encoded
        #expect(encoded.bytes.count == 136)
        #expect(Array(encoded.bytes.prefix(132)) == expected)
        #expect(encoded.checksum == Checksum.crc32c(expected))
        #expect(try AuditBlockHead.decode(encoded.bytes.span).head == head)
    }

    @Test("the index has each field where the format says")
    func index() throws {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 0xD1, count: 32)))
        let index = AuditIndex(
            digest: digest, records: 9, status: .cancelled,
            entries: [
                .init(
                    offset: 40, firstSequence: 1, earliest: Timestamp(nanoseconds: -1),
                    latest: Timestamp(nanoseconds: 5), topics: 3)
            ],
            topics: [.init(topic: 32, records: 8, bytes: 90)], copies: [0xC0, 0xC1])
        let long = { (value: UInt8) -> [UInt8] in [value, 0, 0, 0, 0, 0, 0, 0] }
        var expected: [UInt8] = [0x52, 0x2A, 0x4D, 0x18, 127, 0, 0, 0]
        expected += long(1) + [UInt8](repeating: 0xD1, count: 32) + long(9) + [2, 1, 0, 0, 0]
        expected += long(40) + long(1) + [UInt8](repeating: 0xFF, count: 8) + long(5) + long(3)
        expected += [1, 0, 0, 0] + [32, 0, 0, 0] + long(8) + long(90)
        expected += [2, 0, 0, 0, 0xC0, 0xC1]
        let encoded = index.encoded
        #expect(Array(encoded.dropLast(4)) == expected)
        #expect(encoded.count == 8 + 127)
        #expect(try AuditIndex(encoded.span) == index)
    }

    @Test("the table at the end is that of the zstd seekable format")
    func seekTable() throws {
        let table = SeekTable(
            headLength: 40, blocks: [.init(compressed: 200, decompressed: 512)], indexLength: 135)
        let expected: [UInt8] = [
            0x5E, 0x2A, 0x4D, 0x18, 25, 0, 0, 0,  // mark, 2 × 8 + 9
            240, 0, 0, 0, 0, 2, 0, 0, 135, 0, 0, 0, 0, 0, 0, 0,
            2, 0, 0, 0, 0, 0xB1, 0xEA, 0x92, 0x8F,
        ]
        #expect(table.encoded == expected)
        #expect(try SeekTable(expected.span) == table)
        let empty = SeekTable(headLength: 40, blocks: [], indexLength: 75)
        #expect(empty.entries == [.init(compressed: 115, decompressed: 0)])
    }

    @Test("passing over a number accepts, refuses and ends as reading it does")
    func passing() {
        func outcome(
            _ bytes: [UInt8], _ body: (Span<UInt8>, inout Int, Int) throws(RecordError) -> Void
        ) -> (Int, RecordError?) {
            var at = 0
            do throws(RecordError) { try body(bytes.span, &at, bytes.count) } catch {
                return (0, error)
            }
            return (at, nil)
        }
        var random = RandomStream(seed: 5, component: "numbers")
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = (0..<random.next(below: 16)).map { _ in
                // Mostly bytes that are not the last, and zeros among the others.
                random.next(below: 6) < 5
                    ? UInt8(128 + random.next(below: 128)) : UInt8(random.next(below: 3))
            }
            let read = outcome(bytes) { (bytes, at, end) throws(RecordError) in
                _ = try RecordHead.number(bytes, &at, end)
            }
            let passed = outcome(bytes) { (bytes, at, end) throws(RecordError) in
                try RecordHead.skip(bytes, &at, end)
            }
            #expect(read == passed, "\(bytes)")
            if read.1 == nil { accepted += 1 }
        }
        #expect(accepted > 5000)
    }

    @Test("a record is its length, topic, time, cause, producer and payload")
    func record() throws {
        var encoder = RecordEncoder(capacity: 64)
        // Topic 0 at another time → 1; dt = 300 ns (unit 0) → zig-zag 600 = 37 · 16 + 8, so
        // 0x80 + 8 · 8, then 37; no cause and producer 4 → 4; stepEnd (3).
        try encoder.append(sequence: 1, time: 300, topic: 0, cause: 0, producer: 4) {
            ControlEvent.stepEnd.encode(into: &$0)
        }
        // Topic 32 at another time → 65; dt = −1 ns → zig-zag 1 → 1 · 8; the cause is the record
        // before and the producer 0 → 16; one number 300 = 0xAC 0x02.
        try encoder.append(sequence: 2, time: 299, topic: 32, cause: 1, producer: 0) {
            $0.unsigned(300)
        }
        // Topic 62 at the same time → 124; cause 2 before and producer 20 → 2 · 16 + 15 and 5.
        try encoder.append(sequence: 3, time: 299, topic: 62, cause: 1, producer: 20) { _ in }
        let first: [UInt8] = [5, 1, 0xC0, 37, 4, 3]
        let second: [UInt8] = [5, 65, 8, 16, 0xAC, 0x02]
        let third: [UInt8] = [3, 124, 47, 5]
        #expect(encoder.writer.bytes == first + second + third)

        let bytes = encoder.writer.bytes
        var at = first.count + second.count
        let head = try RecordHead(bytes.span, &at, count: bytes.count, after: 299)
        #expect(at == bytes.count)
        #expect((head.topic, head.time, head.distance, head.producer) == (62, 299, 2, 20))
    }
}

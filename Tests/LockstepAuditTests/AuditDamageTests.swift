import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditDamageTests {
    /// A log of several blocks that is small enough to be damaged everywhere.
    private func small() throws -> [UInt8] {
        var log = try SampleLog(block: 256, steps: 8)
        log.configuration = "{}"
        return try log.bytes()
    }

    /// Reads damaged bytes: whatever is read must be a prefix of what was written.
    private func check(
        _ bytes: [UInt8], against whole: [AuditRecord], _ place: Comment
    ) throws -> AuditStatus? {
        do throws(AuditError) {
            let reader = try AuditLogReader(bytes: bytes)
            var count = 0
            while let record = try reader.next() {
                guard count < whole.count, record == whole[count] else {
                    Issue.record("another record than was written: \(place)")
                    return reader.status
                }
                count += 1
            }
            return reader.status
        } catch .notALog { return nil }
    }

    @Test("every prefix of a log is read as a prefix of its records, and as torn")
    func truncation() throws {
        let bytes = try SampleLog(block: 256, steps: 20).bytes()
        let (whole, _) = try readAll(bytes)
        let blocks = frames(of: bytes)
        #expect(blocks.count > 4)
        for length in 0..<bytes.count {
            let status = try check(Array(bytes[..<length]), against: whole, "cut at \(length)")
            guard case .torn(let damage)? = status else {
                Issue.record("cut at \(length): \(String(describing: status))")
                continue
            }
            // Everything before the last whole block is kept.
            let head = try #require(blocks.first).lowerBound
            let kept = blocks.last { $0.upperBound <= length }?.upperBound
            #expect(damage.offset == UInt64(kept ?? (length < head ? 0 : head)))
            let verification = try AuditVerifier.verify(bytes: Array(bytes[..<length]))
            #expect(verification.status == status)
        }
    }

    @Test("no flipped bit goes unnoticed, and none makes another record")
    func bitFlips() throws {
        let bytes = try small()
        let (whole, _) = try readAll(bytes)
        #expect(frames(of: bytes).count > 2)
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << bit
                let status = try check(damaged, against: whole, "bit \(bit) of byte \(place)")
                if let status {
                    #expect(!status.isClosed, "bit \(bit) of byte \(place)")
                }
            }
        }
    }

    @Test("a quick check finds every flipped bit of heads and frames too")
    func quickFlips() throws {
        let bytes = try small()
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << (place % 8)
            let status = try? AuditVerifier.verify(bytes: damaged, quick: true).status
            #expect(status?.isClosed != true, "byte \(place)")
        }
        #expect(try AuditVerifier.verify(bytes: bytes, quick: true).status.isClosed)
    }

    @Test("bytes set to 0, to 255 and one higher are noticed", arguments: [0, 255, -1])
    func bytesSet(value: Int) throws {
        let bytes = try small()
        let (whole, _) = try readAll(bytes)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] = value < 0 ? bytes[place] &+ 1 : UInt8(value)
            if damaged == bytes { continue }
            let status = try check(damaged, against: whole, "byte \(place)")
            #expect(status?.isClosed != true, "byte \(place)")
        }
    }

    @Test("blocks out of place are corrupt where the first of them stands")
    func misplaced() throws {
        let bytes = try SampleLog(block: 400, steps: 40).bytes()
        let (whole, _) = try readAll(bytes)
        let blocks = frames(of: bytes)
        try #require(blocks.count > 4)
        let other = try SampleLog(block: 400, steps: 40, salt: 8).bytes()
        let second = bytes[blocks[1]]
        let third = bytes[blocks[2]]
        let head = bytes[..<blocks[1].lowerBound]
        let rest = bytes[blocks[2].upperBound...]
        let cases: [(String, [UInt8])] = [
            ("swapped", Array(head + third + second + rest)),
            ("doubled", Array(head + second + second + third + rest)),
            ("dropped", Array(head + third + rest)),
            ("from another file", Array(head + other[frames(of: other)[1]] + third + rest)),
        ]
        for (name, damaged) in cases {
            let status = try check(damaged, against: whole, "\(name)")
            guard case .corrupt(let damage)? = status else {
                Issue.record("\(name): \(String(describing: status))")
                continue
            }
            let first = name == "doubled" ? blocks[2].lowerBound : blocks[1].lowerBound
            #expect(damage.offset == UInt64(first), "\(name)")
        }
    }

    @Test("bytes after the end of a log are not ignored")
    func trailing() throws {
        let bytes = try SampleLog().bytes()
        guard case .torn(let damage) = try readAll(bytes + [0]).status else {
            Issue.record("taken for closed")
            return
        }
        #expect(damage.fault == .bytesAfterEnd)
    }

    @Test(
        "a file that is something else is refused", arguments: ["x", "LKA1", "PAR1 and more text"])
    func otherFiles(text: String) {
        #expect(throws: AuditError.self) { _ = try AuditLogReader(bytes: Array(text.utf8)) }
    }

    @Test("a version or a feature that is not known is refused")
    func versions() throws {
        let bytes = try SampleLog().bytes()
        var major = bytes
        major[11] = UInt8(ascii: "2")
        var feature = bytes
        feature[14] = 1
        var harmless = bytes
        harmless[15] = 1
        func resign(_ bytes: inout [UInt8]) {
            let end = 8 + Int(bytes.span.number(UInt32.self, at: 4)) - 4
            let checksum = Checksum.crc32c(bytes.span.extracting(0..<end))
            for place in 0..<4 {
                bytes[end + place] = UInt8(truncatingIfNeeded: checksum >> UInt32(place * 8))
            }
        }
        resign(&major)
        resign(&feature)
        resign(&harmless)
        for refused in [major, feature] {
            #expect(throws: AuditError.self) { _ = try AuditLogReader(bytes: refused) }
        }
        // The head itself is taken; the first block then does not follow it.
        #expect(try AuditLogReader(bytes: harmless).header != nil)
    }

    /// A log with one block whose content is chosen, behind checksums that are right.
    private func forged(
        _ raw: [UInt8], frame: [UInt8]? = nil, _ change: (inout AuditBlockHead) -> Void = { _ in }
    ) throws -> [UInt8] {
        let file = AuditHeader(salt: 1, manifest: "{}").encoded
        var compressed: [UInt8] = []
        var compressor = try ZstdCompressor()
        let length = try compressor.compress(raw.span, into: &compressed)
        let bytes = frame ?? Array(compressed[..<length])
        var head = AuditBlockHead(digest: try Digest.sha256(raw.span))
        head.rawLength = raw.count
        head.frameLength = bytes.count
        head.count = 1
        head.topics = 1
        head.salt = 1
        head.previousChecksum = file.checksum
        head.frameChecksum = Checksum.crc32c(bytes)
        change(&head)
        return file.bytes + head.encoded.bytes + bytes
    }

    /// Where the forged block ends the file, a fault is a torn tail.
    private func fault(_ bytes: [UInt8]) throws -> AuditFault? {
        switch try AuditVerifier.verify(bytes: bytes).status {
        case .torn(let damage), .corrupt(let damage): damage.fault
        case .closed: nil
        }
    }

    @Test("behind right checksums the records themselves are checked")
    func forgedRecords() throws {
        // length 3: topic 0 at the same time, no cause and producer 0, stepEnd (3).
        let right: [UInt8] = [3, 0, 0, 3]
        #expect(try fault(forged(right)) == .unfinished)
        let refused: [(AuditFault, [UInt8])] = [
            (.record(sequence: 1, .truncated), [4, 0, 0, 3]),
            (.record(sequence: 1, .malformedNumber), [4, 0, 0x80, 0, 3]),
            (.cause(sequence: 1), [3, 0, 16, 3]),
            (.record(sequence: 1, .trailingBytes(1)), [4, 0, 0, 3, 0]),
            (.record(sequence: 1, .outOfRange(field: "kind")), [3, 0, 0, 9]),
            // Later by 1 ns; by nothing; by 2000 ns, which is 2 µs; by a unit 7; by too many days.
            (.contents("times"), [4, 1, 0x10, 0, 3]),
            (.record(sequence: 1, .malformedNumber), [4, 1, 0, 0, 3]),
            (.record(sequence: 1, .malformedNumber), [6, 1, 0x80, 0xFA, 0x01, 0, 3]),
            (.record(sequence: 1, .malformedNumber), [4, 1, 0x17, 0, 3]),
            (.record(sequence: 1, .malformedNumber), [7, 1, 0x96, 0x80, 0x80, 0x01, 0, 3]),
            (.contents("topics"), [3, 64, 0, 3]),
            (.contents("record count"), right + right),
            (
                .record(sequence: 1, .outOfRange(field: "producer")),
                // 15 and 65 521 = 3 · 2¹⁴ + 127 · 2⁷ + 113.
                [6, 0, 15, 0xF1, 0xFF, 0x03, 3]
            ),
        ]
        for (expected, raw) in refused {
            #expect(try fault(forged(raw)) == expected, "\(raw)")
        }
    }

    @Test("behind right checksums the head is checked against its records")
    func forgedHeads() throws {
        let right: [UInt8] = [3, 0, 0, 3]
        let other = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
        let cases: [(AuditFault, (inout AuditBlockHead) -> Void)] = [
            (.digest, { $0.digest = other }),
            (.contents("checksum of schemas"), { $0.schemaChecksum = 1 }),
            (.contents("times"), { $0.latest = Timestamp(nanoseconds: 1) }),
            (.contents("topics"), { $0.topics = 3 }),
            (.chain("salt"), { $0.salt = 2 }),
            (.chain("block number"), { $0.number = 1 }),
            (.chain("first sequence"), { $0.firstSequence = 2 }),
            (.chain("base time"), { $0.base = Timestamp(nanoseconds: 1) }),
            (.chain("checksum of the head before"), { $0.previousChecksum = 0 }),
            (.headField("record count"), { $0.count = 2 }),
            (.headField("raw length"), { $0.rawLength = (8 << 20) + 1 }),
            (.headField("first sequence"), { $0.firstSequence = .max }),
            (.frameChecksum, { $0.frameChecksum = 1 }),
        ]
        for (expected, change) in cases {
            #expect(try fault(forged(right, change)) == expected, "\(expected)")
        }
    }

    @Test("a frame that would unpack to more than it may is refused before it is unpacked")
    func bomb() throws {
        // 9 MiB of zeros, in a frame of some kilobytes.
        var compressor = try ZstdCompressor()
        var frame: [UInt8] = []
        let zeros = [UInt8](repeating: 0, count: 9 << 20)
        let length = try compressor.compress(zeros.span, into: &frame)
        let bytes = try forged([4, 0, 0, 3, 1], frame: Array(frame[..<length]))
        #expect(
            try fault(bytes)
                == .frame(.contentSize(declared: 9 << 20, expected: 5)))
    }

    @Test("random bytes in the place of payloads are errors, never traps", arguments: 0..<64)
    func randomPayloads(seed: UInt64) throws {
        let log = try SampleLog(steps: 1).bytes()
        let reader = try AuditLogReader(bytes: log)
        var random = RandomStream(seed: seed, component: "payload")
        for length in 0..<64 {
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next() >> 40) }
            for topic in [UInt32(0), 32, 33] {
                let record = AuditRecord(
                    sequence: SequenceNumber(1), time: .distantFuture, topic: topic,
                    cause: SequenceNumber(0), producer: ServiceID(0),
                    payload: payload[...])
                _ = try? reader.decoder.decode(record)
                _ = try? AuditText(reader.decoder).line(record)
            }
        }
    }
}

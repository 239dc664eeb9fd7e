import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditFilterTests {
    private static let samples: [AuditFilter] = [
        AuditFilter(topics: [32]),
        AuditFilter(topics: [99]),
        AuditFilter(
            times: Timestamp(nanoseconds: 1_000_001_000)...Timestamp(nanoseconds: 1_000_001_200)),
        AuditFilter(times: .distantPast...Timestamp(nanoseconds: 1_000_000_000)),
        AuditFilter(sequences: 30...41),
        AuditFilter(sequences: 200...300),
        AuditFilter(instruments: [2]),
        AuditFilter(topics: [32], sequences: 10...20, instruments: [1]),
    ]

    /// Whether a record is wanted, decided without the reader.
    private func wants(_ filter: AuditFilter, _ record: AuditRecord, _ decoder: AuditDecoder)
        throws -> Bool
    {
        if let topics = filter.topics, !topics.contains(record.topic) { return false }
        if let times = filter.times, !times.contains(record.time) { return false }
        if let sequences = filter.sequences, !sequences.contains(record.sequence.rawValue) {
            return false
        }
        guard let instruments = filter.instruments else { return true }
        guard case .unsigned(let id)? = try decoder.decode(record)["instrument"] else {
            return false
        }
        return instruments.contains(id)
    }

    @Test(
        "a filter yields the same records with an index, without one, and by hand",
        arguments: samples)
    func filters(filter: AuditFilter) throws {
        let bytes = try SampleLog(block: 512, steps: 60).bytes()
        let all = try AuditLogReader(bytes: bytes)
        var expected: [AuditRecord] = []
        while let record = try all.next() {
            if try wants(filter, record, all.decoder) { expected.append(record) }
        }
        let (indexed, status) = try readAll(bytes, filter)
        #expect(indexed == expected)
        #expect(status == .closed(.completed))
        let end = try #require(frames(of: bytes).last).upperBound
        let (walked, torn) = try readAll(Array(bytes[..<end]), filter)
        #expect(walked == expected)
        #expect(!torn.isClosed)
    }

    @Test("names and texts are known when the blocks that tell them are passed over")
    func passedOver() throws {
        let bytes = try SampleLog(block: 512, steps: 60).bytes()
        let end = try #require(frames(of: bytes).last).upperBound
        for log in [bytes, Array(bytes[..<end])] {
            let reader = try AuditLogReader(
                bytes: log, filter: AuditFilter(topics: [32], sequences: 100...101))
            let record = try #require(try reader.next())
            let value = try reader.decoder.decode(record)
            #expect(value["tag"] == .symbol(1, text: "first"))
            #expect(reader.decoder.names.instruments.count == 2)
            #expect(try reader.decoder.topic(named: "sample") == 32)
            #expect(try reader.decoder.names.instrument(named: "BTC") == 2)
            #expect(throws: AuditError.unknownTopic(name: "x", known: ["control", "sample"])) {
                _ = try reader.decoder.topic(named: "x")
            }
        }
    }

    @Test("statistics come from the index and agree with the records")
    func statistics() throws {
        let bytes = try SampleLog(block: 512, steps: 60).bytes()
        let statistics = try AuditStatistics(bytes: bytes)
        let verification = try AuditVerifier.verify(bytes: bytes)
        #expect(statistics.status == .closed(.completed))
        #expect(statistics.digest == verification.digest)
        #expect(statistics.rawBytes == verification.rawBytes)
        #expect(statistics.blocks == verification.blocks)
        #expect(statistics.storedBytes == UInt64(bytes.count))
        #expect(statistics.tornBytes == 0)
        // 60 samples; 3 of the set-up, 60 ends of steps and the end.
        #expect(statistics.topics.map(\.records) == [64, 60])
        #expect(statistics.topics.compactMap(\.bytes).reduce(0, +) == statistics.rawBytes)
        #expect(statistics.duration == 3600)
        #expect(statistics.schemas.map(\.name) == ["sample"])
        #expect(statistics.manifest.hasPrefix(#"{"run":"sample","tool":"1.0","zstd":""#))
    }
}

import Foundation
import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditLogTests {
    @Test("what is written is read again")
    func roundTrip() throws {
        let log = try SampleLog(steps: 100)
        let sink = MemorySink()
        let summary = try log.write(to: sink)
        let (records, status) = try readAll(sink.bytes)
        #expect(status == .closed(.completed))
        // Three of the set-up, two a step, one at the end.
        #expect(records.count == 204)
        #expect(summary.records == 204)
        #expect(summary.storedBytes == UInt64(sink.bytes.count))
        #expect(summary.blocks == UInt64(frames(of: sink.bytes).count))
        #expect(records.map(\.sequence.rawValue) == Array(1...204))
        for step in UInt64(0)..<100 {
            let record = records[3 + Int(step) * 2]
            var writer = RecordWriter(capacity: 64)
            let time = 1_000_000_000 + Int64(step) * 60
            writer.recordTime = time
            Sample(step, time: time).encode(into: &writer)
            #expect(Array(record.payload) == writer.bytes)
            #expect(record.time.nanoseconds == time)
            #expect(record.topic == 32)
            #expect(record.producer == ServiceID(4))
            #expect(record.cause.rawValue == (step == 0 ? 0 : record.sequence.rawValue - 2))
        }
    }

    @Test("a log without records is whole and consistent")
    func empty() throws {
        let sink = MemorySink()
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
        let summary = try writer.close(.cancelled)
        // SHA-256 of nothing (FIPS 180-4).
        #expect(
            summary.digest.description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let verification = try AuditVerifier.verify(bytes: sink.bytes)
        #expect(verification.status == .closed(.cancelled))
        #expect(verification.digest == summary.digest)
        #expect(try AuditStatistics(bytes: sink.bytes).records == 0)
        #expect(try readAll(sink.bytes).records.isEmpty)
    }

    @Test("the digest does not depend on level or block size")
    func framingIndependence() throws {
        var digests: Set<SHA256Digest> = []
        for level in [1, 3] {
            for block in [64 << 10, 256 << 10, 1 << 20] {
                let sink = MemorySink()
                let log = try SampleLog(level: level, block: block, steps: 12_000)
                digests.insert(try log.write(to: sink).digest)
                let verification = try AuditVerifier.verify(bytes: sink.bytes)
                #expect(verification.status.isClosed)
                digests.formUnion([verification.digest].compactMap { $0 })
            }
        }
        #expect(digests.count == 1)
    }

    @Test("equal runs write equal files when the salt is derived, and different ones otherwise")
    func reproducible() throws {
        #expect(try SampleLog().bytes() == SampleLog().bytes())
        var log = try SampleLog()
        log.settings = try AuditLogSettings(block: 512, sync: .none)
        #expect(try log.bytes() != log.bytes())
    }

    @Test("a log that was not closed is torn after its last whole block")
    func unfinished() throws {
        let sink = MemorySink()
        do {
            let writer = try AuditLogWriter(
                to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
            try SampleLog().append(to: writer)
        }
        let whole = try readAll(SampleLog().bytes()).records
        let (records, status) = try readAll(sink.bytes)
        #expect(!records.isEmpty)
        #expect(records.count < whole.count)
        #expect(records == Array(whole.prefix(records.count)))
        guard case .torn(let damage) = status else {
            Issue.record("\(status)")
            return
        }
        #expect(damage.offset == UInt64(sink.bytes.count))
        #expect(damage.fault == .unfinished)
        let statistics = try AuditStatistics(bytes: sink.bytes)
        #expect(statistics.records == UInt64(records.count))
        #expect(statistics.topics.map(\.name) == ["control", "sample"])
        #expect(statistics.topics[1].records == nil)
    }

    @Test("a gap in the numbers ends the log, and what came before is closed as failed")
    func outOfSequence() throws {
        let sink = MemorySink()
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
        func append(_ sequence: UInt64) throws {
            try writer.append(sequence: sequence, time: 0, topic: 0) {
                ControlEvent.stepEnd.encode(into: &$0)
            }
        }
        try append(1)
        #expect(throws: AuditError.outOfSequence(expected: 2, found: 3)) { try append(3) }
        #expect(throws: AuditError.outOfSequence(expected: 2, found: 3)) { try append(2) }
        #expect(throws: AuditError.outOfSequence(expected: 2, found: 3)) {
            _ = try writer.close(.completed)
        }
        let (records, status) = try readAll(sink.bytes)
        #expect(records.count == 1)
        #expect(status == .closed(.failed))
        #expect(throws: AuditError.closed) { _ = try writer.close(.completed) }
    }

    @Test("a record longer than a mebibyte is refused")
    func tooLarge() throws {
        let sink = MemorySink()
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
        let text = String(repeating: "x", count: 1 << 20)
        #expect(throws: AuditError.self) {
            try writer.append(sequence: 1, time: 0, topic: 0) {
                ControlEvent.configuration(json: text).encode(into: &$0)
            }
        }
        #expect(throws: AuditError.self) { _ = try writer.close(.completed) }
        #expect(try readAll(sink.bytes).records.isEmpty)
    }

    @Test("long records and large blocks stay within 8 MiB", arguments: [256 << 10, 8 << 20])
    func longRecords(block: Int) throws {
        let sink = MemorySink()
        let settings = try AuditLogSettings(block: block, sync: .none)
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: settings)
        let text = String(repeating: "x", count: (1 << 20) - 16)
        for sequence in UInt64(1)...10 {
            try writer.append(sequence: sequence, time: 0, topic: 0) {
                ControlEvent.symbol(id: UInt32(sequence), text: text).encode(into: &$0)
            }
        }
        _ = try writer.close(.completed)
        let verification = try AuditVerifier.verify(bytes: sink.bytes)
        #expect(verification.status == .closed(.completed))
        #expect(verification.records == 10)
    }

    @Test("times before 1970 and the extremes of 64 bits survive")
    func times() throws {
        let sink = MemorySink()
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
        let times: [Int64] = [-1, .min, .max, 0, .max, .min]
        for (place, time) in times.enumerated() {
            try writer.append(sequence: UInt64(place + 1), time: time, topic: 0) {
                ControlEvent.stepEnd.encode(into: &$0)
            }
        }
        _ = try writer.close(.completed)
        #expect(try readAll(sink.bytes).records.map(\.time.nanoseconds) == times)
        #expect(try AuditVerifier.verify(bytes: sink.bytes).earliest == .distantPast)
        #expect(try AuditStatistics(bytes: sink.bytes).duration == nil)
    }

    @Test("an existing file is never replaced")
    func exclusive() throws {
        try withScratch { directory in
            let path = directory + "/audit.lka"
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
            #expect(throws: AuditError.files(.targetExists(path: path))) {
                _ = try AuditLogWriter(
                    creating: path, manifest: SampleLog.manifest,
                    settings: try SampleLog().settings)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
        }
    }

    @Test("a setting out of its range is refused")
    func settings() {
        #expect(throws: AuditError.self) { _ = try AuditLogSettings(level: 2) }
        #expect(throws: AuditError.self) { _ = try AuditLogSettings(block: 255) }
        #expect(throws: AuditError.self) { _ = try AuditLogSettings(block: (8 << 20) + 1) }
    }
}

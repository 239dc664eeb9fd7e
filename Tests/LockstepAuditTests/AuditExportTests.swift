import Foundation
import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditExportTests {
    /// What lies in a directory, hidden names included.
    private func names(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    @Test func `the checksum is that of its specification`() {
        // The check value of CRC-32/ISO-HDLC, for the nine digits.
        #expect(CRC32.checksum(Array("123456789".utf8).span) == 0xCBF4_3926)
        #expect(CRC32.checksum([UInt8]().span) == 0)
        // In pieces of any length it is the same.
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in [1, 7, 8, 9, 500] {
            var crc = CRC32()
            crc.update(bytes.span.extracting(0..<cut))
            crc.update(bytes.span.extracting(cut..<1000))
            #expect(crc.value == CRC32.checksum(bytes.span))
        }
    }

    @Test(arguments: AuditExport.Format.allCases)
    func `a log that is not whole leaves nothing behind`(_ format: AuditExport.Format) throws {
        let bytes = try SampleLog(steps: 200).bytes()
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        for damaged in [Array(bytes.dropLast(10)), Array(bytes.prefix(bytes.count / 2)), changed] {
            try withScratch { directory in
                let log = try AuditLog(bytes: damaged)
                let error = #expect(throws: AuditError.self) {
                    try AuditExport.write(log, as: format, to: directory + "/out")
                }
                guard case .damaged = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(try names(directory).isEmpty)
            }
        }
    }

    @Test(arguments: AuditExport.Format.allCases)
    func `what exists is not touched`(_ format: AuditExport.Format) throws {
        try withScratch { directory in
            let path = directory + "/out"
            try Data("mine".utf8).write(to: URL(filePath: path))
            let log = try AuditLog(bytes: try SampleLog().bytes())
            #expect(throws: AuditError.files(.targetExists(path: path))) {
                try AuditExport.write(log, as: format, to: path)
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
            #expect(try names(directory) == ["out"])
            let nowhere = directory + "/none/out"
            if format == .csv { return }
            #expect(throws: AuditError.self) {
                try AuditExport.write(log, as: format, to: nowhere)
            }
        }
    }

    @Test func `tables have the rows of their topic, and every topic has a table`() throws {
        try withScratch { directory in
            let log = try AuditLog(bytes: try SampleLog(steps: 3).bytes())
            let summary = try AuditExport.write(log, as: .csv, to: directory + "/tables/")
            // Schema, symbol, configuration; three samples with the end of their step; the end.
            #expect(summary == AuditExport.Summary(records: 10, files: 2))
            #expect(try names(directory + "/tables") == ["control.csv", "sample.csv"])
            func lines(_ name: String) throws -> [Substring] {
                String(
                    decoding: try Data(contentsOf: URL(filePath: directory + "/tables/" + name)),
                    as: UTF8.self
                ).split(separator: "\n")
            }
            #expect(try lines("control.csv").count == 1 + 7)
            let sample = try lines("sample.csv")
            #expect(sample.count == 1 + 3)
            #expect(sample.first?.hasPrefix("seq,time,topic,parent,producer,instrument,") == true)
            let one = try AuditExport.write(
                log, as: .csv, to: directory + "/one.csv", topics: [32])
            #expect(one == AuditExport.Summary(records: 3, files: 1))
            #expect(
                try Data(contentsOf: URL(filePath: directory + "/one.csv"))
                    == Data(contentsOf: URL(filePath: directory + "/tables/sample.csv")))
        }
    }

    @Test(arguments: [
        ("../../escape", "topic-32.csv"), ("/etc/passwd", "topic-32.csv"), ("", "topic-32.csv"),
        ("a\u{1B}[31m", "topic-32.csv"), ("control", "topic-32.csv"), (".hidden", "topic-32.csv"),
        ("topic-7", "topic-32.csv"), (String(repeating: "x", count: 65), "topic-32.csv"),
        ("my_Topic-2", "my_Topic-2.csv"),
    ])
    func `a name from a log is no path`(_ name: String, _ file: String) throws {
        try withScratch { directory in
            let sink = MemorySink()
            let writer = try AuditLogWriter(
                to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
            try writer.append(sequence: 1, time: 0, topic: 0) {
                ControlEvent.schema(topic: 32, name: name, schema: Sample.schema).encode(into: &$0)
            }
            try writer.append(sequence: 2, time: 0, topic: 0) {
                ControlEvent.end(.completed, reason: nil).encode(into: &$0)
            }
            _ = try writer.close(.completed)
            _ = try AuditExport.write(
                AuditLog(bytes: sink.bytes), as: .csv, to: directory + "/out")
            #expect(try names(directory) == ["out"])
            #expect(try names(directory + "/out") == ["control.csv", file])
        }
    }

    @Test func `MCAP has no time before 1970, and says so`() throws {
        try withScratch { directory in
            let sink = MemorySink()
            let writer = try AuditLogWriter(
                to: sink, manifest: SampleLog.manifest, settings: try SampleLog().settings)
            try writer.append(sequence: 1, time: -1, topic: 0) {
                ControlEvent.end(.completed, reason: nil).encode(into: &$0)
            }
            _ = try writer.close(.completed)
            let log = try AuditLog(bytes: sink.bytes)
            let error = #expect(throws: AuditError.self) {
                try AuditExport.write(log, as: .mcap, to: directory + "/out")
            }
            #expect(error == .beforeEpoch(sequence: 1, Timestamp(nanoseconds: -1)))
            #expect(error?.description.contains("1969-12-31T23:59:59.999999999Z") == true)
            #expect(try names(directory).isEmpty)
            #expect(try AuditExport.write(log, as: .jsonl, to: directory + "/o").records == 1)
        }
    }

    @Test(arguments: AuditExport.Format.allCases)
    func `equal logs give equal files`(_ format: AuditExport.Format) throws {
        try withScratch { directory in
            let log = try AuditLog(bytes: try SampleLog(steps: 50).bytes())
            for name in ["a", "b"] {
                _ = try AuditExport.write(
                    log, as: format, to: directory + "/" + name, topics: [32])
            }
            #expect(
                try Data(contentsOf: URL(filePath: directory + "/a"))
                    == Data(contentsOf: URL(filePath: directory + "/b")))
        }
    }
}

import Foundation
import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditFollowTests {
    /// Everything a follower tells before it waits or ends.
    private func take(
        _ follower: AuditFollower, _ records: inout [AuditRecord]
    ) throws -> AuditFollower.Step {
        while true {
            let step = try follower.next()
            guard case .record(let record) = step else { return step }
            records.append(record)
        }
    }

    private func append(_ bytes: some Sequence<UInt8>, _ path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    @Test(
        "a log that grows in pieces of any size is told record by record, each once",
        arguments: [1, 7, 100, 1000])
    func growing(piece: Int) throws {
        let bytes = try SampleLog(block: 512, steps: 20).bytes()
        let whole = try readAll(bytes).records
        try withScratch { directory in
            let path = directory + "/audit.lka"
            try Data().write(to: URL(fileURLWithPath: path))
            let follower = try AuditFollower(AuditLog(path: path))
            var records: [AuditRecord] = []
            #expect(try take(follower, &records) == .waiting(hasGrown: false))
            for start in stride(from: 0, to: bytes.count, by: piece) {
                let end = min(start + piece, bytes.count)
                try append(bytes[start..<end], path)
                let step = try take(follower, &records)
                // Whole blocks alone, and all of them.
                #expect(records == Array(whole.prefix(records.count)))
                let blocks = frames(of: bytes).filter { $0.upperBound <= end }
                #expect(records.isEmpty == blocks.isEmpty)
                if end < bytes.count {
                    #expect(step == .waiting(hasGrown: true), "\(end)")
                    #expect(try take(follower, &records) == .waiting(hasGrown: false))
                } else {
                    #expect(step == .end(.closed(.completed)))
                }
            }
            #expect(records == whole)
        }
    }

    @Test("a file that becomes shorter, begins anew or is replaced is not read on")
    func changes() throws {
        let bytes = try SampleLog(block: 512, steps: 20).bytes()
        let other = try SampleLog(block: 512, steps: 30, salt: 9).bytes()
        let end = try #require(frames(of: bytes).dropLast().last).upperBound
        func change(_ expected: AuditChange, _ body: (String) throws -> Void) throws {
            try withScratch { directory in
                let path = directory + "/audit.lka"
                try Data(bytes[..<end]).write(to: URL(fileURLWithPath: path))
                let follower = try AuditFollower(AuditLog(path: path))
                var records: [AuditRecord] = []
                #expect(try take(follower, &records) == .waiting(hasGrown: true))
                try body(path)
                #expect(throws: AuditError.changed(path: path, expected)) {
                    _ = try take(follower, &records)
                }
            }
        }
        func overwrite(_ path: String, _ bytes: some Sequence<UInt8>) throws {
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: Data(bytes))
            try file.close()
        }
        try change(.shorter) { try overwrite($0, bytes[..<(end - 1)]) }
        try change(.head) { try overwrite($0, other) }
        // The same head of the file, another block.
        try change(.head) { path in
            var changed = Array(bytes[..<end])
            let last = try #require(frames(of: changed).last)
            changed[last.lowerBound + 135] ^= 1
            try overwrite(path, changed)
        }
        try change(.replaced) { path in
            try Data(bytes[..<end]).write(to: URL(fileURLWithPath: path + ".new"))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".new", toPath: path)
        }
    }

    @Test("a log whose name is taken away is read on")
    func unlinked() throws {
        let bytes = try SampleLog(block: 512, steps: 20).bytes()
        try withScratch { directory in
            let path = directory + "/audit.lka"
            try Data(bytes[..<500]).write(to: URL(fileURLWithPath: path))
            let follower = try AuditFollower(AuditLog(path: path))
            var records: [AuditRecord] = []
            _ = try take(follower, &records)
            let file = try #require(FileHandle(forWritingAtPath: path))
            try FileManager.default.removeItem(atPath: path)
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes[500...]))
            #expect(try take(follower, &records) == .end(.closed(.completed)))
            #expect(try records == readAll(bytes).records)
        }
    }

    @Test("damage in the middle ends following, as it will never be right")
    func damage() throws {
        var bytes = try SampleLog(block: 512, steps: 20).bytes()
        bytes[frames(of: bytes)[3].lowerBound + 140] ^= 1
        let follower = try AuditFollower(AuditLog(bytes: bytes))
        var records: [AuditRecord] = []
        guard case .end(.corrupt(let damage)) = try take(follower, &records) else {
            Issue.record("no end")
            return
        }
        #expect(damage.block == 3)
    }
}

@Suite struct LastRecordsTests {
    private static let filters: [AuditFilter] = [
        AuditFilter(), AuditFilter(topics: [32]), AuditFilter(instruments: [2]),
        AuditFilter(topics: [99]), AuditFilter(topics: [0], sequences: 20...60),
    ]

    @Test("the last records are the end of all records", arguments: filters)
    func last(filter: AuditFilter) throws {
        let bytes = try SampleLog(block: 512, steps: 60).bytes()
        let end = try #require(frames(of: bytes).last).upperBound
        // Closed; without index; with half a block at its end.
        for length in [bytes.count, end, end - 10] {
            let log = try AuditLog(bytes: Array(bytes[..<length]))
            let all = try readAll(Array(bytes[..<length]), filter).records
            for count in [0, 1, 2, 5, 17, 60, 500] {
                let reader = try log.reader(filter, last: count)
                var records: [AuditRecord] = []
                while let record = try reader.next() { records.append(record) }
                #expect(records == Array(all.suffix(count)), "\(count) of \(length)")
                #expect(reader.status?.isClosed == (length == bytes.count))
            }
        }
    }

    @Test("what follows damage does not count")
    func damage() throws {
        let bytes = try SampleLog(block: 512, steps: 60).bytes()
        let blocks = frames(of: bytes)
        for block in blocks.indices {
            var damaged = bytes
            damaged[blocks[block].upperBound - 1] ^= 1
            let all = try readAll(damaged).records
            let reader = try AuditLog(bytes: damaged).reader(AuditFilter(), last: 500)
            var records: [AuditRecord] = []
            while let record = try reader.next() { records.append(record) }
            #expect(records == Array(all.suffix(500)), "block \(block)")
        }
    }

    @Test("few blocks are read for few records")
    func economy() throws {
        let bytes = try SampleLog(block: 512, steps: 200).bytes()
        let log = try AuditLog(bytes: bytes)
        #expect(frames(of: bytes).count > 20)
        let reader = try log.reader(AuditFilter(), last: 2)
        while try reader.next() != nil {}
        #expect(reader.blocksRead <= 2)
    }
}

import Foundation
import LockstepBus
import LockstepFiles
import LockstepModel
import Synchronization
import Testing

@testable import LockstepAudit

@Suite struct AuditRecoveryTests {
    private func recover(_ bytes: [UInt8]) throws -> (AuditRecovery, [UInt8]) {
        let sink = MemorySink()
        let found = try AuditRecovery.recover(.memory(bytes)) { sink }
        return (found, sink.bytes)
    }

    @Test("a log cut at any byte is closed again behind what is right")
    func everyPrefix() throws {
        let bytes = try SampleLog(block: 512, steps: 12).bytes()
        let whole = try readAll(bytes).records
        let head = 8 + Int(bytes[4]) + Int(bytes[5]) << 8
        for length in bytes.indices {
            let cut = Array(bytes[..<length])
            if length < head {
                #expect(throws: AuditError.nothingToRecover(path: "memory")) {
                    _ = try recover(cut)
                }
                continue
            }
            let (found, copy) = try recover(cut)
            let verified = try AuditVerifier.verify(bytes: copy)
            #expect(verified.status == .closed(.recovered), "\(length)")
            #expect(verified.digest == found.summary.digest)
            #expect(verified.records == found.summary.records)
            #expect(UInt64(copy.count) == found.summary.storedBytes)
            let offset = try #require(found.status.damage).offset
            #expect(copy.starts(with: bytes[..<Int(offset)]))
            #expect(found.leftOut == UInt64(length) - offset)
            let records = try readAll(copy).records
            let kept = records.dropLast()
            #expect(Array(kept) == Array(whole.prefix(kept.count)))
            let last = try #require(records.last)
            var reader = RecordReader(last.payload)
            #expect(
                try ControlEvent(from: &reader)
                    == .recovered(
                        offset: offset, reason: "\(try #require(found.status.damage).fault)"))
            #expect(last.time == kept.last?.time ?? .epoch)
        }
    }

    @Test("of a log with any flipped bit the right part is closed again")
    func flips() throws {
        let bytes = try SampleLog(block: 512, steps: 6).bytes()
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            guard let (found, copy) = try? recover(changed) else {
                // The head of the file tells what the file is.
                #expect(place < 8 + Int(bytes[4]) + Int(bytes[5]) << 8)
                continue
            }
            #expect(!found.status.isClosed)
            #expect(try AuditVerifier.verify(bytes: copy).status == .closed(.recovered))
        }
    }

    @Test("a whole log is copied as it is, and a recovered one is whole")
    func whole() throws {
        let bytes = try SampleLog().bytes()
        let (found, copy) = try recover(bytes)
        #expect(found.status == .closed(.completed))
        #expect(copy == bytes)
        #expect(found.summary.digest == (try AuditVerifier.verify(bytes: bytes).digest))
        let (_, recovered) = try recover(Array(bytes.dropLast(5)))
        let (again, second) = try recover(recovered)
        #expect(again.status == .closed(.recovered))
        #expect(second == recovered)
    }

    @Test("a copy has its name only when it is whole, whatever call fails")
    func faults() throws {
        let bytes = try SampleLog(block: 512, steps: 12).bytes()
        try withScratch { directory in
            let path = directory + "/cut.lka"
            let target = directory + "/copy.lka"
            try Data(bytes.dropLast(30)).write(to: URL(fileURLWithPath: path))
            var failures = 0
            for failing in 1... {
                let calls = Atomic(0)
                let plan = FaultPlan { call in
                    guard case .file(let operation, let name) = call, name != path,
                        operation != .size, operation != .open
                    else { return nil }
                    let number = calls.add(1, ordering: .relaxed).newValue
                    return number == failing ? .failure(ENOSPC) : nil
                }
                let outcome = Result {
                    try plan.apply { try AuditRecovery.recover(path: path, to: target) }
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                if case .success = outcome { break }
                failures += 1
                // Only that the name is on the medium can fail once the copy has it.
                if names.contains("copy.lka") {
                    #expect(try AuditVerifier.verify(path: target).status == .closed(.recovered))
                    try FileManager.default.removeItem(atPath: target)
                    continue
                }
                #expect(names == ["cut.lka"], "call \(failing)")
            }
            #expect(failures > 4)
            #expect(try AuditVerifier.verify(path: target).status == .closed(.recovered))
        }
    }

    @Test("neither the log itself nor anything that exists is written")
    func targets() throws {
        try withScratch { directory in
            let path = directory + "/cut.lka"
            let bytes = try SampleLog().bytes().dropLast(30)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let other = directory + "/other"
            try Data([1]).write(to: URL(fileURLWithPath: other))
            let link = directory + "/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            for same in [path, link, directory + "/./cut.lka"] {
                #expect(throws: AuditError.sameFile(path: path)) {
                    _ = try AuditRecovery.recover(path: path, to: same)
                }
            }
            #expect(throws: AuditError.files(.targetExists(path: other))) {
                _ = try AuditRecovery.recover(path: path, to: other)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(bytes))
            #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == Data([1]))
        }
    }
}

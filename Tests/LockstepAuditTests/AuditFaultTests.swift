import Foundation
import Glibc
import LockstepBus
import LockstepFiles
import LockstepModel
import Synchronization
import Testing

@testable import LockstepAudit

/// A sink whose k-th call fails.
private final class FailingSink: AuditSink {
    struct State {
        var bytes: [UInt8] = []
        var calls = 0
        var closed = 0
        var writesAfterFailure = 0
    }

    let state = Mutex(State())
    let failing: Int

    init(failing: Int) { self.failing = failing }

    var name: String { "failing.lka" }

    func write(_ bytes: Span<UInt8>) throws(FilesError) {
        let copy = (0..<bytes.count).map { bytes[$0] }
        try state.withLock { (state) throws(FilesError) in
            state.calls += 1
            if state.calls > failing { state.writesAfterFailure += 1 }
            if state.calls == failing {
                // Half of it reaches the file, as when the disk is full.
                state.bytes += copy[..<(copy.count / 2)]
                throw .system(
                    .write, path: name, offset: Int64(state.bytes.count), code: ENOSPC)
            }
            state.bytes += copy
        }
    }

    func synchronize() throws(FilesError) {
        try state.withLock { (state) throws(FilesError) in
            state.calls += 1
            if state.calls > failing { state.writesAfterFailure += 1 }
            if state.calls == failing {
                throw .system(.sync, path: name, offset: nil, code: EIO)
            }
        }
    }

    func close() throws(FilesError) { state.withLock { $0.closed += 1 } }
}

@Suite struct AuditFaultTests {
    @Test(
        "a failing call ends the log with a typed error and leaves a valid prefix",
        arguments: [AuditLogSettings.Sync.none, .close, .block])
    func failingCalls(sync: AuditLogSettings.Sync) throws {
        let log = try SampleLog(block: 256, steps: 40, sync: sync)
        let (whole, _) = try readAll(try log.bytes())
        var failures = 0
        for call in 1...1_000 {
            let sink = FailingSink(failing: call)
            do {
                _ = try log.write(to: sink)
                // Every call was reached.
                #expect(failures == call - 1)
                #expect(failures > 10)
                return
            } catch AuditError.files(.system(let operation, let path, _, let code)) {
                failures += 1
                #expect(path == "failing.lka")
                #expect(operation == .write ? code == ENOSPC : code == EIO)
            }
            let state = sink.state.withLock { $0 }
            #expect(state.writesAfterFailure == 0)
            // Where the head of the file cannot be written there is no log to be closed.
            #expect(state.closed == (call == 1 || (sync == .block && call == 2) ? 0 : 1))
            let (records, status) = try readAll(state.bytes)
            #expect(records == Array(whole.prefix(records.count)))
            if case .corrupt = status { Issue.record("call \(call): \(status)") }
        }
        Issue.record("the log needs more calls than expected")
    }

    @Test("a full queue makes the loop wait and loses nothing")
    func backPressure() throws {
        final class SlowSink: AuditSink {
            let memory = MemorySink()
            var name: String { "slow" }
            func write(_ bytes: Span<UInt8>) throws(FilesError) {
                usleep(1_000)
                try memory.write(bytes)
            }
            func synchronize() throws(FilesError) {}
            func close() throws(FilesError) {}
        }
        let sink = SlowSink()
        let log = try SampleLog(block: 256, steps: 60)
        let writer = try AuditLogWriter(
            to: sink, manifest: SampleLog.manifest, settings: log.settings)
        try log.append(to: writer)
        _ = try writer.close(.completed)
        #expect(writer.stalls > 0)
        #expect(try sink.memory.bytes == log.bytes())
    }

    @Test("stock zstd takes the file for its own, and its output has the digest of the log")
    func stockTools() throws {
        let tool = "/usr/bin/zstd"
        guard FileManager.default.isExecutableFile(atPath: tool) else {
            print("skipped: \(tool) is not installed")
            return
        }
        try withScratch { directory in
            let path = directory + "/audit.lka"
            let log = try SampleLog(block: 4096, steps: 500, sync: .close)
            let summary = try log.write(to: try FileSink(creating: path))
            let test = try run(tool, ["-q", "-t", path])
            #expect(test.status == 0)
            let output = try run(tool, ["-dcq", path]).output
            #expect(try Digest.sha256(output.span) == summary.digest)
            #expect(UInt64(output.count) == summary.rawBytes)
            let verification = try AuditVerifier.verify(path: path)
            #expect(verification.message == "\(path): closed (completed)")
            #expect(verification.digest == summary.digest)
        }
    }

    private func run(_ tool: String, _ arguments: [String]) throws -> (
        status: Int32, output: [UInt8]
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, [UInt8](data))
    }

    @Test("a damaged file is told with its place and reason")
    func message() throws {
        try withScratch { directory in
            let path = directory + "/audit.lka"
            var bytes = try SampleLog(steps: 20).bytes()
            let blocks = frames(of: bytes)
            bytes[blocks[1].upperBound - 1] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let verification = try AuditVerifier.verify(path: path)
            #expect(
                verification.message
                    == "\(path): corrupt at byte \(blocks[1].lowerBound) (block 1, after seq "
                    + "\(verification.records)): frame checksum")
            #expect(verification.blocks == 1)
        }
    }
}

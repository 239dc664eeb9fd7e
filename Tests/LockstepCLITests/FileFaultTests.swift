import Foundation
import LockstepFiles
import Testing

@testable import LockstepCLI

/// Rows of the fault table about files: every call of a small run goes wrong once in every way.
@Suite struct FileFaultTests {
    private static let inputs = ["a.toml", "A.csv", "B.csv"]
    private static let outputs = ["audit.lka", "equity.csv", "fills.csv", "result.json"]

    /// Runs undisturbed, then once for every call that can go wrong in that way.
    private func atEveryCall(
        _ mode: CallLedger.Mode,
        _ check: (FaultPoint, FaultyRun, _ whole: FaultyRun, CallLedger) throws -> Void
    ) throws {
        let scratch = try Scratch(inMemory: true)
        try FaultyRun.prepare(scratch)
        let calm = CallLedger(below: scratch.path)
        let whole = try FaultyRun(scratch, into: "out", calm)
        try FileManager.default.moveItem(atPath: scratch("out"), toPath: scratch("whole"))
        try #require(whole.code == .success, "\(whole.complaint ?? "")")
        // Calls of one file come in an order of their own, whatever the threads do.
        let points = calm.points.sorted().filter { mode.concerns($0.operation) }
        #expect(points.count > 10)
        for point in points {
            let ledger = CallLedger(below: scratch.path, target: point, mode: mode)
            let run = try FaultyRun(scratch, into: "out", ledger)
            #expect(ledger.points.contains(point), "\(point)")
            try check(
                point, run,
                FaultyRun(code: whole.code, complaint: nil, directory: scratch("whole")), ledger)
            #expect(!run.names.contains { $0.hasSuffix(".tmp") }, "\(point): \(run.names)")
            #expect(try FaultyRun.openFiles(below: scratch.path) == [], "\(point)")
            if RunDirectory.exists(run.directory) {
                try FileManager.default.removeItem(atPath: run.directory)
            }
        }
    }

    @Test func `a slow disk changes nothing`() throws {
        let scratch = try Scratch(inMemory: true)
        try FaultyRun.prepare(scratch)
        let whole = try FaultyRun(scratch, into: "whole", CallLedger(below: scratch.path))
        let run = try FaultyRun(scratch, into: "out", CallLedger(below: scratch.path, slow: true))
        #expect(run.code == .success)
        for name in Self.outputs { #expect(run.bytes(name) == whole.bytes(name), "\(name)") }
    }

    @Test(arguments: [CallLedger.Mode.interrupted, .short])
    func `EINTR and a short read or write at the k-th call, all k, change nothing`(
        _ mode: CallLedger.Mode
    ) throws {
        try atEveryCall(mode) { point, run, whole, _ in
            #expect(run.code == .success, "\(point): \(run.complaint ?? "")")
            #expect(run.complaint == nil)
            #expect(run.names == whole.names)
            for name in Self.outputs {
                #expect(run.bytes(name) == whole.bytes(name), "\(name) after \(point)")
            }
        }
    }

    @Test(arguments: [CallLedger.Mode.ioError, .diskFull, .noDescriptor])
    func `EIO, ENOSPC and EMFILE at the k-th call, all k, fail the run in good order`(
        _ mode: CallLedger.Mode
    ) throws {
        try atEveryCall(mode) { point, run, whole, ledger in
            // Whether something is there is asked before it is made, which then tells the rest.
            if point.operation == "size", run.code == .success { return }
            let complaint = try #require(run.complaint, "\(point)")
            #expect(!complaint.contains("\n"))
            #expect(run.code == Self.expected(point), "\(point): \(complaint)")
            if mode == .diskFull {
                // It stays full, and another file may be the first to tell.
                #expect(complaint.contains("The disk is full"), "\(complaint)")
            } else if point.operation != "thread" {
                let file = point.file.split(separator: "/").last.map(String.init) ?? ""
                let told = file.hasPrefix(".") ? String(file.dropFirst().dropLast(4)) : file
                let operation = FileOperation.allNames[point.operation] ?? "?"
                #expect(complaint.contains("\(told): cannot \(operation)"), "\(complaint)")
            }
            try checkFiles(point, run, whole)
            checkCalls(after: point, ledger)
        }
    }

    /// The exit code that tells where the run failed.
    private static func expected(_ point: FaultPoint) -> ExitCode {
        if point.operation == "thread" { return .runFailed }
        if inputs.contains(point.file) { return .inputMissing }
        return point.operation == "makeDirectory" ? .cannotCreate : .writeError
    }

    /// No result of a failed run says that all went well, and the log is right as far as it goes.
    private func checkFiles(_ point: FaultPoint, _ run: FaultyRun, _ whole: FaultyRun) throws {
        if let result = run.bytes("result.json") {
            let tree = try #require(
                try JSONSerialization.jsonObject(with: Data(result)) as? [String: Any])
            #expect(tree["status"] as? String == "failed", "\(point)")
        }
        guard let log = run.bytes("audit.lka"), let wholeLog = whole.bytes("audit.lka") else {
            return
        }
        let verified = try Spoken("audit", "verify", run.directory + "/audit.lka")
        switch verified.code {
        case .success where verified.output.contains("closed (completed)"):
            #expect(log == wholeLog, "\(point)")
        case .success:
            #expect(verified.output.contains("closed (failed)"), "\(point)")
            let lines = try [run, whole].map {
                try Spoken("dump", $0.directory + "/audit.lka").output.split(separator: "\n")
            }
            // All but the record that says how it ended.
            #expect(lines[1].starts(with: lines[0].dropLast()), "\(point)")
            #expect(lines[0].last?.contains("failed") == true)
        default:
            // Torn, or so short that it has no head yet.
            #expect(log.count < 200 || verified.code == .finding, "\(point): \(verified.output)")
            #expect(wholeLog.starts(with: log), "\(point)")
        }
    }

    /// After a write or a sync has failed, nothing more is written to that file.
    private func checkCalls(after point: FaultPoint, _ ledger: CallLedger) {
        guard ["write", "sync"].contains(point.operation), point.file.contains(".") else { return }
        let points = ledger.points.filter { $0.file == point.file }
        // A disk that is full takes the first half of a write; the rest then fails.
        let later = points.drop { $0 != point }.dropFirst().map(\.operation)
        let further = later.filter { $0 == "sync" || $0 == "rename" }
        #expect(further == [], "\(point): \(later)")
    }
}

extension FileOperation {
    /// How messages call the operations, by their names in the code.
    static let allNames: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            Self.open, .create, .read, .write, .sync, .size, .close, .rename, .remove,
            .makeDirectory,
        ].map { ("\($0)", $0.rawValue) })
}

extension FaultyRun {
    init(code: ExitCode, complaint: String?, directory: String) {
        self.code = code
        self.complaint = complaint
        self.directory = directory
    }
}

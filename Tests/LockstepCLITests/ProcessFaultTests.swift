import Foundation
import Testing

@testable import LockstepCLI

/// Rows of the fault table about the whole process: it is killed, or the system gives it no more.
@Suite struct ProcessFaultTests {
    /// Inputs of a run that fills some hundred blocks, and the directory of such a run.
    private static func prepare(_ scratch: Scratch, bars: Int) throws {
        try scratch.write(Sample.manyBars(bars), "A.csv")
        let text = Sample.manyBarsConfiguration(
            parameters: "symbol = \"A\", fast = 2, slow = 5, lots = 1")
        try scratch.write(text + "\n[audit]\nblock = 4096\n", "a.toml")
    }

    /// The tool in place of the shell.
    ///
    /// Under AddressSanitizer it searches for no leaks at its end: the search needs descriptors
    /// itself, and complains where it is killed.
    private static let exec = "ASAN_OPTIONS=\"$ASAN_OPTIONS:detect_leaks=0\" exec \"$0\" \"$@\""

    private static let arguments = ["run", "a.toml", "--reproducible", "--quiet", "--out"]

    /// Runs to the end, and gives the bytes of the log.
    private static func wholeLog(_ scratch: Scratch) throws -> [UInt8] {
        let (code, error) = try ProcessTests.run(
            exec, arguments + ["whole"], in: scratch.path)
        try #require(code == 0, "\(error)")
        return try bytes(scratch("whole/audit.lka"))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// Checks what a run that did not end well has left, and removes it.
    private static func check(_ scratch: Scratch, _ whole: [UInt8], _ note: String) throws {
        guard scratch.exists("out") else { return }
        defer { try? FileManager.default.removeItem(atPath: scratch("out")) }
        if scratch.exists("out/result.json") {
            // There is a whole one or none; a failed run may still have told why.
            let tree = try #require(
                try JSONSerialization.jsonObject(with: Data(bytes(scratch("out/result.json"))))
                    as? [String: Any], "\(note)")
            if tree["status"] as? String == "completed" {
                // The run had ended, and the process died while it showed the result.
                #expect(try bytes(scratch("out/audit.lka")) == whole, "\(note)")
                return
            }
            #expect(tree["status"] as? String == "failed", "\(note)")
        }
        guard scratch.exists("out/audit.lka") else { return }
        let log = try bytes(scratch("out/audit.lka"))
        let verified = try Spoken("audit", "verify", scratch("out/audit.lka"))
        let isClosed =
            verified.code == .success && verified.output.contains("closed (failed)")
        if isClosed || !whole.starts(with: log) {
            // A failed run has noted why, also where the index behind that found no room.
            let lines = try ["out", "whole"].map {
                try Spoken("dump", scratch("\($0)/audit.lka")).output.split(separator: "\n")
            }
            #expect(lines[0].last?.contains("kind=end status=failed") == true, "\(note)")
            #expect(lines[1].starts(with: lines[0].dropLast()), "\(note)")
            #expect(isClosed || verified.code == .finding, "\(note): \(verified.output)")
            return
        }
        if log.count < whole.count, log.count > 500 {
            #expect(verified.code == .finding, "\(note): \(verified.output)")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `kill -9 at random moments leaves an exact prefix of the log and no half result`() throws {
        let scratch = try Scratch()
        try Self.prepare(scratch, bars: 3_000)
        let clock = ContinuousClock()
        let began = clock.now
        let whole = try Self.wholeLog(scratch)
        let length = began.duration(to: clock.now).components
        let microseconds =
            UInt32(clamping: length.seconds) * 1_000_000
            + UInt32(length.attoseconds / 1_000_000_000_000)
        let rounds =
            ProcessInfo.processInfo.environment["LOCKSTEP_KILL_ROUNDS"].flatMap { Int($0) } ?? 50
        var (partial, ended) = (0, 0)
        for round in 0..<rounds {
            let (process, pipe) = try ProcessTests.start(
                Self.exec, Self.arguments + ["out"], in: scratch.path)
            usleep(UInt32.random(in: 0...microseconds))
            kill(process.processIdentifier, SIGKILL)
            let error = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(error.isEmpty)
            if process.terminationReason == .exit {
                // It was faster than the signal.
                #expect(process.terminationStatus == 0)
                #expect(try Self.bytes(scratch("out/audit.lka")) == whole)
                #expect(scratch.exists("out/result.json"))
                try FileManager.default.removeItem(atPath: scratch("out"))
                ended += 1
                continue
            }
            if scratch.exists("out/result.json") {
                // Killed between the last rename and the exit.
                #expect(try Self.bytes(scratch("out/audit.lka")) == whole)
                #expect(
                    try scratch.read("out/result.json") == scratch.read("whole/result.json"))
                try FileManager.default.removeItem(atPath: scratch("out"))
                continue
            }
            if scratch.exists("out/audit.lka") { partial += 1 }
            try Self.check(scratch, whole, "round \(round)")
        }
        #expect(partial > 0 || rounds < 50, "no round met the run while it wrote")
        #expect(ended < rounds)
    }

    @Test(.timeLimit(.minutes(2)))
    func `descriptors exhausted, at every limit: a message and never a partial result`() throws {
        let scratch = try Scratch()
        try Self.prepare(scratch, bars: 300)
        let whole = try Self.wholeLog(scratch)
        var failures = 0
        // Below five the system cannot even load a program; the run needs some more.
        for limit in 5...40 {
            let (code, error) = try ProcessTests.run(
                "ulimit -n \(limit); \(Self.exec)", Self.arguments + ["out"],
                in: scratch.path)
            if code == 0 { break }
            failures += 1
            #expect([66, 74].contains(code), "\(limit): \(code) \(error)")
            #expect(error.contains("Too many open files"), "\(limit): \(error)")
            #expect(error.split(separator: "\n").count == 1)
            try Self.check(scratch, whole, "limit \(limit)")
        }
        #expect((1...20).contains(failures))
    }

    @Test(.disabled(if: ProcessTests.isWatched), .timeLimit(.minutes(2)))
    func `memory exhausted, at any limit: never a partial result`() throws {
        let scratch = try Scratch()
        try Self.prepare(scratch, bars: 300)
        let whole = try Self.wholeLog(scratch)
        var failures = 0
        // From too little to load the program to more than enough for the run.
        for mebibytes in [32, 96, 104, 112, 120, 128, 160, 1024] {
            let (process, pipe) = try ProcessTests.start(
                "ulimit -c 0; ulimit -v \(mebibytes << 10); SWIFT_BACKTRACE=enable=no exec \"$0\" "
                    + "\"$@\"", Self.arguments + ["out"], in: scratch.path)
            let error = String(
                decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationStatus == 0 {
                #expect(try Self.bytes(scratch("out/audit.lka")) == whole)
                try FileManager.default.removeItem(atPath: scratch("out"))
                continue
            }
            failures += 1
            // Where the program comes to speak it does; where an allocation fails it ends at once.
            #expect(
                process.terminationReason == .uncaughtSignal || !error.isEmpty,
                "\(mebibytes) MiB")
            try Self.check(scratch, whole, "\(mebibytes) MiB")
        }
        #expect((1...7).contains(failures))
    }

    @Test(.disabled(if: ProcessTests.isWatched), .timeLimit(.minutes(2)))
    func `a file-size limit, at any size, is a write error and leaves a prefix`() throws {
        let scratch = try Scratch()
        try Self.prepare(scratch, bars: 1000)
        let whole = try Self.wholeLog(scratch)
        var failures = 0
        for kibibytes in [0, 1, 2, 4, 8, 16, 32, 64] {
            let (code, error) = try ProcessTests.run(
                "ulimit -f \(kibibytes); \(Self.exec)", Self.arguments + ["out"],
                in: scratch.path)
            if code == 0 { break }
            failures += 1
            #expect(code == 74, "\(kibibytes) KiB: \(error)")
            #expect(error.contains("The largest size of a file is reached"), "\(error)")
            #expect(error.split(separator: "\n").count == 1)
            try Self.check(scratch, whole, "\(kibibytes) KiB")
        }
        #expect(failures > 2)
    }
}

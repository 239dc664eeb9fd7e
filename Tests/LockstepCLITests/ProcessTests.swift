import Foundation
import Testing

@testable import LockstepCLI

/// The tool as others start it: signals, limits and pipes are of the process.
@Suite struct ProcessTests {
    /// The tool beside the tests.
    static func tool() throws -> URL {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        for directory in [tests.deletingLastPathComponent(), Bundle.main.bundleURL] {
            let tool = directory.appending(path: "lockstep")
            if FileManager.default.isExecutableFile(atPath: tool.path) { return tool }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// Starts the tool through a shell line in which it is `"$0"`.
    static func start(
        _ line: String, _ arguments: [String], in directory: String
    ) throws -> (Process, error: Pipe) {
        let process = Process()
        let error = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line, try tool().path] + arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = error
        try process.run()
        return (process, error)
    }

    static func run(
        _ line: String, _ arguments: [String], in directory: String
    ) throws -> (code: Int32, error: String) {
        let (process, pipe) = try start(line, arguments, in: directory)
        let error = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, error)
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a signal ends a run cleanly, with its own code and a whole log`(
        _ signal: Int32, _ code: Int32
    ) throws {
        let scratch = try Scratch()
        try scratch.write(Sample.manyBars(400_000), "A.csv")
        let text = Sample.manyBarsConfiguration(parameters: "symbol = \"A\", lots = 1")
        try scratch.write(text, "a.toml")
        let (process, pipe) = try Self.start(
            "exec \"$0\" \"$@\"", ["run", "a.toml", "--out", "out"], in: scratch.path)
        // The log is begun when the run is.
        while process.isRunning, !scratch.exists("out/audit.lka") { usleep(5000) }
        usleep(50_000)
        kill(process.processIdentifier, signal)
        let error = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == code)
        #expect(error.split(separator: "\n").count == 1)
        #expect(error.contains("was cancelled after"))
        #expect(try scratch.read("out/result.json").contains("\"status\": \"cancelled\""))
        let verified = try Spoken("audit", "verify", scratch("out/audit.lka"))
        #expect(verified.code == .success)
        #expect(verified.output.contains("closed (cancelled)"))
    }

    /// Whether the tool is built to be watched by a sanitizer, which needs memory and files itself.
    static let isWatched = ProcessInfo.processInfo.environment["LOCKSTEP_SANITIZER"] != nil

    @Test(.disabled(if: isWatched))
    func `a limit of the size of files is a write error, and whole blocks are right`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.manyBars(30_000), "A.csv")
        // Orders for more than there is money fill the log alone: nothing is held, nothing moves.
        let text = Sample.manyBarsConfiguration(parameters: "symbol = \"A\", lots = 1000")
        try scratch.write(text, "a.toml")
        let (code, error) = try Self.run(
            "ulimit -f 64; exec \"$0\" \"$@\"", ["run", "a.toml", "--out", "out"],
            in: scratch.path)
        #expect(code == 74)
        #expect(error.split(separator: "\n").count == 1)
        #expect(error.contains("audit.lka: cannot write at byte"), "\(error)")
        let verified = try Spoken("audit", "verify", scratch("out/audit.lka"))
        #expect(verified.code == .finding)
        #expect(verified.output.contains("torn at byte"))
        #expect(!verified.output.contains("records  0"))
    }

    @Test func `a reader that goes away is no error`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.manyBars(5000), "A.csv")
        let text = Sample.manyBarsConfiguration(parameters: "symbol = \"A\"")
        try scratch.write(text, "a.toml")
        let (code, _) = try Self.run(
            "\"$0\" run a.toml --out out --quiet && \"$0\" dump out/audit.lka | head -n 1; "
                + "exit ${PIPESTATUS[0]}", [], in: scratch.path)
        #expect(code == 0)
    }

    @Test func `output that cannot be written is a write error`() throws {
        let scratch = try Scratch()
        let (code, error) = try Self.run("\"$0\" --help > /dev/full", [], in: scratch.path)
        #expect(code == 74)
        #expect(error.contains("standard output: cannot write"))
    }

    @Test func `without --out the next free directory below runs is taken`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.bars, "A.csv")
        try scratch.write(Sample.configuration(), "a.toml")
        for _ in 1...2 {
            let (code, error) = try Self.run("\"$0\" run a.toml", [], in: scratch.path)
            #expect(code == 0)
            // Nobody looks on: there is no progress bar.
            #expect(error.isEmpty)
        }
        #expect(scratch.exists("runs/sample-001/result.json"))
        #expect(scratch.exists("runs/sample-002/result.json"))
    }
}

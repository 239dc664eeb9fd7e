import Foundation
import LockstepAudit
import LockstepFiles
import LockstepSpecimens
import Testing

/// The reader of `Examples/Python`, which shares no code with this package, reads the same.
@Suite struct PythonReaderTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let python = root + "/.build/python/bin/python"

    /// The Python that `.ci/python` makes; printed once when it is missing.
    private static let isThere: Bool = {
        let found = FileManager.default.isExecutableFile(atPath: python)
        if !found { print("skipped: \(python) is missing; .ci/python makes it") }
        return found
    }()

    /// Compares every log of a folder with what stands beside it.
    private func compare(_ folder: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-B", Self.root + "/Examples/Python/compare.py", folder]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test("it reads the same records and the same end of every vector", .enabled(if: isThere))
    func vectors() throws {
        let (status, output) = try compare(VectorTests.vectors.folder)
        #expect(status == 0, "\(output)")
    }

    @Test("it reads the same of damaged logs, up to the same place", .enabled(if: isThere))
    func damage() throws {
        try withScratch { folder in
            var count = 0
            let twin = try SpecimenBank.twin()
            for specimen in SpecimenBank.all where specimen.name == "marked" {
                let log = try specimen.bytes()
                try LogDamage.each(of: log, others: [twin], step: 59) { _, bytes in
                    count += 1
                    let path = folder + "/\(count)"
                    let lines: [String]
                    do { lines = try SpecimenBank.transcript(bytes) } catch AuditError.notALog {
                        lines = [#"{"status": "no log"}"#]
                    }
                    try Data(bytes).write(to: URL(fileURLWithPath: path + ".lka"))
                    try Data(lines.joined(separator: "\n").utf8)
                        .write(to: URL(fileURLWithPath: path + ".jsonl"))
                }
            }
            #expect(count > 150)
            let (status, output) = try compare(folder)
            #expect(status == 0, "\(output)")
        }
    }
}

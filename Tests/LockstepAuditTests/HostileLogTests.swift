import Foundation
import Glibc
import LockstepAudit
import LockstepBus
import LockstepFiles
import LockstepSpecimens
import Testing

/// Logs that were made to harm: to fill the memory, to end the program, to steer a terminal.
@Suite struct HostileLogTests {
    /// How a child ended, and the most memory it was seen with.
    private struct Outcome {
        let code: Int32
        let mebibytes: Int
    }

    private static let isPlain = ProcessInfo.processInfo.environment["LOCKSTEP_SANITIZER"] == nil

    private func tool() throws -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        for folder in [own.deletingLastPathComponent(), Bundle.main.bundleURL] {
            let path = folder.appending(path: "lockstep").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// Runs the tool, with its output thrown away, and asks the system again and again how much
    /// memory it has had at most.
    private func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: try tool())
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var most = 0
        while process.isRunning {
            let path = "/proc/\(process.processIdentifier)/status"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            // Until it is another program, it is a copy of this one.
            if text.hasPrefix("Name:\tlockstep\n"), let line = text.firstRange(of: "VmHWM:") {
                let digits = text[line.upperBound...].drop { $0 == " " || $0 == "\t" }
                most = max(most, Int(digits.prefix { $0.isNumber }) ?? 0)
            }
            usleep(500)
        }
        process.waitUntilExit()
        return Outcome(
            code: process.terminationReason == .exit ? process.terminationStatus : -1,
            mebibytes: most / 1024)
    }

    /// A log whose one block has any raw length and any frame.
    private func log(rawLength: Int, frame: [UInt8]) -> [UInt8] {
        func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
            (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        func sealed(_ frame: [UInt8]) -> [UInt8] { frame + bytes(Checksum.crc32c(frame)) }
        var head: [UInt8] = bytes(0x184D_2A50 as UInt32) + bytes(32 as UInt32)
        head +=
            Array("LKA1".utf8) + bytes(0 as UInt32) + bytes(7 as UInt64)
            + Array("{}          ".utf8)
        head = sealed(head)
        var block: [UInt8] = bytes(0x184D_2A51 as UInt32) + bytes(128 as UInt32)
        block += Array("LKB1".utf8) + bytes(0 as UInt32) + bytes(0 as UInt64)
        block += bytes(UInt32(rawLength)) + bytes(UInt32(frame.count))
        block += bytes(1 as UInt32) + bytes(0 as UInt32) + bytes(1 as UInt64)
        block += bytes(0 as UInt64) + bytes(0 as UInt64) + bytes(1 as UInt64) + bytes(7 as UInt64)
        block += [UInt8](repeating: 0, count: 32) + head.suffix(4) + bytes(Checksum.crc32c(frame))
        block += bytes(0 as UInt64) + bytes(0 as UInt32)
        return head + sealed(block) + frame
    }

    /// A frame that says 8 MiB and unpacks to 2 GiB: blocks of one byte, 131,072 times each.
    private var bomb: [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA4, 0, 0, 0x80, 0]
        for number in 0..<(1 << 14) {
            let header = (1 << 17) << 3 | 1 << 1 | (number == 1 << 14 - 1 ? 1 : 0)
            frame += [
                UInt8(truncatingIfNeeded: header), UInt8(truncatingIfNeeded: header >> 8),
                UInt8(truncatingIfNeeded: header >> 16), 0,
            ]
        }
        return frame + [0, 0, 0, 0]
    }

    @Test(
        "a small file that unpacks to gigabytes is refused and takes no memory",
        .enabled(if: isPlain))
    func bombs() throws {
        try withScratch { folder in
            let path = folder + "/bomb.lka"
            let bytes = log(rawLength: 8 << 20, frame: bomb)
            #expect(bytes.count < 70_000)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            for command in [["audit", "verify", path], ["dump", path], ["audit", "stat", path]] {
                let outcome = try run(command)
                #expect(outcome.code >= 0 && outcome.code <= 2, "\(command)")
                #expect(outcome.mebibytes <= 64, "\(command)")
            }
            #expect(try run(["audit", "verify", path]).code == 1)
        }
    }

    @Test("blocks of 8 MiB and a flood of names are read in 64 MiB", .enabled(if: isPlain))
    func large() throws {
        try withScratch { folder in
            let path = folder + "/large.lka"
            let log = try SpecimenLog(block: 8 << 20)
            try log.topic(32, "text", [.init("text", .string)])
            let text = String(repeating: "x", count: (1 << 20) - 64)
            for _ in 0..<24 { try log.row(32, [.string(text)]) }
            for _ in 0..<400_000 { try log.symbol("n") }
            try Data(try log.end()).write(to: URL(fileURLWithPath: path))
            for command in [["audit", "verify", path], ["audit", "stat", path]] {
                let outcome = try run(command)
                #expect(outcome.code == 0, "\(command)")
                #expect(outcome.mebibytes <= 64, "\(command): \(outcome.mebibytes) MiB")
            }
        }
    }

    @Test("lengths and counts that promise the impossible are refused before memory is taken")
    func lengths() throws {
        let whole = try SpecimenBank.all[0].bytes()
        // Every stretch of four and of eight bytes becomes the greatest number.
        for width in [4, 8] {
            for place in stride(from: 0, to: whole.count - width, by: 2) {
                var bytes = whole
                bytes.replaceSubrange(
                    place..<place + width, with: [UInt8](repeating: 0xFF, count: width))
                guard let found = try? AuditVerifier.verify(bytes: bytes) else { continue }
                #expect(!found.status.isClosed, "\(width) bytes at \(place)")
            }
        }
    }
}

import Foundation
import LockstepAudit
import LockstepSpecimens
import Testing

/// What the fuzzer begins with, and every input that once found something.
@Suite struct FuzzCorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors/fuzz").path

    @Test("no kept input finds anything", arguments: FuzzTarget.allCases)
    func kept(target: FuzzTarget) throws {
        let place = Self.folder + "/" + target.rawValue
        let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
        #expect(!names.isEmpty)
        for name in names {
            let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place + "/" + name)))
            do { try target.run(input) } catch { Issue.record("\(target) \(name): \(error)") }
        }
    }

    @Test("what is signed is a log like any other: closed, and with the records of its input")
    func signed() throws {
        for (target, inputs) in try FuzzSeeds.all() where target == .signed {
            for (name, input) in inputs where name.hasSuffix("-closed") {
                let verified = try AuditVerifier.verify(bytes: try FuzzTarget.log(from: input))
                #expect(
                    verified.status.isClosed || name.hasPrefix("empty"), "\(name): \(verified)")
            }
        }
    }
}

import Foundation
import Glibc
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepFiles
import LockstepModel
import LockstepScenarios
import Synchronization
import Testing

/// A file system of some pages, where mounting is allowed.
enum SmallDisk {
    static let isAllowed: Bool = {
        do {
            return try withScratch { directory in
                guard mount(at: directory, kilobytes: 64) else { return false }
                unmount(directory)
                return true
            }
        } catch {
            return false
        }
    }()

    static func mount(at path: String, kilobytes: Int) -> Bool {
        run(["mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
    }

    static func unmount(_ path: String) { _ = run(["umount", path]) }

    private static func run(_ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

@Suite struct RunDirectoryTests {
    private static let facts = RunFacts(
        program: "lockstep 0", versions: [("swift", "6")], host: "here", now: { 0 })

    @Test func `the manifest is there first and the result last`() throws {
        try withScratch { directory in
            let path = directory + "/run"
            let seen = Mutex<[[String]]>([])
            @Sendable func look() {
                let names = try? FileManager.default.contentsOfDirectory(atPath: path)
                seen.withLock { $0.append((names ?? []).sorted()) }
            }
            var configuration = try Formats.inMemory()
            configuration.services = [
                ServicePlan { loop, _ in
                    look()
                    return Watcher(on: loop, Topics.lifecycle) { _, _ in look() }
                }
            ]
            _ = try Backtest(configuration).runHere(
                in: RunDirectory.create(exactly: path), facts: Self.facts)
            look()
            let during = ["audit.lka", "equity.csv", "fills.csv", "manifest.json"]
            // While the services are made, at the start, at the end of the feed, and afterwards.
            let expected = [
                Array(during.dropFirst()), during, during, (during + ["result.json"]).sorted(),
            ]
            #expect(seen.withLock { $0 } == expected)
        }
    }

    @Test func `equal runs write equal text files, watched or not`() throws {
        try withScratch { directory in
            let backtest = try Backtest(RecordStreamTests.configuration())
            for name in ["a", "b"] {
                _ = try backtest.runHere(
                    in: RunDirectory.create(exactly: directory + "/" + name), facts: Self.facts)
            }
            for file in ["equity.csv", "fills.csv", "result.json", "manifest.json"] {
                let first = try Data(contentsOf: URL(filePath: directory + "/a/" + file))
                #expect(try Data(contentsOf: URL(filePath: directory + "/b/" + file)) == first)
                #expect(first.count > 100)
            }
        }
    }

    @Test func `the wall clock decides nothing, be it far away, standing or going back`() throws {
        try withScratch { directory in
            let backtest = try Backtest(RecordStreamTests.configuration())
            let steps = Atomic(Int64(0))
            let clocks: [@Sendable () -> Int64] = [
                { 0 }, { .min }, { .max }, { -1 }, { 1_483_228_799_999_999_999 },
                { steps.subtract(86_400_000_000_000, ordering: .relaxed).newValue },
            ]
            var digests: Set<String> = []
            for (place, clock) in clocks.enumerated() {
                let facts = RunFacts(program: "lockstep 0", versions: [], host: "", now: clock)
                let result = try backtest.runHere(
                    in: RunDirectory.create(exactly: directory + "/\(place)"), facts: facts)
                digests.insert(try #require(result.digest).description)
                for file in ["equity.csv", "fills.csv", "result.json"] {
                    let first = try Data(contentsOf: URL(filePath: directory + "/0/" + file))
                    let bytes = try Data(contentsOf: URL(filePath: directory + "/\(place)/" + file))
                    #expect(bytes == first)
                }
            }
            #expect(digests.count == 1)
        }
    }

    @Test func `a failed run writes its result too, and says where it failed`() throws {
        try withScratch { directory in
            let configuration = try Stage.configuration(
                [Stage.bars(Stage.three)], [Stage.script(["frame@2 throw"])])
            #expect(throws: BacktestError.self) {
                try Backtest(configuration).runHere(
                    in: RunDirectory.create(exactly: directory + "/run"), facts: Self.facts)
            }
            let bytes = try Data(contentsOf: URL(filePath: directory + "/run/result.json"))
            let tree = try #require(
                try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            #expect(tree["status"] as? String == "failed")
            let error = try #require(tree["error"] as? [String: Any])
            #expect(Set(error.keys) == ["message", "step", "sequence", "service"])
            #expect(error["step"] as? Int == 2)
            #expect(error["service"] as? String == "strategies")
        }
    }

    @Test func `a text file that cannot be made begins no run`() throws {
        try withScratch { directory in
            let run = try RunDirectory.create(exactly: directory + "/run")
            try Data().write(to: URL(filePath: run.path(of: "fills.csv")))
            let error = #expect(throws: BacktestError.self) {
                try Backtest(Formats.inMemory()).runHere(in: run, facts: Self.facts)
            }
            guard case .output(FilesError.targetExists(let path))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(path == run.path(of: "fills.csv"))
        }
    }

    @Test(.enabled(if: SmallDisk.isAllowed), arguments: [true, false])
    func `a full disk fails the run, and the log is right up to its last whole block`(
        _ hasLog: Bool
    ) throws {
        try withScratch { directory in
            let path = directory + "/disk"
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            try #require(SmallDisk.mount(at: path, kilobytes: 128))
            defer { SmallDisk.unmount(path) }
            // Every step marks what is held, so that both the log and the equity grow.
            var configuration = try Stage.configuration(
                [Stage.walk(1, count: 20_000)], [Stage.script(["frame@1 buy 1 1"])])
            configuration.audit.isEnabled = hasLog
            configuration.audit.block = 4096
            let error = #expect(throws: BacktestError.self) {
                try Backtest(configuration).runHere(
                    in: RunDirectory.create(exactly: path + "/run"), facts: Self.facts)
            }
            guard case .runFailed(let result)? = error, let failure = result.failure else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.message.contains("No space left on device"), "\(failure.message)")
            #expect(!failure.message.contains("\n"))
            #expect(!RunDirectory.exists(path + "/run/result.json.tmp"))
            if hasLog {
                let verified = try AuditVerifier.verify(path: path + "/run/audit.lka")
                #expect(verified.records > 100)
                switch verified.status {
                case .torn, .closed(.failed): break
                default: Issue.record("\(verified.status)")
                }
            } else {
                #expect(failure.cause is FilesError)
            }
        }
    }
}

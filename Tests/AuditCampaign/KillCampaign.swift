import Foundation
import LockstepAudit
import LockstepModel

/// Kills runs at random moments while their logs are being followed, and reads what they leave.
///
/// With one seed the moments are the same; where they fall in the run is up to the machine.
struct KillCampaign {
    /// What became of the runs.
    private struct Tally {
        var before = 0
        var torn = 0
        var closed = 0
        var blocks: UInt64 = 0
        var followed = 0
        var shown = 0
        var violations = 0
    }

    private let tool: URL
    private let configuration: String
    private let scratch: String
    private var tally = Tally()
    private var random = RandomStream(seed: 1, component: "kills")
    private var whole: [UInt8] = []
    private var lines: [Substring] = []
    private var records: [AuditRecord] = []
    private var duration = 0.0

    /// Prepares the campaign beside the tool that it kills.
    init(configuration: String) throws {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        tool = own.deletingLastPathComponent().appending(path: "lockstep")
        self.configuration = configuration
        scratch = NSTemporaryDirectory() + "lockstep-kills-" + UUID().uuidString
    }

    /// Kills so many runs.
    ///
    /// - Returns: Whether every log that was left is the beginning of the finished one.
    mutating func run(_ count: Int) throws -> Bool {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try finish()
        for number in 1...count {
            try kill(number)
            if number % 100 == 0 { tell(number) }
        }
        tell(count)
        return tally.violations == 0
    }

    private func tell(_ count: Int) {
        print(
            "\(count) runs killed: \(tally.before) before their log began, \(tally.torn) in the middle, "
                + "\(tally.closed) too late; \(tally.blocks) blocks, \(tally.followed) followed with "
                + "\(tally.shown) records shown; \(tally.violations) violations")
    }

    /// The run that nobody kills.
    private mutating func finish() throws {
        // The quickest of three, so that few runs are over before their moment has come.
        duration = .infinity
        for name in ["/first", "/second", "/whole"] {
            let begin = ContinuousClock.now
            let run = try start(["run"] + arguments(scratch + name))
            run.waitUntilExit()
            let elapsed = (ContinuousClock.now - begin).components
            duration = min(
                duration, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
            guard run.terminationStatus == 0 else {
                throw CocoaError(.executableLoad, userInfo: [NSFilePathErrorKey: configuration])
            }
        }
        whole = try bytes(scratch + "/whole/audit.lka")
        let reader = try AuditLogReader(bytes: whole)
        while let record = try reader.next() { records.append(record) }
        let text = scratch + "/whole.txt"
        try start(["dump", scratch + "/whole/audit.lka"], to: text).waitUntilExit()
        lines = String(decoding: try bytes(text), as: UTF8.self).split(separator: "\n")
        print(
            "a whole run takes \(duration) s and has \(lines.count) records, \(whole.count) bytes")
    }

    private func arguments(_ folder: String) -> [String] {
        [
            configuration, "--out", folder, "--reproducible", "--quiet",
            "--set", "audit.block=1024", "--set", "audit.sync=block",
        ]
    }

    private mutating func kill(_ number: Int) throws {
        let folder = scratch + "/\(number)"
        let log = folder + "/audit.lka"
        let shown = scratch + "/\(number).txt"
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            try? FileManager.default.removeItem(atPath: shown)
        }
        let moment = random.unit() * duration * 1.05
        let begin = ContinuousClock.now
        let run = try start(["run"] + arguments(folder))
        var tail: Process?
        while ContinuousClock.now - begin < .seconds(moment) {
            if tail == nil, FileManager.default.fileExists(atPath: log) {
                // One of twenty goes on until nothing more comes, and must have shown everything.
                let idle = number % 20 == 0 ? ["--idle", "1"] : []
                tail = try start(
                    ["audit", "tail", "-f", "-n", "1000000000", log] + idle, to: shown)
            }
            usleep(200)
        }
        Foundation.kill(run.processIdentifier, SIGKILL)
        run.waitUntilExit()
        let accepted = try examine(log, number)
        guard let tail else { return }
        if number % 20 != 0 {
            usleep(20_000)
            tail.terminate()
        }
        tail.waitUntilExit()
        try compare(tail, shown, accepted, isWhole: number % 20 == 0, number)
    }

    /// Reads what a killed run left.
    private mutating func examine(_ log: String, _ number: Int) throws -> Int {
        guard FileManager.default.fileExists(atPath: log) else {
            tally.before += 1
            return 0
        }
        let left = try bytes(log)
        if !whole.starts(with: left) { violation(number, "is no beginning of the finished log") }
        let verified = try AuditVerifier.verify(bytes: left)
        tally.blocks += verified.blocks
        switch verified.status {
        case .torn: tally.torn += 1
        case .closed:
            tally.closed += 1
            if left != whole { violation(number, "is taken for whole") }
        case .corrupt(let damage): violation(number, "is taken for corrupt \(damage)")
        }
        var found: [AuditRecord] = []
        let reader = try AuditLogReader(bytes: left)
        while let record = try reader.next() { found.append(record) }
        if !records.starts(with: found) || found.count != Int(verified.records) {
            violation(number, "has other records than the finished log")
        }
        return found.count
    }

    /// Compares what was shown while the run went on with the log.
    private mutating func compare(
        _ tail: Process, _ path: String, _ accepted: Int, isWhole: Bool, _ number: Int
    ) throws {
        let text = String(decoding: try bytes(path), as: UTF8.self)
        var shown = text.split(separator: "\n")
        // Whoever is ended while writing may end within a line.
        if !text.hasSuffix("\n"), !shown.isEmpty { shown.removeLast() }
        tally.followed += 1
        tally.shown += shown.count
        if !lines.starts(with: shown) || shown.count > accepted {
            violation(number, "was shown otherwise than it is")
        }
        if isWhole, shown.count != accepted {
            violation(number, "was shown up to \(shown.count) of \(accepted)")
        }
        if tail.terminationReason == .exit, ![0, 1, 143].contains(tail.terminationStatus) {
            violation(number, "made tail end with \(tail.terminationStatus)")
        }
    }

    private mutating func violation(_ number: Int, _ what: String) {
        tally.violations += 1
        print("run \(number): the log \(what)")
    }

    private func start(_ arguments: [String], to path: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = tool
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if let path {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
        }
        try process.run()
        return process
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}

import Foundation
import LockstepBacktest
import LockstepFiles
import LockstepStrategy

@testable import LockstepCLI

/// A place in a run where the system is called: the ordinal counts equal calls of one file from 1.
struct FaultPoint: Hashable, Comparable, CustomStringConvertible {
    let operation: String
    let file: String
    let ordinal: Int

    var description: String { "\(operation) \(ordinal) of \(file)" }

    static func < (left: Self, right: Self) -> Bool {
        (left.file, left.operation, left.ordinal) < (right.file, right.operation, right.ordinal)
    }
}

/// Writes down the calls of a run, and lets one of them go wrong.
final class CallLedger: Sendable {
    /// How a call goes wrong.
    enum Mode: Sendable, CaseIterable {
        case interrupted, short, ioError, diskFull, noDescriptor

        /// What the system says; nil where the call is made.
        var code: Int32? {
            switch self {
            case .interrupted: EINTR
            case .ioError: EIO
            case .diskFull: ENOSPC
            case .noDescriptor: EMFILE
            case .short: nil
            }
        }

        /// Whether a call can go wrong in that way.
        func concerns(_ operation: String) -> Bool {
            switch self {
            case .short: ["read", "write"].contains(operation)
            case .diskFull: ["create", "write", "sync", "makeDirectory"].contains(operation)
            case .noDescriptor: ["create", "open", "sync"].contains(operation)
            case .interrupted: operation != "thread"
            case .ioError: true
            }
        }
    }

    private struct State {
        var counts: [FaultPoint: Int] = [:]
        var points: [FaultPoint] = []
        var isFull = false
    }

    private let root: String
    private let target: FaultPoint?
    private let mode: Mode
    private let isSlow: Bool
    /// A lock that thread checkers know, since the threads of a run meet here.
    private let state = Monitor(State())

    /// - Parameters:
    ///   - root: The directory of the test, left out of names.
    ///   - target: The call that goes wrong; nil for none.
    ///   - mode: How.
    ///   - slow: Whether every call takes a while.
    init(
        below root: String, target: FaultPoint? = nil, mode: Mode = .short, slow: Bool = false
    ) {
        isSlow = slow
        self.root = root
        self.target = target
        self.mode = mode
    }

    /// The calls so far.
    var points: [FaultPoint] { state.withLock { $0.points } }

    /// The plan for the file layer.
    var plan: FaultPlan { FaultPlan { self.fault(at: $0) } }

    private func fault(at call: FaultPlan.Call) -> FaultPlan.Fault? {
        let (operation, file) =
            switch call {
            case .file(let operation, let path): ("\(operation)", name(of: path))
            case .thread: ("thread", "")
            }
        let (point, isFull) = state.withLock { state in
            let kind = FaultPoint(operation: operation, file: file, ordinal: 0)
            state.counts[kind, default: 0] += 1
            let point = FaultPoint(
                operation: operation, file: file, ordinal: state.counts[kind] ?? 0)
            state.points.append(point)
            if point == target, mode == .diskFull {
                // From here on the disk is full; half of what is written still fits.
                state.isFull = true
                return (point, operation != "write")
            }
            return (point, state.isFull && mode.concerns(operation))
        }
        if isSlow { usleep(2000) }
        if isFull { return .failure(ENOSPC) }
        guard point == target else { return nil }
        switch mode {
        case .short, .diskFull: return .short
        default: return mode.code.map { .failure($0) }
        }
    }

    /// A path below the test's directory, with the names aside of whole files made equal.
    private func name(of path: String) -> String {
        guard path.hasPrefix(root) else { return path }
        let name = path.dropFirst(root.count + 1)
        guard name.hasSuffix(".tmp") else { return String(name) }
        return name.split(separator: ".").dropLast(2).joined(separator: ".") + ".tmp"
    }
}

/// A run of two instruments over some days, as `lockstep run` makes it, but on the calling thread.
struct FaultyRun {
    let code: ExitCode
    let complaint: String?
    let directory: String

    static let days = 24

    /// Writes what goes into the runs of a test.
    static func prepare(_ scratch: Scratch) throws {
        for (symbol, phase) in [("A", 0), ("B", 5)] {
            var text = "timestamp,open,high,low,close,volume\n"
            for day in 0..<days {
                // Up and down by a unit a day, with the turns of B some days after those of A.
                let price = 20 + abs((day + phase) % 10 - 5)
                text += "2020-01-\(day < 9 ? "0" : "")\(day + 1),\(price).00,\(price + 1).00,"
                text += "\(price - 1).00,\(price).50,100\n"
            }
            try scratch.write(text, "\(symbol).csv")
        }
        let second = """
            [[instruments]]
            symbol = "B"
            venue = "sim"
            currency = "USD"
            tick_size = "0.01"
            lot = "1"
            [[data]]
            instrument = "B"
            path = "B.csv"
            interval = "1d"
            stamp = "open"
            [[strategies]]
            name = "second"
            use = "MovingAverageCross"
            account = "main"
            parameters = { symbol = "B", fast = 2, slow = 4, lots = 3 }
            [audit]
            block = 2048
            sync = "block"
            """
        try scratch.write(
            Sample.configuration(
                use: "MovingAverageCross",
                parameters: "symbol = \"A\", fast = 2, slow = 4, lots = 2", extra: second),
            "a.toml")
    }

    /// Runs into a new directory.
    init(_ scratch: Scratch, into name: String, _ ledger: CallLedger) throws {
        directory = scratch(name)
        var demands = PreparedRun.Demands()
        demands.isReproducible = true
        let registry = try StrategyRegistry.builtIn()
        (code, complaint) = ledger.plan.apply { [directory] in
            do throws(CommandError) {
                let run = try PreparedRun(reading: scratch("a.toml"), demands, registry)
                let outcome = run.execute(
                    in: directory, progress: RunProgress(), cancellation: RunCancellation())
                return (outcome.exitCode(stop: nil), outcome.complaint)
            } catch {
                return (error.exitCode, error.description)
            }
        }
    }

    /// The names of all files of the run.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    /// The content of a file; nil where there is none.
    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: directory + "/" + name).map { [UInt8]($0) }
    }

    /// Descriptors of this process for files below a directory.
    static func openFiles(below directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { number in
            // One that was closed since the list was made names nothing.
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number)
        }.filter { $0.hasPrefix(directory) }
    }
}

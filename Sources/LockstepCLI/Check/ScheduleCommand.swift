import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepFiles
import LockstepStrategy

/// `check schedule`: one backtest under many schedules, which must all give one digest.
struct ScheduleCommand {
    static let syntax = CommandSyntax(
        name: "schedule",
        summary: "Run a backtest under many schedules; all must give the same digest.",
        discussion: [
            "A run delivers events in one canonical order. Here a seed decides instead which service "
                + "takes its next event first and which suspended one goes on, with everything that "
                + "may run side by side running side by side. A digest that changes means that a "
                + "strategy or service keeps state where others change it, or decides by who came "
                + "first.",
            "Where digests differ, the log of the plain run and that of the first seed that differs "
                + "are kept, and the first different event is shown.",
            "Exit codes: 0 one digest, 1 more than one, 64 usage, 65 bad data, 66 input missing, 70 "
                + "the run cannot be made, 78 configuration. A backtest that fails is compared like "
                + "any other: up to its failure.",
        ],
        operands: [.init("CONFIG", "A configuration in TOML.", of: .files)],
        options: [
            .value("seeds", "N", "How many schedules: seeds 0 to N - 1; 100 unless told."),
            .value("seed", "S", "Only the schedule of this seed."),
            .value(
                "set", "PATH=VALUE", "Override a value of the configuration.", isRepeated: true),
            .value("jobs", "N", "How many runs at once; as many as there are cores unless told."),
            .value(
                "out", "DIR",
                "Where the logs go if digests differ; the next free runs/NAME-schedules-001 unless "
                    + "told.", of: .directories),
        ])

    private let arguments: Arguments
    private let console: Console
    private let run: PreparedRun
    private let seeds: ClosedRange<UInt64>
    private let jobs: Int

    /// Takes the arguments and reads the configuration.
    ///
    /// - Parameters:
    ///   - arguments: What was found on the command line.
    ///   - registry: The strategies there are.
    ///   - own: What else the program adds to runs.
    ///   - console: Where results and messages go.
    ///   - program: The program, as it was called.
    /// - Throws: ``CommandError``.
    init(
        _ arguments: Arguments, _ registry: StrategyRegistry, _ own: OwnParts, _ console: Console,
        program: String
    ) throws(CommandError) {
        if arguments.value("seed") != nil, arguments.value("seeds") != nil {
            throw .usage(
                command: arguments.commandText, message: "--seed and --seeds exclude each other.")
        }
        // An Int: a range of more seeds than that could not be counted.
        let count = try arguments.number("seeds", from: 1) ?? 100
        let seed = try arguments.number("seed", from: UInt64(0))
        seeds = seed.map { $0...$0 } ?? 0...UInt64(count - 1)
        jobs = try arguments.number("jobs", from: 1) ?? MachineFacts.cores
        if let out = arguments.value("out"), RunDirectory.exists(out) {
            throw .other(.cannotCreate, message: FilesError.targetExists(path: out).description)
        }
        self.arguments = arguments
        self.console = console
        run = try PreparedRun(
            reading: arguments.operands[0],
            PreparedRun.Demands(overrides: try arguments.overrides, program: program, own: own),
            registry)
    }

    /// Runs everything and tells what came out.
    ///
    /// - Returns: ``ExitCode/finding`` when digests differ.
    /// - Throws: ``CommandError``.
    func perform() throws(CommandError) -> ExitCode {
        let check: ScheduleCheck
        let report: ScheduleCheck.Report
        let display = ScheduleDisplay(total: seeds.count, on: console.error)
        do {
            check = try ScheduleCheck(run.backtest)
            report = try check.run(seeds: seeds, jobs: jobs, look: display.show)
        } catch {
            display.clear()
            throw .other(
                ExitCode(of: error), message: PreparedRun.message(of: error, in: run.path))
        }
        display.clear()
        try console.output.write(text(report))
        guard let diverging = report.firstDiverging else {
            try console.output.flush()
            return .success
        }
        do {
            try console.output.write(try difference(check.backtest, Schedule(seed: diverging)))
        } catch let error as CommandError {
            throw error
        } catch {
            throw .other(ExitCode(of: error), message: "\(error)")
        }
        try console.output.flush()
        return .finding
    }

    private func text(_ report: ScheduleCheck.Report) -> String {
        var lines = ["Backtest       \(run.name) (\(run.path))"]
        if seeds.count == 1 {
            lines.append("Schedule       \(Schedule(seed: seeds.lowerBound))")
            lines.append("Choices        \(report.choices)")
        } else {
            lines.append("Schedules      \(report.schedules) (seeds 0 to \(seeds.upperBound))")
            let mean = report.choices / UInt64(report.schedules)
            lines.append(
                "Interleavings  \(report.interleavings) different, \(mean) choices a run")
        }
        if let failure = report.plain.failure {
            lines.append("The run fails  \(Console.line(failure.message))")
        }
        lines.append("Plain digest   \(Self.text(report.plain.digest))")
        for group in report.groups where seeds.count > 1 || report.groups.count > 1 {
            lines.append(
                "\(group.schedules) × \(Self.text(group.digest)), first with seed "
                    + "\(group.firstSeed)")
        }
        if report.isIndependent {
            lines.append(
                report.choices == 0
                    ? "There was nothing to choose: this says nothing about the run."
                    : "Digests agree: the run does not depend on the schedule.")
        } else {
            lines.append("DIGESTS DIFFER: the run depends on the schedule.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ digest: SHA256Digest?) -> String { digest?.description ?? "none" }

    /// Writes the plain log and that of a schedule, and tells where they part.
    private func difference(_ backtest: Backtest, _ schedule: Schedule) throws -> String {
        let directory: RunDirectory
        if let out = arguments.value("out") {
            directory = try .create(exactly: out)
        } else {
            directory = try .nextFree(below: "runs", name: "\(run.name.prefix(100))-schedules")
        }
        let plain = directory.path(of: "plain.lka")
        let other = directory.path(of: "seed-\(schedule.seed).lka")
        _ = try backtest.runHere(schedule: .inOrder, auditLog: plain)
        _ = try backtest.runHere(schedule: schedule, auditLog: other)
        let logs = "Logs           \(plain)\n               \(other)\n"
        let again = "Again          check schedule \(run.path) --seed \(schedule.seed)\n"
        guard
            let found = try FirstDifference.find(
                AuditLogReader(path: plain), AuditLogReader(path: other))
        else {
            return "Run again, seed \(schedule.seed) gave the plain digest: the run depends on "
                + "something else than the schedule.\n" + logs + again
        }
        return """
            First different event, in step \(found.step):
              plain  \(found.one ?? "(the log has ended)")
              seed   \(found.other ?? "(the log has ended)")
            \(logs)\(again)
            """
    }
}

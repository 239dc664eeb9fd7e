import FoundationEssentials

/// What the command line runs.
enum Program {
    /// Runs what the arguments ask for.
    ///
    /// - Parameter arguments: The command line without the program's name.
    /// - Returns: The number with which the program ends.
    /// - Throws: What keeps it from going on.
    static func run(_ arguments: [String]) throws -> Int32 {
        if arguments.first == "--peak-memory", arguments.count == 3, let bars = Int(arguments[1]) {
            try MemoryBenchmarks.child(bars: bars, scratch: arguments[2])
            return 0
        }
        let options = try Options(arguments)
        if options.isHelp {
            say(Options.usage)
            return 0
        }
        // First of all: what is not there is told before minutes are spent.
        let baseline = try options.baseline.map(Report.read)
        for path in [options.json, options.record.map { $0 + "/baseline" }].compactMap({ $0 }) {
            try Report.checkFolder(of: path)
        }
        if let other = options.with, let baseline {
            return try compare(baseline, Report.read(other), options) ? 0 : 1
        }
        say(Machine.description)
        if Machine.isDebugBuild {
            say("A debug build: its figures say nothing. Use swift run -c release Benchmarks.")
        }
        return try inScratchFolder { scratch in
            if let events = options.memoryEvents {
                return try Soak.run(events: events, scratch: scratch) ? 0 : 1
            }
            return try measure(options, baseline, scratch)
        }
    }

    private static func measure(
        _ options: Options, _ baseline: Report?, _ scratch: String
    ) throws -> Int32 {
        var suite = Suite(filter: options.filter, samples: options.samples)
        let data = WorkData(folder: options.data)
        if options.data != Options.defaultData {
            try data.checkFolder()
        } else if WorkData.users.contains(where: suite.wants) {
            try data.make()
        }
        try BusBenchmarks.run(&suite)
        try EngineBenchmarks(data: data, scratch: scratch).run(&suite)
        try AuditBenchmarks(data: data, scratch: scratch).run(&suite)
        try StressBenchmark.run(&suite, data: data, scratch: scratch)
        try AllocationBenchmarks(data: data, scratch: scratch).run(&suite)
        try OutcomeBenchmarks.run(&suite)
        try BookBenchmarks.run(&suite)
        try BarBenchmarks.run(&suite)
        try MemoryBenchmarks.run(&suite, scratch: scratch)

        let report = suite.report(command: options.command)
        if report.results.isEmpty, suite.checks == 0, suite.faults.isEmpty {
            throw BenchmarkError.usage("No figure was taken: no name has \(options.filter) in it.")
        }
        say(GoalTable.text(report))
        if let file = options.json { try report.write(to: file) }
        var isGood = suite.faults.isEmpty
        if let baseline, !report.results.isEmpty {
            isGood = try compare(baseline, report, options) && isGood
        }
        if let folder = options.baselines, !report.results.isEmpty {
            for (name, baseline) in try Report.reports(in: folder, of: report.machine) {
                say("\nBeside the baseline \(name)")
                say(try Comparison(baseline, report, tolerance: options.tolerance).text)
            }
        }
        for fault in suite.faults { say("WRONG: \(fault)") }
        if let folder = options.record, suite.faults.isEmpty {
            let file = "\(folder)/\(report.fileName)"
            try report.write(to: file)
            say("Recorded in \(file)")
        }
        return isGood ? 0 : 1
    }

    private static func compare(
        _ baseline: Report, _ report: Report, _ options: Options
    ) throws -> Bool {
        say("\nBefore: \(baseline.machine)\n        \(baseline.command)")
        say("Now:    \(report.machine)\n        \(report.command)")
        let comparison = try Comparison(baseline, report, tolerance: options.tolerance)
        say(comparison.text)
        return comparison.isGood
    }

    /// Gives a folder of its own to a piece of work, and removes it afterwards.
    private static func inScratchFolder(_ body: (String) throws -> Int32) throws -> Int32 {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lockstep-benchmarks-\(ProcessInfo.processInfo.processIdentifier)"
        ).path
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: scratch) } catch { say("\(error)") }
        }
        return try body(scratch)
    }
}

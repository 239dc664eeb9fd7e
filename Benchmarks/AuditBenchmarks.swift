import Glibc
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepStrategy

/// The audit log alone: what writing and checking a record costs, and what it costs a run.
///
/// Writing is what a run with the log takes more than the same run without it, so that neither the
/// bus nor the services count. Times are those of the processor, all threads together, but for the
/// slowdown, which is one of the clock.
struct AuditBenchmarks {
    let data: WorkData
    /// Where logs are written.
    let scratch: String

    static let write = "audit/write"
    static let verify = "audit/verify"
    static let size = "audit/bytes-per-record"
    static let loop = "audit/loop-ns-per-record"
    static let total = "audit/total-ns-per-record"
    static let slowdown = "audit/slowdown-at-1us"

    /// Minutes of the stream: two million records.
    private static let minutes = 26_000

    func run(_ suite: inout Suite) throws {
        try stream(&suite)
        try shares(&suite)
        try slowdown(&suite)
    }

    private var path: String { "\(scratch)/stream.lka" }

    // MARK: The stream

    private func stream(_ suite: inout Suite) throws {
        guard [Self.write, Self.verify, Self.size].contains(where: suite.wants) else { return }
        var writing: [Double] = []
        var checking: [Double] = []
        var summary: AuditLogSummary?
        for sample in 0...suite.samples {
            let (alone, _) = try streamSeconds(audit: false)
            let (audited, written) = try streamSeconds(audit: true)
            let start = Machine.processorTime
            let found = try AuditVerifier.verify(path: path)
            let checked = Machine.processorTime - start
            guard let written, found.status.isClosed, found.digest == written.digest else {
                return suite.fail("\(Self.verify): \(found.message)")
            }
            summary = written
            // The first one warms up.
            if sample == 0 { continue }
            writing.append(max(audited - alone, 1e-9))
            checking.append(checked)
        }
        guard let summary else { return }
        let count = Int(summary.records)
        if suite.wants(Self.write) {
            suite.addRate(Self.write, unit: "records", count: count, writing)
        }
        if suite.wants(Self.verify) {
            suite.addRate(Self.verify, unit: "records", count: count, checking)
        }
        if suite.wants(Self.size) {
            let stored = Double(summary.storedBytes) / Double(count)
            suite.addAmount(Self.size, unit: "bytes", count: count, [stored])
            let raw = Measurement.text(Double(summary.rawBytes) / Double(count))
            suite.note("\(raw) bytes before they are compressed")
        }
    }

    /// The stream once.
    private func streamSeconds(
        audit: Bool
    ) throws -> (seconds: Double, log: AuditLogSummary?) {
        // Safe because: the string outlives the call; a missing file is no error here.
        _ = unsafe unlink(path)
        let path = path
        let loop = RunExecutor()
        return try loop.run { _ in
            let bus = EventBus(on: loop)
            try await Topics.register(on: bus)
            try await bus.register(StreamBar.topic, name: "bar")
            let stream = LogStream(on: loop)
            try await stream.join(bus)
            let desk = LogDesk(on: loop)
            try await bus.connect(desk, try bus.port(for: desk))
            var runner: AuditRunner?
            let start = Machine.processorTime
            if audit {
                let writer = try AuditLogWriter(
                    creating: path, manifest: AuditManifest(run: "stream", toolVersion: "1"),
                    settings: AuditLogSettings(sync: .none))
                let made = AuditRunner(on: loop, writer: writer)
                try await bus.connect(made, try bus.port(for: made))
                runner = made
            }
            try await stream.setUp()
            try await stream.drive(steps: Self.minutes)
            try await stream.close()
            let summary = try await runner?.finish(.completed)
            return (Machine.processorTime - start, summary)
        }
    }

    // MARK: What a run pays

    /// What a record costs a run of W2: on its own thread, and on both.
    private func shares(_ suite: inout Suite) throws {
        guard [Self.loop, Self.total].contains(where: suite.wants) else { return }
        guard let bars = try bars(suite) else { return }
        let backtest = try Work.backtest(bars, try Work.crosses(1), audit: true)
        let bare = try Work.backtest(bars, try Work.crosses(1))
        var (loop, total): ([Double], [Double]) = ([], [])
        var count = 0
        for sample in 0...suite.samples {
            let without = try Self.times { _ = try bare.runHere() }
            _ = unsafe unlink(path)
            var records = 0
            let with = try Self.times {
                records = Int(try backtest.runHere(auditLog: path).counters.events)
            }
            if sample == 0 { continue }
            count = records
            loop.append((with.thread - without.thread) * 1e9 / Double(records))
            total.append((with.process - without.process) * 1e9 / Double(records))
        }
        if suite.wants(Self.loop) { suite.addAmount(Self.loop, unit: "ns", count: count, loop) }
        if suite.wants(Self.total) { suite.addAmount(Self.total, unit: "ns", count: count, total) }
    }

    /// How much longer a run takes whose strategy works a microsecond in every step, in percent.
    private func slowdown(_ suite: inout Suite) throws {
        guard suite.wants(Self.slowdown), let bars = try bars(suite) else { return }
        let plans = [try StrategyPlan(Worker.self)]
        let backtest = try Work.backtest(bars, plans, audit: true)
        let bare = try Work.backtest(bars, plans)
        var percent: [Double] = []
        var count = 0
        for sample in 0...suite.samples {
            let start = Machine.now
            count = Int(try bare.runHere().counters.bars)
            let middle = Machine.now
            _ = unsafe unlink(path)
            _ = try backtest.runHere(auditLog: path)
            let end = Machine.now
            if sample == 0 {
                suite.note(
                    "a step of it takes \(Measurement.text((middle - start) * 1e9 / Double(count))) ns"
                )
                continue
            }
            percent.append(((end - middle) / (middle - start) - 1) * 100)
        }
        suite.addAmount(Self.slowdown, unit: "%", count: count, percent)
    }

    private func bars(_ suite: Suite) throws -> [DataSeries]? {
        let names = ["2m", "500k"].map(WorkData.Name.one)
        guard let names = names.first(where: data.has) else {
            suite.note("audit: left out, \(data.folder) has no bars (make bench makes them)")
            return nil
        }
        return try data.bars(names).map { DataSeries($0) }
    }

    private static func times(
        _ body: () throws -> Void
    ) throws -> (thread: Double, process: Double) {
        let (thread, process) = (Machine.threadTime, Machine.processorTime)
        try body()
        return (Machine.threadTime - thread, Machine.processorTime - process)
    }
}

/// Crosses averages as W2 does, and works about a microsecond for every bar besides.
struct Worker: Strategy {
    struct Parameters: StrategyParameters {
        /// Steps of a calculation in which each waits for the one before.
        var rounds = 700
    }

    private let rounds: Int
    private var cross: MovingAverageCross
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        rounds = parameters.rounds
        var crossing = MovingAverageCross.Parameters()
        crossing.symbol = "S1"
        cross = try MovingAverageCross(crossing, instruments)
    }

    var subscriptions: Subscriptions { cross.subscriptions }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        var value = state ^ UInt64(bitPattern: bar.close.ticks)
        for _ in 0..<rounds {
            value ^= value << 13
            value ^= value >> 7
            value ^= value << 17
        }
        state = value
        cross.onBar(bar, &context)
    }
}

import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Synchronization
import Testing

/// Counts the entries of a run's services, and does something at one of them.
final class EntryLedger: Sendable {
    struct OnPurpose: Error, CustomStringConvertible {
        var description: String { "thrown on purpose" }
    }

    struct Entry: Hashable {
        let service: String
        let topic: String
        let step: StepNumber
        let sequence: SequenceNumber
    }

    private let entries = Mutex<[Entry]>([])
    private let body: @Sendable (Int) throws -> Int

    /// - Parameter body: Gets the number of the entry, from 1; returns how often it gives way.
    init(_ body: @escaping @Sendable (Int) throws -> Int = { _ in 0 }) { self.body = body }

    var all: [Entry] { entries.withLock { $0 } }

    var plan: EntryPlan {
        EntryPlan { place in
            try self.enter(
                Entry(
                    service: place.service, topic: place.topic, step: place.step,
                    sequence: place.sequence))
        }
    }

    func enter(_ entry: Entry) throws -> Int {
        let number = entries.withLock { entries in
            entries.append(entry)
            return entries.count
        }
        return try body(number)
    }
}

/// Listens in one of the three forms, and in its own task enters again after a pause.
actor Listener: BusService {
    enum Form: CaseIterable { case inPlace, suspending, ownTask }

    nonisolated let name: String
    nonisolated let executor: RunExecutor
    private let form: Form
    private let ledger: EntryLedger
    private var port: BusPort?
    private var subscription: Subscription?

    init(on executor: RunExecutor, _ form: Form, _ ledger: EntryLedger) {
        name = "listener-\(form)"
        self.executor = executor
        self.form = form
        self.ledger = ledger
    }

    func connect(_ port: BusPort) throws {
        self.port = port
        switch form {
        case .inPlace:
            try port.forEach(Topics.decide) { _ in }
            try port.forEach(Topics.fill) { _ in }
        case .suspending:
            try port.forEach(Topics.decide) { _ async throws in await self.port?.pause() }
            try port.forEach(Topics.fill) { _ async throws in }
        case .ownTask:
            subscription = try port.subscribe([Topics.decide.id, Topics.fill.id])
        }
    }

    func run() async throws {
        guard let subscription else { return }
        var more: Void? = ()
        while more != nil {
            more = try await subscription.consume { delivery async throws in
                let entry = EntryLedger.Entry(
                    service: self.name,
                    topic: delivery.envelope(Topics.fill) == nil ? "frame" : "fill",
                    step: delivery.step, sequence: delivery.sequence)
                for _ in 0..<(try self.ledger.enter(entry)) { await self.port?.pause() }
                await self.port?.pause()
                for _ in 0..<(try self.ledger.enter(entry)) { await self.port?.pause() }
            }
        }
    }
}

/// Rows of the fault table about services: every entry of a small run throws, waits or is cancelled
/// once.
@Suite struct ServiceFaultTests {
    private static let steps = 12

    private static func configuration(_ ledger: EntryLedger) throws -> BacktestConfiguration {
        var configuration = try Stage.configuration(
            [
                Stage.walk(1, seed: 7, count: Int64(steps)),
                Stage.walk(2, seed: 8, count: Int64(steps)),
            ], instruments: 2,
            [
                Stage.script(
                    ["frame@2 buy 1 5", "frame@6 sell 1 5", "frame@7 wake 500"], name: "one"),
                Stage.script(
                    ["frame@3 buy 2 1 limit 1", "frame@4 buy 2 2", "frame@9 cancel 1"],
                    name: "two"),
            ])
        configuration.services = Listener.Form.allCases.map { form in
            ServicePlan { loop, _ in Listener(on: loop, form, ledger) }
        }
        return configuration
    }

    /// A run with the ledger's faults; its log lies at the path.
    private static func run(
        _ ledger: EntryLedger, log: String? = nil, cancellation: RunCancellation = RunCancellation()
    ) throws -> BacktestResult {
        let backtest = try Backtest(configuration(ledger))
        return try ledger.plan.apply {
            do {
                return try backtest.runHere(auditLog: log, cancellation: cancellation)
            } catch BacktestError.runFailed(let result) { return result }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a service that throws at its n-th event, all n, fails the run once and there`() throws {
        try withScratch { directory in
            let calm = EntryLedger()
            let whole = try Self.run(calm, log: directory + "/whole.lka")
            #expect(whole.status == .completed)
            let records = try Log(directory + "/whole.lka").records
            let entries = calm.all
            // In each of 12 steps the tap is shown five events or more, and every listener is
            // entered once or twice.
            #expect(entries.count > 12 * 9)
            for form in Listener.Form.allCases {
                #expect(entries.contains { $0.service == "listener-\(form)" })
            }
            for (place, entry) in entries.enumerated() {
                let path = directory + "/\(place).lka"
                let ledger = EntryLedger { number in
                    if number == place + 1 { throw EntryLedger.OnPurpose() }
                    return 0
                }
                let result = try Self.run(ledger, log: path)
                let failure = try #require(result.failure, "\(entry)")
                #expect(result.status == .failed)
                #expect(failure.cause is EntryLedger.OnPurpose, "\(entry): \(failure.message)")
                #expect(failure.service == entry.service)
                #expect(failure.step == entry.step)
                #expect(failure.sequence == entry.sequence, "\(entry)")
                #expect(
                    failure.message.contains("event \(entry.sequence.rawValue) (\(entry.topic))"),
                    "\(entry): \(failure.message)")
                // Nobody was called before it who was not called in the whole run, and nobody
                // afterwards but the tap, which is shown the rest.
                let seen = ledger.all
                #expect(seen.prefix(place + 1) == entries.prefix(place + 1))
                #expect(seen.dropFirst(place + 1).allSatisfy { $0.service == "audit" })
                try Self.check(path, entry, records, failure.message)
            }
        }
    }

    /// The log is that of the whole run up to the failure, and says how it ended.
    private static func check(
        _ path: String, _ entry: EntryLedger.Entry, _ records: [LogRecord], _ message: String
    ) throws {
        let log = try Log(path)
        #expect(log.status == .closed(.failed), "\(entry): \(String(describing: log.status))")
        #expect(try AuditVerifier.verify(path: path).status == .closed(.failed))
        if entry.service == "audit" {
            // What the log itself has missed cannot be made up for: it ends before.
            #expect(log.records.count == Int(entry.sequence.rawValue) - 1)
            #expect(records.starts(with: log.records))
            return
        }
        #expect(log.end?.name("status") == "failed")
        #expect(log.end?.text("reason") == message)
        // The event that was being delivered was published, so that the log has it.
        #expect(log.records.count > Int(entry.sequence.rawValue))
        #expect(records.starts(with: log.records.dropLast()), "\(entry)")
    }

    @Test func `a slow service changes nothing`() throws {
        let whole = try Self.run(EntryLedger())
        for seed in UInt64(1)...40 {
            let ledger = EntryLedger { number in
                // Some entries wait long, most do not: a product of the number and the seed.
                let dice = (UInt64(number) &* 0x9E37_79B9_7F4A_7C15) &* (seed | 1)
                return dice >> 62 == 0 ? Int(dice >> 52 & 15) : 0
            }
            let result = try Self.run(ledger)
            #expect(result.status == .completed)
            #expect(result.digest == whole.digest)
            #expect(result.counters == whole.counters)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `cancellation at every entry leaves a log that is a prefix and says so`() throws {
        try withScratch { directory in
            let calm = EntryLedger()
            let whole = try Self.run(calm, log: directory + "/whole.lka")
            let records = try Log(directory + "/whole.lka").records
            for (place, entry) in calm.all.enumerated() {
                let path = directory + "/\(place).lka"
                let cancellation = RunCancellation()
                let ledger = EntryLedger { number in
                    if number == place + 1 { cancellation.cancel() }
                    return 0
                }
                let result = try Self.run(ledger, log: path, cancellation: cancellation)
                let log = try Log(path)
                #expect(try AuditVerifier.verify(path: path).status.isClosed)
                if result.status == .completed {
                    // Asked when no step was left to be left out.
                    #expect(entry.step.rawValue >= whole.counters.steps)
                    #expect(result.digest == whole.digest)
                    continue
                }
                #expect(result.status == .cancelled)
                #expect(result.failure == nil)
                #expect(log.status == .closed(.cancelled))
                #expect(log.end?.name("status") == "cancelled")
                // The step in hand is finished; then comes the step in which the feed ends.
                #expect(result.counters.steps == entry.step.rawValue)
                #expect(log.steps == Array(0...entry.step.rawValue + 1))
                let last = log.marks[Int(entry.step.rawValue)]
                #expect(records.starts(with: log.records[...last]))
            }
        }
    }

    @Test func `tasks of a run that are cancelled from within go on, at every entry`() throws {
        let calm = EntryLedger()
        let whole = try Self.run(calm)
        for place in 1...calm.all.count {
            let ledger = EntryLedger { number in
                // Safe because: the task is used within the closure alone.
                if number == place { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                return number == place ? 1 : 0
            }
            let result = try Self.run(ledger)
            #expect(result.status == .completed)
            #expect(result.digest == whole.digest)
        }
    }

    @Test func `cancelling the task that waits for a run cancels the run`() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let isCancelled = Atomic(false)
        var configuration = try Stage.configuration(
            [Stage.walk(1, count: 100_000)], [Stage.script([])])
        configuration.services = [
            Watcher.plan(Topics.decide) { _, step in
                if step == StepNumber(3) { begin.finish() }
                // Until the request has come, the run is held here.
                while !isCancelled.load(ordering: .acquiring), step == StepNumber(4) {}
            }
        ]
        let backtest = try Backtest(configuration)
        let task = Task { try await backtest.run() }
        for await _ in begun {}
        task.cancel()
        isCancelled.store(true, ordering: .releasing)
        let result = try await task.value
        #expect(result.status == .cancelled)
        #expect(result.counters.steps == 4)
    }
}

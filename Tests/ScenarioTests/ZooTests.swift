import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Synchronization
import Testing

/// A service that does in its third step what no service should do.
actor Beast: BusService {
    enum Kind: String, CaseIterable, Sendable {
        case waitsForItself, waitsForLaterEvent, waitsForLaterService, givesWayForEver
        case sleeps, hopsToMain, hopsToGlobal, spawnsChildren, waitsForDetachedTask
        case publishesFromTask, publishesAfterItsScope, endsEarly, throwsWhileOthersWait
        case callsTheBarrier, goesOnAfterTheEnd, waitsAfterTheEnd
    }

    struct Roar: Error, CustomStringConvertible {
        var description: String { "roared" }
    }

    nonisolated let name: String
    nonisolated let executor: RunExecutor
    private let kind: Kind
    private let cage: Cage
    private var port: BusPort?
    private var notes: Publisher<Note>?
    private var subscription: Subscription?
    private var heard = 0

    init(on executor: RunExecutor, _ kind: Kind, _ cage: Cage) {
        name = kind.rawValue
        self.executor = executor
        self.kind = kind
        self.cage = cage
    }

    /// What a beast keeps outside of itself.
    final class Cage: Sendable {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
        private let bus = Mutex<EventBus?>(nil)

        func keep(_ continuation: CheckedContinuation<Void, Never>) {
            waiting.withLock { $0.append(continuation) }
        }

        /// Resumes what nobody else does, once the run is over.
        func open() {
            for continuation in waiting.withLock({ $0 }) { continuation.resume() }
            bus.withLock { $0 = nil }
        }

        func keep(_ bus: EventBus) { self.bus.withLock { $0 = bus } }

        var stolenBus: EventBus? { bus.withLock { $0 } }
    }

    static func plan(_ kind: Kind, _ cage: Cage) -> ServicePlan {
        ServicePlan(topics: { cage.keep($0) }, { loop, _ in Beast(on: loop, kind, cage) })
    }

    func connect(_ port: BusPort) throws {
        self.port = port
        notes = try port.publisher(Topics.note)
        switch kind {
        case .waitsForLaterEvent, .endsEarly, .publishesAfterItsScope, .goesOnAfterTheEnd,
            .waitsAfterTheEnd:
            subscription = try port.subscribe([Topics.decide.id])
        case .publishesFromTask:
            try port.forEach(Topics.decide) { envelope in
                if envelope.step == StepNumber(3) { _ = Task { try self.publish() } }
            }
        default:
            try port.forEach(Topics.decide) { envelope async throws in
                if envelope.step == StepNumber(3) { try await self.misbehave() }
            }
        }
    }

    func run() async throws {
        guard let subscription else { return }
        var more: Void? = ()
        while more != nil {
            heard += 1
            more = try await subscription.consume { _ async throws in
                if self.kind == .waitsForLaterEvent, self.heard == 3 {
                    _ = try await subscription.consume { _ throws in }
                }
            }
            if heard == 3, kind == .endsEarly { return }
            if heard == 3, kind == .publishesAfterItsScope { try publish() }
        }
        switch kind {
        case .goesOnAfterTheEnd: while true { await port?.pause() }
        case .waitsAfterTheEnd: await wait()
        default: break
        }
    }

    private func publish() throws {
        try notes?.publish(Note(strategy: StrategyID(1), name: SymbolID(1), value: 1))
    }

    private func wait() async {
        await withCheckedContinuation { cage.keep($0) }
    }

    private func misbehave() async throws {
        switch kind {
        case .waitsForItself, .waitsForLaterService: await wait()
        case .givesWayForEver: while true { await port?.pause() }
        case .sleeps: try await Task.sleep(nanoseconds: 1_000_000)
        case .hopsToMain: await MainActor.run {}
        case .hopsToGlobal: await Beast.elsewhere()
        case .spawnsChildren:
            await withTaskGroup { group in
                for _ in 0..<3 { group.addTask { await Beast.elsewhere() } }
            }
        case .waitsForDetachedTask: await Task.detached { await Beast.elsewhere() }.value
        case .throwsWhileOthersWait:
            await port?.pause()
            throw Roar()
        case .callsTheBarrier: try await cage.stolenBus?.waitUntilIdle()
        default: break
        }
    }

    // An empty body would need no other thread, and none would be asked.
    @concurrent private static func elsewhere() async { await Task.yield() }
}

/// Each beast as part of a whole run: it ends with the right error, names what is to blame, and
/// leaves a log that is closed, marked as failed, and sound up to there.
@Suite(.timeLimit(.minutes(2))) struct ZooTests {
    private static func configuration(_ services: [ServicePlan]) throws -> BacktestConfiguration {
        var configuration = try Stage.configuration(
            [Stage.walk(1, count: 20)],
            [Stage.script(["frame@1 buy 1 1", "frame@3 sell 1 1"])])
        // A tame neighbour on each side; the later one has a task of its own.
        let tame = { ServicePlan { loop, _ in Tame(on: loop) } }
        configuration.services = [tame()] + services + [tame()]
        return configuration
    }

    /// Runs it, and checks what must hold of every run that fails.
    private static func failure(
        of configuration: BacktestConfiguration
    ) throws -> BacktestResult.Failure {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let result = try #require(try Stage.failure(of: configuration, auditLog: path))
            let failure = try #require(result.failure)
            let verified = try AuditVerifier.verify(path: path)
            #expect(verified.status == .closed(.failed))
            #expect(verified.digest == result.digest)
            let log = try Log(path)
            #expect(log.end?.name("status") == "failed")
            #expect(log.end?.text("reason") == failure.message)
            #expect(!failure.message.contains("\n"))
            let report = try AuditSemantics.check(path: path)
            #expect(report.findings.map(\.description) == [])
            return failure
        }
    }

    private static func expectation(
        of kind: Beast.Kind
    ) -> (step: UInt64, topic: String, says: [String]) {
        switch kind {
        case .waitsForItself, .waitsForLaterEvent, .waitsForLaterService:
            (3, "frame", ["deadlocked", "can only come after this delivery"])
        case .givesWayForEver: (3, "frame", ["deadlocked"])
        case .sleeps, .hopsToMain, .hopsToGlobal, .spawnsChildren, .waitsForDetachedTask:
            (3, "frame", ["offload", "another thread"])
        case .publishesFromTask, .publishesAfterItsScope:
            (3, "", ["published without a delivery in hand"])
        case .endsEarly: (4, "frame", ["its run() returned although events"])
        case .throwsWhileOthersWait: (3, "frame", ["roared"])
        case .callsTheBarrier: (3, "frame", ["waitUntilIdle was called inside a delivery"])
        case .goesOnAfterTheEnd, .waitsAfterTheEnd:
            (21, "", ["its run() did not return after the feed had ended", "consume returns nil"])
        }
    }

    @Test(arguments: Beast.Kind.allCases)
    func `a service that misbehaves is named with its step and event, and the log is whole`(
        _ kind: Beast.Kind
    ) throws {
        let cage = Beast.Cage()
        defer { cage.open() }
        let failure = try Self.failure(of: Self.configuration([Beast.plan(kind, cage)]))
        let expected = Self.expectation(of: kind)
        #expect(failure.service == kind.rawValue, "\(failure.message)")
        #expect(failure.step == StepNumber(expected.step), "\(failure.message)")
        #expect((failure.sequence == nil) == expected.topic.isEmpty, "\(failure.message)")
        if !expected.topic.isEmpty {
            #expect(failure.message.contains("(\(expected.topic))"), "\(failure.message)")
        }
        #expect(failure.message.hasPrefix("service '\(kind.rawValue)' in step \(expected.step)"))
        for part in expected.says { #expect(failure.message.contains(part), "\(failure.message)") }
    }

    @Test func `services that answer each other for ever spend the budget of the step`() throws {
        var configuration = try Self.configuration([
            ServicePlan(
                topics: { try await $0.register(Echo.topic, name: "echo") },
                { loop, _ in Parrot(on: loop) })
        ])
        configuration.bus.deliveriesPerStep = 1_000
        let failure = try Self.failure(of: configuration)
        #expect(failure.service == "parrot")
        #expect(failure.step == StepNumber(3))
        #expect(failure.message.contains("(echo)"))
        #expect(failure.message.contains("more than 1000 deliveries in one step"))
    }

    @Test func `a strategy whose timer always sets another one ends with a reason`() throws {
        var configuration = try Stage.configuration(
            [Stage.walk(1, count: 20)], [try StrategyPlan(Insomniac.self)])
        configuration.bus.deliveriesPerStep = 500
        let failure = try Self.failure(of: configuration)
        #expect(failure.message.contains("more than 500 steps without data"))
        #expect(failure.message.contains("a timer that always sets another one"))
    }

    @Test func `a beast that fails cancels the tasks that wait`() throws {
        let cage = Beast.Cage()
        defer { cage.open() }
        let cancelled = Atomic(0)
        let failure = try Self.failure(
            of: Self.configuration([
                Beast.plan(.throwsWhileOthersWait, cage),
                ServicePlan { loop, _ in Sleeper(on: loop) { cancelled.add(1, ordering: .relaxed) }
                },
            ]))
        #expect(failure.cause is Beast.Roar)
        #expect(cancelled.load(ordering: .relaxed) == 1)
    }
}

/// A service that keeps the rules, in a task of its own.
private actor Tame: BusService {
    nonisolated let name = "tame"
    nonisolated let executor: RunExecutor
    private var port: BusPort?
    private var subscription: Subscription?

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {
        self.port = port
        subscription = try port.subscribe([Topics.frame.id, Topics.settle.id])
    }

    func run() async throws {
        guard let subscription else { return }
        var more: Void? = ()
        while more != nil {
            more = try await subscription.consume { _ async throws in await self.port?.pause() }
        }
    }
}

/// Answers its own echo from the third step on.
private actor Parrot: BusService {
    nonisolated let name = "parrot"
    nonisolated let executor: RunExecutor

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {
        let echoes = try port.publisher(Echo.topic)
        try port.forEach(Topics.decide) { envelope in
            if envelope.step == StepNumber(3) { try echoes.publish(Echo(order: 1, lots: 1)) }
        }
        try port.forEach(Echo.topic) { try echoes.publish($0.payload) }
    }
}

/// Waits for events, and tells when it was cancelled.
private actor Sleeper: BusService {
    nonisolated let name = "sleeper"
    nonisolated let executor: RunExecutor
    private let onCancel: @Sendable () -> Void
    private var subscription: Subscription?

    init(on executor: RunExecutor, onCancel: @escaping @Sendable () -> Void) {
        self.executor = executor
        self.onCancel = onCancel
    }

    func connect(_ port: BusPort) throws {
        subscription = try port.subscribe([Topics.settle.id])
    }

    func run() async throws {
        guard let subscription else { return }
        while try await subscription.consume({ _ throws in }) != nil {}
        if Task.isCancelled { onCancel() }
    }
}

import Dispatch
import LockstepBus
import LockstepModel
import Synchronization
import Testing

@Suite struct RunExecutorTests {
    /// A chain of three services: in place, in a task of its own, suspending.
    private static func chain(_ loop: RunExecutor) -> [Probe] {
        [
            Probe("A", on: loop) { _, port in
                let first = try port.publisher(TestTopics.first)
                try port.forEach(TestTopics.root) { envelope in
                    for value in 0..<3 as Range<Int64> {
                        try first.publish(Ping(envelope.payload.value * 3 + value))
                    }
                }
            },
            Probe(
                "B", on: loop, consuming: [TestTopics.first.id],
                loop: { probe, subscription in
                    guard let second = try probe.publisher(TestTopics.second) else { return }
                    var more: Void? = ()
                    while more != nil {
                        more = try await subscription.consume { delivery async throws in
                            await probe.pause()
                            guard let envelope = delivery.envelope(TestTopics.first) else { return }
                            try second.publish(envelope.payload)
                        }
                    }
                }),
            Probe("C", on: loop) { probe, port in
                let letters = try port.publisher(TestTopics.letters)
                try port.forEach(TestTopics.second) { envelope async throws in
                    let value = envelope.payload.value
                    if value % 16 == 0 { try await probe.offload {} }
                    try letters.publish(Letter("\(value)"))
                }
            },
        ]
    }

    @Test func `the same scenario gives the same records again`() throws {
        let once = try run(steps: 50) { Self.chain($0) }
        let again = try run(steps: 50) { Self.chain($0) }
        #expect(once.error == nil)
        // Each step: root, 3 firsts, 3 seconds, 3 letters and the end.
        #expect(once.records.count == 5 + 50 * 11)
        #expect(again.records == once.records)
    }

    @Test func `runs on several threads do not disturb each other`() throws {
        let expected = try run(steps: 200) { Self.chain($0) }.records
        let results = Mutex<[[String]?]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let records = try? run(steps: 200) { Self.chain($0) }.records
            results.withLock { $0.append(records) }
        }
        #expect(results.withLock { $0 } == Array(repeating: expected, count: 4))
    }

    @Test func `a loop serves one run after another`() throws {
        let loop = RunExecutor()
        #expect(!loop.isCurrent)
        let one = try loop.run { _ in loop.isCurrent }
        let two = try loop.run { _ in loop.isCurrent }
        #expect(one && two)
        #expect(!loop.isCurrent)
    }

    @Test func `a run that throws hands on the error`() {
        let loop = RunExecutor()
        #expect(throws: TestFailure()) { try loop.run { _ in throw TestFailure() } }
    }

    @Test func `a run that waits for nobody is stalled`() throws {
        let loop = RunExecutor()
        let kept = Mutex<CheckedContinuation<Void, Never>?>(nil)
        do {
            try loop.run { _ in
                await withCheckedContinuation { continuation in
                    kept.withLock { $0 = continuation }
                }
            }
            Issue.record("came to an end")
        } catch BusError.stalled(let place) { #expect(place.service == "driver") }
        end(loop) { kept.withLock { $0?.resume() } }
    }

    enum Ending: CaseIterable { case closed, notClosed, failed, failedInSetUp, cut }

    /// What is remembered of services without keeping them.
    private struct Remains: Sendable {
        weak var driver: TestDriver?
        weak var bus: EventBus?
        private(set) var probes: [Memory] = []

        struct Memory: Sendable {
            weak var probe: Probe?
        }

        init(_ driver: TestDriver, _ bus: EventBus, _ probes: [Probe]) {
            self.driver = driver
            self.bus = bus
            self.probes = probes.map { Memory(probe: $0) }
        }
    }

    @Test(arguments: Ending.allCases)
    func `nothing of a run is left when it has ended`(_ ending: Ending) throws {
        let remains: Remains = try withBus { loop, bus, driver in
            let weak = Probe("weak", on: loop) { _, port in
                if ending == .failedInSetUp { throw TestFailure() }
                try port.forEach(TestTopics.root) { envelope async throws in
                    if ending == .failed { throw TestFailure() }
                }
            }
            let probes = Self.chain(loop) + [tap(on: loop), weak]
            let remains = Remains(driver, bus, probes)
            do {
                for probe in probes { try await bus.connect(probe, try bus.port(for: probe)) }
                try await driver.prepare()
                try await driver.drive(steps: 3)
                if ending == .cut {
                    // A step that nobody resolves.
                    try await driver.perform { port in
                        try port.begin(StepNumber(4), at: .epoch)
                        port.publish(RootEnvelope(TestTopics.root, Ping(4)))
                        try port.publish(Letter("left behind"), to: TestTopics.letters)
                    }
                }
                if ending == .closed { try await driver.close() }
            } catch is TestFailure {
                #expect(ending == .failedInSetUp)
            } catch is BusError {
                #expect(ending == .failed)
                do { try await driver.close() } catch is BusError {}
            }
            return remains
        }
        #expect(remains.driver == nil)
        #expect(remains.bus == nil)
        #expect(remains.probes.allSatisfy { $0.probe == nil })
        #expect(remains.probes.count == 5)
    }

    @Test func `a publisher that outlives its run is refused`() throws {
        let loop = RunExecutor()
        let probe = Probe("survivor", on: loop)
        try loop.run { _ in
            let bus = EventBus(on: loop)
            try await bus.register(TestTopics.first, name: "first")
            try await bus.connect(probe, try bus.port(for: probe))
            try await probe.keepPublisher()
            try await bus.begin(.setUp, at: .epoch)
            try await bus.waitUntilIdle()
            try await bus.close()
        }
        do {
            try loop.run { _ in try await probe.publishKept() }
            Issue.record("was published")
        } catch BusError.publishedOutsideScope(let place) { #expect(place.service == "survivor") }
    }
}

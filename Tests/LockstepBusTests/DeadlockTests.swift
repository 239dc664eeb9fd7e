import Glibc
import LockstepBus
import LockstepModel
import Synchronization
import Testing

@Suite struct DeadlockTests {
    private static func place(_ error: BusError?) -> BusPlace? {
        if case .stalled(let place)? = error { return place }
        return nil
    }

    @Test func `a scope that waits for a later event is named at once`() throws {
        let result = try run(steps: 3) { loop in
            [
                Probe(
                    "greedy", on: loop, consuming: [TestTopics.root.id],
                    loop: { probe, subscription in
                        var more: Void? = ()
                        while more != nil {
                            more = try await subscription.consume { _ async throws in
                                _ = try await subscription.consume { _ throws in }
                                probe.note("back")
                            }
                        }
                    })
            ]
        }
        let place = try #require(Self.place(result.error))
        #expect(place.service == "greedy")
        #expect(place.step == StepNumber(1))
        #expect(place.sequence == SequenceNumber(6))
        #expect(place.topic == "root")
        // Closing ends the inner wait, and with it the task.
        #expect(result.traces["greedy"] == ["back"])
        #expect(result.records.count == 6)
    }

    /// A run that is not strict waits a second for other threads before it names the service.
    @Test(arguments: [true, false])
    func `a scope that waits for a continuation is named`(_ isStrict: Bool) throws {
        let kept = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let error: BusError? = try withBus(
            settings: BusSettings(strict: isStrict),
            letGo: { kept.withLock { $0?.resume() } }
        ) { loop, bus, driver in
            let probe = Probe("waiting", on: loop) { probe, port in
                try port.forEach(TestTopics.root) { _ async throws in
                    await withCheckedContinuation { continuation in
                        kept.withLock { $0 = continuation }
                    }
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            do { try await driver.drive(steps: 3) } catch let error as BusError { return error }
            return nil
        }
        let place = try #require(Self.place(error))
        #expect(place.service == "waiting")
        #expect(place.sequence == SequenceNumber(6))
        #expect(place.topic == "root")
    }

    @Test func `a scope that gives way for ever is named too`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe("spinning", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { _ async throws in
                        while !Task.isCancelled { await probe.pause() }
                    }
                }
            ]
        }
        let place = try #require(Self.place(result.error))
        #expect(place.service == "spinning")
        #expect(place.topic == "root")
    }

    @Test func `nothing is stalled while work goes on outside`() throws {
        let result = try run(steps: 2) { loop in
            [
                Probe("slow", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { _ async throws in
                        try await probe.offload { usleep(20_000) }
                        probe.note("done")
                    }
                }
            ]
        }
        #expect(result.error == nil)
        #expect(result.traces["slow"] == ["done", "done"])
    }

    @Test func `work outside that throws is the failure of its scope`() throws {
        let result = try run(steps: 2) { loop in
            [
                Probe("slow", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { _ async throws in
                        try await probe.offload { throw TestFailure() }
                    }
                }
            ]
        }
        guard case .serviceFailed(let place, let error)? = result.error else {
            Issue.record("expected a failed service, got \(String(describing: result.error))")
            return
        }
        #expect(place.service == "slow")
        #expect(error as? TestFailure == TestFailure())
    }

    @Test(arguments: [0, 2])
    func `a task that ends before the feed is named with the event it missed`(
        _ consumed: Int
    ) throws {
        let result = try run(steps: 5) { loop in
            [
                Probe(
                    "early", on: loop, consuming: [TestTopics.root.id],
                    loop: { _, subscription in
                        for _ in 0..<consumed { _ = try await subscription.consume { _ throws in } }
                    })
            ]
        }
        guard case .serviceEnded(let place)? = result.error else {
            Issue.record("expected an ended service, got \(String(describing: result.error))")
            return
        }
        #expect(place.service == "early")
        #expect(place.step == StepNumber(UInt64(consumed + 1)))
        #expect(place.topic == "root")
        // Set-up makes 5 events, every step 2.
        #expect(place.sequence == SequenceNumber(UInt64(5 + consumed * 2 + 1)))
    }

    @Test func `one of two tasks of a service that goes on does not hide the other's end`() throws {
        let result = try run(steps: 2) { loop in
            [
                Probe(
                    "half", on: loop, consuming: [TestTopics.root.id],
                    wiring: { _, port in
                        try port.forEach(TestTopics.route) { _ async throws in }
                    }, loop: { _, _ in })
            ]
        }
        guard case .serviceEnded(let place)? = result.error else {
            Issue.record("expected an ended service, got \(String(describing: result.error))")
            return
        }
        #expect(place.service == "half")
    }

    @Test func `two services that answer each other spend the step's budget`() throws {
        let result = try run(steps: 1, settings: BusSettings(deliveriesPerStep: 100)) { loop in
            [
                Probe("ping", on: loop) { _, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { try first.publish($0.payload) }
                    try port.forEach(TestTopics.second) { try first.publish($0.payload) }
                },
                Probe("pong", on: loop) { _, port in
                    let second = try port.publisher(TestTopics.second)
                    try port.forEach(TestTopics.first) { try second.publish($0.payload) }
                },
            ]
        }
        guard case .budgetSpent(let place, let deliveries)? = result.error else {
            Issue.record("expected a spent budget, got \(String(describing: result.error))")
            return
        }
        #expect(deliveries == 100)
        #expect(place.step == StepNumber(1))
        // Deliveries alternate from the root (6) on: the 101st, one too many, is event 106. Odd
        // numbers from 7 on are `first`, even ones `second`, which ping hears.
        #expect(place.sequence == SequenceNumber(106))
        #expect(place.topic == "second")
        #expect(place.service == "ping")
    }

    @Test(arguments: [1, 2, Int.max])
    func `the budget counts anew in every step`(_ budget: Int) throws {
        let result = try run(steps: 50, settings: BusSettings(deliveriesPerStep: budget)) { loop in
            [Probe("one", on: loop) { _, port in try port.forEach(TestTopics.root) { _ in } }]
        }
        #expect(result.error == nil)
        #expect(result.metrics?.deliveries == 50)
    }

    @Test(arguments: [Schedule?.none, Schedule(seed: 1), Schedule(seed: 2)])
    func `what observers hear spends nothing`(_ schedule: Schedule?) throws {
        // Ten steps of one delivery, and as many for each of two observers, with a budget of one.
        let settings = BusSettings(deliveriesPerStep: 1)
        let result = try run(steps: 10, settings: settings, schedule: schedule) { loop in
            ["one", "two", "three"].map { name in
                Probe(name, on: loop, isObserver: name != "one") { _, port in
                    try port.forEach(TestTopics.root) { _ in }
                }
            }
        }
        #expect(result.error == nil)
        #expect(result.metrics?.deliveries == 10)
    }
}

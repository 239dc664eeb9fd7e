import Glibc
import LockstepBus
import LockstepModel
import Synchronization
import Testing

@Suite struct ClosingTests {
    @Test func `own tasks hear of the end of the feed and return`() throws {
        let (trace, returned): ([String], Bool) = try withBus { loop, bus, driver in
            let probe = Probe(
                "own", on: loop, consuming: [TestTopics.root.id],
                loop: { probe, subscription in
                    while try await subscription.consume({ _ throws in probe.note("one") }) != nil {
                    }
                    let further: Void? = try await subscription.consume { _ throws in }
                    probe.note(further == nil ? "still nothing" : "something")
                })
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.drive(steps: 2)
            try await driver.close()
            return (await probe.trace, await probe.hasReturned)
        }
        #expect(trace == ["one", "one", "still nothing"])
        #expect(returned)
    }

    @Test func `closing waits for work outside of the loop`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe(
                    "slow", on: loop, consuming: [TestTopics.root.id],
                    loop: { probe, subscription in
                        while try await subscription.consume({ _ throws in }) != nil {}
                        try await probe.offload { usleep(10_000) }
                        probe.note("saved")
                    })
            ]
        }
        #expect(result.error == nil)
        #expect(result.traces["slow"] == ["saved"])
    }

    @Test(arguments: [false, true])
    func `a task that never returns is named`(_ isSpinning: Bool) throws {
        let kept = Mutex<[CheckedContinuation<Void, Never>]>([])
        let settings = BusSettings(strict: true)
        let error: BusError? = try withBus(
            settings: settings,
            letGo: { kept.withLock { for continuation in $0 { continuation.resume() } } }
        ) { loop, bus, driver in
            let good = Probe("good", on: loop) { _, port in
                try port.forEach(TestTopics.root) { _ async throws in }
            }
            let stuck = Probe(
                "stuck", on: loop, consuming: [TestTopics.root.id],
                wiring: { _, port in try port.forEach(TestTopics.route) { _ async throws in } },
                loop: { probe, subscription in
                    while try await subscription.consume({ _ throws in }) != nil {}
                    while isSpinning, !Task.isCancelled { await probe.pause() }
                    await withCheckedContinuation { continuation in
                        kept.withLock { $0.append(continuation) }
                    }
                })
            for probe in [good, stuck] { try await bus.connect(probe, try bus.port(for: probe)) }
            try await driver.prepare()
            try await driver.drive(steps: 1)
            do { try await driver.close() } catch let error as BusError { return error }
            return nil
        }
        guard case .stalled(let place)? = error else {
            Issue.record("expected a stalled service, got \(String(describing: error))")
            return
        }
        #expect(place.service == "stuck")
        #expect(place.sequence == SequenceNumber.none)
    }

    @Test func `a task that fails at the end of the feed fails the run`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe(
                    "weak", on: loop, consuming: [TestTopics.root.id],
                    loop: { _, subscription in
                        while try await subscription.consume({ _ throws in }) != nil {}
                        throw TestFailure()
                    })
            ]
        }
        guard case .serviceFailed(let place, let error)? = result.error else {
            Issue.record("expected a failed service, got \(String(describing: result.error))")
            return
        }
        #expect(place.service == "weak")
        #expect(error as? TestFailure == TestFailure())
    }

    @Test func `closing twice is as good as once, and then nothing goes on`() throws {
        try withBus { loop, bus, driver in
            try await driver.prepare()
            try await driver.drive(steps: 1)
            try await driver.close()
            try await bus.close()
            func isClosed(_ body: () async throws -> Void) async -> Bool {
                do { try await body() } catch BusError.closed { return true } catch {}
                return false
            }
            #expect(await isClosed { try await bus.begin(StepNumber(2), at: .epoch) })
            #expect(await isClosed { try await bus.waitUntilIdle() })
            #expect(
                await isClosed {
                    try await driver.perform { try $0.publish(Ping(1), to: TestTopics.first) }
                })
            #expect(await isClosed { try await driver.perform { _ = try $0.intern("new") } })
        }
    }

    @Test func `a run may have no services and no steps`() throws {
        let nobody = try run(steps: 3) { _ in [] }
        #expect(nobody.error == nil)
        // 4 schemas and the end of the set-up; root and end of each step.
        #expect(nobody.records.count == 5 + 3 * 2)
        #expect(nobody.metrics?.events == 11)
        #expect(nobody.metrics?.deliveries == 0)

        let nothing = try run(steps: 0) { loop in
            [
                Probe(
                    "own", on: loop, consuming: [TestTopics.root.id],
                    loop: { probe, subscription in
                        let first: Void? = try await subscription.consume { _ throws in }
                        probe.note(first == nil ? "nothing" : "something")
                    })
            ]
        }
        #expect(nothing.error == nil)
        #expect(nothing.records.count == 5)
        #expect(nothing.traces["own"] == ["nothing"])
    }

    @Test func `the barrier cannot be asked for inside a delivery`() throws {
        let error: BusError? = try withBus { loop, bus, driver in
            let probe = Probe("impatient", on: loop) { _, port in
                try port.forEach(TestTopics.root) { _ async throws in
                    try await bus.waitUntilIdle()
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            do { try await driver.drive(steps: 1) } catch let error as BusError { return error }
            return nil
        }
        guard case .barrierInsideDelivery(let place)? = error else {
            Issue.record("expected a refusal, got \(String(describing: error))")
            return
        }
        #expect(place.service == "impatient")
        #expect(place.sequence == SequenceNumber(6))
    }

    @Test func `a bus cannot be closed inside a delivery`() throws {
        let error: BusError? = try withBus { loop, bus, driver in
            let probe = Probe("impatient", on: loop) { _, port in
                try port.forEach(TestTopics.root) { _ async throws in try await bus.close() }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            do { try await driver.drive(steps: 1) } catch let error as BusError { return error }
            return nil
        }
        guard case .barrierInsideDelivery(let place)? = error else {
            Issue.record("expected a refusal, got \(String(describing: error))")
            return
        }
        #expect(place.service == "impatient")
    }
}

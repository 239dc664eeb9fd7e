import LockstepBus
import LockstepModel
import Testing

@Suite struct ServiceFailureTests {
    enum Form: CaseIterable { case inPlace, suspending, consuming, consumingWithoutSuspension }

    /// A relay that fails in step 3, beside a service that consumes in a task of its own.
    private static func services(_ loop: RunExecutor, _ form: Form) -> [Probe] {
        let relay = Probe("relay", on: loop) { _, port in
            let first = try port.publisher(TestTopics.first)
            try port.forEach(TestTopics.root) { try first.publish(Ping($0.payload.value)) }
        }
        let bystander = Probe(
            "bystander", on: loop, consuming: [TestTopics.second.id],
            loop: { probe, subscription in
                while try await subscription.consume({ _ throws in }) != nil {}
                probe.note("returned")
            })
        return [relay, failing(loop, form), bystander]
    }

    private static func failing(_ loop: RunExecutor, _ form: Form) -> Probe {
        switch form {
        case .inPlace:
            Probe("weak", on: loop) { _, port in
                let second = try port.publisher(TestTopics.second)
                try port.forEach(TestTopics.first) { envelope in
                    try second.publish(Ping(-1))
                    if envelope.payload.value == 3 { throw TestFailure() }
                }
            }
        case .suspending:
            Probe("weak", on: loop) { probe, port in
                let second = try port.publisher(TestTopics.second)
                try port.forEach(TestTopics.first) { envelope async throws in
                    let value = envelope.payload.value
                    try second.publish(Ping(-1))
                    await probe.pause()
                    if value == 3 { throw TestFailure() }
                }
            }
        case .consuming, .consumingWithoutSuspension:
            Probe(
                "weak", on: loop, consuming: [TestTopics.first.id],
                loop: { probe, subscription in
                    guard let second = try probe.publisher(TestTopics.second) else { return }
                    func answer(_ ping: Ping?) throws {
                        try second.publish(Ping(-1))
                        if ping?.value == 3 { throw TestFailure() }
                    }
                    var more: Void? = ()
                    while more != nil {
                        if form == .consuming {
                            more = try await subscription.consume { delivery async throws in
                                await probe.pause()
                                try answer(delivery.payload(TestTopics.first))
                            }
                        } else {
                            more = try await subscription.consume { delivery throws in
                                try answer(delivery.payload(TestTopics.first))
                            }
                        }
                    }
                })
        }
    }

    @Test(arguments: Form.allCases)
    func `a scope that throws ends the run with its service, step and event`(_ form: Form) throws {
        let result = try run(steps: 10) { Self.services($0, form) }
        guard case .serviceFailed(let place, let error)? = result.error else {
            Issue.record("expected a failed service, got \(String(describing: result.error))")
            return
        }
        #expect(error as? TestFailure == TestFailure())
        #expect(place.service == "weak")
        #expect(place.step == StepNumber(3))
        #expect(place.topic == "first")
        // Set-up: 4 schemas and the end. Each step: root, first, second, end. Step 3: root is 14.
        #expect(place.sequence == SequenceNumber(15))
        #expect(place.time == Timestamp(nanoseconds: 30))
        // What was published before it failed was shown to the tap: root, first and second.
        #expect(result.records.count == 16)
        #expect(result.traces["bystander"] == ["returned"])
        // Closing after a failure speaks of that failure.
        #expect(result.closing?.place == place)
    }

    @Test func `a failure at the root names the root's topic`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe("weak", on: loop) { _, port in
                    try port.forEach(TestTopics.root) { _ in throw TestFailure() }
                }
            ]
        }
        #expect(result.error?.place?.topic == "root")
        #expect(result.error?.place?.sequence == SequenceNumber(6))
        #expect(
            result.error?.description
                == "service 'weak' in step 1, event 6 (root): TestFailure(text: \"on purpose\")")
    }

    @Test func `a failure on a route names the topic of the envelope`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe("weak", on: loop) { _, port in
                    try port.forEach(TestTopics.route) { _ in throw TestFailure() }
                }
            ]
        }
        #expect(result.error?.place?.topic == "root")
        #expect(result.records.count == 6)
    }

    @Test func `run() that throws outside of a scope ends the run`() throws {
        let result = try run(steps: 10) { loop in
            [
                Probe(
                    "weak", on: loop, consuming: [TestTopics.root.id],
                    loop: { _, subscription in
                        _ = try await subscription.consume { _ throws in }
                        _ = try await subscription.consume { _ throws in }
                        throw TestFailure()
                    })
            ]
        }
        guard case .serviceFailed(let place, let error)? = result.error else {
            Issue.record("expected a failed service, got \(String(describing: result.error))")
            return
        }
        #expect(error as? TestFailure == TestFailure())
        #expect(place.service == "weak")
        #expect(place.step == StepNumber(2))
        #expect(place.sequence == SequenceNumber.none)
        #expect(place.description == "service 'weak' in step 2")
    }

    @Test func `a service that throws while connecting stops the set-up`() throws {
        #expect(throws: TestFailure()) {
            try run(steps: 1) { loop in
                [Probe("weak", on: loop) { _, _ in throw TestFailure() }]
            }
        }
    }

    @Test func `a tap that throws ends the run`() throws {
        let error: BusError? = try withBus { loop, bus, driver in
            let tap = Probe("tap", on: loop, isObserver: true) { _, port in
                try port.tap { if $0.step == StepNumber(2) { throw TestFailure() } }
            }
            do {
                try await bus.connect(tap, try bus.port(for: tap))
                try await driver.prepare()
                try await driver.drive(steps: 3)
            } catch let error as BusError { return error }
            return nil
        }
        guard case .serviceFailed(let place, let cause)? = error else {
            Issue.record("expected a failed service, got \(String(describing: error))")
            return
        }
        #expect(cause as? TestFailure == TestFailure())
        #expect(place.service == "tap")
        #expect(place.step == StepNumber(2))
        #expect(place.topic == "root")
    }

    @Test func `an error that a service handles itself is no failure`() throws {
        let result = try run(steps: 3) { loop in
            [
                Probe("careful", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { _ in
                        do { throw TestFailure() } catch { probe.note("\(error)") }
                    }
                }
            ]
        }
        #expect(result.error == nil)
        #expect(result.traces["careful"]?.count == 3)
    }
}

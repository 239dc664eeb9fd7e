import LockstepBus
import LockstepModel
import Testing

@Suite struct PublishingRulesTests {
    private static func outside(_ error: BusError?) -> BusPlace? {
        if case .publishedOutsideScope(let place)? = error { return place }
        return nil
    }

    @Test func `publishing after consume has returned ends the run`() throws {
        let result = try run(steps: 3) { loop in
            [
                Probe(
                    "late", on: loop, consuming: [TestTopics.root.id],
                    loop: { probe, subscription in
                        guard let first = try probe.publisher(TestTopics.first) else { return }
                        _ = try await subscription.consume { _ throws in }
                        try first.publish(Ping(1))
                    })
            ]
        }
        let place = try #require(Self.outside(result.error))
        #expect(place.service == "late")
        #expect(place.step == StepNumber(1))
        #expect(!result.records.contains { $0.contains(" 34 ") })
    }

    @Test(arguments: [true, false])
    func `another service's publisher is refused, also if nobody looks`(_ isSwallowed: Bool) throws
    {
        let error: BusError? = try withBus { loop, bus, driver in
            let lender = Probe("lender", on: loop) { _, port in
                try port.forEach(TestTopics.second) { _ in }
            }
            try await bus.connect(lender, try bus.port(for: lender))
            let borrower = Probe("borrower", on: loop) { _, port in
                let borrowed = try lender.assumeIsolated { lender in
                    try lender.publisher(TestTopics.first).map { Loan($0) }
                }
                try port.forEach(TestTopics.root) { envelope in
                    do { try borrowed?.publisher.publish(envelope.payload) } catch {
                        if !isSwallowed { throw error }
                    }
                }
            }
            try await bus.connect(borrower, try bus.port(for: borrower))
            try await driver.prepare()
            do { try await driver.drive(steps: 1) } catch let error as BusError { return error }
            return nil
        }
        let place = try #require(Self.outside(error))
        #expect(place.service == "lender")
        #expect(place.step == StepNumber(1))
    }

    /// Carries a publisher between two actors of one loop, which its type forbids on purpose.
    // Safe because: both actors are on one loop and never run at the same time.
    private struct Loan: @unchecked Sendable {
        let publisher: Publisher<Ping>

        init(_ publisher: Publisher<Ping>) { self.publisher = publisher }
    }

    @Test func `publishing while connecting is refused`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe("early", on: loop) { _, port in
                    try port.publisher(TestTopics.first).publish(Ping(1))
                }
            ]
        }
        #expect(Self.outside(result.error)?.service == "early")
        #expect(Self.outside(result.error)?.step == .setUp)
    }

    @Test func `interning a new text outside of a scope ends the run`() throws {
        let result = try run(steps: 2) { loop in
            [
                Probe(
                    "late", on: loop, consuming: [TestTopics.root.id],
                    loop: { probe, subscription in
                        _ = try await subscription.consume { _ throws in }
                        do { _ = try probe.intern("new") } catch { probe.note("refused") }
                        while try await subscription.consume({ _ throws in }) != nil {}
                    })
            ]
        }
        #expect(Self.outside(result.error)?.service == "late")
        #expect(result.traces["late"] == ["refused"])
    }

    @Test func `observers get no publisher`() throws {
        let result = try run(steps: 1) { loop in
            [
                Probe("watcher", on: loop, isObserver: true) { _, port in
                    _ = try port.publisher(TestTopics.first)
                }
            ]
        }
        guard case .observerCannotPublish(let service)? = result.error else {
            Issue.record("expected a refusal, got \(String(describing: result.error))")
            return
        }
        #expect(service == "watcher")
    }

    @Test(arguments: [1, 60, 63, 64, 255] as [UInt8])
    func `a number that nobody registered is refused everywhere`(_ number: UInt8) throws {
        let topic = Topic<Ping>(number)
        @Sendable func refused(_ body: () throws -> Void) -> Bool {
            do { try body() } catch BusError.unknownTopic(number) { return true } catch {}
            return false
        }
        try withBus { loop, bus, driver in
            let probe = Probe("curious", on: loop) { _, port in
                #expect(refused { _ = try port.publisher(topic) })
                #expect(refused { try port.forEach(topic) { _ in } })
                #expect(refused { try port.forEach(topic) { _ async throws in } })
                #expect(refused { _ = try port.subscribe([TestTopics.root.id, topic.id]) })
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.perform { port in
                let root = RootEnvelope(TestTopics.root, Ping(1))
                try port.begin(StepNumber(1), at: .epoch)
                port.publish(root)
                #expect(refused { try port.publish(Ping(1), to: topic) })
                #expect(refused { try port.deliver(root, on: topic) })
                #expect(
                    refused {
                        port.publish(RootEnvelope(topic, Ping(1)))
                        try port.waitUntilIdle()
                    })
            }
        }
    }

    @Test func `a registered number with another payload is refused everywhere`() throws {
        let wrong = Topic<Letter>(34)
        @Sendable func refused(_ body: () throws -> Void) -> Bool {
            do { try body() } catch BusError.topicRefused("first", 34, let reason) {
                return reason == "its payload is Ping, not Letter"
            } catch {}
            return false
        }
        try withBus { loop, bus, driver in
            let probe = Probe("confused", on: loop) { probe, port in
                #expect(refused { _ = try port.publisher(wrong) })
                #expect(refused { try port.forEach(wrong) { _ in } })
                #expect(refused { try port.forEach(wrong) { _ async throws in } })
                try port.tap { delivery in
                    if delivery.topic == wrong.id {
                        probe.note("\(delivery.payload(wrong)?.text ?? "nothing")")
                    }
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.perform { port in
                try port.begin(StepNumber(1), at: .epoch)
                #expect(refused { try port.publish(Letter("wrong"), to: wrong) })
                try port.publish(Ping(1), to: TestTopics.first)
                try port.waitUntilIdle()
                #expect(
                    refused {
                        port.publish(RootEnvelope(wrong, Letter("wrong")))
                        try port.waitUntilIdle()
                    })
            }
            #expect(await probe.trace == ["nothing"])
        }
    }

    @Test func `nothing is published to a route`() throws {
        @Sendable func refused(_ body: () throws -> Void) -> Bool {
            do { try body() } catch BusError.topicRefused("route", 33, _) { return true } catch {}
            return false
        }
        try withBus { loop, bus, driver in
            let probe = Probe("confused", on: loop) { _, port in
                #expect(refused { _ = try port.publisher(TestTopics.route) })
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.perform { port in
                try port.begin(StepNumber(1), at: .epoch)
                #expect(refused { try port.publish(Ping(1), to: TestTopics.route) })
                #expect(
                    refused {
                        port.publish(RootEnvelope(TestTopics.route, Ping(1)))
                        try port.waitUntilIdle()
                    })
            }
        }
    }
}

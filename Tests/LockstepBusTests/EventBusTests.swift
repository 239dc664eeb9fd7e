import LockstepBus
import LockstepModel
import Testing

@Suite struct EventBusTests {
    @Test func `an event reaches its subscribers in order of registration`() throws {
        let result = try run(steps: 2) { loop in
            [
                Probe("one", on: loop) { probe, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { envelope in
                        probe.note("root \(envelope.payload.value)")
                        try first.publish(Ping(envelope.payload.value * 100))
                    }
                },
                Probe("two", on: loop) { probe, port in
                    try port.forEach(TestTopics.first) { envelope in
                        probe.note("first \(envelope.payload.value) of \(envelope.cause.rawValue)")
                    }
                },
            ]
        }
        #expect(result.error == nil)
        #expect(result.traces["one"] == ["root 1", "root 2"])
        // Set-up: 5 topics less one route are 4 schemas and the step's end; so step 1 is event 6.
        #expect(result.traces["two"] == ["first 100 of 6", "first 200 of 9"])
    }

    @Test func `all forms of consuming give the same records`() throws {
        let inPlace = try run(steps: 5) { relays($0, form: .inPlace) }
        let own = try run(steps: 5) { relays($0, form: .ownTask) }
        let suspending = try run(steps: 5) { relays($0, form: .suspending) }
        let offloading = try run(steps: 5) { relays($0, form: .offloading) }
        #expect(inPlace.error == nil)
        #expect(inPlace.records.count == 5 + 5 * 6)
        #expect(own.records == inPlace.records)
        #expect(suspending.records == inPlace.records)
        #expect(offloading.records == inPlace.records)
        #expect(own.error == nil && suspending.error == nil && offloading.error == nil)
        #expect(offloading.metrics?.foreignJobs == 0)
    }

    enum Form { case inPlace, ownTask, suspending, offloading }

    /// root → A publishes two on `first`; B answers each on `second`; A hears `second`.
    private func relays(_ loop: RunExecutor, form: Form) -> [Probe] {
        switch form {
        case .inPlace:
            return [
                Probe("A", on: loop) { probe, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { envelope in
                        try first.publish(Ping(envelope.payload.value))
                        try first.publish(Ping(-envelope.payload.value))
                    }
                    try port.forEach(TestTopics.second) { probe.note("\($0.payload.value)") }
                },
                Probe("B", on: loop) { _, port in
                    let second = try port.publisher(TestTopics.second)
                    try port.forEach(TestTopics.first) { envelope in
                        try second.publish(Ping(envelope.payload.value * 2))
                    }
                },
            ]
        case .suspending:
            return [
                Probe("A", on: loop) { probe, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { envelope async throws in
                        let value = envelope.payload.value
                        await probe.pause()
                        try first.publish(Ping(value))
                        await probe.pause()
                        try first.publish(Ping(-value))
                        await probe.pause()
                    }
                    try port.forEach(TestTopics.second) { probe.note("\($0.payload.value)") }
                },
                Probe("B", on: loop) { probe, port in
                    let second = try port.publisher(TestTopics.second)
                    try port.forEach(TestTopics.first) { envelope async throws in
                        let value = envelope.payload.value
                        for _ in 0..<3 { await probe.pause() }
                        try second.publish(Ping(value * 2))
                    }
                },
            ]
        case .ownTask, .offloading:
            return [
                Probe(
                    "A", on: loop, consuming: [TestTopics.root.id, TestTopics.second.id],
                    loop: { probe, subscription in
                        guard let first = try probe.publisher(TestTopics.first) else { return }
                        var more: Void? = ()
                        while more != nil {
                            more = try await subscription.consume { delivery async throws in
                                if let envelope = delivery.envelope(TestTopics.root) {
                                    try first.publish(Ping(envelope.payload.value))
                                    if form == .offloading { try await probe.offload {} }
                                    try first.publish(Ping(-envelope.payload.value))
                                }
                                if let envelope = delivery.envelope(TestTopics.second) {
                                    probe.note("\(envelope.payload.value)")
                                }
                            }
                        }
                    }),
                Probe(
                    "B", on: loop, consuming: [TestTopics.first.id],
                    loop: { probe, subscription in
                        guard let second = try probe.publisher(TestTopics.second) else { return }
                        var more: Void? = ()
                        while more != nil {
                            more = try await subscription.consume { delivery throws in
                                guard let envelope = delivery.envelope(TestTopics.first) else {
                                    return
                                }
                                try second.publish(Ping(envelope.payload.value * 2))
                            }
                        }
                    }),
            ]
        }
    }
}

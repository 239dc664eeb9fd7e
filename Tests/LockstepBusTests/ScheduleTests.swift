import LockstepBus
import LockstepModel
import Synchronization
import Testing

@Suite struct ScheduleTests {
    /// Four services of every form that answer each other, several in the same wave.
    private static func network(_ loop: RunExecutor, failing: Int64? = nil) -> [Probe] {
        let caller = Probe("caller", on: loop) { _, port in
            let first = try port.publisher(TestTopics.first)
            let letters = try port.publisher(TestTopics.letters)
            try port.forEach(TestTopics.root) { envelope in
                for number in 0...envelope.payload.value % 3 {
                    try first.publish(Ping(envelope.payload.value * 10 + number))
                }
                let text = "caller \(envelope.payload.value % 4)"
                try letters.publish(Letter("\(try port.intern(text).rawValue)"))
            }
        }
        let answerer = Probe("answerer", on: loop) { _, port in
            let second = try port.publisher(TestTopics.second)
            try port.forEach(TestTopics.root) { envelope in
                try second.publish(Ping(envelope.payload.value))
            }
            try port.forEach(TestTopics.first) { envelope in
                if envelope.payload.value % 2 == 0 { try second.publish(envelope.payload) }
            }
        }
        let sleeper = Probe("sleeper", on: loop) { probe, port in
            let letters = try port.publisher(TestTopics.letters)
            try port.forEach(TestTopics.first) { envelope async throws in
                let value = envelope.payload.value
                for _ in 0..<value % 3 { await probe.pause() }
                try letters.publish(Letter("sleeper \(value)"))
                await probe.pause()
                if value == failing { throw TestFailure() }
                try letters.publish(Letter("\(try port.intern("sleeper \(value)").rawValue)"))
            }
        }
        let consumer = Probe(
            "consumer", on: loop,
            consuming: [TestTopics.root.id, TestTopics.second.id, TestTopics.route.id],
            loop: { probe, subscription in
                guard let letters = try probe.publisher(TestTopics.letters) else { return }
                var seen: Int64 = 0
                var more: Void? = ()
                while more != nil {
                    more = try await subscription.consume { delivery async throws in
                        seen += 1
                        if seen % 3 == 0 { await probe.pause() }
                        if seen % 5 == 0 { try await probe.offload {} }
                        let value = delivery.payload(TestTopics.second)?.value ?? -1
                        try letters.publish(Letter("consumer \(seen) \(value)"))
                    }
                    if seen % 4 == 0 { await probe.pause() }
                }
            })
        return [caller, answerer, sleeper, consumer]
    }

    @Test func `every schedule gives the records of a run without one`() throws {
        let expected = try run(steps: 6) { Self.network($0) }
        #expect(expected.error == nil)
        var interleavings: Set<UInt64> = []
        for seed in 0..<300 as Range<UInt64> {
            let other = try run(
                steps: 6, schedule: Schedule(seed: seed),
                atBarrier: { step, unfinished in #expect(unfinished == 0, "step \(step)") }
            ) { Self.network($0) }
            #expect(other.error == nil, "seed \(seed)")
            #expect(other.records == expected.records, "\(Schedule(seed: seed))")
            #expect(other.metrics == expected.metrics, "seed \(seed)")
            interleavings.insert(try #require(other.trace).interleaving)
        }
        // One in eight schedules delivers one after another, and has little to choose from.
        #expect(interleavings.count > 200)
    }

    @Test func `the same seed picks the same`() throws {
        for seed in 0..<20 as Range<UInt64> {
            let traces = try (0..<2).map { _ in
                try run(steps: 4, schedule: Schedule(seed: seed)) { Self.network($0) }.trace
            }
            #expect(traces[0] == traces[1])
        }
    }

    @Test func `a failure is the same one under every schedule, with the same records before it`()
        throws
    {
        // Root 2 makes firsts 20, 21 and 22; the service fails at the middle one.
        let expected = try run(steps: 6) { Self.network($0, failing: 21) }
        #expect("\(try #require(expected.error))".contains("service 'sleeper' in step 2"))
        for seed in 0..<200 as Range<UInt64> {
            let other = try run(steps: 6, schedule: Schedule(seed: seed)) {
                Self.network($0, failing: 21)
            }
            #expect(other.error?.description == expected.error?.description, "seed \(seed)")
            #expect(other.records == expected.records, "\(Schedule(seed: seed))")
            #expect(other.metrics == expected.metrics, "seed \(seed)")
        }
    }

    @Test func `of two failures the canonically first one counts`() throws {
        @Sendable func failing(_ loop: RunExecutor) -> [Probe] {
            ["one", "two"].map { name in
                Probe(name, on: loop) { _, port in
                    let letters = try port.publisher(TestTopics.letters)
                    try port.forEach(TestTopics.root) { envelope in
                        try letters.publish(Letter(name))
                        if envelope.payload.value == 2 { throw TestFailure(text: name) }
                    }
                }
            }
        }
        for seed in 0..<50 as Range<UInt64> {
            let result = try run(steps: 3, schedule: Schedule(seed: seed), failing)
            #expect("\(try #require(result.error))".contains("service 'one' in step 2"))
            // Set-up 5; step 1: root, two letters, end; step 2: root and the letter of "one".
            #expect(result.records.count == 5 + 4 + 2)
        }
    }

    @Test func `a scope that waits for ever is named under every schedule`() throws {
        for seed in 0..<30 as Range<UInt64> {
            let result = try run(
                steps: 2, schedule: Schedule(seed: seed), letGo: { Never.come() }
            ) { loop in
                let stuck = Probe("stuck", on: loop) { _, port in
                    try port.forEach(TestTopics.root) { _ async throws in
                        await Never.comes()
                    }
                }
                return [stuck] + Self.network(loop)
            }
            guard case .stalled(let place)? = result.error else {
                Issue.record("\(String(describing: result.error)) with seed \(seed)")
                continue
            }
            #expect(place.service == "stuck")
            #expect(place.step.rawValue == 1)
        }
    }

    @Test func `a budget that is spent ends the run at the same event`() throws {
        @Sendable func pingPong(_ loop: RunExecutor) -> [Probe] {
            [
                Probe("pong", on: loop) { _, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { try first.publish($0.payload) }
                    try port.forEach(TestTopics.second) { try first.publish($0.payload) }
                },
                Probe("ping", on: loop) { _, port in
                    let second = try port.publisher(TestTopics.second)
                    try port.forEach(TestTopics.first) {
                        try second.publish($0.payload)
                        if $0.payload.value > 0 { try second.publish(Ping(-1)) }
                    }
                },
            ]
        }
        let settings = BusSettings(deliveriesPerStep: 100)
        let expected = try run(steps: 2, settings: settings, pingPong)
        guard case .budgetSpent? = expected.error else {
            Issue.record("\(String(describing: expected.error))")
            return
        }
        for seed in 0..<30 as Range<UInt64> {
            let other = try run(
                steps: 2, settings: settings, schedule: Schedule(seed: seed), pingPong)
            #expect(other.error?.description == expected.error?.description)
            #expect(other.records == expected.records, "\(Schedule(seed: seed))")
            #expect(other.metrics == expected.metrics)
        }
    }

    @Test func `a seed expands to every policy, with waves and without`() {
        let schedules = (0..<200 as Range<UInt64>).map(Schedule.init)
        #expect(
            Set(schedules.map(\.policy)) == Set(Schedule.Policy.allCases).subtracting([.inOrder]))
        #expect(Set(schedules.map(\.isWaveAtOnce)) == [true, false])
        #expect(Set(schedules.map(\.description)).count == 200)
    }
}

/// A continuation that nobody resumes while the run waits for it.
private enum Never {
    private static let waiting = Mutex<[CheckedContinuation<Void, any Error>]>([])

    static func comes() async {
        try? await withCheckedThrowingContinuation { continuation in
            waiting.withLock { $0.append(continuation) }
        }
    }

    /// Lets go of what waited, once the run has ended.
    static func come() {
        let gone = waiting.withLock { waiting in
            defer { waiting.removeAll() }
            return waiting
        }
        for continuation in gone { continuation.resume(throwing: CancellationError()) }
    }
}

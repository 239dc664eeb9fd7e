import LockstepBus
import LockstepModel
import Testing

/// A payload whose address must be a multiple of 16.
private struct Wide: EventPayload, Hashable {
    var value: Int128

    static let schema = RecordSchema([.init("low", .unsigned), .init("high", .integer)])
    init(_ value: Int128) { self.value = value }
    func encode(into writer: inout RecordWriter) {
        writer.unsigned(UInt64(truncatingIfNeeded: value))
        writer.integer(Int64(truncatingIfNeeded: value >> 64))
    }
    init(from reader: inout RecordReader) throws(RecordError) {
        let low = try reader.unsigned()
        value = Int128(try reader.integer()) << 64 | Int128(low)
    }
}

@Suite struct SetUpTests {
    @Test func `a topic needs a number and a name of its own`() throws {
        let loop = RunExecutor()
        let reasons: [String] = try loop.run { _ in
            let bus = EventBus(on: loop)
            var reasons: [String] = []
            func attempt(_ number: UInt8, _ name: String, isRoute: Bool = false) async {
                do {
                    if isRoute {
                        try await bus.register(route: Topic<Ping>(number), name: name)
                    } else {
                        try await bus.register(Topic<Ping>(number), name: name)
                    }
                    reasons.append("taken")
                } catch BusError.topicRefused(name, number, let reason) {
                    reasons.append(reason)
                } catch { reasons.append("\(error)") }
            }
            await attempt(1, "least")
            await attempt(62, "greatest")
            await attempt(0, "zero")
            await attempt(63, "beyond")
            await attempt(255, "far beyond")
            await attempt(62, "again")
            await attempt(62, "route", isRoute: true)
            await attempt(40, "least")
            await attempt(40, "control")
            return reasons
        }
        #expect(
            reasons == [
                "taken", "taken", "numbers are 1 to 62", "numbers are 1 to 62",
                "numbers are 1 to 62", "topic 'greatest' has that number",
                "topic 'greatest' has that number", "another topic has that name",
                "another topic has that name",
            ])
    }

    @Test func `registering and subscribing end with the set-up`() throws {
        try withBus { loop, bus, driver in
            let probe = Probe("patient", on: loop)
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.drive(steps: 1)
            func isTooLate(_ body: () async throws -> Void) async -> Bool {
                do { try await body() } catch BusError.tooLate { return true } catch {}
                return false
            }
            #expect(await isTooLate { try await bus.register(Topic<Ping>(50), name: "new") })
            #expect(await isTooLate { _ = try bus.port(for: Probe("new", on: loop)) })
            #expect(await isTooLate { try await probe.subscribeAgain() })
            #expect(await isTooLate { try await probe.listenAgain() })
            #expect(await isTooLate { try await probe.tapAgain() })
            #expect(await isTooLate { try await TestDriver(on: loop).join(bus) })
        }
    }

    @Test func `topics cannot be registered once the set-up step has begun`() throws {
        try withBus { loop, bus, driver in
            try await driver.prepare()
            do {
                try await bus.register(Topic<Ping>(50), name: "new")
                Issue.record("was registered")
            } catch BusError.tooLate(let what) { #expect(what == "Registering topic new") }
        }
    }

    @Test func `a service on another loop is refused`() throws {
        try withBus { loop, bus, driver in
            let stranger = Probe("stranger", on: RunExecutor())
            do {
                _ = try bus.port(for: stranger)
                Issue.record("was accepted")
            } catch BusError.notOnLoop(let service) { #expect(service == "stranger") }
        }
    }

    @Test func `a port from outside of the loop is refused`() {
        let loop = RunExecutor()
        let bus = EventBus(on: loop)
        let probe = Probe("outside", on: loop)
        do {
            _ = try bus.port(for: probe)
            Issue.record("was accepted")
        } catch BusError.notOnLoop(let service) { #expect(service == "outside") } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `the driver must be the first`() throws {
        let loop = RunExecutor()
        try loop.run { _ in
            let bus = EventBus(on: loop)
            _ = try bus.port(for: Probe("first", on: loop))
            do {
                try await TestDriver(on: loop).join(bus)
                Issue.record("was accepted")
            } catch BusError.tooLate(let what) { #expect(what == "A port for the driver") }
        }
    }

    @Test func `the log begins with the schemas, in order of registration`() throws {
        let (topics, text): ([String], String) = try withBus { loop, bus, driver in
            let probe = Probe("tap", on: loop) { probe, port in
                try port.tap { delivery in
                    switch delivery.payload(Topic<ControlEvent>(0)) {
                    case .schema(let topic, let name, let schema)?:
                        probe.note("\(topic) \(name) \(schema.fields.map(\.name))")
                    case .stepEnd?: probe.note("end of \(delivery.step.rawValue)")
                    case .end(let status, let reason)?: probe.note("\(status) \(reason ?? "")")
                    default: probe.note("another")
                    }
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.drive(steps: 1)
            try await driver.close()
            try await driver.perform { port in
                port.note(.end(.completed, reason: "done"))
                try port.flush()
            }
            let trace = await probe.trace
            return (Array(trace.dropLast()), trace.last ?? "")
        }
        #expect(
            topics == [
                #"32 root ["value"]"#, #"34 first ["value"]"#, #"35 second ["value"]"#,
                #"36 letters ["text"]"#, "end of 0", "another", "end of 1",
            ])
        #expect(text == "completed done")
    }

    @Test func `payloads of 16-byte alignment pass between others`() throws {
        let topic = Topic<Wide>(40)
        let values: [String] = try withBus { loop, bus, driver in
            try await bus.register(topic, name: "wide")
            let probe = Probe("probe", on: loop) { probe, port in
                let wide = try port.publisher(topic)
                let letters = try port.publisher(TestTopics.letters)
                try port.forEach(TestTopics.root) { envelope in
                    for value in 1...5 as ClosedRange<Int128> {
                        try letters.publish(Letter("between"))
                        try wide.publish(Wide(value << 80))
                    }
                }
                try port.forEach(topic) { probe.note("\($0.payload.value >> 80)") }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.drive(steps: 1)
            try await driver.close()
            return await probe.trace
        }
        #expect(values == ["1", "2", "3", "4", "5"])
    }
}

import LockstepBus
import LockstepModel
import Synchronization
import Testing

/// How many of something are alive.
private final class Census: Sendable {
    private let alive = Atomic<Int>(0)

    var count: Int { alive.load(ordering: .relaxed) }
    func add(_ change: Int) { alive.add(change, ordering: .relaxed) }
}

/// Something that is counted while it lives.
private final class Inhabitant: Sendable {
    private let census: Census

    init(_ census: Census) {
        self.census = census
        census.add(1)
    }

    deinit { census.add(-1) }
}

/// A payload that holds a reference.
private struct Residence: EventPayload {
    let inhabitant: Inhabitant?

    static let schema = RecordSchema([])
    init(_ inhabitant: Inhabitant?) { self.inhabitant = inhabitant }
    func encode(into writer: inout RecordWriter) {}
    init(from reader: inout RecordReader) throws(RecordError) { inhabitant = nil }
}

/// A payload of 512 bytes.
private struct Block: EventPayload {
    typealias Numbers = InlineArray<64, Int64>
    var numbers: Numbers

    static let schema = RecordSchema([])
    init(_ value: Int64) { numbers = Numbers(repeating: value) }
    func encode(into writer: inout RecordWriter) {}
    init(from reader: inout RecordReader) throws(RecordError) { self.init(0) }

    var isWhole: Bool { numbers.indices.allSatisfy { numbers[$0] == numbers[0] } }
}

/// A payload of 160,000 bytes: more than two chunks of the journal.
private struct Slab: EventPayload {
    typealias Numbers = InlineArray<20_000, Int64>
    var numbers: Numbers

    static let schema = RecordSchema([])
    init(_ value: Int64) { numbers = Numbers(repeating: value) }
    func encode(into writer: inout RecordWriter) {}
    init(from reader: inout RecordReader) throws(RecordError) { self.init(0) }

    var isWhole: Bool { numbers.indices.allSatisfy { numbers[$0] == numbers[0] } }
}

@Suite struct JournalTests {
    private static let residences = Topic<Residence>(40)
    private static let blocks = Topic<Block>(41)
    private static let slabs = Topic<Slab>(42)

    @Test func `payloads with references live until the end of their step`() throws {
        let census = Census()
        try withBus { loop, bus, driver in
            try await bus.register(Self.residences, name: "residences")
            let probe = Probe("landlord", on: loop) { _, port in
                let residences = try port.publisher(Self.residences)
                try port.forEach(TestTopics.root) { _ in
                    // 3,000 of 48 bytes and more fill several chunks of 64 KiB.
                    for _ in 0..<3000 {
                        try residences.publish(Residence(Inhabitant(census)))
                    }
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            for step in 1...20 as ClosedRange<UInt64> {
                try await driver.perform { port in
                    try port.begin(StepNumber(step), at: .epoch)
                    port.publish(RootEnvelope(TestTopics.root, Ping(1)))
                    try port.waitUntilIdle()
                    #expect(census.count == 3000)
                    try port.endStep()
                    #expect(census.count == 0)
                }
            }
            // What a run leaves behind in its last step is destroyed at its end.
            try await driver.perform { port in
                try port.begin(StepNumber(21), at: .epoch)
                try port.publish(Residence(Inhabitant(census)), to: Self.residences)
            }
            #expect(census.count == 1)
        }
        #expect(census.count == 0)
    }

    @Test func `steps of any size keep every envelope whole`() throws {
        let seen: [Int] = try withBus { loop, bus, driver in
            try await bus.register(Self.blocks, name: "blocks")
            try await bus.register(Self.slabs, name: "slabs")
            let probe = Probe("builder", on: loop) { probe, port in
                let blocks = try port.publisher(Self.blocks)
                let slabs = try port.publisher(Self.slabs)
                let letters = try port.publisher(TestTopics.letters)
                try port.forEach(TestTopics.root) { envelope in
                    // From nothing to 400 blocks (some 220 KB), with a slab now and then.
                    for number in 0..<(envelope.payload.value * 97 % 401) {
                        try blocks.publish(Block(number))
                        if number % 50 == 7 { try slabs.publish(Slab(number)) }
                        if number % 3 == 0 { try letters.publish(Letter("letter \(number)")) }
                    }
                }
                try port.forEach(Self.blocks) { if $0.payload.isWhole { probe.note("block") } }
                try port.forEach(Self.slabs) { if $0.payload.isWhole { probe.note("slab") } }
                try port.forEach(TestTopics.letters) { envelope in
                    if envelope.payload.text.hasPrefix("letter ") { probe.note("letter") }
                }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.drive(steps: 12)
            try await driver.close()
            let trace = await probe.trace
            return ["block", "slab", "letter"].map { kind in trace.count { $0 == kind } }
        }
        // Independent count of what was published.
        let counts: [Int] = (1...12).map { $0 * 97 % 401 }
        let slabs: [Int] = counts.map { count in (0..<count).count { $0 % 50 == 7 } }
        let letters: [Int] = counts.map { ($0 + 2) / 3 }
        let expected: [Int] = [counts, slabs, letters].map { $0.reduce(0, +) }
        #expect(seen == expected)
    }

    @Test func `a root is filled anew in every step and delivered on every route`() throws {
        let result = try run(steps: 3) { loop in
            [
                Probe("market", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { probe.note("root \($0.payload.value)") }
                    try port.forEach(TestTopics.route) { envelope in
                        probe.note("route \(envelope.payload.value) \(envelope.topic.rawValue)")
                    }
                },
                Probe("strategy", on: loop) { probe, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.route) { try first.publish($0.payload) }
                    try port.forEach(TestTopics.first) { probe.note("cause \($0.cause.rawValue)") }
                },
                Probe(
                    "own", on: loop, consuming: [TestTopics.route.id],
                    loop: { probe, subscription in
                        var more: Void? = ()
                        while more != nil {
                            more = try await subscription.consume { delivery throws in
                                let value = delivery.payload(TestTopics.route)?.value
                                probe.note("\(delivery.topic.rawValue) \(value ?? 0)")
                            }
                        }
                    }),
            ]
        }
        #expect(result.error == nil)
        #expect(
            result.traces["market"]
                == ["root 1", "route 1 32", "root 2", "route 2 32", "root 3", "route 3 32"])
        // Events: set-up 5; each step root, first, end. The cause is the root, on any route.
        #expect(result.traces["strategy"] == ["cause 6", "cause 9", "cause 12"])
        #expect(result.traces["own"] == ["33 1", "33 2", "33 3"])
    }

    @Test func `many new roots in one run stay valid for their steps`() throws {
        let values: [String] = try withBus { loop, bus, driver in
            let probe = Probe("reader", on: loop) { probe, port in
                try port.forEach(TestTopics.letters) { probe.note($0.payload.text) }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.perform { port in
                for step in 1...10 as ClosedRange<UInt64> {
                    try port.begin(StepNumber(step), at: .epoch)
                    for number in 0..<10 {
                        port.publish(RootEnvelope(TestTopics.letters, Letter("\(step).\(number)")))
                    }
                    try port.waitUntilIdle()
                    try port.endStep()
                }
            }
            return await probe.trace
        }
        var expected: [String] = []
        for step in 1...10 { for number in 0..<10 { expected.append("\(step).\(number)") } }
        #expect(values == expected)
    }

    @Test func `what the driver published is delivered before the step ends`() throws {
        let trace: [String] = try withBus { loop, bus, driver in
            let probe = Probe("reader", on: loop) { probe, port in
                try port.forEach(TestTopics.first) { probe.note("\($0.payload.value)") }
            }
            try await bus.connect(probe, try bus.port(for: probe))
            try await driver.prepare()
            try await driver.perform { port in
                try port.begin(StepNumber(1), at: .epoch)
                try port.publish(Ping(7), to: TestTopics.first)
                try port.endStep()
                #expect(port.unfinished == 0)
            }
            return await probe.trace
        }
        #expect(trace == ["7"])
    }
}

import LockstepBus
import LockstepModel

/// The bus alone: one trivial event, then the barrier.
enum BusBenchmarks {
    /// One benchmark: how listeners hear, and how many there are.
    private struct Case {
        let name: String
        let form: Form
        let listeners: Int
        /// Events of a sample.
        let count: Int
    }

    private static var cases: [Case] {
        func row(_ name: String, _ form: Form, _ listeners: Int, plain: Int, _ count: Int) -> Case {
            Case(
                name: listeners == plain ? "bus/\(name)" : "bus/\(name)-\(listeners)", form: form,
                listeners: listeners, count: count)
        }
        return [1, 3, 7, 20].map { row("forEach", .inPlace, $0, plain: 3, 4_000_000) }
            + [1, 3, 7, 20].map { row("consume", .ownTask, $0, plain: 1, 2_000_000 / $0) }
            + [1, 3].map { row("consume-async", .ownTaskAsync, $0, plain: 1, 1_000_000 / $0) }
            + [1, 3].map { row("forEach-async", .inPlaceAsync, $0, plain: 1, 1_000_000 / $0) }
            + [row("tap", .tap, 1, plain: 1, 2_000_000)]
    }

    static func run(_ suite: inout Suite) throws {
        let allocations = "bus/allocations-per-event"
        let names =
            cases.map(\.name) + [
                Floor.name, "bus/barrier", "bus/instructions-per-event", allocations,
                allocations + "-consume", allocations + "-consume-async",
                allocations + "-forEach-async", allocations + "-tap",
            ]
        guard names.contains(where: suite.wants) else { return }
        // In every report with the bus, so that reports can be compared through it.
        Floor.measure(&suite)
        for work in cases {
            try suite.rate(work.name, unit: "events", count: work.count) {
                try sample(work.form, work.listeners, work.count).seconds
            }
        }
        try suite.rate("bus/barrier", unit: "barriers", count: 10_000_000) {
            try sample(.inPlace, 3, 10_000_000, barrierAlone: true).seconds
        }
        try countAllocations(allocations, .inPlace, 3, &suite)
        try countAllocations(allocations + "-consume", .ownTask, 1, &suite)
        try countAllocations(allocations + "-consume-async", .ownTaskAsync, 1, &suite)
        try countAllocations(allocations + "-forEach-async", .inPlaceAsync, 1, &suite)
        try countAllocations(allocations + "-tap", .tap, 1, &suite)
        try countInstructions(&suite)
    }

    /// What one sample took.
    fileprivate struct Sample: Sendable {
        var seconds = 0.0
        var allocations: UInt64 = 0
        var instructions: UInt64?
    }

    private static func countAllocations(
        _ name: String, _ form: Form, _ listeners: Int, _ suite: inout Suite
    ) throws {
        guard suite.wants(name) else { return }
        guard Machine.seesAllocations else {
            return suite.note("\(name) is not available: this build's allocations cannot be seen")
        }
        let count = 200_000
        try suite.amount(name, unit: "allocations", count: count, samples: 3) {
            let sample = try sample(form, listeners, count, warmUp: count, countsAllocations: true)
            return Double(sample.allocations) / Double(count)
        }
    }

    private static func countInstructions(_ suite: inout Suite) throws {
        let name = "bus/instructions-per-event"
        guard suite.wants(name) else { return }
        let count = 500_000
        guard try sample(.inPlace, 3, 1000).instructions != nil else {
            return suite.note("\(name) is not available: the machine offers no counters")
        }
        try suite.amount(name, unit: "instructions", count: count) {
            Double(try sample(.inPlace, 3, count, warmUp: 1000).instructions ?? 0) / Double(count)
        }
    }

    private static func sample(
        _ form: Form, _ listeners: Int, _ count: Int, warmUp: Int = 0, barrierAlone: Bool = false,
        countsAllocations: Bool = false
    ) throws -> Sample {
        let loop = RunExecutor()
        return try loop.run { _ in
            let bus = EventBus(on: loop)
            try await bus.register(Listener.topic, name: "ping")
            let pinger = Pinger(on: loop)
            try await pinger.join(bus)
            for _ in 0..<listeners {
                let listener = Listener(form, on: loop)
                try await bus.connect(listener, try bus.port(for: listener))
            }
            try await pinger.setUp()
            if warmUp > 0 { try await pinger.drive(warmUp) }
            let sample = try await pinger.sample(
                count, barrierAlone: barrierAlone, countsAllocations: countsAllocations)
            try await pinger.close()
            return sample
        }
    }
}

extension Pinger {
    /// Does the work once, with clocks and counters around it.
    fileprivate func sample(
        _ count: Int, barrierAlone: Bool, countsAllocations: Bool
    ) throws -> BusBenchmarks.Sample {
        var sample = BusBenchmarks.Sample()
        let counter = InstructionCounter()
        let before = counter?.count
        let start = Machine.now
        if countsAllocations {
            sample.allocations = try Machine.allocations { try drive(count) }
        } else if barrierAlone {
            try wait(count)
        } else {
            try drive(count)
        }
        sample.seconds = Machine.now - start
        if let before, let after = counter?.count { sample.instructions = after - before }
        return sample
    }
}

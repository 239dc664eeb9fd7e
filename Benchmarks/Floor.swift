/// The work of `bus/forEach` without a bus: three objects hear of every event by plain calls.
enum Floor {
    static let name = "floor/plain-calls"

    /// Adds up what it hears.
    private final class PlainListener {
        private(set) var sum: Int64 = 0

        @inline(never)
        func hear(_ ping: Ping) { sum &+= ping.first }
    }

    /// What the sums of all samples come to, so that no call is left out as unneeded.
    private static func run(_ count: Int) -> (seconds: Double, sum: Int64) {
        let listeners = (PlainListener(), PlainListener(), PlainListener())
        let start = Machine.now
        for value in 0..<count {
            let ping = Ping(Int64(truncatingIfNeeded: value))
            listeners.0.hear(ping)
            listeners.1.hear(ping)
            listeners.2.hear(ping)
        }
        let seconds = Machine.now - start
        return (seconds, listeners.0.sum &+ listeners.1.sum &+ listeners.2.sum)
    }

    static func measure(_ suite: inout Suite) {
        let count = 20_000_000
        let runs = (0...suite.samples).map { _ in run(count) }
        if Set(runs.map(\.sum)).count > 1 { suite.fail("\(name): sums that differ") }
        suite.addRate(name, unit: "events", count: count, runs.dropFirst().map(\.seconds))
    }
}

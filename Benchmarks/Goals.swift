/// What a figure is held against.
struct Goal {
    enum Bound { case atLeast, atMost, none }

    let name: String
    let bound: Bound
    let value: Double
    /// What the predecessor reaches; nil where it was not measured.
    let predecessor: Double?
    let remark: String

    init(
        _ name: String, _ bound: Bound, _ value: Double, predecessor: Double? = nil,
        _ remark: String = ""
    ) {
        self.name = name
        self.bound = bound
        self.value = value
        self.predecessor = predecessor
        self.remark = remark
    }

    func isMet(by figure: Double) -> Bool {
        switch bound {
        case .atLeast: figure >= value
        case .atMost: figure <= value
        case .none: true
        }
    }

    /// The goals for one core (with audit, the log's writer has the second one; W5 has two), on a
    /// server processor on which the plain calls of `floor/plain-calls` run at about 330 M/s.
    ///
    /// The figures of the predecessor were measured with its own stress test on the same class of
    /// machine: Python 3.11, audit on, 20 days of two symbols.
    static let all = [
        Goal(Floor.name, .none, 330e6, "reference: 330 M"),
        Goal("bus/forEach", .atLeast, 50e6, "3 subscribers"),
        Goal("bus/consume", .atLeast, 8e6, predecessor: 50e3, "1 subscriber"),
        Goal("bus/consume-async", .atLeast, 5e6, "1 subscriber"),
        Goal("bus/allocations-per-event", .atMost, 0),
        Goal("bus/allocations-per-event-consume", .atMost, 0),
        Goal("bus/allocations-per-event-consume-async", .atMost, 0),
        Goal("engine/W1", .atLeast, 18e6),
        Goal("engine/W1+audit", .atLeast, 11e6),
        Goal("engine/W2", .atLeast, 15e6),
        Goal("engine/W2+audit", .atLeast, 8e6),
        Goal("engine/W3", .atLeast, 6e6),
        Goal("engine/W3+audit", .atLeast, 2.5e6),
        Goal("engine/W4", .atLeast, 30e6),
        Goal("engine/W4+audit", .atLeast, 14e6),
        Goal("engine/W5-seconds", .atMost, 0.4),
        Goal(AuditBenchmarks.write, .atLeast, 15e6, "all threads together"),
        Goal(AuditBenchmarks.verify, .atLeast, 20e6),
        Goal(AuditBenchmarks.size, .atMost, 8.5),
        Goal(AuditBenchmarks.loop, .atMost, 15),
        Goal(AuditBenchmarks.total, .atMost, 45),
        Goal(AuditBenchmarks.slowdown, .atMost, 10),
        Goal(StressBenchmark.bars, .atLeast, 3.2e6, predecessor: 8101),
        Goal(StressBenchmark.orders, .atLeast, 380e3, predecessor: 946),
        Goal(StressBenchmark.deliveries, .none, 0, predecessor: 63538, "fewer a bar is better"),
        Goal(OutcomeBenchmarks.mixed, .atLeast, 1e6, predecessor: 8350),
        Goal(BookBenchmarks.messages, .atLeast, 3e6),
        Goal(BookBenchmarks.orders, .atLeast, 1e6),
        Goal(BookBenchmarks.allocations, .atMost, 0),
        Goal(BarBenchmarks.name(resting: 10_000), .atLeast, 3e6),
        Goal(BarBenchmarks.oneOrder.adverse, .atLeast, 2e6),
        Goal("engine/peak-memory", .atMost, 32, predecessor: 236, "and growing there"),
    ]
}

/// Another program's figures for the works.
struct Peer {
    let name: String
    /// W1, W2 in bars/s, W3 in orders/s, W4 in bars/s, W5 in seconds, memory of W2 on 100,000 bars
    /// in MB; nil where it cannot do the work.
    let figures: [Double?]

    static let columns = [
        "W1 bars/s", "W2 bars/s", "W3 orders/s", "W4 bars/s", "W5 s", "memory MB",
    ]

    /// Measured with the same data on one machine of one class (2 virtual cores, EPYC), each peer at
    /// its own best settings: the time of the run alone, without loading, medians.
    static let all = [
        Peer(name: "NautilusTrader 1.231", figures: [320e3, 204e3, 27e3, 192e3, 20.8, 313]),
        Peer(name: "basana 1.11", figures: [215e3, 109e3, 13e3, 110e3, 39.3, 272]),
        Peer(name: "zipline-reloaded 3.2", figures: [373e3, 68e3, 13e3, 94e3, nil, 563]),
        Peer(name: "backtrader 1.9.78", figures: [17e3, 14e3, 6e3, nil, nil, 204]),
        Peer(name: "backtesting.py 0.6.6", figures: [439e3, 247e3, 78e3, 251e3, 19.5, 192]),
        Peer(
            name: "vectorbt 1.0, no events",
            figures: [10.752e6, 5.149e6, 4.792e6, 7.44e6, 1.24, 440]),
        Peer(name: "predecessor, stress test", figures: [nil, 8e3, 1e3, nil, nil, 236]),
        Peer(name: "C loops, no engine", figures: [935e6, 780e6, 1.1e9, nil, 0.016, 5]),
    ]
}

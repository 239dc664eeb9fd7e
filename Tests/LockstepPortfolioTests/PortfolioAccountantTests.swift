import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepPortfolio
import Synchronization
import Testing

/// A service that makes fills from frames: what to fill in each step is given.
private actor Engine: BusService {
    nonisolated let name = "engine"
    nonisolated let executor: RunExecutor
    private let plan: [UInt64: [Fill]]

    init(on loop: RunExecutor, plan: [UInt64: [Fill]]) {
        executor = loop
        self.plan = plan
    }

    func connect(_ port: BusPort) throws {
        let fills = try port.publisher(Topics.fill)
        let plan = plan
        try port.forEach(Topics.frame) { envelope in
            for fill in plan[envelope.step.rawValue] ?? [] { try fills.publish(fill) }
        }
    }
}

/// An observer that notes what the accountant publishes, in the order of delivery.
private actor Watcher: BusService {
    nonisolated let name = "watcher"
    nonisolated let executor: RunExecutor
    nonisolated let isObserver = true
    private let seen = Mutex<[String]>([])
    nonisolated var trace: [String] { seen.withLock { $0 } }

    init(on loop: RunExecutor) { executor = loop }

    func connect(_ port: BusPort) throws {
        try port.forEach(Topics.booking) { envelope in
            let booking = envelope.payload
            self.note(
                "\(envelope.step.rawValue) \(booking.kind) of \(booking.fill == .none ? "none" : "a fill"): "
                    + "\(booking.cashChange.units), cash \(booking.cashAfter.units)")
        }
        try port.forEach(Topics.lotClosed) { envelope in
            self.note(
                "\(envelope.step.rawValue) lot \(envelope.payload.quantity.lots): "
                    + "\(envelope.payload.grossProfit.units)")
        }
        try port.forEach(Topics.snapshot) { envelope in
            self.note("\(envelope.step.rawValue) equity \(envelope.payload.equity.units)")
        }
    }

    private func note(_ text: String) { seen.withLock { $0.append(text) } }
}

/// Drives the frames of a run through market and settle.
private actor Steps: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?

    init(on loop: RunExecutor) { executor = loop }

    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }
    func drive(_ frames: [Frame]) throws {
        guard let port else { return }
        let root = RootEnvelope(Topics.frame, Market.frame([]))
        try port.begin(.setUp, at: .epoch)
        try port.publish(.start, to: Topics.lifecycle)
        try port.waitUntilIdle()
        try port.endStep()
        for (place, frame) in frames.enumerated() {
            try port.begin(StepNumber(UInt64(place) + 1), at: frame.time)
            root.payload = frame
            port.publish(root)
            try port.waitUntilIdle()
            try port.deliver(root, on: Topics.settle)
            if place == frames.count - 1 {
                try port.publish(.endOfFeed, to: Topics.lifecycle)
                try port.waitUntilIdle()
            }
            try port.endStep()
        }
        try port.close()
    }
}

@Suite struct PortfolioAccountantTests {
    private struct Outcome: Sendable {
        var trace: [String]
        var summaries: [AccountSummary]
        var trips: [RoundTrip]
    }

    private func run(_ plan: [UInt64: [Fill]], _ frames: [Frame]) throws -> Outcome {
        let account = Account(
            id: Market.account, name: "main", currency: try Market.currency(),
            startingCash: Money(units: 10_000), kind: .margin)
        let loop = RunExecutor()
        return try loop.run { _ in
            let bus = EventBus(on: loop, settings: BusSettings())
            try await Topics.register(on: bus)
            let driver = Steps(on: loop)
            try await driver.join(bus)
            let trips = TripList()
            let portfolio = try Portfolio(
                accounts: [account], instruments: Market.instruments(),
                primarySeries: [SeriesID(1), SeriesID(2)])
            let accountant = PortfolioAccountant(
                portfolio, on: loop, onRoundTrip: { trips.add($0) })
            let engine = Engine(on: loop, plan: plan)
            let watcher = Watcher(on: loop)
            try await bus.connect(engine, try bus.port(for: engine))
            try await bus.connect(accountant, try bus.port(for: accountant))
            try await bus.connect(watcher, try bus.port(for: watcher))
            try await driver.drive(frames)
            return Outcome(
                trace: watcher.trace, summaries: await accountant.summaries, trips: trips.all)
        }
    }

    private final class TripList: Sendable {
        private let list = Mutex<[RoundTrip]>([])
        var all: [RoundTrip] { list.withLock { $0 } }
        func add(_ trip: RoundTrip) { list.withLock { $0.append(trip) } }
    }

    @Test func bookingsComeBeforeTheirLotsAndSnapshotsAtTheEndOfTheStep() throws {
        // Cash 100.00; buy 2 @ 1.00 and 1 @ 1.10, fees 0.05; sell 3 @ 1.20: gains 0.40 and 0.10.
        let outcome = try run(
            [
                1: [Market.fill(.buy, 2, at: 100, fee: 5), Market.fill(.buy, 1, at: 110)],
                3: [Market.fill(.sell, 3, at: 120)],
            ],
            [
                Market.frame([110, nil], time: 10), Market.frame([110, nil], time: 20),
                Market.frame([120, nil], time: 30), Market.frame([150, nil], time: 40),
            ])
        #expect(
            outcome.trace == [
                "0 deposit of none: 10000, cash 10000",
                "1 trade of a fill: -205, cash 9795",
                "1 trade of a fill: -110, cash 9685",
                "1 equity 10015",
                "3 trade of a fill: 360, cash 10045",
                "3 lot 2: 40",
                "3 lot 1: 10",
                "3 equity 10045",
                "4 equity 10045",
            ])
        #expect(outcome.trips.map(\.netProfit.units) == [45])
        let summary = try #require(outcome.summaries.first)
        #expect(summary.last.equity.units == 10_045)
        #expect(summary.snapshots == 3)
        #expect(summary.steps == 4)
        #expect(summary.heldSteps == 2)
    }

    @Test func aFillThatCannotBeBookedEndsTheRun() throws {
        #expect(throws: BusError.self) {
            _ = try run(
                [1: [Market.fill(.buy, 1, at: 100, for: AccountID(7))]],
                [Market.frame([100, nil], time: 10)])
        }
    }
}

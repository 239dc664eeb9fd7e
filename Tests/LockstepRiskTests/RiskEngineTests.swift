import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepRisk
import Testing

/// Sends intents on the decide route, and keeps what becomes of them.
private actor Asker: BusService {
    nonisolated let name = "asker"
    nonisolated let executor: RunExecutor
    private let intents: [Intent]
    private(set) var asked: [SequenceNumber] = []
    private(set) var orders: [Order] = []
    private(set) var updates: [OrderUpdate] = []

    init(_ intents: [Intent], on executor: RunExecutor) {
        self.intents = intents
        self.executor = executor
    }

    func connect(_ port: BusPort) throws {
        let publisher = try port.publisher(Topics.intent)
        let intents = intents
        try port.forEach(Topics.decide) { _ in
            for intent in intents { try publisher.publish(intent) }
        }
        try port.forEach(Topics.intent) { self.asked.append($0.sequence) }
        try port.forEach(Topics.order) { self.orders.append($0.payload) }
        try port.forEach(Topics.orderUpdate) { self.updates.append($0.payload) }
    }
}

/// Drives one step: a deposit, a frame, the decisions.
private actor OneStep: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?
    private let frame: Frame

    init(_ frame: Frame, on executor: RunExecutor) {
        self.frame = frame
        self.executor = executor
    }

    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func drive(_ deposit: Booking) throws {
        guard let port else { return }
        try port.begin(.setUp, at: .epoch)
        try port.publish(deposit, to: Topics.booking)
        try port.waitUntilIdle()
        try port.endStep()
        try port.begin(StepNumber(1), at: Timestamp(nanoseconds: 60))
        let root = RootEnvelope(Topics.frame, frame)
        port.publish(root)
        try port.waitUntilIdle()
        try port.deliver(root, on: Topics.decide)
        try port.waitUntilIdle()
        try port.endStep()
        try port.close()
    }
}

@Suite struct RiskEngineTests {
    @Test func `an intent comes out as an order or as a refusal, with its envelope`() throws {
        let price = Price(ticks: 100)
        let first = InstrumentID(1)
        let frame = Frame(
            time: Timestamp(nanoseconds: 60),
            slots: [
                FrameSlot(
                    coverage: .traded,
                    bar: Bar(
                        instrument: first, series: SeriesID(1), start: .epoch,
                        end: Timestamp(nanoseconds: 60), label: .epoch, open: price, high: price,
                        low: price, close: price, volume: nil))
            ])
        let intents = (UInt32(1)...2).map { ordinal in
            Intent(
                id: OrderID(strategy: StrategyID(1), ordinal: ordinal), strategy: StrategyID(1),
                account: Bench.cash,
                action: .place(OrderTerms(.buy, Quantity(lots: 6), of: first)))
        }
        let deposit = Booking(
            account: Bench.cash, strategy: StrategyID(0), instrument: InstrumentID(0),
            kind: .deposit, cashChange: Money(units: 100_000), cashAfter: Money(units: 100_000),
            positionAfter: .zero)
        let loop = RunExecutor()
        let (asked, orders, updates, reserved) = try loop.run { _ in
            let bus = EventBus(on: loop)
            try await Topics.register(on: bus)
            let driver = OneStep(frame, on: loop)
            try await driver.join(bus)
            let risk = RiskEngine(try Bench.gate(cash: 0), on: loop)
            let asker = Asker(intents, on: loop)
            try await bus.connect(risk, try bus.port(for: risk))
            try await bus.connect(asker, try bus.port(for: asker))
            try await driver.drive(deposit)
            return (
                await asker.asked, await asker.orders, await asker.updates,
                await risk.inspect { $0.reserved(by: Bench.cash) }
            )
        }
        // 6 lots at 100 cost 60000 of 100000 units, so the second intent finds 40000.
        try #require(asked.count == 2)
        #expect(
            orders == [
                Order(
                    intent: intents[0], intentSequence: asked[0],
                    decidedAt: Timestamp(nanoseconds: 60))
            ])
        #expect(
            updates == [
                OrderUpdate(
                    order: intents[1].id, strategy: StrategyID(1), account: Bench.cash,
                    instrument: first, change: .rejected, reason: .insufficientFunds,
                    limit: 40_000, leaves: .zero, reportAt: Timestamp(nanoseconds: 60))
            ])
        #expect(reserved == Money(units: 60_000))
    }
}

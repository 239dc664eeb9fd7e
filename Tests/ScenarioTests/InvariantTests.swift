import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import Testing

/// A service that says what is not so: it publishes whatever it is given when it hears of a step.
private actor Liar<Payload: EventPayload>: BusService {
    nonisolated let name = "liar"
    nonisolated let executor: RunExecutor
    private let topic: Topic<Payload>
    private let lie: Payload

    init(on executor: RunExecutor, _ lie: Payload, to topic: Topic<Payload>) {
        self.executor = executor
        self.topic = topic
        self.lie = lie
    }

    /// Tells a lie in the second step.
    static func plan(_ lie: Payload, to topic: Topic<Payload>) -> ServicePlan {
        ServicePlan { loop, _ in Liar(on: loop, lie, to: topic) }
    }

    func connect(_ port: BusPort) throws {
        let publisher = try port.publisher(topic)
        try port.forEach(Topics.decide) { envelope in
            if envelope.step == StepNumber(2) { try publisher.publish(self.lie) }
        }
    }
}

@Suite struct InvariantTests {
    private static func booking(
        cashAfter: Int64 = 0, positionAfter: Int64 = 0
    ) -> Booking {
        Booking(
            account: AccountID(1), strategy: StrategyID(1), instrument: InstrumentID(1),
            kind: .transfer, cashChange: .zero, cashAfter: Money(units: cashAfter),
            positionAfter: SignedQuantity(lots: positionAfter))
    }

    private static let ghost = Fill(
        order: OrderID(strategy: StrategyID(7), ordinal: 3), strategy: StrategyID(1),
        account: AccountID(1), instrument: InstrumentID(1), side: .buy, liquidity: .taker,
        point: .open, rule: .market, price: Price(ticks: 10_000), reference: Price(ticks: 10_000),
        quantity: Quantity(lots: 1), leaves: .zero, notional: Money(units: 100_000_000),
        executedAt: .epoch, label: .epoch, reportAt: .epoch)

    private static func snapshot(equity: Int64) -> Snapshot {
        Snapshot(
            account: AccountID(1), cash: .zero, equity: Money(units: equity), realised: .zero,
            unrealised: .zero, fees: .zero, grossExposure: .zero, netExposure: .zero)
    }

    /// A ready invariant, the lie that breaks it, the lie's topic and what the message must say.
    struct Sample: Sendable, CustomTestStringConvertible {
        let invariant: Invariant
        let lie: ServicePlan
        let topic: String
        let says: String

        var testDescription: String { invariant.name }
    }

    static let samples = [
        Sample(
            invariant: .noFillWithoutAcceptedOrder, lie: Liar.plan(ghost, to: Topics.fill),
            topic: "fill", says: "order 7/3 was filled, which is not working"),
        Sample(
            invariant: .cashNeverNegative,
            lie: Liar.plan(booking(cashAfter: -1), to: Topics.booking), topic: "booking",
            says: "account 1 has -1 units"),
        Sample(
            invariant: .positionLimit(Quantity(lots: 50)),
            lie: Liar.plan(booking(positionAfter: -51), to: Topics.booking), topic: "booking",
            says: "account 1 holds -51 lots of S1"),
        Sample(
            invariant: .positionLimit(Quantity(lots: 50), of: "S1"),
            lie: Liar.plan(booking(positionAfter: 51), to: Topics.booking), topic: "booking",
            says: "account 1 holds 51 lots of S1"),
        Sample(
            invariant: .equityFloor(Money(units: 1_000)),
            lie: Liar.plan(snapshot(equity: 999), to: Topics.snapshot), topic: "snapshot",
            says: "account 1 is worth 999 units"),
        Sample(
            invariant: Invariant("no price of a hundred", on: Topics.fill) { fill in
                fill.payload.price.ticks == 10_000 ? "\(fill.payload.price.ticks) ticks" : nil
            }, lie: Liar.plan(ghost, to: Topics.fill), topic: "fill", says: "10000 ticks"),
    ]

    @Test(arguments: samples)
    func `a breach ends the run at its event, and says which property, where and when`(
        _ sample: Sample
    ) throws {
        var configuration = try Stage.configuration([Stage.bars(Stage.three)], [])
        configuration.services = [sample.lie]
        configuration.invariants = [sample.invariant]
        try withScratch { directory in
            let path = directory + "/run.lka"
            let failed = try Stage.failure(of: configuration, auditLog: path)
            let failure = try #require(failed?.failure)
            let log = try Log(path)
            #expect(log.status == .closed(.failed))
            // The lie is the last thing but what ends the log: nothing came after the breach
            // except what was published before it was delivered.
            let lie = try #require(
                log.records.last { $0.topic == sample.topic && $0.producer == 5 })
            #expect(failure.sequence == SequenceNumber(lie.sequence))
            #expect(failure.step == StepNumber(2))
            #expect(failure.service == "invariants")
            let breach = try #require(failure.cause as? InvariantBreach)
            #expect(breach.invariant == sample.invariant.name)
            #expect(breach.what == sample.says)
            #expect(
                failure.message == "service 'invariants' in step 2, event \(lie.sequence) "
                    + "(\(sample.topic)): invariant \"\(sample.invariant.name)\" does not hold at "
                    + "1970-01-01T00:02:00Z: \(sample.says)")
            #expect(log.end?.text("reason") == failure.message)
        }
    }

    @Test(arguments: [2, 5] as [UInt64])
    func `invariants that hold change nothing, whatever they watch`(_ seed: UInt64) throws {
        let alone = try Fidget.configuration(seed: seed)
        var watched = alone
        watched.invariants = [
            .noFillWithoutAcceptedOrder, .positionLimit(Quantity(lots: 1_000_000)),
            .positionLimit(Quantity(lots: 1_000_000), of: "S2"),
            .equityFloor(Money(units: -1_000_000_000_000)),
            Invariant("frames and routes", on: Topics.decide) { _ in nil },
            Invariant("memory") { watch in
                var last = SequenceNumber.none
                try watch.every(Topics.fill) { fill in
                    defer { last = fill.sequence }
                    return fill.sequence > last ? nil : "fill \(fill.sequence.rawValue) came again"
                }
            },
        ]
        let backtest = try Backtest(watched, recording: .inMemory)
        let expected = try Backtest(alone, recording: .inMemory).runHere()
        #expect(expected.digest != nil)
        // Memory is made anew for every run, so a second one does not see the first one's.
        for _ in 0..<2 {
            let result = try backtest.runHere()
            #expect(result.digest == expected.digest)
            #expect(result.fills == expected.fills)
        }
    }

    @Test func `services before and invariants after them change no producer`() throws {
        var configuration = try RecordStreamTests.configuration()
        configuration.services = [Trader.plan(.inPlace, as: 4)]
        let expected = try Backtest(configuration).runHere()
        configuration.invariants = [.cashNeverNegative]
        #expect(try Backtest(configuration).runHere().digest == expected.digest)
    }

    @Test func `a symbol that the run does not have is refused in the set-up`() throws {
        var configuration = try Stage.configuration([Stage.bars(Stage.three)], [])
        configuration.invariants = [.positionLimit(Quantity(lots: 1), of: "S9")]
        let failed = try #require(try Stage.failure(of: configuration))
        #expect(failed.counters.steps == 0)
        #expect(failed.failure?.message.contains("S9") == true, "\(failed.failure?.message ?? "")")
    }

    @Test func `a check that throws ends the run with its own error`() throws {
        var configuration = try Stage.configuration([Stage.bars(Stage.three)], [])
        configuration.invariants = [
            Invariant("throws", on: Topics.settle) { envelope in
                if envelope.step == StepNumber(3) { throw Script.OnPurpose() }
                return nil
            }
        ]
        let failure = try #require(try Stage.failure(of: configuration)?.failure)
        #expect(failure.cause is Script.OnPurpose)
        #expect(failure.step == StepNumber(3))
        #expect(failure.service == "invariants")
    }
}

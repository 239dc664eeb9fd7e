import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import Testing

/// Sends what it is given when it hears of the second frame.
actor Sender: BusService {
    nonisolated let name = "sender"
    nonisolated let executor: RunExecutor
    private let intents: [Intent]
    private let wakes: [Wake]

    init(on executor: RunExecutor, _ intents: [Intent], _ wakes: [Wake]) {
        self.executor = executor
        self.intents = intents
        self.wakes = wakes
    }

    static func plan(_ intents: [Intent], _ wakes: [Wake] = []) -> ServicePlan {
        ServicePlan { loop, _ in Sender(on: loop, intents, wakes) }
    }

    func connect(_ port: BusPort) throws {
        let asking = try port.publisher(Topics.intent)
        let waking = try port.publisher(Topics.wake)
        try port.forEach(Topics.decide) { envelope in
            if envelope.step != StepNumber(2) { return }
            for intent in self.intents { try asking.publish(intent) }
            for wake in self.wakes { try waking.publish(wake) }
        }
    }
}

@Suite struct OddRequestTests {
    private static func run(
        _ actions: [OrderAction], strategy: UInt32 = 2, account: UInt32 = 1,
        wakes: [Wake] = []
    ) throws -> BacktestResult {
        let id = StrategyID(strategy)
        let intents = actions.enumerated().map { place, action in
            Intent(
                id: OrderID(strategy: id, ordinal: UInt32(place + 1)), strategy: id,
                account: AccountID(account), action: action)
        }
        var configuration = try Stage.configuration([Stage.bars(Stage.three)], [])
        configuration.services = [Sender.plan(intents, wakes)]
        return try Backtest(configuration).runHere()
    }

    private static func terms(
        _ lots: Int64, of instrument: UInt32 = 1, _ kind: OrderKind = .market()
    ) -> OrderAction {
        .place(OrderTerms(.buy, Quantity(lots: lots), of: InstrumentID(instrument), kind))
    }

    @Test(
        arguments: [
            (terms(1, of: 0), .unknownInstrument), (terms(1, of: 2), .unknownInstrument),
            (terms(1, of: .max), .unknownInstrument), (terms(-1), .invalidQuantity),
            (terms(.min), .invalidQuantity), (terms(.max), .invalidQuantity),
            (terms(1, .limit(Price(ticks: 0))), .offTickPrice),
            (terms(1, .limit(Price(ticks: .min))), .offTickPrice),
            (terms(1, .stop(Price(ticks: .max))), .offTickPrice),
            (.cancel(OrderID(rawValue: .max)), .unknownOrder),
            (.cancel(OrderID(rawValue: 0)), .unknownOrder),
            (
                .amend(OrderID(rawValue: 7), OrderAmendment(quantity: Quantity(lots: -3))),
                .unknownOrder
            ), (.cancelAll(InstrumentID(9)), .unknownInstrument),
        ] as [(OrderAction, OrderReason)])
    func `an odd request of a service is refused with its reason`(
        _ action: OrderAction, _ reason: OrderReason
    ) throws {
        let result = try Self.run([action])
        #expect(result.status == .completed)
        #expect(result.reasons.map(\.reason) == [reason])
        #expect(result.reasons.map(\.count) == [1])
    }

    @Test(
        arguments: [(2, 0), (2, 9), (0, 1), (StrategyID.greatest, 1), (.max, .max)]
            as [(UInt32, UInt32)])
    func `a strategy or account that nobody declared traps nothing`(
        _ strategy: UInt32, _ account: UInt32
    ) throws {
        let actions: [OrderAction] = [
            Self.terms(1), Self.terms(1, .limit(Price(ticks: 5000))), .cancelAll(nil),
        ]
        do {
            let result = try Self.run(actions, strategy: strategy, account: account)
            #expect(result.orders.intents == 2)
        } catch BacktestError.runFailed(let result) {
            #expect(result.failure?.message.isEmpty == false)
        }
    }

    @Test func `time never stands or goes back, whatever wakes are asked for`() throws {
        let times: [Int64] = [.min, -1, 0, 119, 120].map { $0 == .min ? $0 : $0 * Stage.second }
        let wakes = (times + [.max]).map {
            Wake(time: Timestamp(nanoseconds: $0), requester: 99)
        }
        try withScratch { directory in
            var configuration = try Stage.configuration([Stage.bars(Stage.three)], [])
            configuration.services = [Sender.plan([], wakes)]
            let path = directory + "/run.lka"
            let result = try Backtest(configuration).runHere(auditLog: path)
            // All that are not after 120 s mean the nanosecond after it; the last one never comes.
            #expect(result.counters.steps == 4)
            #expect(
                try Log(path).records(of: "frame").map(\.time.nanoseconds) == [
                    60 * Stage.second, 120 * Stage.second, 120 * Stage.second + 1,
                    180 * Stage.second,
                ])
        }
    }
}

import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy

/// Runs with an outcome market: batches, rounds, payouts and a venue that keeps accounts.
extension ScenarioBank {
    private static func settings(seconds: Int64) -> OutcomeMarketSettings {
        var settings = OutcomeMarketSettings(outcomes: ["a", "b", "c"])
        settings.duration = seconds * Stage.second
        settings.gas = Money(units: 10_000)
        return settings
    }

    /// What is decided, by seconds after the opening.
    private static func resolutions(
        _ list: [(Int64, OutcomeResolution)], of token: UInt32
    ) -> DatumFeed {
        DatumFeed(
            list.map {
                DatedDatum(
                    time: Timestamp(nanoseconds: $0.0 * Stage.second),
                    datum: $0.1.datum(of: InstrumentID(token)))
            })
    }

    /// An event with a crowd and an elimination.
    static func event() throws -> Scenario {
        let market = OutcomeMarket(settings: settings(seconds: 13))
        let usd = try Currency("USD")
        var noise = NoiseMind.Parameters()
        (noise.patience, noise.size) = (1, 40)
        var maker = MakerMind.Parameters()
        (maker.patience, maker.size) = (1, 15)
        var sets = ArbitrageMind.Parameters()
        sets.patience = 2
        let plans = try [
            StrategyPlan(
                CrowdAgent<NoiseMind>.self, noise, account: AccountID(1), name: "noise-1"),
            StrategyPlan(
                CrowdAgent<NoiseMind>.self, noise, account: AccountID(2), name: "noise-2"),
            StrategyPlan(CrowdAgent<MakerMind>.self, maker, account: AccountID(3), name: "maker"),
            StrategyPlan(
                CrowdAgent<ArbitrageMind>.self, sets, account: AccountID(4), name: "sets"),
        ]
        var configuration = BacktestConfiguration(
            name: "event", venues: [.init("final", market)],
            instruments: try Instruments(
                market.instruments(
                    venue: VenueID(1), name: "final", from: InstrumentID(1), currency: usd)),
            data: [], accounts: try (1...4).map { try Stage.account($0, cash: 400) },
            strategies: plans, seed: 5)
        configuration.feeds = [
            resolutions(
                [
                    (6, .init(.freeze)), (7, .init(.eliminate, [3])), (8, .init(.resume)),
                    (13, .init(.settle, [1])),
                ], of: 1)
        ]
        return Scenario(
            "event", configuration,
            [
                ScenarioPart(Witness("witness", topic: 40), .suspending),
                ScenarioPart(Witness("watcher", topic: 41), .ownTask),
            ])
    }

    /// Recorded orders and eliminations, beside a market of bars with an account of its own.
    static func recordedEvent() throws -> Scenario {
        let market = OutcomeMarket(settings: settings(seconds: 10))
        let usd = try Currency("USD")
        // S1 is of the bars; from 2 on YES and NO of a, b and c.
        let instruments =
            [try Stage.instrument(1)]
            + (try market.instruments(
                venue: VenueID(2), name: "final", from: InstrumentID(2), currency: usd))
        var accounts = try (1...3).map { try Stage.account($0, cash: 500) }
        for kept in [1, 2] { accounts[kept].venue = VenueID(2) }
        var configuration = BacktestConfiguration(
            name: "recorded", venues: [.init("sim", BarMarket()), .init("final", market)],
            instruments: try Instruments(instruments),
            data: [try Stage.hops(1, every: "1s", seed: 6, count: 12)], accounts: accounts,
            strategies: [
                try Stage.script([
                    "frame@2 buy 1 1 tag stock", "frame@3 buy 2 1 tag elsewhere",
                    "fill@4 note got 1",
                    "frame@9 sell 1 1",
                ]),
                try StrategyPlan(replaying: first, name: "first", account: AccountID(2)),
                try StrategyPlan(replaying: second, name: "second", account: AccountID(3)),
            ], seed: 9)
        configuration.feeds = [
            resolutions(
                [
                    (5, .init(.freeze)), (6, .init(.eliminate, [2])), (7, .init(.resume)),
                    (10, .init(.settle, [3])),
                ], of: 2)
        ]
        return Scenario(
            "recorded-event", configuration,
            [ScenarioPart(Witness("witness", topic: 40), .ownTaskInPlace)])
    }

    /// Asks for tokens, in hundredths of them, at a second and a half.
    private static func order(
        _ second: Int64, _ number: UInt32, _ side: Side, _ token: UInt32, _ hundredths: Int64,
        limit: Int64? = nil, autoFill: Bool = false, isAnswer: Bool = false
    ) -> RecordedOrder {
        let kind: OrderKind =
            limit.map { .limit(Price(ticks: $0), .goodTilCancelled, postOnly: false) }
            ?? .market(nil)
        return RecordedOrder(
            time: Timestamp(nanoseconds: second * Stage.second + (isAnswer ? 0 : 500_000_000)),
            number: number,
            action: .place(
                OrderTerms(
                    side, Quantity(lots: hundredths * 100), of: InstrumentID(token), kind,
                    autoFill: autoFill)), isAnswer: isAnswer)
    }

    private static func cancel(
        _ second: Int64, _ number: UInt32, _ target: UInt64
    ) -> RecordedOrder {
        RecordedOrder(
            time: Timestamp(nanoseconds: second * Stage.second + 500_000_000), number: number,
            action: .cancel(OrderID(rawValue: target)))
    }

    /// Buys and sells; 4 and 5 meet the orders of ``second`` as new and as old pairs.
    private static let first = [
        order(1, 1, .buy, 2, 3000), order(1, 2, .buy, 4, 2000, limit: 30, autoFill: true),
        // Not of an account of the event, and above what a token pays.
        order(1, 3, .buy, 1, 1), order(2, 4, .buy, 6, 5000, limit: 60),
        order(2, 5, .buy, 6, 100, limit: 101), order(3, 6, .sell, 2, 1000),
        order(3, 7, .buy, 3, 4000), cancel(4, 8, 2), order(5, 9, .buy, 2, 100),
        order(7, 10, .sell, 6, 2500, limit: 45), order(8, 11, .buy, 2, 800),
    ]

    private static let second = [
        order(1, 1, .buy, 3, 2500), order(2, 2, .buy, 7, 5000, limit: 45),
        order(3, 3, .buy, 4, 1500), order(4, 4, .sell, 3, 500),
        order(7, 5, .sell, 7, 2500, limit: 50), order(8, 6, .buy, 7, 300),
    ]
}

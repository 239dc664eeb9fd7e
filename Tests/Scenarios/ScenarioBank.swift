import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepStrategy

/// The scenarios on which bus, order and barrier are proved: small runs that between them have
/// everything a run can have.
package enum ScenarioBank {
    /// All scenarios, in an order that stays.
    ///
    /// - Throws: What refuses a configuration.
    package static func all() throws -> [Scenario] {
        try [
            crossing(), churning(), refusals(), timers(), resting(), shorts(), slices(), batches(),
            gaps(), answers(), rivals(.suspending, .ownTask), rivals(.inPlace, .suspending),
            rivals(.ownTask, .ownTaskInPlace), pingPong(), names(), outside(), crowd(), halts(),
            watched(), serviceThrows(), throwsAfterPause(), twoThrow(), strategyThrows(), event(),
            recordedEvent(),
        ]
    }

    // MARK: Strategies and markets

    private static func crossing() throws -> Scenario {
        var plans: [StrategyPlan] = []
        for number in 1...2 {
            var parameters = MovingAverageCross.Parameters()
            parameters.symbol = "S\(number)"
            (parameters.fast, parameters.slow) = (2, 5)
            plans.append(
                try StrategyPlan(
                    MovingAverageCross.self, parameters, account: AccountID(UInt32(number)),
                    name: "cross-\(number)"))
        }
        return Scenario(
            "crossing",
            try Stage.configuration(
                [Stage.hops(1, seed: 3, count: 50), Stage.hops(2, seed: 4, count: 50)],
                instruments: 2, accounts: [Stage.account(1), Stage.account(2, kind: .margin)],
                settings: costs(), plans),
            [ScenarioPart(Witness("witness", topic: 40), .suspending)])
    }

    private static func churning() throws -> Scenario {
        try Scenario(
            "churning",
            Stage.configuration(
                [Stage.hops(1, seed: 11, count: 40), Stage.hops(2, seed: 12, count: 40)],
                instruments: 2, accounts: [Stage.account(1), Stage.account(2, kind: .margin)],
                settings: costs(),
                [
                    Churner.plan("first") { $0.instruments = 2 },
                    Churner.plan("second", account: 2) { $0.instruments = 2 },
                ]),
            [ScenarioPart(Witness("witness", topic: 40), .ownTask)])
    }

    private static func refusals() throws -> Scenario {
        var configuration = try Stage.configuration(
            [Stage.hops(1, seed: 21, count: 40)],
            accounts: [Stage.account(1, cash: 2_000), Stage.account(2, kind: .margin)],
            settings: costs(),
            [
                Churner.plan("wild") { ($0.isWild, $0.calm) = (true, 1) },
                Churner.plan("wilder", account: 2) { ($0.isWild, $0.lots) = (true, 60) },
                Stage.script([
                    "frame@3 buy 1 2 tag own", "frame@5 cancel 1", "frame@6 cancel 9",
                    "reject@6 note refused 1", "frame@8 sell 1 500", "frame@9 buy 1 70",
                ]),
            ])
        configuration.risk = try RiskLimits(
            maxSize: Quantity(lots: 10), maxNotional: ExactDecimal(1500),
            maxPosition: Quantity(lots: 40))
        return Scenario(
            "refusals", configuration, [ScenarioPart(Answerer("answerer", topic: 40), .suspending)])
    }

    private static func timers() throws -> Scenario {
        try Scenario(
            "timers",
            Stage.configuration(
                [Stage.hops(1, seed: 31, count: 20)],
                [
                    Stage.script([
                        "start@0 wake 30", "timer@1 wake 45", "timer@2 buy 1 1", "frame@4 wake 150",
                        "frame@4 wake 150", "frame@6 note step 6", "timer@7 sell 1 1 tag timer",
                        "frame@9 wake 1",
                    ]),
                    Churner.plan("churner") { $0.calm = 1 },
                ]),
            [
                ScenarioPart(Waker("early", after: [7, 22]), .suspending, as: 11),
                ScenarioPart(Waker("late", after: [22]), .ownTask, as: 12),
                ScenarioPart(Witness("witness", topic: 40), .ownTaskInPlace),
            ])
    }

    private static func resting() throws -> Scenario {
        try Scenario(
            "resting",
            Stage.configuration(
                [Stage.hops(1, seed: 41, count: 40), Stage.hops(2, seed: 42, count: 40)],
                instruments: 2, settings: costs(),
                [
                    Stage.script([
                        "frame@1 buy 1 5 limit 9980", "frame@1 buy 1 3 limit 9950 until 400",
                        "frame@2 buy 2 4 limit 9990 day 1", "frame@3 buy 1 2 stop 10030",
                        "frame@6 amend 1 lots 7", "frame@8 amend 1 limit 10010",
                        "fill@9 sell 1 2 limit 10040 reduce 1", "frame@12 amend 4 stop 10020",
                        "frame@15 cancel 2", "frame@18 buy 1 1 ioc 1", "frame@19 sell 1 1 fok 1",
                        "frame@21 sell 1 3 limit 9000 fok 1", "frame@24 cancelall 2",
                        "frame@30 cancelall 0", "update@31 note cancelled 1",
                    ]),
                    Churner.plan("churner") { $0.instruments = 2 },
                ]),
            [ScenarioPart(Answerer("answerer", topic: 40, ears: [9]), .ownTask)])
    }

    private static func shorts() throws -> Scenario {
        var settings = try costs()
        settings.initialMargin = try Rate("0.25")
        return try Scenario(
            "shorts",
            Stage.configuration(
                [Stage.hops(1, seed: 51, count: 40), Stage.hops(2, seed: 52, count: 40)],
                instruments: 2,
                accounts: [
                    Stage.account(1, cash: 5_000, kind: .margin),
                    Stage.account(2, cash: 900, kind: .margin),
                ],
                settings: settings,
                [
                    Stage.script(
                        [
                            "frame@1 sell 1 30 tag short", "frame@4 sell 2 10", "frame@9 buy 1 50",
                            "frame@14 sell 1 60", "frame@20 buy 1 90", "frame@26 sell 2 5",
                        ]),
                    Churner.plan("churner", account: 2) { ($0.instruments, $0.lots) = (2, 9) },
                    Churner.plan("other") { ($0.instruments, $0.lots) = (2, 12) },
                ]),
            [
                ScenarioPart(Answerer("answerer", topic: 40), .suspending),
                ScenarioPart(Witness("witness", topic: 41, pulses: [40]), .ownTask),
            ])
    }

    private static func slices() throws -> Scenario {
        var configuration = try Stage.configuration(
            [Stage.hops(1, seed: 61, count: 25), Stage.hops(2, seed: 62, count: 25)],
            instruments: 2, accounts: [Stage.account(1, kind: .margin)],
            [
                Churner.plan("churner") { ($0.instruments, $0.lots) = (2, 9) },
                Stage.script([
                    "frame@1 buy 1 9 tag nine", "frame@5 cancel 1", "frame@6 buy 2 7 limit 10050",
                    "fill@9 cancel 2", "frame@14 sell 1 4", "update@15 note heard 1",
                ]),
            ])
        configuration.venues[0].market = SlicingMarket(slice: 2, latency: 11_000_000_000)
        return Scenario(
            "slices", configuration,
            [
                ScenarioPart(Answerer("answerer", topic: 40), .ownTask),
                ScenarioPart(Rival("rival", topic: 41, every: 5), .suspending, as: 12),
            ])
    }

    private static func batches() throws -> Scenario {
        var configuration = try Stage.configuration(
            [Stage.hops(1, seed: 71, count: 30), Stage.hops(2, seed: 72, count: 30)],
            instruments: 2, accounts: [Stage.account(1, kind: .margin)],
            [
                Churner.plan("churner") { ($0.instruments, $0.lots) = (2, 9) },
                Stage.script([
                    "frame@2 buy 2 9 tag batch", "frame@3 buy 1 3 limit 9900",
                    "frame@5 cancelall 0",
                    "frame@7 sell 2 2", "frame@9 cancel 44",
                ]),
            ])
        configuration.instruments = try Instruments([
            Stage.instrument(1), Stage.instrument(2, venue: 2),
        ])
        configuration.venues.append(.init("batch", SlicingMarket(slice: 3, isBatch: true)))
        return Scenario(
            "batches", configuration,
            [
                ScenarioPart(Answerer("answerer", topic: 40, ears: [9]), .suspending),
                ScenarioPart(Rival("rival", topic: 41, every: 3, instrument: 2), .ownTask, as: 12),
            ])
    }

    private static func gaps() throws -> Scenario {
        try Scenario(
            "gaps",
            Stage.configuration(
                [
                    Stage.hops(1, seed: 81, count: 30), Stage.hops(2, seed: 82, count: 40, gaps: 3),
                    Stage.hops(3, seed: 83, count: 12, gaps: 4, from: 500),
                    Stage.hops(4, of: 1, every: "5m", seed: 84, count: 6),
                ],
                instruments: 3, accounts: [Stage.account(1, kind: .margin)],
                settings: costs(),
                [
                    Churner.plan("churner") { $0.instruments = 3 },
                    Stage.script(
                        ["frame@2 buy 2 5", "bar@5 sell 1 1", "frame@12 buy 3 2 tag gap"],
                        bars: ["1 5m", "2", "3"]),
                ]),
            [
                ScenarioPart(Waker("waker", after: [95]), .suspending),
                ScenarioPart(Witness("witness", topic: 40), .suspending),
            ])
    }

    // MARK: Parts

    /// Two instruments and two churning strategies, and the services told.
    static func trading(
        _ name: String, seed: UInt64, count: Int = 40, _ parts: [ScenarioPart]
    ) throws -> Scenario {
        try Scenario(
            name,
            Stage.configuration(
                [
                    Stage.hops(1, seed: seed, count: count),
                    Stage.hops(2, seed: seed + 1, count: count),
                ],
                instruments: 2, accounts: [Stage.account(1, kind: .margin), Stage.account(2)],
                settings: costs(),
                [
                    Churner.plan("churner") { $0.instruments = 2 },
                    Churner.plan("other", account: 2) { $0.calm = 1 },
                ]),
            parts)
    }

    static func costs() throws -> EngineSettings {
        EngineSettings(
            fees: .proportional(
                ProportionalFee(fixed: Money(units: 10_000), rate: try Rate("0.00051237"))),
            slippage: .rate(RateSlippage(rate: try Rate("0.0002"))))
    }
}

import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Prices are cents: 10 lots at 10,000 are worth 1,000.00, and 100.00 of cash is a margin of 10 %.
@Suite struct LiquidationTests {
    private static func settings(
        _ path: IntrabarPath = .adverse, fee: String = "0", participation: String? = nil
    ) throws -> EngineSettings {
        var settings = EngineSettings(path: path, initialMargin: try Rate("0.1"))
        settings.margin.maintenance = try Rate("0.05")
        settings.margin.liquidationFee = try Rate(fee)
        settings.rules.participation = try participation.map { try Rate($0) }
        return settings
    }

    /// An account with 100.00 that holds 10 at 100.00, or is short of them.
    private static func stage(
        _ side: Side, _ settings: EngineSettings, instruments: UInt32 = 1
    ) throws -> Stage {
        var stage = try Stage(settings, instruments: instruments, cash: 10_000, kind: .margin)
        try stage.place(side, 10, .market(), at: 1)
        try stage.show(Stage.bar(1...2, 10_000, 10_000, 10_000, 10_000, volume: 1000))
        try #require(stage.fills.count == 1)
        return stage
    }

    // X26: 100 + 10(P − 100) = 0.5 P at 94.7368. At 94.73 the equity is 47.30, needed are 47.365.
    // Short: 100 + 10(100 − P) = 0.5 P at 104.7619; at 104.77 it is 52.30, needed are 52.385.
    @Test(arguments: [(Side.buy, Int64(9473)), (.sell, 10_477)])
    func `an account is liquidated at the first tick beneath its maintenance margin`(
        _ side: Side, _ level: Int64
    ) throws {
        for path in IntrabarPath.allCases {
            var stage = try Self.stage(side, Self.settings(path))
            let bar =
                side == .buy
                ? Stage.bar(2...3, 10_000, 10_100, 9000, 9900)
                : Stage.bar(2...3, 10_000, 11_000, 9900, 10_100)
            try stage.show(bar)
            let fill = try #require(stage.fills.last)
            #expect(stage.fills.count == 2)
            #expect(fill.price.ticks == level && fill.quantity.lots == 10)
            #expect(fill.side == side.opposite && fill.point == .liquidation && fill.rule == .stop)
            #expect(fill.order.isLiquidationAtVenue && fill.strategy == .house)
            #expect(fill.executedAt == bar.end)
            let left: Int64 = side == .buy ? 4730 : 5230
            #expect(stage.cash == left)
            #expect(stage.position() == 0)
        }
    }

    @Test func `a tick before it nothing happens`() throws {
        let (low, high) = (Int64(9474), Int64(10_476))
        var long = try Self.stage(.buy, Self.settings())
        try long.show(Stage.bar(2...3, 10_000, 10_000, low, low))
        #expect(long.fills.count == 1)
        var short = try Self.stage(.sell, Self.settings())
        try short.show(Stage.bar(2...3, 10_000, high, 10_000, high))
        #expect(short.fills.count == 1)
    }

    // Bankrupt at 90.00: opened at 89.00, the account loses 10.00 more than it has; short at 110.00.
    @Test(arguments: [(Side.buy, Int64(8900)), (.sell, 11_100)])
    func `a gap liquidates at the open, and what is lost beyond zero is the distance to bankruptcy`(
        _ side: Side, _ open: Int64
    ) throws {
        var stage = try Self.stage(side, Self.settings())
        try stage.show(Stage.bar(2...3, open, open, open, open))
        let fill = try #require(stage.fills.last)
        #expect(fill.price.ticks == open && fill.point == .liquidation)
        #expect(fill.executedAt == Stage.hour(2))
        #expect(stage.cash == -1000)
    }

    @Test func `a liquidation costs its fee besides`() throws {
        var stage = try Self.stage(.buy, Self.settings(fee: "0.01"))
        try stage.show(Stage.bar(2...3, 10_000, 10_000, 9000, 9000))
        // 1 % of 947.30 is 9.473.
        #expect(stage.fills.last?.fee == Money(units: 947))
        #expect(stage.cash == 4730 - 947)
    }

    @Test func `own orders at the same price come first`() throws {
        var stage = try Self.stage(.buy, Self.settings())
        try stage.place(.sell, 10, .stop(Price(ticks: 9473), .goodTilCancelled), at: 2)
        try stage.show(Stage.bar(2...3, 10_000, 10_000, 9000, 9000))
        #expect(stage.fills.map(\.point) == [.open, .interior])
        #expect(stage.fills.last?.price.ticks == 9473)
        // One tick lower it comes too late, and is cancelled.
        var late = try Self.stage(.buy, Self.settings())
        try late.place(.sell, 10, .stop(Price(ticks: 9472), .goodTilCancelled), at: 2)
        try late.place(.buy, 1, .limit(Price(ticks: 5000), .goodTilCancelled), at: 2)
        try late.show(Stage.bar(2...3, 10_000, 10_000, 9000, 9000))
        #expect(late.fills.map(\.point) == [.open, .liquidation])
        let ended = late.news.filter { $0.change == .cancelled }
        #expect(ended.map(\.reason) == [.liquidation, .liquidation])
    }

    // A target at 105.00 and a low of 94.00: high first the target fills, low first the account is
    // liquidated, at 47.30 instead of 150.00.
    @Test func `the worse path for the account is that of its liquidation`() throws {
        let paths: [(IntrabarPath, Int64)] = [(.ohlc, 15_000), (.olhc, 4730), (.adverse, 4730)]
        for (path, left) in paths {
            var stage = try Self.stage(.buy, Self.settings(path))
            try stage.place(.sell, 10, .limit(Price(ticks: 10_500), .goodTilCancelled), at: 2)
            try stage.show(Stage.bar(2...3, 10_000, 10_600, 9400, 10_000))
            #expect(stage.cash == left)
        }
    }

    // Bought at 99.00 on the way down: 100.00 − 10 × 5.22 = 47.80 at 93.78 needs 46.89; the account
    // has 10 × (P − 99) + 100, and 0.5 P of it at 93.6842: liquidated at 93.68.
    @Test func `what an order opens may be liquidated in the same bar`() throws {
        var stage = try Stage(Self.settings(), cash: 10_000, kind: .margin)
        try stage.place(.buy, 10, .limit(Price(ticks: 9900), .goodTilCancelled), at: 1)
        try stage.show(Stage.bar(1...2, 10_000, 10_000, 9000, 9500))
        #expect(stage.fills.map(\.price.ticks) == [9900, 9368])
        #expect(stage.fills.map(\.point) == [.interior, .liquidation])
    }

    @Test func `the volume of a bar is no bound for a liquidation, which uses it up`() throws {
        var stage = try Self.stage(.buy, Self.settings(participation: "0.1"))
        try stage.show(Stage.bar(2...3, 10_000, 10_000, 9000, 9000, volume: 50))
        #expect(stage.fills.last?.quantity.lots == 10)
    }

    @Test func `an account that holds several instruments is not looked at on the path`() throws {
        var stage = try Stage(Self.settings(), instruments: 2, cash: 20_000, kind: .margin)
        try stage.place(.buy, 10, .market(), at: 1)
        try stage.place(.buy, 1, .market(), at: 1, of: 2)
        try stage.show(
            Stage.bar(1...2, 10_000, 10_000, 10_000, 10_000),
            Stage.bar(1...2, 10_000, 10_000, 10_000, 10_000, of: 2))
        try stage.show(
            Stage.bar(2...3, 10_000, 10_000, 5000, 5000),
            Stage.bar(2...3, 10_000, 10_000, 10_000, 10_000, of: 2))
        #expect(stage.fills.count == 2)
    }

    // 5.00 a lot to open, 2.00 to hold: 100.00 carry 20 lots, and at 40.00 left they are closed:
    // 100.00 + 20 (P − 100) < 40.00 from 96.99 on.
    @Test func `terms may be an amount for each lot`() throws {
        let terms = MarginTerms(
            initial: .perLot(Money(units: 500)), maintenance: .perLot(Money(units: 200)))
        let cases: [(Int64, Int)] = [(20, 1), (21, 0)]
        for (lots, fills) in cases {
            var stage = try Stage(cash: 10_000, kind: .margin, margin: terms)
            try stage.place(.buy, lots, .market(), at: 1)
            try stage.show(Stage.bar(1...2, 10_000, 10_000, 10_000, 10_000))
            #expect(stage.fills.count == fills)
            if fills == 0 { continue }
            try stage.show(Stage.bar(2...3, 10_000, 10_000, 9000, 9000))
            #expect(stage.fills.last?.price.ticks == 9699)
            #expect(stage.cash == 3980)
        }
    }

    /// 10 at 100 and a fee of 5: 1004 pay for 9, which cost 905.
    @Test func `what cannot be paid for may be filled as far as cash goes`() throws {
        let cases: [(TakingTimeInForce?, Int64)] = [(nil, 9), (.fillOrKill, 0)]
        for (taking, filled) in cases {
            var settings = EngineSettings(
                path: .ohlc,
                fees: .proportional(ProportionalFee(fixed: Money(units: 5), rate: .zero)))
            settings.margin.insufficient = .fillAffordable
            var stage = try Stage(settings, cash: 1004)
            try stage.place(.buy, 10, .market(taking), at: 1)
            try stage.show(Stage.bar(1...2, 100, 100, 100, 100))
            #expect(stage.position() == filled)
            #expect(stage.news.map(\.reason) == [.insufficientAtFill])
            #expect(stage.cash == (filled == 0 ? 1004 : 99))
        }
    }

    /// At a tenth of margin 1000 carry 100 lots at 100, long or short, whatever is on the other side.
    @Test(arguments: [Side.buy, .sell])
    func `on margin it is filled as far as equity goes`(_ side: Side) throws {
        var settings = EngineSettings(path: .ohlc, initialMargin: try Rate("0.1"))
        settings.margin.insufficient = .fillAffordable
        var stage = try Stage(settings, cash: 1000, kind: .margin)
        try stage.place(side, 130, .market(), at: 1)
        try stage.place(side.opposite, 230, .market(), at: 1)
        try stage.show(Stage.bar(1...2, 100, 100, 100, 100))
        #expect(stage.fills.map(\.quantity.lots) == [100, 200])
        #expect(stage.position() == -100 * side.sign)
    }

    /// A random walk of bars, and orders of a kind that an account with little cash sends.
    private static func run(
        _ seed: UInt64, gaps: Bool, mirrored: Bool = false
    ) throws -> (stage: Stage, checks: Int) {
        var random = RandomStream(seed: seed, component: "liquidation")
        func next(_ bound: Int64) -> Int64 { Int64(random.next() % UInt64(bound)) }
        let centre: Int64 = 20_000
        func price(_ ticks: Int64) -> Int64 { mirrored ? centre - ticks : ticks }
        let terms = MarginTerms(
            initial: .perLot(Money(units: 800)), maintenance: .perLot(Money(units: 300)))
        let path: IntrabarPath = mirrored ? .olhc : .ohlc
        var stage = try Stage(
            EngineSettings(path: path), cash: 10_000, kind: .margin, margin: terms)
        var (close, checks) = (Int64(10_000), 0)
        for hour in Int64(1)...60 {
            for _ in 0..<next(3) {
                let buys = next(2) == 0
                let (lots, level) = (1 + next(12), close + next(600) - 300)
                let side: Side = buys != mirrored ? .buy : .sell
                let kind: OrderKind =
                    switch next(3) {
                    case 0: .market()
                    case 1: .limit(Price(ticks: price(level)), .goodTilCancelled)
                    default: .stop(Price(ticks: price(level)), .goodTilCancelled)
                    }
                try stage.place(side, lots, kind, at: hour)
            }
            var open = close
            if gaps, next(6) == 0 { open = min(max(close + next(2400) - 1200, 3000), 17_000) }
            let (up, down) = (next(400), next(400))
            let (high, low) = (open + up, open - down)
            close = low + next(up + down + 1)
            let before = (position: stage.position(), cash: stage.cash)
            let known = stage.fills.count
            let bar =
                mirrored
                ? Stage.bar(
                    hour...hour + 1, price(open), price(low), price(high), price(close))
                : Stage.bar(hour...hour + 1, open, high, low, close)
            try stage.show(bar)
            try stage.engine.checkInvariants()
            var (position, cash) = before
            for fill in stage.fills.dropFirst(known) {
                position += fill.side.sign * fill.quantity.lots
                cash -= fill.side.sign * fill.notional.units
                guard fill.point == .liquidation else { continue }
                checks += 1
                // It closes all.
                try #require(position == 0)
                let lots = fill.quantity.lots
                try #require(cash < 300 * lots)
                // Without a gap what is left lacks a tick of the position at most.
                if !gaps || fill.executedAt == bar.end { try #require(cash >= 299 * lots) }
            }
            try #require(position == stage.position() && cash == stage.cash)
            if position != 0 {
                // Nobody goes on beneath the margin: neither at the close nor anywhere before it.
                let equity = cash + position * price(close)
                try #require(equity >= 300 * abs(position))
            }
        }
        return (stage, checks)
    }

    @Test func `random streams keep the bound, with gaps and without`() throws {
        var checks = 0
        for seed in UInt64(1)...300 {
            checks += try Self.run(seed, gaps: false).checks
            checks += try Self.run(seed, gaps: true).checks
        }
        // Both kinds come often.
        #expect(checks > 300)
    }

    @Test func `mirrored prices liquidate in a mirrored way`() throws {
        for seed in UInt64(1)...100 {
            let plain = try Self.run(seed, gaps: true).stage
            let mirror = try Self.run(seed, gaps: true, mirrored: true).stage
            #expect(plain.cash == mirror.cash + 20_000 * mirror.position())
            #expect(plain.fills.map(\.quantity) == mirror.fills.map(\.quantity))
            #expect(plain.fills.map(\.side) == mirror.fills.map(\.side.opposite))
            #expect(plain.fills.map(\.point) == mirror.fills.map(\.point))
            #expect(
                plain.fills.map { 20_000 - $0.price.ticks } == mirror.fills.map(\.price.ticks))
        }
    }
}

import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

@Suite struct BarMarketEngineTests {
    @Test func `a market order fills at the open of the first bar that begins when it arrives`()
        throws
    {
        var stage = try Stage()
        let order = try stage.place(.buy, 3, .market(), at: 1)
        try stage.show(Stage.bar(0...1, 90, 95, 85, 92))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(1...2, 100, 110, 90, 105))
        let fill = try #require(stage.fills.first)
        #expect(
            fill
                == Fill(
                    order: order, strategy: StrategyID(1), account: Stage.main,
                    instrument: InstrumentID(1), side: .buy, liquidity: .taker, point: .open,
                    rule: .market, price: Price(ticks: 100), reference: Price(ticks: 100),
                    quantity: Quantity(lots: 3), leaves: .zero, notional: Money(units: 300),
                    executedAt: Stage.hour(1), label: Stage.hour(1), reportAt: Stage.hour(2)))
        #expect(stage.position() == 3)
        #expect(stage.cash == 1_000_000_000 - 300)
    }

    @Test(arguments: [Coverage.filled, .absent])
    func `carried and absent bars do nothing`(_ coverage: Coverage) throws {
        var stage = try Stage()
        try stage.place(.buy, 1, .market(), at: 1)
        try stage.place(.buy, 1, .stop(90), at: 1)
        try stage.show([Stage.bar(1...2, 100, 110, 90, 105)], coverage: coverage)
        #expect(stage.fills.isEmpty && stage.news.isEmpty)
        #expect(stage.engine.workingOrders == 2)
    }

    /// Side, kind, open, high, low, close, gap rule, price, point: gaps and levels for both sides.
    ///
    /// A resting order arrives at 0, the bar is 1...2. Closes lie at the open.
    @Test(arguments: [
        // Inside the bar: at the level.
        (Side.buy, OrderKind.limit(99), 100, 101, 98, GapLimit.open, 99, FillPoint.interior),
        (.sell, .limit(101), 100, 102, 99, .open, 101, .interior),
        (.buy, .stop(101), 100, 102, 99, .open, 101, .interior),
        (.sell, .stop(99), 100, 102, 98, .open, 99, .interior),
        // Gaps (X9, and X27's default): at the open; at the limit where told so.
        (.buy, .limit(99), 98, 101, 97, .open, 98, .open),
        (.buy, .limit(99), 98, 101, 97, .atLimit, 99, .open),
        (.sell, .limit(101), 102, 103, 99, .open, 102, .open),
        (.sell, .limit(101), 102, 103, 99, .atLimit, 101, .open),
        (.buy, .stop(101), 103, 104, 99, .open, 103, .open),
        (.buy, .stop(101), 103, 104, 99, .atLimit, 103, .open),
        (.sell, .stop(99), 97, 104, 96, .open, 97, .open),
        // A touch fills.
        (.buy, .limit(98), 100, 101, 98, .open, 98, .interior),
        (.sell, .limit(101), 100, 101, 98, .open, 101, .interior),
    ])
    func `limits and stops fill at their level, and at the open on a gap`(
        _ side: Side, _ kind: OrderKind, _ open: Int64, _ high: Int64, _ low: Int64,
        _ gap: GapLimit, _ price: Int64, _ point: FillPoint
    ) throws {
        for path in IntrabarPath.allCases {
            var stage = try Stage(EngineSettings(path: path, gapLimit: gap), held: [10])
            try stage.place(side, 1, kind, at: 0)
            try stage.show(Stage.bar(1...2, open, high, low, open))
            let fill = try #require(stage.fills.first)
            #expect(fill.price.ticks == price && fill.point == point)
            #expect(fill.executedAt == Stage.hour(point == .open ? 1 : 2))
            let isLimit = kind.limitPrice != nil
            #expect(fill.rule == (isLimit ? .limit : .stop))
            #expect(fill.liquidity == (isLimit ? .maker : .taker))
        }
    }

    @Test func `a limit that did not rest before the bar takes`() throws {
        var stage = try Stage()
        try stage.place(.buy, 1, .limit(99), at: 1)
        try stage.place(.buy, 1, .limit(101), at: 1)
        try stage.show(Stage.bar(1...2, 100, 101, 98, 100))
        #expect(stage.fills.map(\.liquidity) == [.taker, .taker])
        #expect(stage.fills.map(\.price.ticks) == [100, 99])
    }

    @Test func `levels out of the bar's reach do nothing`() throws {
        var stage = try Stage(held: [10])
        try stage.place(.buy, 1, .limit(97), at: 0)
        try stage.place(.sell, 1, .limit(103), at: 0)
        try stage.place(.buy, 1, .stop(103), at: 0)
        try stage.place(.sell, 1, .stop(97), at: 0)
        try stage.show(Stage.bar(1...2, 100, 102, 98, 100))
        #expect(stage.fills.isEmpty && stage.engine.workingOrders == 4)
    }

    /// X2 and X3 without the group: both legs only reduce the one position of 10.
    @Test(arguments: [
        (IntrabarPath.ohlc, 100, 105, 96, 103, 104), (.olhc, 100, 105, 96, 103, 97),
        (.adverse, 100, 105, 96, 103, 97), (.ohlc, 95, 105, 94, 103, 95),
        (.olhc, 95, 105, 94, 103, 95), (.adverse, 95, 105, 94, 103, 95),
        // High 5 away, low 4 away: the low first.
        (.nearestFirst, 100, 105, 96, 103, 97), (.nearestFirst, 100, 104, 95, 103, 104),
        // A tie goes low first.
        (.nearestFirst, 100, 104, 96, 103, 97),
    ])
    func `the path decides which of a stop and a target comes first`(
        _ path: IntrabarPath, _ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64,
        _ price: Int64
    ) throws {
        var stage = try Stage(EngineSettings(path: path), held: [10])
        try stage.place(.sell, 10, .stop(97), at: 0, reduceOnly: true)
        try stage.place(.sell, 10, .limit(104), at: 0, reduceOnly: true)
        try stage.show(Stage.bar(1...2, open, high, low, close))
        #expect(stage.fills.map(\.price.ticks) == [price])
        #expect(stage.position() == 0)
        // The other leg is met, too, and finds nothing to reduce.
        #expect(stage.news.map(\.reason) == [.reduceOnly])
    }

    @Test func `a reduce-only order is cut to the position, its rest cancelled`() throws {
        var stage = try Stage(held: [4])
        try stage.place(.sell, 10, .market(), at: 1, reduceOnly: true)
        try stage.place(.sell, 1, .market(), at: 1, reduceOnly: true)
        try stage.place(.buy, 1, .market(), at: 1, reduceOnly: true)
        try stage.show(Stage.bar(1...2, 100, 100, 100, 100))
        #expect(stage.fills.map(\.quantity.lots) == [4])
        #expect(stage.fills.map(\.leaves.lots) == [6])
        #expect(stage.news.map(\.reason) == [.reduceOnly, .reduceOnly, .reduceOnly])
        #expect(stage.news.map(\.leaves.lots) == [6, 1, 1])
    }

    @Test(arguments: [
        (OrderKind.limitTaking(Price(ticks: 99), .immediateOrCancel), OrderReason.immediateRest),
        (.limitTaking(Price(ticks: 99), .fillOrKill), .notFillable),
    ])
    func `a taking limit is tried once, at its first open`(
        _ kind: OrderKind, _ reason: OrderReason
    ) throws {
        var stage = try Stage()
        try stage.place(.buy, 1, kind, at: 1)
        try stage.show(Stage.bar(1...2, 100, 101, 98, 100))
        #expect(stage.fills.isEmpty && stage.news.map(\.reason) == [reason])
        try stage.place(.buy, 1, kind, at: 2)
        try stage.show(Stage.bar(2...3, 98, 101, 97, 100))
        #expect(stage.fills.map(\.price.ticks) == [98])
        try stage.place(.buy, 1, .market(kind.taking), at: 3)
        try stage.show(Stage.bar(3...4, 97, 101, 97, 100))
        #expect(stage.fills.map(\.price.ticks) == [98, 97])
    }

    @Test func `a dated order meets bars that end by its date, then expires`() throws {
        var stage = try Stage()
        let date = Stage.hour(2)
        try stage.place(.buy, 1, .limit(Price(ticks: 98), .goodTilDate(date)), at: 0)
        try stage.place(.buy, 1, .limit(Price(ticks: 90), .goodTilDate(date)), at: 0)
        #expect(stage.engine.nextWake == date)
        try stage.show(Stage.bar(1...2, 100, 101, 98, 100))
        #expect(stage.fills.count == 1)
        #expect(stage.news.map(\.change) == [.expired] && stage.news.map(\.reason) == [.date])
        #expect(stage.engine.nextWake == nil)

        var late = try Stage()
        try late.place(.buy, 1, .market(), at: 0)
        try late.place(.buy, 1, .limit(Price(ticks: 98), .goodTilDate(date)), at: 0)
        try late.show(Stage.bar(1...3, 100, 101, 98, 100))
        #expect(late.fills.count == 1 && late.news.map(\.change) == [.expired])
    }

    @Test func `a day order ends at midnight`() throws {
        var stage = try Stage()
        try stage.place(.buy, 1, .limit(Price(ticks: 90), .day), at: 5)
        #expect(stage.engine.nextWake == Stage.hour(24))
        try stage.show([], at: 24)
        #expect(stage.news.map(\.reason) == [.day])
    }

    @Test func `opens of several bars come first, by beginning and arrival, then the insides`()
        throws
    {
        var stage = try Stage(instruments: 2)
        try stage.place(.buy, 1, .limit(99), at: 0, of: 1)
        try stage.place(.buy, 1, .market(), at: 0, of: 2)
        try stage.place(.buy, 2, .market(), at: 0, of: 1)
        try stage.place(.buy, 3, .market(), at: 0, of: 2)
        // The second instrument's bar begins earlier.
        try stage.show(
            Stage.bar(2...3, 100, 101, 98, 100), Stage.bar(1...3, 50, 51, 49, 50, of: 2))
        #expect(stage.fills.map(\.instrument.rawValue) == [2, 2, 1, 1])
        #expect(stage.fills.map(\.quantity.lots) == [1, 3, 2, 1])
        #expect(stage.fills.map(\.point) == [.open, .open, .open, .interior])
        // With the same beginning, by arrival.
        var same = try Stage(instruments: 2)
        try same.place(.buy, 1, .market(), at: 0, of: 2)
        try same.place(.buy, 2, .market(), at: 0, of: 1)
        try same.place(.buy, 3, .market(), at: 0, of: 2)
        try same.show(
            Stage.bar(1...3, 100, 101, 98, 100), Stage.bar(1...3, 50, 51, 49, 50, of: 2))
        #expect(same.fills.map(\.quantity.lots) == [1, 2, 3])
    }

    @Test func `a limit with a margin of ticks fills only beyond it, at its level in the bar`()
        throws
    {
        var stage = try Stage(EngineSettings(path: .ohlc, through: 2))
        try stage.place(.buy, 1, .limit(99), at: 0)
        try stage.show(Stage.bar(1...2, 100, 101, 98, 100))
        #expect(stage.fills.isEmpty)
        try stage.show(Stage.bar(2...3, 100, 101, 97, 100))
        #expect(stage.fills.map(\.price.ticks) == [99])
        // The open and the whole bar lie between limit and margin: the bar's price nearest to it.
        try stage.place(.buy, 1, .limit(99), at: 3)
        try stage.show(Stage.bar(3...4, 98, 98, 97, 98))
        #expect(stage.fills.map(\.price.ticks) == [99, 98])
    }

    @Test func `fills count what was kind to the trader`() throws {
        var stage = try Stage(EngineSettings(path: .adverse), held: [10])
        try stage.place(.buy, 1, .limit(101), at: 0)
        try stage.place(.buy, 1, .limit(98), at: 0)
        try stage.show(Stage.bar(1...2, 100, 101, 98, 100))
        #expect(stage.engine.tally.gapFills == 1 && stage.engine.tally.touchFills == 1)
    }
}

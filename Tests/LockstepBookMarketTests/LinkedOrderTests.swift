import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Orders that hang together, volume that runs out, and changes of either.
@Suite struct LinkedOrderTests {
    private static func stage(_ share: String? = nil, _ path: IntrabarPath = .ohlc) throws -> Stage
    {
        var rules = ExecutionRules()
        rules.participation = try share.map { try Rate($0) }
        return try Stage(EngineSettings(path: path, rules: rules), kind: .margin)
    }

    /// 100 asked, 60 in the first bar, so the exits work for 60; the target gets 60, so of the
    /// stop's 100 are 40 left, which no part of the entry stands behind until the rest is filled.
    @Test func `the exits of a bracket follow the parts of its entry`() throws {
        var stage = try Self.stage("0.1")
        let bracket = try stage.bracket(.buy, 100, .market(), stop: 90, target: 110, at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 600))
        #expect(stage.position() == 60)
        // The entry's last 40 at the open, then 60 of the target: the budget is 100 lots.
        try stage.show(Stage.bar(1...2, 100, 111, 99, 100, volume: 1000))
        #expect(stage.fills.map(\.order) == [bracket.entry, bracket.entry, bracket.target])
        #expect(stage.fills.map(\.quantity.lots) == [60, 40, 60])
        #expect(stage.news.map(\.change) == [.amended])
        #expect(stage.news.map(\.order) == [bracket.stop])
        #expect(stage.news.map(\.leaves.lots) == [40])
        try stage.show(Stage.bar(2...3, 100, 101, 89, 90, volume: 1000))
        #expect(stage.fills.last?.order == bracket.stop && stage.fills.last?.quantity.lots == 40)
        #expect(stage.position() == 0 && stage.engine.workingOrders == 0)
    }

    @Test func `an entry that ends unfilled ends its exits`() throws {
        var stage = try Self.stage()
        let bracket = try stage.bracket(.buy, 10, .limit(50), stop: 40, target: 60, at: 0)
        try stage.send(.cancel(bracket.entry), at: 0)
        #expect(
            stage.news.map(\.order) == [bracket.entry, bracket.stop, bracket.target])
        #expect(stage.news.map(\.reason) == [.byStrategy, .parentEnded, .parentEnded])
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `an entry that expires in part leaves exits for that part`() throws {
        var stage = try Self.stage("0.1")
        let entry = try stage.place(
            .buy, 100, .limit(Price(ticks: 100), .goodTilDate(Stage.hour(2))), at: 0)
        let stop = try stage.place(.sell, 100, .stop(90), at: 0, reduceOnly: true, parent: entry)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 600))
        try stage.show(Stage.bar(1...2, 105, 106, 104, 105, volume: 600))
        #expect(stage.news.map(\.change) == [.expired, .amended])
        #expect(stage.news.map(\.reason) == [.date, .parentEnded])
        #expect(stage.news.last?.order == stop && stage.news.last?.leaves.lots == 60)
        try stage.show(Stage.bar(2...3, 89, 90, 88, 89, volume: 6000))
        #expect(stage.position() == 0)
    }

    @Test func `a child that comes after its parent's fill works at once`() throws {
        var stage = try Self.stage()
        let entry = try stage.place(.buy, 10, .market(), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100))
        try stage.place(.sell, 10, .stop(95), at: 1, reduceOnly: true, parent: entry)
        try stage.show(Stage.bar(1...2, 100, 101, 94, 95))
        #expect(stage.fills.map(\.price.ticks) == [100, 95])
        // One that comes after its parent's end does not work at all.
        let other = try stage.place(.buy, 10, .limit(50), at: 2)
        try stage.send(.cancel(other), at: 2)
        try stage.place(.sell, 10, .stop(95), at: 2, parent: other)
        #expect(stage.news.last?.change == .rejected && stage.news.last?.reason == .parentEnded)
    }

    @Test(arguments: [GroupRule.cancel, .reduce])
    func `a fill cancels the other entries of its group, or reduces them`(_ rule: GroupRule) throws
    {
        var rules = ExecutionRules()
        rules.oco = rule
        var stage = try Stage(EngineSettings(path: .ohlc, rules: rules), kind: .margin)
        let first = try stage.place(.buy, 4, .stop(105), at: 0)
        let second = try stage.place(.sell, 10, .stop(95), at: 0, group: first)
        try stage.show(Stage.bar(0...1, 100, 106, 99, 100))
        #expect(stage.fills.map(\.order) == [first])
        #expect(stage.news.map(\.order) == [second] && stage.news.map(\.reason) == [.ocoPeer])
        #expect(stage.news.map(\.change) == [rule == .cancel ? .cancelled : .amended])
        #expect(stage.news.map(\.leaves.lots) == [rule == .cancel ? 10 : 6])
    }

    /// Both lie at the price at which the entry fills: the stop wins, though the target came first.
    @Test func `of a stop and a target at one point the stop wins`() throws {
        var stage = try Self.stage()
        let entry = try stage.place(.buy, 1, .limit(95), at: 0)
        let target = try stage.place(.sell, 1, .limit(94), at: 0, reduceOnly: true, parent: entry)
        let stop = try stage.place(
            .sell, 1, .stop(96), at: 0, reduceOnly: true, parent: entry, group: target)
        try stage.show(Stage.bar(0...1, 100, 101, 90, 97))
        #expect(stage.fills.map(\.order) == [entry, stop])
        #expect(stage.fills.map(\.price.ticks) == [95, 95])
        #expect(stage.news.map(\.order) == [target])
    }

    @Test func `orders that hang together are on one instrument and account`() throws {
        var stage = try Stage(EngineSettings(), instruments: 2, accounts: 2)
        let first = try stage.place(.buy, 1, .limit(50), at: 0)
        try stage.place(.sell, 1, .limit(60), at: 0, of: 2, parent: first)
        try stage.place(.sell, 1, .limit(60), at: 0, of: 2, group: first)
        try stage.place(.sell, 1, .limit(60), at: 0, account: AccountID(2), group: first)
        #expect(stage.news.map(\.reason) == Array(repeating: .invalidCombination, count: 3))
    }

    @Test func `a fill-or-kill asks for all of it, an immediate-or-cancel for what there is`()
        throws
    {
        for (taking, fills, reason) in [
            (TakingTimeInForce.fillOrKill, [], OrderReason.notFillable),
            (.immediateOrCancel, [10], .immediateRest),
        ] as [(TakingTimeInForce, [Int64], OrderReason)] {
            var stage = try Self.stage("0.1")
            try stage.place(.buy, 11, .market(taking), at: 0)
            try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 100))
            #expect(stage.fills.map(\.quantity.lots) == fills)
            #expect(stage.news.map(\.reason) == [reason])
        }
    }

    @Test func `a trigger counts though no volume is left`() throws {
        var stage = try Self.stage("0.1")
        try stage.place(.buy, 10, .market(), at: 0)
        let stop = try stage.place(.buy, 10, .stop(101), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 100))
        #expect(stage.news.map(\.change) == [.triggered] && stage.news.map(\.order) == [stop])
        // What has triggered is a market order at the next open, wherever that is.
        try stage.show(Stage.bar(1...2, 80, 81, 79, 80, volume: 100))
        #expect(stage.fills.map(\.price.ticks) == [100, 80])
    }

    @Test func `each account has the volume to itself`() throws {
        var rules = ExecutionRules()
        rules.participation = try Rate("0.1")
        var stage = try Stage(EngineSettings(rules: rules), accounts: 2)
        try stage.place(.buy, 10, .market(), at: 0)
        try stage.place(.buy, 10, .market(), at: 0, account: AccountID(2))
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 100))
        #expect(stage.fills.map(\.quantity.lots) == [10, 10])
    }

    @Test func `what only reduces may come first at a point`() throws {
        var rules = ExecutionRules()
        rules.queue = .reduceFirst
        for (queue, count) in [(QueueRule.arrival, 1), (.reduceFirst, 2)] {
            rules.queue = queue
            var stage = try Stage(EngineSettings(rules: rules), cash: 0, held: [5])
            try stage.place(.buy, 4, .market(), at: 0)
            try stage.place(.sell, 5, .market(), at: 0, reduceOnly: true)
            try stage.show(Stage.bar(0...1, 100, 101, 99, 100))
            #expect(stage.fills.count == count)
        }
    }

    @Test func `an amendment counts what is filled, and a new price loses the place`() throws {
        var stage = try Self.stage("0.1")
        let first = try stage.place(.buy, 20, .limit(100), at: 0)
        try stage.show(Stage.bar(0...1, 100, 101, 99, 100, volume: 50))
        #expect(stage.fills.map(\.quantity.lots) == [5])
        let second = try stage.place(.buy, 10, .limit(100), at: 1)
        // Twelve in all: seven are left, and stand first still.
        try stage.send(.amend(first, OrderAmendment(quantity: Quantity(lots: 12))), at: 1)
        #expect(stage.news.last?.leaves.lots == 7)
        try stage.show(Stage.bar(1...2, 100, 101, 99, 100, volume: 80))
        #expect(stage.fills.map(\.order) == [first, first, second])
        #expect(stage.fills.map(\.quantity.lots) == [5, 7, 1])
        // No more than is filled: the rest is cancelled.
        try stage.send(.amend(second, OrderAmendment(quantity: Quantity(lots: 1))), at: 2)
        #expect(stage.news.last?.change == .cancelled && stage.news.last?.leaves.lots == 9)
    }

    @Test func `an order with two prices is amended in either, and in no other`() throws {
        var stage = try Self.stage()
        let order = try stage.place(
            .buy, 1, .stopLimit(stop: Price(ticks: 105), limit: Price(ticks: 106)), at: 0)
        let trailing = try stage.place(.buy, 1, .trailingStop(.distance(ticks: 50)), at: 0)
        try stage.send(
            .amend(order, OrderAmendment(price: Price(ticks: 103), stop: Price(ticks: 104))),
            at: 0)
        try stage.send(.amend(trailing, OrderAmendment(stop: Price(ticks: 104))), at: 0)
        #expect(stage.news.map(\.change) == [.amended, .amendRejected])
        try stage.show(Stage.bar(0...1, 100, 104, 99, 100))
        #expect(stage.fills.map(\.price.ticks) == [103])
        try stage.send(.amend(order, OrderAmendment(stop: Price(ticks: 90))), at: 1)
        #expect(stage.news.last?.reason == .alreadyFilled)
    }

    @Test func `a child sent again with the same content is acknowledged again`() throws {
        var stage = try Self.stage()
        let parent = try stage.place(.buy, 1, .limit(50), at: 0)
        let id = OrderID(strategy: StrategyID(1), ordinal: 900)
        let terms = OrderTerms(
            .sell, Quantity(lots: 1), of: InstrumentID(1), .trailingStop(.distance(ticks: 5)),
            link: OrderLink(parent: parent))
        var other = terms
        other.kind = .trailingStop(.distance(ticks: 6))
        for terms in [terms, terms, other] { try stage.send(.place(terms), as: id, at: 0) }
        #expect(stage.updates.suffix(3).map(\.change) == [.accepted, .accepted, .rejected])
        #expect(stage.engine.workingOrders == 2)
    }

    @Test func `a market of linked orders goes on after it was encoded`() throws {
        func fills(pausedAt pause: Int64?) throws -> [Fill] {
            var stage = try Self.stage("0.1", .adverse)
            try stage.bracket(.buy, 30, .limit(99), stop: 95, target: 103, at: 0)
            try stage.place(.sell, 5, .trailingStop(.distance(ticks: 2)), at: 0)
            for hour in 0..<4 as Range<Int64> {
                if hour == pause {
                    let data = try JSONEncoder().encode(stage.engine)
                    stage.engine = try JSONDecoder().decode(BarMarketEngine.self, from: data)
                }
                let open = 100 - hour
                try stage.show(
                    Stage.bar(
                        hour...(hour + 1), open, open + 3, open - 3, open + 1, volume: 120))
            }
            return stage.fills
        }
        let straight = try fills(pausedAt: nil)
        #expect(straight.count > 4)
        for pause in 0..<4 as Range<Int64> { #expect(try fills(pausedAt: pause) == straight) }
    }
}

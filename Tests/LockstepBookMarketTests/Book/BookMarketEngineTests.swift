import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// The rules of the order-book market, by hand.
@Suite struct BookMarketEngineTests {
    // X13.
    @Test func `what was taken stays taken until it is renewed`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 10), at: 0)
        try stage.place(.buy, 6, .market(nil), at: 1)
        #expect(stage.trades == [[6, 100]])
        #expect(stage.available(.sell, 100) == 4)
        try stage.show(.ask(100, 12), at: 2)
        #expect(stage.available(.sell, 100) == 6)
        try stage.show(.ask(100, 5), at: 3)
        #expect(stage.available(.sell, 100) == 5)
    }

    @Test func `an empty level forgets what was taken`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 10), at: 0)
        try stage.place(.buy, 6, .market(nil), at: 1)
        try stage.show(.ask(100, 0), .ask(100, 3), at: 2)
        #expect(stage.available(.sell, 100) == 3)
    }

    @Test func `accounts do not take from each other unless they share a world`() throws {
        for world in BookWorld.allCases {
            var stage = try BookStage(BookStage.settings { $0.world = world }, accounts: 2)
            try stage.show(.ask(100, 10), .ask(101, 10), at: 0)
            try stage.place(.buy, 8, .market(nil), at: 1, account: 1)
            try stage.place(.buy, 8, .market(nil), at: 1, account: 2)
            let second = Array(stage.trades.dropFirst())
            #expect(second == (world == .shared ? [[2, 100], [6, 101]] : [[8, 100]]))
        }
    }

    @Test func `a market order walks the book, and its rest is not fillable`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 3), .ask(101, 4), .ask(103, 1), .bid(99, 5), at: 0)
        try stage.place(.buy, 10, .market(nil), at: 1)
        #expect(stage.trades == [[3, 100], [4, 101], [1, 103]])
        #expect(stage.fills.allSatisfy { $0.liquidity == .taker && $0.point == .book })
        #expect(stage.news.map(\.reason) == [.notFillable])
        #expect(stage.news[0].leaves.lots == 2)
    }

    @Test func `beyond the depth it may wait for more`() throws {
        var stage = try BookStage(BookStage.settings { $0.beyondDepth = .wait })
        try stage.show(.ask(100, 3), at: 0)
        let order = try stage.place(.buy, 5, .market(nil), at: 1)
        #expect(stage.engine.workingOrders == 1)
        try stage.show(.ask(100, 4), at: 2)
        try stage.show(.ask(102, 9), at: 3)
        #expect(stage.trades == [[3, 100], [1, 100], [1, 102]])
        #expect(stage.fills.allSatisfy { $0.order == order })
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `immediate orders keep nothing, fill-or-kill takes all or nothing`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 3), .ask(101, 4), at: 0)
        try stage.place(.buy, 8, .limitTaking(Price(ticks: 101), .fillOrKill), at: 1)
        #expect(stage.fills.isEmpty && stage.news.map(\.reason) == [.notFillable])
        try stage.place(.buy, 5, .limitTaking(Price(ticks: 100), .immediateOrCancel), at: 2)
        #expect(stage.trades == [[3, 100]])
        #expect(stage.news.map(\.reason) == [.notFillable, .immediateRest])
        try stage.place(.buy, 4, .limitTaking(Price(ticks: 101), .fillOrKill), at: 3)
        #expect(stage.trades == [[3, 100], [4, 101]])
    }

    @Test func `a limit takes what it may and rests with the rest`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 3), .ask(102, 4), .bid(98, 2), at: 0)
        let order = try stage.place(.buy, 5, .limit(101), at: 1)
        #expect(stage.trades == [[3, 100]])
        #expect(stage.engine.quantityAhead(of: order) == 0)
        // The book crosses us: at our own price, as a maker.
        try stage.show(.ask(100, 0), .ask(101, 1), at: 2)
        #expect(stage.trades == [[3, 100], [1, 101]])
        #expect(stage.fills[1].rule == .bookCrossed && stage.fills[1].liquidity == .maker)
        // What it gave is used.
        #expect(stage.available(.sell, 101) == 0)
        // A print through our price.
        try stage.show(.ask(101, 0), .trade(.sell, 98, 7), at: 3)
        #expect(stage.trades == [[3, 100], [1, 101], [1, 101]])
        #expect(stage.fills[2].rule == .print)
    }

    @Test func `own orders share a print in the order of the queue`() throws {
        // Ahead 10 and 12, rest 5 each, print 20: 5 and 3.
        var stage = try BookStage()
        try stage.show(.bid(100, 10), .ask(105, 1), at: 0)
        let first = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.bid(100, 12), at: 2)
        let second = try stage.place(.buy, 5, .limit(100), at: 3)
        try stage.show(.trade(.sell, 100, 20), at: 4)
        #expect(stage.trades == [[5, 100], [3, 100]])
        #expect(stage.fills.map(\.order) == [first, second])
    }

    @Test func `a print is used by the better price first, and never twice`() throws {
        var stage = try BookStage()
        try stage.show(.bid(98, 10), .ask(105, 1), at: 0)
        try stage.place(.buy, 5, .limit(99), at: 1)
        try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.trade(.sell, 98, 7), at: 2)
        #expect(stage.trades == [[5, 100], [2, 99]])
    }

    @Test func `a print on the other side fills nothing`() throws {
        var stage = try BookStage()
        try stage.show(.bid(98, 10), .ask(105, 10), at: 0)
        try stage.place(.buy, 5, .limit(99), at: 1)
        try stage.show(.trade(.buy, 99, 7), at: 2)
        #expect(stage.fills.isEmpty)
        // Nearer to the bid, a print whose taker is unknown is a sale.
        try stage.show(.trade(nil, 99, 7), at: 3)
        #expect(stage.trades == [[5, 99]])
    }

    @Test func `a crossed book is counted, and taking waits`() throws {
        var stage = try BookStage()
        try stage.show(.bid(100, 5), .ask(101, 5), at: 0)
        try stage.show(.bid(102, 5), at: 1)
        #expect(stage.engine.tally.crossedInputs == 1)
        try stage.place(.buy, 2, .market(nil), at: 2)
        #expect(stage.fills.isEmpty && stage.updates.map(\.change) == [.accepted])
        try stage.show(together: .ask(101, 0), .ask(103, 5), at: 3)
        #expect(stage.trades == [[2, 103]])
        #expect(stage.engine.tally.crossedInputs == 1)
    }

    @Test func `post-only never takes`() throws {
        var stage = try BookStage()
        try stage.show(.bid(98, 5), .ask(100, 5), at: 0)
        try stage.place(
            .buy, 2, .limit(Price(ticks: 100), .goodTilCancelled, postOnly: true), at: 1)
        #expect(stage.updates.map(\.reason) == [.wouldTake])
        var other = try BookStage(BookStage.settings { $0.postOnly = .reprice })
        try other.show(.bid(98, 5), .ask(100, 5), at: 0)
        try other.place(
            .buy, 2, .limit(Price(ticks: 101), .goodTilCancelled, postOnly: true), at: 1)
        try other.show(.trade(.sell, 98, 9), at: 2)
        #expect(other.trades == [[2, 99]])
    }

    // X16.
    @Test(arguments: SelfTrade.allCases)
    func `an account that meets itself`(_ mode: SelfTrade) throws {
        var stage = try BookStage(BookStage.settings { $0.selfTrade = mode })
        try stage.show(.bid(90, 1), at: 0)
        let ask = try stage.place(.sell, 5, .limit(100), at: 1)
        try stage.show(.ask(100, 4), at: 2)
        let bid = try stage.place(.buy, 8, .limit(100), at: 3)
        let ended = stage.news.filter { $0.change == .cancelled }.map(\.order)
        switch mode {
        case .cancelNewest:
            #expect(stage.fills.isEmpty && ended == [bid])
            #expect(stage.engine.quantityAhead(of: ask) == 0)
        case .cancelOldest:
            #expect(stage.trades == [[4, 100]] && ended == [ask])
            #expect(stage.fills[0].leaves.lots == 4)
        case .cancelBoth: #expect(stage.fills.isEmpty && ended == [ask, bid])
        case .decrement:
            #expect(stage.trades == [[3, 100]] && ended == [ask])
            #expect(stage.fills[0].leaves.lots == 0)
        case .allow:
            #expect(stage.trades == [[5, 100], [5, 100], [3, 100]])
            #expect(stage.fills.map(\.order) == [ask, bid, bid])
        }
    }

    @Test func `what stands before an own order is taken before it`() throws {
        var stage = try BookStage()
        try stage.show(.ask(100, 4), .bid(90, 1), at: 0)
        try stage.place(.sell, 5, .limit(100), at: 1)
        try stage.show(.ask(100, 9), at: 2)
        try stage.place(.buy, 8, .limit(100), at: 3)
        #expect(stage.trades == [[4, 100]])
        #expect(stage.news.map(\.reason) == [.selfTrade])
    }

    @Test func `accounts of a shared world trade with each other`() throws {
        var stage = try BookStage(BookStage.settings { $0.world = .shared }, accounts: 2)
        try stage.show(.bid(90, 1), .ask(105, 9), at: 0)
        try stage.place(.sell, 5, .limit(100), at: 1, account: 1)
        try stage.place(.buy, 7, .limit(101), at: 2, account: 2)
        #expect(stage.trades == [[5, 100], [5, 100]])
        #expect(stage.fills.map(\.liquidity) == [.maker, .taker])
        #expect(stage.position(1) == -5 && stage.position(2) == 5)
    }

    @Test func `stops act on trades and on the price they would get`() throws {
        var stage = try BookStage()
        try stage.show(.bid(99, 5), .ask(100, 5), at: 0)
        try stage.place(.buy, 1, .stop(102), at: 1)
        try stage.place(
            .buy, 1, .stopLimit(stop: Price(ticks: 103), limit: Price(ticks: 103)), at: 1)
        try stage.show(.trade(.buy, 101, 1), .ask(100, 0), .ask(101, 5), at: 2)
        #expect(stage.fills.isEmpty)
        try stage.show(.trade(.buy, 102, 1), at: 3)
        #expect(stage.trades == [[1, 101]] && stage.fills[0].rule == .stop)
        try stage.show(.ask(101, 0), .ask(104, 5), at: 4)
        #expect(stage.news.map(\.change) == [.triggered, .triggered])
        try stage.show(.trade(.sell, 102, 9), at: 5)
        #expect(stage.trades == [[1, 101], [1, 103]])
    }

    @Test func `an if-touched order acts from the other side`() throws {
        var stage = try BookStage()
        try stage.show(.bid(99, 5), .ask(101, 5), at: 0)
        try stage.place(.buy, 1, .ifTouched(Price(ticks: 98)), at: 1)
        try stage.show(.trade(.sell, 99, 1), at: 2)
        #expect(stage.fills.isEmpty)
        try stage.show(.trade(.sell, 98, 1), at: 3)
        #expect(stage.trades == [[1, 101]] && stage.fills[0].rule == .ifTouched)
    }

    @Test func `less keeps the place in the queue, more or another price loses it`() throws {
        var stage = try BookStage()
        try stage.show(.bid(100, 10), .bid(99, 3), .ask(105, 1), at: 0)
        let order = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.trade(.sell, 100, 6), .bid(100, 20), at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 4)
        try stage.send(.amend(order, OrderAmendment(quantity: Quantity(lots: 3))), at: 3)
        #expect(stage.engine.quantityAhead(of: order) == 4)
        try stage.send(.amend(order, OrderAmendment(quantity: Quantity(lots: 4))), at: 4)
        #expect(stage.engine.quantityAhead(of: order) == 20)
        try stage.send(.amend(order, OrderAmendment(price: Price(ticks: 99))), at: 5)
        #expect(stage.engine.quantityAhead(of: order) == 3)
        try stage.show(.trade(.sell, 98, 1), at: 6)
        // What is filled counts: a total of 1 ends it.
        try stage.send(.amend(order, OrderAmendment(quantity: Quantity(lots: 1))), at: 7)
        #expect(stage.trades == [[1, 99]])
        #expect(stage.news.last?.reason == .byStrategy)
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `orders expire after the data of their last instant`() throws {
        var stage = try BookStage()
        try stage.show(.bid(100, 1), .ask(105, 1), at: 0)
        try stage.place(
            .buy, 1, .limit(Price(ticks: 101), .goodTilDate(BookStage.time(10))), at: 1)
        try stage.place(
            .buy, 1, .limit(Price(ticks: 102), .goodTilDate(BookStage.time(10))), at: 1)
        #expect(stage.engine.nextWake == BookStage.time(10))
        try stage.show(.trade(.sell, 101, 1), at: 10)
        #expect(stage.trades == [[1, 102]])
        #expect(stage.news.map(\.reason) == [.date])
        #expect(stage.engine.nextWake == nil)
    }

    @Test func `cash accounts neither borrow nor sell short`() throws {
        var stage = try BookStage(cash: 450, kind: .cash)
        try stage.show(.bid(99, 5), .ask(100, 3), .ask(101, 5), at: 0)
        try stage.place(.sell, 1, .market(nil), at: 1)
        #expect(stage.fills.isEmpty && stage.news.map(\.reason) == [.insufficientAtFill])
        // 300 for three, then 202 for two is more than 150.
        try stage.place(.buy, 5, .market(nil), at: 2)
        #expect(stage.trades == [[3, 100]])
        #expect(stage.news.last?.reason == .insufficientAtFill)
        try stage.place(.sell, 2, .market(nil), at: 3, reduceOnly: true)
        #expect(stage.position() == 1)
        try stage.place(.sell, 2, .market(nil), at: 4, reduceOnly: true)
        #expect(stage.position() == 0 && stage.news.last?.reason == .reduceOnly)
    }

    @Test func `a snapshot renews what it shows and leaves unknown what is beyond it`() throws {
        var stage = try BookStage()
        try stage.show(together: .bid(100, 8), .ask(101, 8), as: .snapshot, at: 0)
        let order = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.place(.buy, 3, .market(nil), at: 1)
        // The bid goes up: ours is beyond what is known, and keeps its place.
        try stage.show(together: .bid(102, 2), .ask(103, 8), as: .snapshot, at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 8)
        try stage.show(together: .bid(100, 6), .ask(101, 4), as: .snapshot, at: 3)
        #expect(stage.engine.quantityAhead(of: order) == 6)
        // The ask went up, so what was taken was renewed.
        #expect(stage.available(.sell, 101) == 4)
        // The bid goes down: nothing stands before ours.
        try stage.show(together: .bid(99, 6), .ask(101, 4), as: .snapshot, at: 4)
        #expect(stage.engine.quantityAhead(of: order) == 0)
    }

    @Test func `tops are told when they change or there was a trade`() throws {
        var stage = try BookStage(
            BookStage.settings { $0.latency.feed = .constant(2_000_000) })
        try stage.show(.bid(100, 8), .ask(103, 8), at: 0)
        try stage.show(.bid(90, 8), at: 1)
        try stage.show(.trade(.buy, 103, 1), at: 2)
        #expect(stage.tops.map(\.time) == [BookStage.time(0), BookStage.time(2)])
        #expect(stage.tops.map(\.reportAt) == [BookStage.time(2), BookStage.time(4)])
        #expect(stage.tops[0].bid?.ticks == 100 && stage.tops[0].askQuantity.lots == 8)
        // 101.5 is between two ticks: the even one.
        #expect(stage.tops[0].markPrice?.ticks == 102 && stage.tops[1].last?.ticks == 103)
    }
}

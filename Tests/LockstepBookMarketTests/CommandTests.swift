import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

@Suite struct CommandTests {
    /// X1: the hourly bar 10 to 11 fills a bid of 99, cancelled in between; times in half hours.
    @Test func `a cancel in a bar in progress does not undo what the bar brings`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 1, .limit(9900), at: 18)
        try stage.show(Stage.bar(18...20, 10_000, 10_000, 9950, 10_000))
        try stage.send(.cancel(order), at: 21)
        #expect(stage.news.isEmpty)
        let late = try stage.place(.buy, 1, .limit(9900), at: 21)
        try stage.show(Stage.bar(20...22, 9950, 9960, 9850, 9900))
        #expect(stage.fills.map(\.order) == [order])
        #expect(stage.fills.map(\.price.ticks) == [9900])
        #expect(stage.news.map(\.change) == [.cancelRejected])
        #expect(stage.news.map(\.reason) == [.alreadyFilled])
        #expect(stage.engine.tally.lateChanges == 1)
        try stage.show(Stage.bar(22...24, 9900, 9960, 9850, 9900))
        #expect(stage.fills.map(\.order) == [order, late])
    }

    @Test func `a cancel in a bar in progress takes effect at its end`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 1, .limit(90), at: 18)
        try stage.show(Stage.bar(18...20, 100, 100, 95, 100))
        try stage.send(.cancel(order), at: 21)
        try stage.show(Stage.bar(20...22, 100, 100, 95, 100))
        #expect(
            stage.news.map(\.change) == [.cancelled] && stage.news.map(\.reason) == [.byStrategy])
        #expect(stage.news.map(\.reportAt) == [Stage.hour(22)])
        try stage.show(Stage.bar(22...24, 100, 100, 80, 100))
        #expect(stage.fills.isEmpty)
    }

    @Test func `a cancel before a bar begins comes before it`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 1, .limit(90), at: 0)
        try stage.show(Stage.bar(0...2, 100, 100, 95, 100))
        // Nothing is known of 2 to 4 yet: the next bar tells.
        try stage.send(.cancel(order), at: 4)
        try stage.show(Stage.bar(4...6, 100, 100, 80, 100))
        #expect(stage.fills.isEmpty && stage.news.map(\.reason) == [.byStrategy])
    }

    @Test func `a cancel is worked at once when no bar can be in progress`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 1, .limit(90), at: 0)
        try stage.show(Stage.bar(0...2, 100, 100, 95, 100))
        try stage.send(.cancel(order), at: 2)
        #expect(stage.news.map(\.reason) == [.byStrategy])
        let same = try stage.place(.buy, 1, .limit(90), at: 3)
        try stage.send(.cancel(same), at: 3)
        #expect(stage.news.map(\.reason) == [.byStrategy, .byStrategy])
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `late and strange cancels are answered with what became of the order`() throws {
        var stage = try Stage()
        let filled = try stage.place(.buy, 1, .market(), at: 0)
        let ended = try stage.place(.buy, 1, .limit(90), at: 0)
        try stage.show(Stage.bar(0...1, 100, 100, 95, 100))
        try stage.send(.cancel(ended), at: 1)
        try stage.send(.cancel(ended), at: 1)
        try stage.send(.cancel(filled), at: 1)
        try stage.send(.cancel(OrderID(strategy: StrategyID(1), ordinal: 5000)), at: 1)
        let others = try stage.place(.buy, 1, .limit(90), at: 1, strategy: 2)
        try stage.send(.cancel(others), at: 1)
        #expect(
            stage.news.map(\.reason) == [
                .byStrategy, .alreadyEnded, .alreadyFilled, .unknownOrder, .unknownOrder,
            ])
        #expect(stage.engine.workingOrders == 1)
    }

    @Test func `an amendment in a bar in progress meets the bar with the old terms`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 2, .limit(90), at: 0)
        try stage.show(Stage.bar(0...2, 100, 100, 95, 100))
        try stage.send(.amend(order, OrderAmendment(price: Price(ticks: 97))), at: 3)
        try stage.show(Stage.bar(2...4, 100, 100, 95, 100))
        #expect(stage.fills.isEmpty && stage.news.map(\.change) == [.amended])
        try stage.show(Stage.bar(4...6, 100, 100, 95, 100))
        #expect(stage.fills.map(\.price.ticks) == [97])
    }

    @Test func `less keeps the place in the queue, more or another price does not`() throws {
        var stage = try Stage()
        let first = try stage.place(.buy, 5, .limit(100), at: 0)
        let second = try stage.place(.buy, 5, .limit(100), at: 0)
        let third = try stage.place(.buy, 5, .stop(100), at: 0)
        try stage.send(.amend(first, OrderAmendment(quantity: Quantity(lots: 6))), at: 0)
        try stage.send(.amend(third, OrderAmendment(quantity: Quantity(lots: 4))), at: 0)
        try stage.show(Stage.bar(0...1, 100, 100, 100, 100))
        #expect(stage.fills.map(\.order) == [second, third, first])
        #expect(stage.fills.map(\.quantity.lots) == [5, 4, 6])
    }

    @Test func `an amendment to nothing cancels, a refused one leaves the terms`() throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 5, .limit(100), at: 0)
        try stage.send(.amend(order, OrderAmendment(stop: Price(ticks: 90))), at: 0)
        try stage.send(.amend(order, OrderAmendment(price: .zero)), at: 0)
        try stage.send(.amend(order, OrderAmendment(quantity: Quantity(lots: -1))), at: 0)
        #expect(stage.news.allSatisfy { $0.change == .amendRejected })
        #expect(
            stage.news.map(\.reason) == [.invalidCombination, .offTickPrice, .invalidQuantity])
        try stage.send(.amend(order, OrderAmendment(quantity: .zero)), at: 0)
        #expect(stage.news.last?.change == .cancelled)
        #expect(stage.engine.workingOrders == 0)
    }

    @Test func `cancelling all takes the strategy's own orders, of one instrument or of all`()
        throws
    {
        var stage = try Stage(instruments: 2, accounts: 2)
        for instrument in [1, 2] as [UInt32] {
            try stage.place(.buy, 1, .limit(90), at: 0, of: instrument)
            try stage.place(.buy, 1, .limit(90), at: 0, of: instrument, account: AccountID(2))
            try stage.place(.buy, 1, .limit(90), at: 0, of: instrument, strategy: 2)
        }
        try stage.send(.cancelAll(InstrumentID(2)), at: 0)
        #expect(stage.news.map(\.instrument.rawValue) == [2])
        try stage.send(.cancelAll(nil), at: 0)
        #expect(stage.news.map(\.instrument.rawValue) == [2, 1])
        #expect(stage.engine.workingOrders == 4)
    }

    @Test(arguments: [
        (OrderKind.trailingStop(.distance(ticks: 0)), OrderReason.offTickPrice),
        (.trailingStop(.share(.one)), .offTickPrice), (.limitOnOpen(.zero), .offTickPrice),
        (.limitOnClose(Price(ticks: -9)), .offTickPrice),
        (.stopLimit(stop: Price(ticks: 9), limit: .zero), .offTickPrice),
        (.stopLimit(stop: .zero, limit: Price(ticks: 9)), .offTickPrice),
        (.ifTouched(Price(ticks: 9), limit: .zero), .offTickPrice),
        (.stop(Price(ticks: 9), .goodTilDate(Stage.hour(1))), .invalidCombination),
        (.limit(Price(ticks: 9), .goodTilDate(Stage.hour(1))), .invalidCombination),
        (.limit(0), .offTickPrice), (.stop(-1), .offTickPrice), (.limit(1 << 53), .offTickPrice),
    ])
    func `what the market does not take is rejected with its reason`(
        _ kind: OrderKind, _ reason: OrderReason
    ) throws {
        var stage = try Stage()
        let order = try stage.place(.buy, 1, kind, at: 1)
        #expect(stage.updates.map(\.change) == [.rejected] && stage.updates[0].reason == reason)
        #expect(stage.engine.workingOrders == 0)
        try stage.send(.cancel(order), at: 1)
        #expect(stage.news.last?.reason == .alreadyEnded)
    }

    @Test func `wrong sizes, unknown instruments and unknown parents are rejected`() throws {
        var stage = try Stage()
        for lots in [0, -1, 1 << 53] as [Int64] { try stage.place(.buy, lots, .market(), at: 1) }
        try stage.place(.buy, 1, .market(), at: 1, of: 2)
        try stage.place(.buy, 1 << 50, .limit(1 << 50), at: 1)
        var linked = OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1))
        linked.link = OrderLink(parent: OrderID(strategy: StrategyID(1), ordinal: 999))
        try stage.send(.place(linked), at: 1)
        let share = OrderTerms(
            .buy, size: .fractionOfFreeMargin(.one), of: InstrumentID(1), .limit(90))
        try stage.send(.place(share), at: 1)
        #expect(
            stage.updates.map(\.reason) == [
                .invalidQuantity, .invalidQuantity, .invalidQuantity, .unknownInstrument,
                .sizeTooLarge, .parentEnded, .invalidCombination,
            ])
    }

    @Test func `an identity used again is the same order or a refusal`() throws {
        var stage = try Stage()
        let terms = OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1), .limit(90))
        var other = terms
        other.side = .sell
        for terms in [terms, terms, other] {
            let id = OrderID(strategy: StrategyID(1), ordinal: 1)
            try stage.send(.place(terms), as: id, at: 0)
        }
        #expect(stage.updates.map(\.change) == [.accepted, .accepted, .rejected])
        #expect(stage.updates.last?.reason == .duplicateClientId)
        #expect(stage.engine.workingOrders == 1)
    }
}

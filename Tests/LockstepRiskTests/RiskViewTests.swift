import LockstepModel
import LockstepRisk
import Testing

/// What working orders hold, and that all of it comes back.
@Suite struct RiskViewTests {
    @Test func `intents of one drain count one after the other`() throws {
        // 10000.00 pays for 100 lots at 100.
        var bench = try Bench()
        bench.mark(100)
        #expect(bench.place(.buy, 60) == nil)
        #expect(bench.place(.buy, 41) == Refusal(.insufficientFunds, 400_000))
        #expect(bench.place(.buy, 40) == nil)
        #expect(bench.place(.buy, 1) == Refusal(.insufficientFunds, 0))
    }

    @Test(
        "an order that ends gives back what it held",
        arguments: [OrderChange.cancelled, .expired, .rejected])
    func release(change: OrderChange) throws {
        var bench = try Bench()
        bench.mark(100)
        let order = try bench.open(.buy, 10)
        try bench.update(order, .accepted, leaves: 10)
        #expect(bench.reserved() == 100_000)
        try bench.update(order, change)
        #expect(bench.reserved() == 0)
        #expect(bench.gate.view.openOrders == 0)
        try bench.update(order, change)
        #expect(bench.reserved() == 0)
    }

    @Test func `a fill gives back its share, the last one all`() throws {
        let fee = LargestFee(fixed: Money(units: 9))
        var bench = try Bench(fee: fee)
        let order = try bench.open(.buy, 10, .limit(Price(ticks: 100)))
        #expect(bench.reserved() == 100_009)
        try bench.fill(order, .buy, 4, at: 90, leaves: 6)
        // 6 lots at 100 and the fixed fee again, which may fall due with each fill.
        #expect(bench.reserved() == 60_009)
        try bench.fill(order, .buy, 6, at: 100)
        #expect(bench.reserved() == 0)
        #expect(bench.gate.view.position(Bench.cash, Bench.first) == SignedQuantity(lots: 10))
        // 1000000 - 4 * 90 * 100 - 6 * 100 * 100.
        #expect(bench.gate.view.cash(of: Bench.cash) == Money(units: 904_000))
    }

    @Test func `between a fill and its booking the cash is spent already`() throws {
        var bench = try Bench()
        bench.mark(100)
        let order = try bench.open(.buy, 100)
        try bench.fill(order, .buy, 100, at: 100, booking: false)
        #expect(bench.reserved() == 0)
        #expect(bench.place(.buy, 1) == Refusal(.insufficientFunds, 0))
        #expect(bench.place(.sell, 100) == nil)
    }

    @Test func `bookings stand over fills and count each once`() throws {
        var bench = try Bench()
        bench.mark(100)
        for _ in 0..<40 {
            let order = try bench.open(.buy, 1)
            try bench.fill(order, .buy, 1, at: 100, fee: 3)
        }
        // 40 lots at 100 and 40 fees of 3.
        #expect(bench.gate.view.cash(of: Bench.cash) == Money(units: 1_000_000 - 400_120))
        #expect(bench.gate.view.position(Bench.cash, Bench.first) == SignedQuantity(lots: 40))
    }

    @Test func `the first series of an instrument alone marks it`() throws {
        var bench = try Bench()
        func slot(_ series: UInt32, _ close: Int64) -> FrameSlot {
            let price = Price(ticks: close)
            return FrameSlot(
                coverage: .traded,
                bar: Bar(
                    instrument: Bench.first, series: SeriesID(series), start: .epoch,
                    end: Timestamp(nanoseconds: 1), label: .epoch, open: price, high: price,
                    low: price, close: price, volume: nil))
        }
        let absent = FrameSlot.absent(SeriesID(1), of: Bench.first)
        bench.gate.apply(Frame(time: .epoch, slots: [absent, slot(2, 50)]))
        #expect(bench.gate.view.lastPrice(of: Bench.first) == nil)
        bench.gate.apply(Frame(time: .epoch, slots: [slot(1, 70), slot(2, 51)]))
        #expect(bench.gate.view.lastPrice(of: Bench.first) == Price(ticks: 70))
    }

    // MARK: Amendments

    @Test func `until an amendment is answered the dearer terms count`() throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 10, .limit(Price(ticks: 100)))
        let cheaper = OrderAmendment(price: Price(ticks: 50))
        #expect(Refusal(bench.ask(.amend(order, cheaper)).verdict) == nil)
        #expect(bench.reserved() == 100_000)
        try bench.update(order, .amended, leaves: 10)
        #expect(bench.reserved() == 50_000)
        let dearer = OrderAmendment(quantity: Quantity(lots: 20), price: Price(ticks: 60))
        #expect(Refusal(bench.ask(.amend(order, dearer)).verdict) == nil)
        #expect(bench.reserved() == 120_000)
        try bench.update(order, .amendRejected, leaves: 10, reason: .wouldTake)
        #expect(bench.reserved() == 50_000)
        try bench.update(order, .cancelled)
        #expect(bench.reserved() == 0)
    }

    @Test func `an amendment is judged without what it replaces`() throws {
        // 10000.00 pays for 100 at 100, and for no more.
        var bench = try Bench()
        let order = try bench.open(.buy, 100, .limit(Price(ticks: 100)))
        let more = OrderAmendment(quantity: Quantity(lots: 101))
        #expect(
            Refusal(bench.ask(.amend(order, more)).verdict)
                == Refusal(.insufficientFunds, 1_000_000))
        let other = OrderAmendment(quantity: Quantity(lots: 50), price: Price(ticks: 200))
        #expect(Refusal(bench.ask(.amend(order, other)).verdict) == nil)
        #expect(bench.reserved() == 1_000_000)
    }

    @Test func `two amendments under way are answered one after the other`() throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 10, .limit(Price(ticks: 100)))
        _ = bench.ask(.amend(order, OrderAmendment(price: Price(ticks: 110))))
        _ = bench.ask(.amend(order, OrderAmendment(quantity: Quantity(lots: 5))))
        #expect(bench.reserved() == 110_000)
        try bench.update(order, .amendRejected, reason: .wouldTake)
        #expect(bench.reserved() == 100_000)
        try bench.fill(order, .buy, 2, at: 100, leaves: 8)
        #expect(bench.reserved() == 80_000)
        // 5 in all, of which 2 are filled.
        try bench.update(order, .amended, leaves: 3)
        #expect(bench.reserved() == 30_000)
    }

    @Test(
        "an amendment of nothing, or of a price the order has not, is refused",
        arguments: [OrderAmendment(), OrderAmendment(stop: Price(ticks: 90))])
    func emptyAmendment(amendment: OrderAmendment) throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 1, .limit(Price(ticks: 100)))
        #expect(
            Refusal(bench.ask(.amend(order, amendment)).verdict)
                == Refusal(.invalidCombination, 0))
    }

    @Test func `an order cut by the venue holds what it leaves`() throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 10, .limit(Price(ticks: 100)))
        try bench.update(order, .amended, leaves: 4, reason: .ocoPeer)
        #expect(bench.reserved() == 40_000)
    }

    // MARK: Orders of others

    @Test func `a strategy touches its own orders alone`() throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 1, .limit(Price(ticks: 100)))
        let amendment = OrderAmendment(price: Price(ticks: 90))
        for action in [OrderAction.cancel(order), .amend(order, amendment)] {
            let answer = bench.ask(action, by: 2)
            #expect(Refusal(answer.verdict) == Refusal(.unknownOrder, 0))
        }
        #expect(Refusal(bench.ask(.cancel(order)).verdict) == nil)
    }

    @Test func `the identity 0 names no order`() throws {
        var bench = try Bench()
        let answer = bench.ask(.cancel(OrderID(rawValue: 0)))
        #expect(Refusal(answer.verdict) == Refusal(.unknownOrder, 0))
    }

    @Test func `orders that have ended are left to the venue to answer`() throws {
        var bench = try Bench()
        let gone = OrderID(strategy: StrategyID(1), ordinal: 77)
        let amendment = OrderAmendment(price: Price(ticks: 90))
        #expect(Refusal(bench.ask(.cancel(gone)).verdict) == nil)
        #expect(Refusal(bench.ask(.amend(gone, amendment)).verdict) == nil)
        #expect(
            Refusal(bench.ask(.cancel(gone), by: 2).verdict) == Refusal(.unknownOrder, 0))
    }

    @Test func `a refusal tells which order, and what of it is open`() throws {
        var bench = try Bench()
        let order = try bench.open(.buy, 10, .limit(Price(ticks: 100)))
        try bench.fill(order, .buy, 4, at: 100, leaves: 6)
        let time = Timestamp(nanoseconds: 12)
        func answer(_ action: OrderAction) -> OrderUpdate {
            bench.gate.answer(
                to: Intent(
                    id: OrderID(strategy: StrategyID(1), ordinal: 9), strategy: StrategyID(1),
                    account: Bench.cash, action: action),
                .halted, limit: 24, time: time)
        }
        let amend = answer(.amend(order, OrderAmendment(price: Price(ticks: 1))))
        #expect(amend.order == order)
        #expect(amend.change == .amendRejected)
        #expect(amend.leaves == Quantity(lots: 6))
        #expect(amend.instrument == Bench.first)
        #expect(amend.reportAt == time)
        #expect(answer(.cancel(order)).change == .cancelRejected)
        let place = answer(.place(OrderTerms(.buy, Quantity(lots: 3), of: Bench.second)))
        #expect(place.order == OrderID(strategy: StrategyID(1), ordinal: 9))
        #expect(place.change == .rejected)
        #expect(place.leaves == .zero)
        #expect(place.instrument == Bench.second)
        #expect(place.limit == 24)
    }
}

import LockstepModel
import LockstepRisk
import Testing

@Suite struct TradingHaltTests {
    @Test func `a kill of one instrument leaves the other tradable until it is cleared`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        bench.gate.apply(Halt(reason: .dailyLoss, scope: Bench.first))
        #expect(bench.place(.buy, 1) == Refusal(.killed, 22))
        #expect(bench.place(.buy, 1, of: Bench.second) == nil)
        bench.gate.apply(Halt(reason: .none, scope: Bench.second))
        #expect(bench.place(.buy, 1) == Refusal(.killed, 22))
        bench.gate.apply(Halt(reason: .none, scope: Bench.first))
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test func `a halt of everything refuses orders and amendments, not cancels`() throws {
        for (reason, refusal) in [
            (OrderReason.killed, Refusal(.killed, 24)), (.halted, Refusal(.halted, 3)),
        ] {
            var bench = try Bench()
            bench.mark(100, 100)
            let order = try bench.open(.buy, 1, .limit(Price(ticks: 90)))
            bench.gate.apply(Halt(reason: reason))
            bench.mark(101, 101)
            #expect(bench.place(.buy, 1, of: Bench.second) == refusal)
            #expect(bench.place(.sell, 1, reduceOnly: true) == refusal)
            let amendment = OrderAmendment(price: Price(ticks: 80))
            #expect(Refusal(bench.ask(.amend(order, amendment)).verdict) == refusal)
            #expect(Refusal(bench.ask(.cancel(order)).verdict) == nil)
            #expect(Refusal(bench.ask(.cancelAll(nil)).verdict) == nil)
        }
    }

    @Test func `a halt of one account leaves the others alone`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        bench.gate.apply(Halt(reason: .killed, account: Bench.margin))
        #expect(bench.place(.buy, 1, for: Bench.margin) == Refusal(.killed, 24))
        #expect(bench.place(.buy, 1) == nil)
        bench.gate.apply(Halt(reason: .none, account: Bench.cash))
        #expect(bench.place(.buy, 1, for: Bench.margin) == Refusal(.killed, 24))
        bench.gate.apply(Halt(reason: .none, account: Bench.margin))
        #expect(bench.place(.buy, 1, for: Bench.margin) == nil)
    }

    @Test func `a pause beneath a kill comes back when the kill is cleared by name`() {
        var halt = TradingHalt(instruments: 2)
        let (first, account) = (InstrumentID(1), AccountID(1))
        halt.apply(Halt(reason: .halted, scope: first))
        halt.apply(Halt(reason: .drawdown, account: account, flatten: true))
        #expect(halt.reason(of: first, in: account) == .drawdown)
        #expect(halt.reason(of: first, in: AccountID(2)) == .halted)
        #expect(halt.flattens)
        halt.apply(Halt(reason: .none, account: account))
        #expect(halt.reason(of: first, in: account) == .halted)
        #expect(!halt.flattens && !halt.isClear)
        halt.apply(Halt(reason: .none, scope: first))
        #expect(halt.isClear)
    }

    @Test func `clearing everything clears single instruments too`() {
        var halt = TradingHalt(instruments: 2)
        halt.apply(Halt(reason: .killed, scope: InstrumentID(1)))
        halt.apply(Halt(reason: .drawdown))
        #expect(halt.reason(of: InstrumentID(1)) == .drawdown)
        #expect(halt.reason(of: InstrumentID(2)) == .drawdown)
        halt.apply(Halt(reason: .none))
        #expect(halt.reason(of: InstrumentID(1)) == nil)
        halt.apply(Halt(reason: .killed, scope: InstrumentID(7)))
        #expect(halt.reason(of: InstrumentID(7)) == nil)
    }

    @Test func `nobody else sends in the name of the run itself`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        for action in [
            OrderAction.place(OrderTerms(.buy, Quantity(lots: 1), of: Bench.first)),
            .cancelAll(nil), .cancel(OrderID(strategy: StrategyID(1), ordinal: 1)),
        ] {
            #expect(
                Refusal(bench.ask(action, by: 0).verdict) == Refusal(.invalidCombination, 0))
        }
    }
}

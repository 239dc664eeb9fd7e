import LockstepModel
import LockstepRisk
import Testing

@Suite struct TradingHaltTests {
    @Test func `a halt of one instrument leaves the other tradable until it is cleared`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        bench.gate.apply(Halt(reason: .dailyLoss, scope: Bench.first))
        #expect(bench.place(.buy, 1) == Refusal(.halted, 22))
        #expect(bench.place(.buy, 1, of: Bench.second) == nil)
        bench.gate.apply(Halt(reason: .none, scope: Bench.second))
        #expect(bench.place(.buy, 1) == Refusal(.halted, 22))
        bench.gate.apply(Halt(reason: .none, scope: Bench.first))
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test func `a halt of everything refuses orders and amendments, not cancels`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        let order = try bench.open(.buy, 1, .limit(Price(ticks: 90)))
        bench.gate.apply(Halt(reason: .killed))
        bench.mark(101, 101)
        #expect(bench.place(.buy, 1, of: Bench.second) == Refusal(.halted, 24))
        let amendment = OrderAmendment(price: Price(ticks: 80))
        #expect(
            Refusal(bench.ask(.amend(order, amendment)).verdict) == Refusal(.halted, 24))
        #expect(Refusal(bench.ask(.cancel(order)).verdict) == nil)
        #expect(Refusal(bench.ask(.cancelAll(nil)).verdict) == nil)
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
}

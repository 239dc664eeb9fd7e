import LockstepModel
import LockstepRisk
import Testing

@Suite struct EndOfRunTests {
    @Test func `after the end of the feed every placement is refused, changes are not`() throws {
        var bench = try Bench()
        bench.mark(100)
        let resting = try bench.open(.buy, 1, .limit(Price(ticks: 90)))
        bench.gate.apply(Lifecycle.start)
        #expect(bench.place(.buy, 1) == nil)
        bench.gate.apply(Lifecycle.endOfFeed)
        #expect(bench.place(.buy, 1)?.reason == .endOfRun)
        #expect(
            bench.place(.buy, 1, .limit(Price(ticks: 90)), reduceOnly: true)?.reason == .endOfRun)
        // Of several reasons the one with the lower number is told.
        #expect(bench.place(.sell, 1)?.reason == .shortNotAllowed)
        #expect(
            Refusal(bench.ask(.amend(resting, OrderAmendment(price: Price(ticks: 80)))).verdict)
                == nil)
        #expect(Refusal(bench.ask(.cancel(resting)).verdict) == nil)
    }
}

import LockstepModel
import LockstepRisk
import Testing

@Suite struct CancelReplaceTests {
    /// Gives an account 10 lots, and offers all of them by a stop at 90.
    private func hold(_ bench: inout Bench) throws -> OrderID {
        bench.mark(100)
        let entry = try bench.open(.buy, 10)
        try bench.fill(entry, .buy, 10, at: 100)
        return try bench.open(
            .sell, 10, of: Bench.first, .stop(Price(ticks: 90), .goodTilCancelled))
    }

    @Test func `an order can be replaced in the step that cancels it`() throws {
        var bench = try Bench()
        let stop = try hold(&bench)
        #expect(bench.place(.sell, 10)?.reason == .shortNotAllowed)
        _ = bench.ask(.cancel(stop))
        #expect(bench.place(.sell, 10) == nil)
        #expect(bench.place(.sell, 1)?.reason == .shortNotAllowed)
    }

    @Test func `all orders of a strategy can be replaced at once, but not another's`() throws {
        var bench = try Bench()
        _ = try hold(&bench)
        _ = bench.ask(.cancelAll(nil), by: 2)
        #expect(bench.place(.sell, 10)?.reason == .shortNotAllowed)
        _ = bench.ask(.cancelAll(Bench.second))
        #expect(bench.place(.sell, 10)?.reason == .shortNotAllowed)
        _ = bench.ask(.cancelAll(Bench.first))
        #expect(bench.place(.sell, 10) == nil)
    }

    @Test func `an order the venue has not ended counts again with the next frame`() throws {
        var bench = try Bench()
        let stop = try hold(&bench)
        _ = bench.ask(.cancel(stop))
        bench.mark(101)
        #expect(bench.place(.sell, 10)?.reason == .shortNotAllowed)
    }

    @Test func `a cancelled purchase gives its reserve back at once`() throws {
        var bench = try Bench(cash: 100_000)
        bench.mark(100)
        // 10 lots at 100 are 1,000.00: all the cash there is.
        let order = try bench.open(
            .buy, 10, of: Bench.first, .limit(Price(ticks: 100), .goodTilCancelled))
        #expect(bench.place(.buy, 1)?.reason == .insufficientFunds)
        _ = bench.ask(.cancel(order))
        #expect(bench.place(.buy, 10) == nil)
    }
}

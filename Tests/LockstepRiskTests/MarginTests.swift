import LockstepModel
import LockstepRisk
import Testing

/// A margin account covers everything in full.
///
/// It begins with 10000.00, that is 1000000 units.
@Suite struct MarginTests {
    let account = Bench.margin

    @Test("both sides need their worth", arguments: Side.allCases)
    func opening(side: Side) throws {
        var bench = try Bench()
        bench.mark(100)
        #expect(bench.place(side, 101, for: account) == Refusal(.insufficientMargin, 1_000_000))
        #expect(bench.place(side, 60, for: account) == nil)
        #expect(bench.place(side, 41, for: account) == Refusal(.insufficientMargin, 400_000))
        #expect(bench.place(side, 40, for: account) == nil)
    }

    @Test func `only the dearer side of working orders needs margin`() throws {
        // All 100 lots may be bought or sold from flat, never both: 10000.00 carries either.
        var bench = try Bench()
        bench.mark(100)
        #expect(bench.place(.buy, 100, for: account) == nil)
        #expect(bench.place(.sell, 100, for: account) == nil)
        #expect(bench.place(.sell, 1, for: account) == Refusal(.insufficientMargin, 0))
    }

    @Test func `the proceeds of a short sale give no buying power`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        let order = try bench.open(.sell, 60, for: account)
        try bench.fill(order, .sell, 60, at: 100, for: account)
        // Cash 16000, short 6000: equity 10000, less the magnitude of 6000 leaves 4000.
        #expect(
            bench.place(.buy, 41, of: Bench.second, for: account)
                == Refusal(.insufficientMargin, 400_000))
        #expect(bench.place(.buy, 40, of: Bench.second, for: account) == nil)
    }

    @Test func `orders that only reduce are accepted with no margin left`() throws {
        var bench = try Bench()
        bench.mark(100, 100)
        let order = try bench.open(.sell, 100, for: account)
        try bench.fill(order, .sell, 100, at: 100, for: account)
        // At 130 the short is worth 13000: equity 7000, free 7000 - 13000 = -6000.
        bench.mark(130)
        #expect(
            bench.place(.buy, 1, of: Bench.second, for: account)
                == Refusal(.insufficientMargin, -600_000))
        #expect(bench.place(.buy, 60, for: account) == nil)
        #expect(bench.place(.buy, 41, for: account)?.reason == .insufficientMargin)
        #expect(bench.place(.buy, 40, for: account) == nil)
        #expect(bench.place(.buy, 100, for: account, reduceOnly: true) == nil)
    }

    @Test func `a position turned to the other side needs what it adds`() throws {
        var bench = try Bench()
        bench.mark(100)
        let order = try bench.open(.buy, 100, for: account)
        try bench.fill(order, .buy, 100, at: 100, for: account)
        // From 100 long to 100 short: the same magnitude, all cash spent. One more is too many.
        #expect(bench.place(.sell, 201, for: account) == Refusal(.insufficientMargin, 0))
        #expect(bench.place(.sell, 200, for: account) == nil)
    }

    @Test func `a cancelled order frees its margin`() throws {
        var bench = try Bench()
        bench.mark(100)
        let order = try bench.open(.sell, 100, for: account)
        #expect(bench.place(.sell, 1, for: account)?.reason == .insufficientMargin)
        try bench.update(order, .cancelled)
        #expect(bench.place(.sell, 100, for: account) == nil)
    }
}

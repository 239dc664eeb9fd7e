import LockstepModel
import LockstepRisk
import Testing

@Suite struct ExposureLimitTests {
    private static func limits(gross: String? = nil, net: String? = nil) throws -> RiskLimits {
        try RiskLimits(
            account: AccountLimits(
                maxGross: gross.map { try ExactDecimal($0) },
                maxNet: net.map { try ExactDecimal($0) }))
    }

    @Test func `gross exposure counts positions and what works, of all instruments`() throws {
        var bench = try Bench(limits: Self.limits(gross: "1500"))
        bench.mark(100, 50)
        // 10 at 100 and 10 at 50 are 1500.00.
        #expect(bench.place(.buy, 10, for: Bench.margin) == nil)
        #expect(bench.place(.buy, 10, of: Bench.second, for: Bench.margin) == nil)
        #expect(
            bench.place(.buy, 1, of: Bench.second, for: Bench.margin)
                == Refusal(.grossLimit, 150_000))
        // With 10 to buy and 10 to sell of one instrument 10 is still the most it can be.
        #expect(bench.place(.sell, 10, for: Bench.margin) == nil)
        #expect(bench.place(.sell, 1, for: Bench.margin) == Refusal(.grossLimit, 150_000))
        // The other account has bounds of its own.
        #expect(bench.place(.buy, 15) == nil)
        #expect(bench.place(.buy, 1) == Refusal(.grossLimit, 150_000))
    }

    @Test func `what prices did is no reason to keep a position`() throws {
        var bench = try Bench(limits: Self.limits(gross: "1500"))
        bench.mark(100)
        let order = try bench.open(.buy, 10)
        try bench.fill(order, .buy, 10, at: 100)
        bench.mark(200)
        #expect(bench.place(.buy, 1) == Refusal(.grossLimit, 150_000))
        #expect(bench.place(.sell, 4) == nil)
        #expect(bench.place(.sell, 6) == nil)
    }

    @Test func `net exposure counts one side filled and the other not`() throws {
        var bench = try Bench(limits: Self.limits(net: "700"))
        bench.mark(100, 50)
        #expect(bench.place(.buy, 8, for: Bench.margin) == Refusal(.netLimit, 70_000))
        #expect(bench.place(.buy, 7, for: Bench.margin) == nil)
        // Sales alone: 14 at 50 are 700.00 short.
        #expect(bench.place(.sell, 14, of: Bench.second, for: Bench.margin) == nil)
        #expect(
            bench.place(.sell, 1, of: Bench.second, for: Bench.margin)
                == Refusal(.netLimit, 70_000))
        #expect(
            bench.place(.sell, 1, of: Bench.second, for: Bench.margin, reduceOnly: true) == nil)
    }

    @Test func `long and short positions set off each other in the net exposure`() throws {
        var bench = try Bench(limits: Self.limits(net: "700"))
        bench.mark(100, 50)
        let short = try bench.open(.sell, 10, of: Bench.second, for: Bench.margin)
        try bench.fill(
            short, .sell, 10, at: 50, of: Bench.second, for: Bench.margin)
        // 500.00 short, so 1200.00 may be bought.
        #expect(bench.place(.buy, 13, for: Bench.margin) == Refusal(.netLimit, 70_000))
        #expect(bench.place(.buy, 12, for: Bench.margin) == nil)
    }

    @Test func `an amendment counts instead of what it amends`() throws {
        var bench = try Bench(limits: Self.limits(gross: "1000"))
        bench.mark(100)
        let order = try bench.open(
            .buy, 8, of: Bench.first, .limit(Price(ticks: 90), .goodTilCancelled))
        let ten = OrderAmendment(quantity: Quantity(lots: 10))
        let eleven = OrderAmendment(quantity: Quantity(lots: 11))
        #expect(Refusal(bench.ask(.amend(order, eleven)).verdict) == Refusal(.grossLimit, 100_000))
        #expect(Refusal(bench.ask(.amend(order, ten)).verdict) == nil)
    }
}

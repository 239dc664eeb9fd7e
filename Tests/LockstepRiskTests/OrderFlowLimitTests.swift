import LockstepModel
import LockstepRisk
import Testing

@Suite struct OrderFlowLimitTests {
    @Test func `limits and triggers stay within a share of the last price`() throws {
        var bench = try Bench(limits: RiskLimits(priceCollar: try Rate("0.1")))
        // Without a last price there is nothing to compare with.
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 5))) == nil)
        bench.mark(105)
        // 10.5 either way, so whole ticks from 95 to 115.
        for price: Int64 in [95, 115] {
            #expect(bench.place(.buy, 1, .limit(Price(ticks: price))) == nil)
        }
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 94))) == Refusal(.priceCollar, 95))
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 116))) == Refusal(.priceCollar, 115))
        #expect(
            bench.place(.buy, 1, .stop(Price(ticks: 116), .goodTilCancelled))
                == Refusal(.priceCollar, 115))
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test func `orders and amendments of an account are counted over a sliding time`() throws {
        var bench = try Bench(limits: RiskLimits(orderRate: try OrderRate("2/1s")))
        bench.mark(100, at: 0)
        let order = try bench.open(.buy, 1, .limit(Price(ticks: 90)))
        bench.mark(100, at: 400_000_000)
        let amendment = OrderAmendment(price: Price(ticks: 80))
        #expect(Refusal(bench.ask(.amend(order, amendment)).verdict) == nil)
        #expect(bench.place(.buy, 1) == Refusal(.orderRate, 2))
        #expect(Refusal(bench.ask(.amend(order, amendment)).verdict) == Refusal(.orderRate, 2))
        // What is refused does not count, cancels pass, and other accounts count alone.
        #expect(Refusal(bench.ask(.cancel(order)).verdict) == nil)
        #expect(bench.place(.buy, 1, for: Bench.margin) == nil)
        bench.mark(100, at: 999_999_999)
        #expect(bench.place(.buy, 1) == Refusal(.orderRate, 2))
        bench.mark(100, at: 1_000_000_000)
        #expect(bench.place(.buy, 1) == nil)
        #expect(bench.place(.buy, 1) == Refusal(.orderRate, 2))
        bench.mark(100, at: 1_400_000_000)
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test(
        "a rate that says nothing is refused",
        arguments: [
            "", "1", "0/1s", "5/0s", "-1/1s", "+1/1s", "1/s", "1/1s/1s", "100001/1d", "1/1w",
        ])
    func badRate(text: String) {
        #expect(throws: RiskError.invalidOrderRate(text: text)) { try OrderRate(text) }
    }
}

@Suite struct LossLimitTests {
    private static let day = Timestamp.nanosecondsPerDay

    @Test func `a day's loss lets nothing be opened until the next UTC day`() throws {
        var bench = try Bench(
            limits: RiskLimits(account: AccountLimits(dailyLoss: try ExactDecimal("100"))))
        bench.mark(100, at: 0)
        bench.tell(equity: 1_000_000)
        let order = try bench.open(.buy, 5)
        try bench.fill(order, .buy, 5, at: 100)
        bench.tell(equity: 990_001)
        #expect(bench.place(.buy, 1) == nil)
        bench.mark(80, at: Self.day / 2)
        bench.tell(equity: 990_000)
        #expect(bench.place(.buy, 1) == Refusal(.dailyLoss, 10_000))
        // Five lots are held: closing them passes.
        #expect(bench.place(.sell, 5) == nil)
        // The next day begins with what is left.
        bench.mark(80, at: Self.day)
        #expect(bench.place(.buy, 1) == nil)
        bench.tell(equity: 980_001)
        #expect(bench.place(.buy, 1) == nil)
        bench.tell(equity: 980_000)
        #expect(bench.place(.buy, 1) == Refusal(.dailyLoss, 10_000))
        // A gain makes room again.
        bench.tell(equity: 985_000)
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test func `a share of the greatest equity lost lets nothing be opened`() throws {
        var bench = try Bench(
            limits: RiskLimits(account: AccountLimits(drawdown: try Rate("0.1"))))
        bench.mark(100, at: 0)
        #expect(bench.place(.buy, 1) == nil)
        bench.tell(equity: 1_000_000)
        bench.tell(equity: 1_100_000)
        // A tenth of 1,100,000 is 110,000.
        bench.tell(equity: 990_001)
        #expect(bench.place(.buy, 1) == nil)
        bench.tell(equity: 990_000)
        #expect(bench.place(.buy, 1) == Refusal(.drawdown, 100_000_000_000))
        bench.mark(100, at: 3 * Self.day)
        #expect(bench.place(.buy, 1) == Refusal(.drawdown, 100_000_000_000))
        #expect(bench.place(.buy, 1, for: Bench.margin) == nil)
        bench.tell(equity: 1_000_000)
        #expect(bench.place(.buy, 1) == nil)
    }

    @Test func `bounds that make no sense are refused, each by its key`() throws {
        let zero = try ExactDecimal("0")
        #expect(throws: RiskError.limitNotPositive(key: "max_gross", value: zero)) {
            try AccountLimits(maxGross: zero)
        }
        #expect(throws: RiskError.limitNotPositive(key: "max_net", value: zero)) {
            try AccountLimits(maxNet: zero)
        }
        #expect(throws: RiskError.limitNotPositive(key: "daily_loss", value: zero)) {
            try AccountLimits(dailyLoss: zero)
        }
        for text in ["0", "-0.1", "1.000000000001"] {
            let rate = try Rate(text)
            #expect(throws: RiskError.invalidShare(key: "drawdown", rate: rate)) {
                try AccountLimits(drawdown: rate)
            }
        }
        #expect(throws: RiskError.invalidShare(key: "price_collar", rate: .zero)) {
            try RiskLimits(priceCollar: .zero)
        }
        let fine = try ExactDecimal("0.001")
        #expect(throws: RiskError.limitOutOfRange(key: "daily_loss", value: fine)) {
            _ = try Bench(limits: RiskLimits(account: AccountLimits(dailyLoss: fine)))
        }
    }
}

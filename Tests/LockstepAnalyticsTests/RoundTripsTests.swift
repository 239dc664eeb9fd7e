import LockstepAnalytics
import Testing

@Suite struct RoundTripsTests {
    @Test("every figure agrees with the oracle", arguments: try VectorFile.cases("trades"))
    func figures(of vector: VectorFile.Case) throws {
        let results = try #require(vector.inputs.pnl)
        let risks = vector.inputs.initialRisk.map { $0.map(Double?.some) }
        var trips = RoundTrips()
        for (result, risk) in zip(results, risks ?? results.map { _ in nil }) {
            try trips.add(netPnL: result, initialRisk: risk)
        }
        vector.expect([
            "n": Double(trips.count),
            "wins": Double(trips.wins),
            "losses": Double(trips.losses),
            "scratch": Double(trips.scratches),
            "net": trips.net,
            "win_rate": trips.winRate,
            "avg_win": trips.averageWin,
            "avg_loss": trips.averageLoss,
            "payoff_ratio": trips.payoffRatio,
            "profit_factor": trips.profitFactor,
            "expectancy": trips.expectancy,
            "sqn": trips.systemQuality,
            "sqn_capped": trips.cappedSystemQuality,
            "kelly": trips.kellyFraction,
            "max_consecutive_wins": Double(trips.longestWinningStreak),
            "max_consecutive_losses": Double(trips.longestLosingStreak),
            "expectancy_r": trips.expectancyInRisk,
            "sqn_r": trips.systemQualityInRisk,
        ])
    }

    @Test func `multiples of risk count only trades whose risk is known`() throws {
        // 10 / 5 = 2 and −5 / 5 = −1: mean 0.5.
        var trips = RoundTrips()
        try trips.add(netPnL: 10, initialRisk: 5)
        try trips.add(netPnL: 1_000)
        try trips.add(netPnL: -5, initialRisk: 5)
        #expect(trips.count == 3 && trips.countWithRisk == 2)
        #expect(trips.expectancyInRisk == 0.5)
    }

    @Test func `without a known risk there are no figures in multiples of it`() throws {
        let trips = try RoundTrips(netPnL: [1, -1])
        #expect(trips.expectancyInRisk == nil && trips.systemQualityInRisk == nil)
    }

    @Test func `equal results have no system quality`() throws {
        let trips = try RoundTrips(netPnL: [2, 2, 2])
        #expect(trips.systemQuality == nil && trips.expectancy == 2)
    }

    @Test func `a bad result is refused and changes nothing`() throws {
        var trips = try RoundTrips(netPnL: [1, .greatestFiniteMagnitude / 2])
        let before = trips
        #expect(throws: AnalyticsError.notFinite(name: "the net results", index: 2)) {
            try trips.add(netPnL: .nan)
        }
        #expect(throws: AnalyticsError.self) { try trips.add(netPnL: 1, initialRisk: 0) }
        #expect(throws: AnalyticsError.overflow(name: "sum of results")) {
            try trips.add(netPnL: .greatestFiniteMagnitude)
        }
        #expect(trips == before)
    }

    @Test func `small results are not lost beside large ones`() throws {
        // 10¹⁶ swallows a single 1 in plain sums.
        let trips = try RoundTrips(netPnL: [1e16] + Array(repeating: 1, count: 1_000) + [-1e16])
        #expect(trips.net == 1_000)
    }
}

import LockstepAnalytics
import LockstepModel
import Testing

@Suite struct PerformanceSummaryTests {
    @Test func `a short run has the figures worked by hand`() throws {
        // Returns +10 %, −10 %, +10 %; total 1.1 · 0.9 · 1.1 − 1 = 0.089; mean 1/30; deviations
        // 1/15, −2/15, 1/15; variance (1 + 4 + 1) / 225 / 2 = 1/75; √252 / 30 · √75.
        let summary = try PerformanceSummary(
            dailyEquity: [
                DailyEquity(day: 0, equity: 100), DailyEquity(day: 1, equity: 110),
                DailyEquity(day: 4, equity: 99), DailyEquity(day: 6, equity: 108.9),
            ],
            netPnL: [10, -5, 0, 15], periodsPerYear: 252)
        #expect(summary.periods == 3)
        #expect(agrees(summary.totalReturn, 0.089))
        // 252 / 3 periods: 1.089⁸⁴ − 1, by decimal arithmetic.
        #expect(agrees(summary.compoundAnnualGrowthRate, 1289.264128888362615 - 1))
        #expect(agrees(summary.annualVolatility, (252.0 / 75).squareRoot()))
        #expect(agrees(summary.sharpeRatio, (252.0 * 75).squareRoot() / 30))
        #expect(agrees(summary.maxDrawdown, -0.1))
        #expect(summary.maxDrawdownPeriods == 2 && summary.maxDrawdownCalendarDays == 5)
        #expect(summary.trades == 4 && summary.wins == 2 && summary.losses == 1)
        #expect(summary.winRate == 0.5 && summary.profitFactor == 5 && summary.expectancy == 5)
    }

    @Test func `the opening equity makes the first day a period`() throws {
        let days = [DailyEquity(day: 0, equity: 90)]
        let summary = try PerformanceSummary(
            dailyEquity: days, openingEquity: 100, netPnL: [], periodsPerYear: 252)
        #expect(summary.periods == 1)
        #expect(agrees(summary.totalReturn, -0.1) && agrees(summary.maxDrawdown, -0.1))
        #expect(summary.maxDrawdownPeriods == 1)
        #expect(summary.annualVolatility == nil && summary.sharpeRatio == nil)
        #expect(summary.winRate == nil && summary.profitFactor == nil)
        let without = try PerformanceSummary(
            dailyEquity: days, netPnL: [], periodsPerYear: 252)
        #expect(without.periods == 0 && without.totalReturn == 0)
        #expect(without.compoundAnnualGrowthRate == nil && without.maxDrawdown == 0)
    }

    @Test func `a run without a step has no figures`() throws {
        let summary = try PerformanceSummary(
            dailyEquity: [], openingEquity: 100, netPnL: [], periodsPerYear: 252)
        #expect(summary.periods == 0 && summary.totalReturn == nil)
        #expect(summary.maxDrawdown == nil && summary.trades == 0)
    }

    @Test func `equity that never moves has no Sharpe ratio`() throws {
        let days = (0..<5).map { DailyEquity(day: $0, equity: 100) }
        let summary = try PerformanceSummary(dailyEquity: days, netPnL: [], periodsPerYear: 252)
        #expect(summary.totalReturn == 0 && summary.annualVolatility == 0)
        #expect(summary.sharpeRatio == nil && summary.maxDrawdown == 0)
    }

    @Test func `after ruin the growth is minus one and ratios are undefined`() throws {
        let days = [100.0, 50, -20, -10].enumerated()
            .map { DailyEquity(day: Int64($0.offset), equity: $0.element) }
        let summary = try PerformanceSummary(dailyEquity: days, netPnL: [], periodsPerYear: 252)
        #expect(agrees(summary.totalReturn, -1.1) && summary.compoundAnnualGrowthRate == -1)
        #expect(summary.annualVolatility == nil && summary.sharpeRatio == nil)
        #expect(agrees(summary.maxDrawdown, -1.2))
    }

    @Test func `only the last equity of a day counts, and reading changes nothing`() throws {
        var read = try DailyReturnStatistics(periodsPerYear: 252)
        var unread = read
        for step in 0..<200 {
            let equity = 1_000 + Double((step * 7_919) % 101)
            let time = Timestamp.day(Int64(step / 8) - 10, hour: Int64(step % 8))
            try read.add(equity: equity, at: time)
            try unread.add(equity: equity, at: time)
            _ = read.sharpeRatio
        }
        #expect(read == unread)
        #expect(read.days == 25 && read.periods == 24)
        let closes = (0..<25).map { 1_000 + Double((($0 * 8 + 7) * 7_919) % 101) }
        let returns = try Returns(try Returns.simple(of: closes), periodsPerYear: 252)
        #expect(agrees(read.sharpeRatio, returns.sharpeRatio))
        #expect(agrees(read.annualVolatility, returns.annualVolatility))
        #expect(agrees(read.totalReturn, returns.totalReturn))
    }

    @Test func `time that goes back and equity that is no number are refused`() throws {
        var daily = try DailyReturnStatistics(periodsPerYear: 252)
        try daily.add(equity: 1, at: .day(5))
        let before = daily
        #expect(throws: AnalyticsError.outOfOrder(previous: .day(5), found: .day(4))) {
            try daily.add(equity: 1, at: .day(4))
        }
        #expect(throws: AnalyticsError.self) { try daily.add(equity: .infinity, at: .day(6)) }
        #expect(daily == before)
        #expect(throws: AnalyticsError.self) {
            try PerformanceSummary(
                dailyEquity: [DailyEquity(day: .max, equity: 1)], netPnL: [], periodsPerYear: 252)
        }
    }
}

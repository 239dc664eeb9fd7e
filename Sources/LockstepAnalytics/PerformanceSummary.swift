import LockstepModel

/// The figures of a tear sheet: returns of daily equity, and results of round trips.
///
/// A figure that is undefined is `nil`, never NaN. Fractions are 0.01 for one percent.
public struct PerformanceSummary: Hashable, Sendable {
    /// The number of daily returns.
    public let periods: Int

    /// The return over all periods.
    public let totalReturn: Double?

    /// The compound annual growth rate; −1 at ruin.
    public let compoundAnnualGrowthRate: Double?

    /// The sample standard deviation of the daily returns, annualised.
    public let annualVolatility: Double?

    /// The annualised Sharpe ratio.
    public let sharpeRatio: Double?

    /// The deepest drawdown of daily equity, zero or below.
    public let maxDrawdown: Double?

    /// The daily periods from that drawdown's peak to its recovery, or to the end.
    ///
    /// A period is a day that has a step: with daily bars, trading days.
    public let maxDrawdownPeriods: Int?

    /// The calendar days from that drawdown's peak to its recovery, or to the end.
    public let maxDrawdownCalendarDays: Int64?

    /// The number of closed round trips.
    public let trades: Int

    /// The round trips that earned.
    public let wins: Int

    /// The round trips that lost.
    public let losses: Int

    /// Wins over all round trips.
    public let winRate: Double?

    /// The sum of wins over the size of the sum of losses.
    public let profitFactor: Double?

    /// The mean net result of a round trip, in money.
    public let expectancy: Double?

    /// Reads the figures from statistics gathered step by step.
    ///
    /// - Parameters:
    ///   - daily: The statistics of equity.
    ///   - roundTrips: The statistics of closed trades.
    public init(daily: DailyReturnStatistics, roundTrips: RoundTrips) {
        let drawdown = daily.drawdown
        periods = daily.periods
        totalReturn = daily.totalReturn
        compoundAnnualGrowthRate = daily.compoundAnnualGrowthRate
        annualVolatility = daily.annualVolatility
        sharpeRatio = daily.sharpeRatio
        maxDrawdown = drawdown?.depth
        maxDrawdownPeriods = drawdown?.periods
        maxDrawdownCalendarDays = drawdown?.length
        trades = roundTrips.count
        wins = roundTrips.wins
        losses = roundTrips.losses
        winRate = roundTrips.winRate
        profitFactor = roundTrips.profitFactor
        expectancy = roundTrips.expectancy
    }

    /// Computes the figures of lists.
    ///
    /// - Parameters:
    ///   - dailyEquity: The last equity of each UTC day that has a step, in order of days. A day
    ///     told twice keeps the later value.
    ///   - openingEquity: The equity before the first step, finite; `nil` to start from the first
    ///     day's.
    ///   - netPnL: Profit or loss net of fees per closed round trip, in order of closing.
    ///   - periodsPerYear: 252 for trading days, 365 for calendar days; finite and above zero.
    ///   - riskFreeRate: The riskless simple return per period, as a fraction; finite.
    /// - Throws: ``AnalyticsError`` where a value is not finite, days go back or lie outside what a
    ///   timestamp can tell, or a parameter lies outside its range.
    public init(
        dailyEquity: [DailyEquity], openingEquity: Double? = nil, netPnL: [Double],
        periodsPerYear: Double, riskFreeRate: Double = 0
    ) throws(AnalyticsError) {
        var daily = try DailyReturnStatistics(
            openingEquity: openingEquity, periodsPerYear: periodsPerYear,
            riskFreeRate: riskFreeRate)
        for point in dailyEquity {
            let (time, overflow) = point.day.multipliedReportingOverflow(
                by: Timestamp.nanosecondsPerDay)
            guard !overflow else {
                throw .outOfRange(
                    parameter: "day", value: Double(point.day),
                    allowed: "a number of days since 1970 between the years 1678 and 2262")
            }
            try daily.add(equity: point.equity, at: Timestamp(nanoseconds: time))
        }
        self.init(daily: daily, roundTrips: try RoundTrips(netPnL: netPnL))
    }
}

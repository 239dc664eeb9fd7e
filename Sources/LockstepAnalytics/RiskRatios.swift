extension Returns {
    /// The sample standard deviation (n − 1) of the returns, times √A.
    ///
    /// `nil` for less than two periods.
    public var annualVolatility: Double? {
        Moments(values).sampleDeviation.flatMap { ($0 * periodsPerYear.squareRoot()).ifFinite }
    }

    /// The annualised Sharpe ratio.
    ///
    /// The mean excess return over its sample standard deviation (n − 1), times √A. Source: W. F.
    /// Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21(1), 1994. `nil` for less than
    /// two periods and where the deviation is at most 10⁻¹².
    public var sharpeRatio: Double? {
        sharpeRatioPerPeriod.flatMap { ($0 * periodsPerYear.squareRoot()).ifFinite }
    }

    /// The Sharpe ratio of one period, not annualised: mean(r − rf) / sd(r − rf).
    ///
    /// `nil` where ``sharpeRatio`` is.
    public var sharpeRatioPerPeriod: Double? {
        let moments = Moments(excess)
        return moments.divisor.flatMap { (moments.mean / $0).ifFinite }
    }

    /// The root mean square of the excess returns below zero, over all periods, times √A.
    ///
    /// `nil` without periods.
    public var downsideDeviation: Double? {
        guard count > 0 else { return nil }
        var squares = CompensatedSum()
        for value in excess where value < 0 { squares.add(value * value) }
        let perPeriod = (squares.value / Double(count)).squareRoot()
        return (perPeriod * periodsPerYear.squareRoot()).ifFinite
    }

    /// The annualised Sortino ratio: mean excess return · A over the downside deviation.
    ///
    /// Source: F. A. Sortino and R. van der Meer, "Downside Risk", Journal of Portfolio Management
    /// 17(4), 1991. `nil` without returns below the riskless one.
    public var sortinoRatio: Double? {
        guard let downside = downsideDeviation,
            downside > Moments.negligible * periodsPerYear.squareRoot()
        else { return nil }
        return (Moments(excess).mean * periodsPerYear / downside).ifFinite
    }

    /// The Calmar ratio: compound annual growth over the depth of the deepest drawdown.
    ///
    /// Source: T. W. Young, "Calmar Ratio: A Smoother Tool", Futures 20(1), 1991; here over the
    /// whole series. `nil` without a drawdown.
    public var calmarRatio: Double? {
        guard let growth = compoundAnnualGrowthRate, let drawdown else { return nil }
        return growth.over(abs(drawdown.depth))
    }

    /// The omega ratio at zero: the sum of gains over the sum of losses.
    ///
    /// Source: C. Keating and W. F. Shadwick, "A Universal Performance Measure", Journal of
    /// Performance Measurement 6(3), 2002. `nil` without losses.
    public var omegaRatio: Double? { gains.over(losses) }

    /// The sum of all returns over the sum of losses, named gain to pain by Schwager.
    ///
    /// `nil` without losses.
    public var gainToPainRatio: Double? {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        return sum.value.over(losses)
    }

    /// The size of the 95 % quantile over that of the 5 % quantile, both by linear interpolation.
    ///
    /// `nil` without periods and where the lower quantile is zero. Costs a sort.
    public var tailRatio: Double? {
        let sorted = values.sorted()
        guard let upper = Self.quantile(0.95, ofSorted: sorted),
            let lower = Self.quantile(0.05, ofSorted: sorted)
        else { return nil }
        return abs(upper).over(abs(lower))
    }

    /// The share of gains among the periods whose return is not zero.
    ///
    /// `nil` where every return is zero.
    public var hitRate: Double? {
        var gains = 0
        var moves = 0
        for value in values where value != 0 {
            moves += 1
            if value > 0 { gains += 1 }
        }
        return moves == 0 ? nil : Double(gains) / Double(moves)
    }

    /// The returns above the riskless one.
    var excess: [Double] { riskFreeRate == 0 ? values : values.map { $0 - riskFreeRate } }

    private var gains: Double {
        var sum = CompensatedSum()
        for value in values where value > 0 { sum.add(value) }
        return sum.value
    }

    private var losses: Double {
        var sum = CompensatedSum()
        for value in values where value < 0 { sum.add(-value) }
        return sum.value
    }
}

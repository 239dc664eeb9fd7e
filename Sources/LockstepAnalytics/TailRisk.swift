extension Returns {
    /// The historical value at risk, as a signed return.
    ///
    /// The quantile of the returns at the tail by linear interpolation between order statistics
    /// (type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American
    /// Statistician 50(4), 1996). Costs a sort.
    ///
    /// - Parameter tail: The share of the worst periods, between 0 and 1: 0.05 for one in twenty.
    /// - Returns: A return, negative for a loss; `nil` without periods.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public func valueAtRisk(tail: Double) throws(AnalyticsError) -> Double? {
        try Self.check(tail: tail)
        return Self.quantile(tail, ofSorted: values.sorted())
    }

    /// The historical expected shortfall: the mean of the worst returns.
    ///
    /// With k = tail · n the ⌊k⌋ worst returns and the fraction k − ⌊k⌋ of the next one, over k.
    /// Source: R. T. Rockafellar and S. Uryasev, "Conditional Value-at-Risk for General Loss
    /// Distributions", Journal of Banking & Finance 26(7), 2002. Costs a sort.
    ///
    /// - Parameter tail: The share of the worst periods, between 0 and 1.
    /// - Returns: A return, negative for a loss; `nil` without periods.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public func expectedShortfall(tail: Double) throws(AnalyticsError) -> Double? {
        try Self.check(tail: tail)
        guard count > 0 else { return nil }
        let sorted = values.sorted()
        let share = tail * Double(count)
        let whole = Int(share)
        var sum = CompensatedSum()
        for value in sorted.prefix(whole) { sum.add(value) }
        if whole < sorted.count { sum.add((share - Double(whole)) * sorted[whole]) }
        return sum.value.over(share)
    }

    /// The value at risk of a normal distribution with the mean and deviation of the returns.
    ///
    /// - Parameter tail: The share of the worst periods, between 0 and 1.
    /// - Returns: mean + z · sd as a signed return; `nil` for less than two periods.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public func gaussianValueAtRisk(tail: Double) throws(AnalyticsError) -> Double? {
        let score = try Self.score(tail: tail)
        let moments = Moments(values)
        return moments.sampleDeviation.flatMap { (moments.mean + score * $0).ifFinite }
    }

    /// The value at risk of a normal distribution bent to the skewness and kurtosis of the returns.
    ///
    /// Source: E. A. Cornish and R. A. Fisher, "Moments and Cumulants in the Specification of
    /// Distributions", Revue de l'Institut International de Statistique 5(4), 1938. The expansion
    /// is meant for mild skewness and kurtosis and need not be monotone in the tail beyond them.
    ///
    /// - Parameter tail: The share of the worst periods, between 0 and 1.
    /// - Returns: A signed return; `nil` where ``skewness`` is.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public func cornishFisherValueAtRisk(tail: Double) throws(AnalyticsError) -> Double? {
        let z = try Self.score(tail: tail)
        let moments = Moments(values)
        guard let deviation = moments.sampleDeviation, let skewness, let kurtosis else {
            return nil
        }
        let cube = z * z * z
        let bent =
            z + (z * z - 1) * skewness / 6 + (cube - 3 * z) * (kurtosis - 3) / 24
            - (2 * cube - 5 * z) * skewness * skewness / 36
        return (moments.mean + deviation * bent).ifFinite
    }

    /// The skewness, as the ratio of moments m₃ / m₂^(3/2), biased.
    ///
    /// `nil` for less than two periods and where their deviation is at most 10⁻¹².
    public var skewness: Double? {
        let moments = Moments(values)
        guard moments.divisor != nil else { return nil }
        return moments.third.over(moments.second * moments.second.squareRoot())
    }

    /// The kurtosis, as the ratio of moments m₄ / m₂², biased; 3 for a normal distribution.
    ///
    /// `nil` where ``skewness`` is.
    public var kurtosis: Double? {
        let moments = Moments(values)
        guard moments.divisor != nil else { return nil }
        return moments.fourth.over(moments.second * moments.second)
    }

    /// The skewness corrected for bias, √(n(n − 1)) / (n − 2) times the ratio of moments.
    ///
    /// Source: D. N. Joanes and C. A. Gill, "Comparing Measures of Sample Skewness and Kurtosis",
    /// The Statistician 47(1), 1998, G₁. `nil` for less than three periods.
    public var adjustedSkewness: Double? {
        guard count > 2, let skewness else { return nil }
        let n = Double(count)
        return ((n * (n - 1)).squareRoot() / (n - 2) * skewness).ifFinite
    }

    /// The excess kurtosis corrected for bias; 0 for a normal distribution.
    ///
    /// (n − 1) / ((n − 2)(n − 3)) · ((n + 1)(K − 3) + 6), G₂ of the source of
    /// ``adjustedSkewness``. `nil` for less than four periods.
    public var adjustedExcessKurtosis: Double? {
        guard count > 3, let kurtosis else { return nil }
        let n = Double(count)
        let factor = (n - 1) / ((n - 2) * (n - 3))
        return (factor * ((n + 1) * (kurtosis - 3) + 6)).ifFinite
    }

    /// The quantile of sorted values by linear interpolation at (n − 1) · share.
    static func quantile(_ share: Double, ofSorted sorted: [Double]) -> Double? {
        guard let last = sorted.last else { return nil }
        let place = share * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return last }
        let below = sorted[index]
        return (below + (place - Double(index)) * (sorted[index + 1] - below)).ifFinite
    }

    private static func check(tail: Double) throws(AnalyticsError) {
        guard tail > 0, tail < 1 else {
            throw .outOfRange(
                parameter: "tail", value: tail, allowed: "a share between 0 and 1, such as 0.05")
        }
    }

    private static func score(tail: Double) throws(AnalyticsError) -> Double {
        try check(tail: tail)
        return NormalDistribution.quantile(tail) ?? 0
    }
}

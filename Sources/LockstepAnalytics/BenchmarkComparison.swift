import Glibc

/// How a series of returns stands beside a benchmark's over the same periods.
///
/// Slope and intercept come from an ordinary least squares fit of r − rf on b − rf. Made in O(n).
public struct BenchmarkComparison: Hashable, Sendable {
    /// The slope: the return that goes with one of the benchmark; `nil` where that never moves.
    public let beta: Double?

    /// The intercept per year, times A; `nil` where ``beta`` is.
    public let alpha: Double?

    /// The intercept per year, compounded: (1 + α)^A − 1; `nil` where ``beta`` is.
    public let geometricAlpha: Double?

    /// The Pearson correlation; `nil` where either series never moves.
    public let correlation: Double?

    /// The share of variance the benchmark explains; `nil` where ``correlation`` is.
    public let rSquared: Double?

    /// The sample standard deviation of r − b, times √A; `nil` for less than two periods.
    public let trackingError: Double?

    /// The mean of r − b over its sample standard deviation, times √A.
    ///
    /// Source: T. H. Goodwin, "The Information Ratio", Financial Analysts Journal 54(4), 1998. `nil`
    /// where the two series never part.
    public let informationRatio: Double?

    /// The mean excess return per year over ``beta``; `nil` where that is undefined or zero.
    ///
    /// Source: J. L. Treynor, "How to Rate Management of Investment Funds", Harvard Business Review
    /// 43(1), 1965.
    public let treynorRatio: Double?

    /// Compares a series with a benchmark.
    ///
    /// - Parameters:
    ///   - returns: The returns in question.
    ///   - benchmark: The benchmark's simple returns over the same periods, in the same order.
    /// - Throws: ``AnalyticsError/mismatchedLengths(returns:benchmark:)`` or
    ///   ``AnalyticsError/notFinite(name:index:)``.
    public init(of returns: Returns, with benchmark: [Double]) throws(AnalyticsError) {
        guard returns.count == benchmark.count else {
            throw .mismatchedLengths(returns: returns.count, benchmark: benchmark.count)
        }
        if let index = benchmark.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(name: "the benchmark", index: index)
        }
        let perYear = returns.periodsPerYear
        let own = Moments(returns.excess)
        let other = Moments(benchmark.map { $0 - returns.riskFreeRate })

        var products = CompensatedSum()
        for (left, right) in zip(returns.excess, benchmark) {
            products.add((left - own.mean) * (right - returns.riskFreeRate - other.mean))
        }
        let covariance = products.value / Double(max(1, benchmark.count))
        let slope = other.divisor == nil ? nil : covariance.over(other.second)
        let intercept = slope.map { own.mean - $0 * other.mean }
        beta = slope
        alpha = intercept.flatMap { ($0 * perYear).ifFinite }
        geometricAlpha = intercept.flatMap { (pow(1 + $0, perYear) - 1).ifFinite }
        correlation =
            own.divisor == nil || other.divisor == nil
            ? nil : covariance.over(own.second.squareRoot() * other.second.squareRoot())
        rSquared = correlation.map { $0 * $0 }
        treynorRatio = slope.flatMap { (own.mean * perYear).over($0) }

        let apart = Moments(zip(returns.values, benchmark).map { $0 - $1 })
        trackingError = apart.sampleDeviation.flatMap { ($0 * perYear.squareRoot()).ifFinite }
        informationRatio = apart.divisor.flatMap {
            (apart.mean / $0 * perYear.squareRoot()).ifFinite
        }
    }
}

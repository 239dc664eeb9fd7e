import Glibc

/// A series of simple returns per period, with what its yearly figures need.
///
/// Every value is a fraction: 0.01 is one percent. The series is checked once, when it is made; its
/// statistics then never fail, and are `nil` where they are undefined. Each is computed anew in O(n)
/// unless stated otherwise.
public struct Returns: Hashable, Sendable {
    /// The simple returns, oldest first, each finite and at least −1.
    public let values: [Double]

    /// How many periods make a year: 252 for trading days, 365 for calendar days; above zero.
    public let periodsPerYear: Double

    /// The riskless simple return per period, as a fraction.
    public let riskFreeRate: Double

    /// Makes a series of simple returns.
    ///
    /// - Parameters:
    ///   - values: Simple returns per period, oldest first; finite and at least −1.
    ///   - periodsPerYear: 252 for trading days, 365 for calendar days; finite and above zero.
    ///   - riskFreeRate: The riskless simple return per period, as a fraction; finite.
    /// - Throws: ``AnalyticsError`` where a value or parameter lies outside its range.
    public init(
        _ values: [Double], periodsPerYear: Double, riskFreeRate: Double = 0
    ) throws(AnalyticsError) {
        try Self.check(periodsPerYear: periodsPerYear, riskFreeRate: riskFreeRate)
        for (index, value) in values.enumerated() {
            guard value.isFinite else { throw .notFinite(name: "the returns", index: index) }
            guard value >= -1 else { throw .belowTotalLoss(index: index, value: value) }
        }
        self.values = values
        self.periodsPerYear = periodsPerYear
        self.riskFreeRate = riskFreeRate
    }

    /// The simple returns between neighbouring values of an equity series.
    ///
    /// Each is E_t / E_{t−1} − 1.
    ///
    /// - Parameter equity: Equity at the end of each period, oldest first; finite, and above zero
    ///   everywhere but at the end.
    /// - Returns: One value less than there are equities; none for an empty series.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``, or
    ///   ``AnalyticsError/baseNotPositive(index:equity:)`` where a return has no base, or
    ///   ``AnalyticsError/overflow(name:)``.
    public static func simple(of equity: [Double]) throws(AnalyticsError) -> [Double] {
        if let index = equity.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(name: "the equity", index: index)
        }
        var returns: [Double] = []
        returns.reserveCapacity(max(0, equity.count - 1))
        for index in equity.indices.dropFirst() {
            let base = equity[index - 1]
            guard base > 0 else { throw .baseNotPositive(index: index - 1, equity: base) }
            let growth = equity[index] / base
            guard growth.isFinite else { throw .overflow(name: "return") }
            returns.append(growth - 1)
        }
        return returns
    }

    /// The number of periods.
    public var count: Int { values.count }

    /// The return over the whole series, Π(1 + r) − 1.
    ///
    /// 0 for an empty series; `nil` where the product does not fit a double.
    public var totalReturn: Double? {
        var wealth = 1.0
        for value in values { wealth *= 1 + value }
        return (wealth - 1).ifFinite
    }

    /// The compound annual growth rate, (1 + total)^(A / n) − 1 with A periods per year.
    ///
    /// −1 at ruin, when nothing is left; `nil` without periods or where the power does not fit a
    /// double. A series shorter than a year is extrapolated.
    public var compoundAnnualGrowthRate: Double? {
        totalReturn.flatMap {
            Self.annualGrowth(total: $0, periods: count, periodsPerYear: periodsPerYear)
        }
    }

    /// The largest return, or `nil` without periods.
    public var best: Double? { values.max() }

    /// The smallest return, or `nil` without periods.
    public var worst: Double? { values.min() }

    static func check(periodsPerYear: Double, riskFreeRate: Double) throws(AnalyticsError) {
        guard periodsPerYear.isFinite, periodsPerYear > 0 else {
            throw .outOfRange(
                parameter: "periodsPerYear", value: periodsPerYear,
                allowed: "a number above zero, such as 252 for trading days")
        }
        guard riskFreeRate.isFinite else {
            throw .outOfRange(
                parameter: "riskFreeRate", value: riskFreeRate,
                allowed: "a return per period, such as 0.0001")
        }
    }

    static func annualGrowth(total: Double, periods: Int, periodsPerYear: Double) -> Double? {
        guard periods > 0 else { return nil }
        guard total > -1 else { return -1 }
        return (pow(1 + total, periodsPerYear / Double(periods)) - 1).ifFinite
    }
}

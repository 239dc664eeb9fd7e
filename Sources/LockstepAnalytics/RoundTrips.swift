/// The statistics of closed trades, seen one at a time.
///
/// A round trip runs from entry to flat; its result is profit and loss net of fees, in one currency.
/// Above zero is a win, below is a loss, and zero is a scratch, which counts as a trade and breaks
/// streaks. Memory is constant; sums are compensated, so the order hardly shows.
public struct RoundTrips: Hashable, Sendable {
    /// The number of wins.
    public private(set) var wins = 0

    /// The number of losses.
    public private(set) var losses = 0

    /// The number of round trips that ended at exactly zero.
    public private(set) var scratches = 0

    /// The most wins in a row.
    public private(set) var longestWinningStreak = 0

    /// The most losses in a row.
    public private(set) var longestLosingStreak = 0

    private var won = CompensatedSum()
    private var lost = CompensatedSum()
    private var results = RunningMoments()
    private var multiples = RunningMoments()
    private var winningStreak = 0
    private var losingStreak = 0

    /// Starts without round trips.
    public init() {}

    /// Makes the statistics of a list of results.
    ///
    /// - Parameter netPnL: Net profit or loss per round trip in order of closing, each finite.
    /// - Throws: ``AnalyticsError`` where a result or a sum is not finite.
    public init(netPnL: [Double]) throws(AnalyticsError) {
        for result in netPnL { try add(netPnL: result) }
    }

    /// Adds the next closed round trip.
    ///
    /// - Parameters:
    ///   - netPnL: Profit or loss net of fees, finite.
    ///   - initialRisk: What the trade stood to lose by its plan, above zero, in the same currency;
    ///     `nil` where it had no plan.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``,
    ///   ``AnalyticsError/outOfRange(parameter:value:allowed:)`` for the risk, or
    ///   ``AnalyticsError/overflow(name:)``; nothing is changed then.
    public mutating func add(netPnL: Double, initialRisk: Double? = nil) throws(AnalyticsError) {
        guard netPnL.isFinite else { throw .notFinite(name: "the net results", index: count) }
        if let initialRisk, !(initialRisk > 0 && initialRisk.isFinite) {
            throw .outOfRange(
                parameter: "initialRisk", value: initialRisk,
                allowed: "an amount above zero, or none")
        }
        let multiple = initialRisk.map { netPnL / $0 }
        guard multiple?.isFinite ?? true, (won.value + abs(netPnL)).isFinite,
            (lost.value - abs(netPnL)).isFinite
        else { throw .overflow(name: "sum of results") }
        results.add(netPnL)
        if let multiple { multiples.add(multiple) }
        count(netPnL)
    }

    /// The number of round trips.
    public var count: Int { results.count }

    /// The number of round trips whose initial risk is known.
    public var countWithRisk: Int { multiples.count }

    /// The sum of all results.
    public var net: Double { won.value + lost.value }

    /// Wins over all round trips, scratches included; `nil` without any.
    public var winRate: Double? { share(wins) }

    /// The mean win, above zero; `nil` without wins.
    public var averageWin: Double? { wins == 0 ? nil : won.value / Double(wins) }

    /// The mean loss, below zero; `nil` without losses.
    public var averageLoss: Double? { losses == 0 ? nil : lost.value / Double(losses) }

    /// The mean win over the size of the mean loss; `nil` without both.
    public var payoffRatio: Double? {
        guard let averageWin, let averageLoss else { return nil }
        return averageWin.over(abs(averageLoss))
    }

    /// The sum of wins over the size of the sum of losses; `nil` without losses.
    public var profitFactor: Double? { losses == 0 ? nil : won.value.over(abs(lost.value)) }

    /// The mean result of a round trip, in money; `nil` without any.
    public var expectancy: Double? { count == 0 ? nil : net / Double(count) }

    /// The mean result in multiples of the initial risk; `nil` where no risk is known.
    public var expectancyInRisk: Double? {
        multiples.count == 0 ? nil : multiples.mean.ifFinite
    }

    /// The system quality number: √n · mean over the sample standard deviation (n − 1).
    ///
    /// Source: V. K. Tharp, "The Definitive Guide to Position Sizing Strategies", 2008. `nil` for
    /// less than two round trips and where all results are equal.
    public var systemQuality: Double? { Self.quality(of: results, cap: .max) }

    /// The system quality number with √n limited to √100; `nil` where ``systemQuality`` is.
    public var cappedSystemQuality: Double? { Self.quality(of: results, cap: 100) }

    /// The system quality number of results in multiples of the initial risk.
    public var systemQualityInRisk: Double? { Self.quality(of: multiples, cap: .max) }

    /// The Kelly fraction: win rate − (losses / n) / payoff ratio; `nil` without both.
    ///
    /// Source: J. L. Kelly, "A New Interpretation of Information Rate", Bell System Technical
    /// Journal 35(4), 1956, for two results: the mean win and the mean loss.
    public var kellyFraction: Double? {
        guard let winRate, let lossRate = share(losses), let payoffRatio,
            let drag = lossRate.over(payoffRatio)
        else { return nil }
        return winRate - drag
    }

    private mutating func count(_ netPnL: Double) {
        if netPnL > 0 {
            wins += 1
            won.add(netPnL)
            winningStreak += 1
            losingStreak = 0
            longestWinningStreak = max(longestWinningStreak, winningStreak)
        } else if netPnL < 0 {
            losses += 1
            lost.add(netPnL)
            losingStreak += 1
            winningStreak = 0
            longestLosingStreak = max(longestLosingStreak, losingStreak)
        } else {
            scratches += 1
            winningStreak = 0
            losingStreak = 0
        }
    }

    private func share(_ part: Int) -> Double? {
        count == 0 ? nil : Double(part) / Double(count)
    }

    private static func quality(of moments: RunningMoments, cap: Int) -> Double? {
        guard let deviation = moments.sampleDeviation, deviation > Moments.negligible else {
            return nil
        }
        let size = Double(min(moments.count, cap))
        return (size.squareRoot() * moments.mean / deviation).ifFinite
    }
}

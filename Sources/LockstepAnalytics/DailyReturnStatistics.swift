public import LockstepModel

/// The equity at the end of one day.
public struct DailyEquity: Hashable, Sendable {
    /// The number of the UTC day: 0 for 1970-01-01.
    public let day: Int64

    /// Equity in money, finite.
    public let equity: Double

    /// Makes the equity of a day.
    ///
    /// - Parameters:
    ///   - day: The number of the UTC day: 0 for 1970-01-01.
    ///   - equity: Equity in money, finite.
    public init(day: Int64, equity: Double) {
        self.day = day
        self.equity = equity
    }
}

/// The return statistics of an equity told step by step, in constant memory.
///
/// A period is a UTC day that has a step, and its equity is the last one told on that day. The first
/// return starts from the opening equity where one is given, else from the first day's. The figures
/// are those of ``Returns`` and ``Drawdown`` over the same days, up to rounding. They may be read at
/// any time, and count the day that has begun with the equity it has.
public struct DailyReturnStatistics: Hashable, Sendable {
    /// How many periods make a year: 252 for trading days, 365 for calendar days.
    public let periodsPerYear: Double

    /// The riskless simple return per period, as a fraction.
    public let riskFreeRate: Double

    private let openingEquity: Double?
    private var hasBegun = false
    private var latestTime: Timestamp = .distantPast
    private var day: Int64 = 0
    /// When the day that has begun ends.
    package private(set) var dayEnd: Timestamp = .distantPast
    private var equity = 0.0
    private var closed = ClosedDays()

    private var today: DailyEquity? {
        hasBegun ? DailyEquity(day: day, equity: equity) : nil
    }

    /// Starts without equity.
    ///
    /// - Parameters:
    ///   - openingEquity: The equity before the first step, finite, in money; `nil` to start from
    ///     the end of the first day.
    ///   - periodsPerYear: 252 for trading days, 365 for calendar days; finite and above zero.
    ///   - riskFreeRate: The riskless simple return per period, as a fraction; finite.
    /// - Throws: ``AnalyticsError`` where a parameter lies outside its range.
    public init(
        openingEquity: Double? = nil, periodsPerYear: Double, riskFreeRate: Double = 0
    ) throws(AnalyticsError) {
        try Returns.check(periodsPerYear: periodsPerYear, riskFreeRate: riskFreeRate)
        if let openingEquity, !openingEquity.isFinite {
            throw .notFinite(name: "the opening equity", index: 0)
        }
        self.openingEquity = openingEquity
        self.periodsPerYear = periodsPerYear
        self.riskFreeRate = riskFreeRate
    }

    /// Tells the equity after a step.
    ///
    /// Costs a comparison within a day, and a few multiplications at the first step of a new one.
    ///
    /// - Parameters:
    ///   - equity: Equity in money, finite.
    ///   - time: The time of the step, not before the last one.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)`` or
    ///   ``AnalyticsError/outOfOrder(previous:found:)``; nothing is changed then.
    public mutating func add(equity: Double, at time: Timestamp) throws(AnalyticsError) {
        // Mostly it is still the same day.
        if equity.isFinite, time >= latestTime, time < dayEnd {
            self.equity = equity
            latestTime = time
        } else {
            try begin(equity, at: time)
        }
    }

    /// Tells the last equity of several steps of the same day.
    ///
    /// - Parameters:
    ///   - equity: It, a finite number.
    ///   - time: The time of its step, before ``dayEnd`` and not before the last one.
    package mutating func addLast(equity: Double, until time: Timestamp) {
        self.equity = equity
        latestTime = time
    }

    /// Checks an equity, and closes the day where it is one of a new day.
    @inline(never)
    private mutating func begin(_ equity: Double, at time: Timestamp) throws(AnalyticsError) {
        guard equity.isFinite else { throw .notFinite(name: "the equity", index: days) }
        if hasBegun, time < latestTime {
            throw .outOfOrder(previous: latestTime, found: time)
        }
        let found = time.day
        if let today, today.day != found {
            try closed.close(today, openingEquity: openingEquity)
        }
        hasBegun = true
        day = found
        self.equity = equity
        latestTime = time
        let (end, isBeyond) = (found + 1).multipliedReportingOverflow(
            by: Timestamp.nanosecondsPerDay)
        dayEnd = isBeyond ? .distantFuture : Timestamp(nanoseconds: end)
    }

    /// The number of days told of.
    public var days: Int { closed.days + (today == nil ? 0 : 1) }

    /// The number of returns.
    public var periods: Int { upToNow.periods }

    /// The return over all periods; `nil` without equity or where the first is not above zero.
    public var totalReturn: Double? {
        let now = upToNow
        guard let first = now.first, first > 0, let last = now.last else { return nil }
        return (last / first - 1).ifFinite
    }

    /// The compound annual growth rate, (1 + total)^(A / n) − 1; −1 at ruin.
    ///
    /// `nil` without periods and where ``totalReturn`` is.
    public var compoundAnnualGrowthRate: Double? {
        totalReturn.flatMap {
            Returns.annualGrowth(total: $0, periods: periods, periodsPerYear: periodsPerYear)
        }
    }

    /// The sample standard deviation (n − 1) of the daily returns, times √A.
    ///
    /// `nil` for less than two periods and where a period starts with no equity or less, since it
    /// has no return.
    public var annualVolatility: Double? {
        let now = upToNow
        guard now.everyReturnIsDefined, let deviation = now.returns.sampleDeviation else {
            return nil
        }
        return (deviation * periodsPerYear.squareRoot()).ifFinite
    }

    /// The annualised Sharpe ratio of the daily returns.
    ///
    /// As ``Returns/sharpeRatio``; `nil` where ``annualVolatility`` is and where the deviation is at
    /// most 10⁻¹².
    public var sharpeRatio: Double? {
        let now = upToNow
        guard now.everyReturnIsDefined, let deviation = now.returns.sampleDeviation,
            deviation > Moments.negligible
        else { return nil }
        let excess = now.returns.mean - riskFreeRate
        return (excess / deviation * periodsPerYear.squareRoot()).ifFinite
    }

    /// The drawdowns of daily equity, with the numbers of days as positions.
    ///
    /// `nil` without equity and where the first is not above zero.
    public var drawdown: Drawdown? {
        let now = upToNow
        guard let first = now.first, first > 0 else { return nil }
        return now.drawdown
    }

    /// The closed days and the one that has begun.
    private var upToNow: ClosedDays {
        var days = closed
        if let today {
            do {
                try days.close(today, openingEquity: openingEquity)
            } catch {
                // Every equity was checked when it was told, and no other error can rise.
                return closed
            }
        }
        return days
    }
}

/// What is left of the days that are over.
private struct ClosedDays: Hashable, Sendable {
    private(set) var days = 0
    private(set) var first: Double?
    private(set) var last: Double?
    private(set) var returns = RunningMoments()
    private(set) var drawdown: Drawdown?
    private(set) var everyReturnIsDefined = true

    /// The number of returns, undefined ones included.
    var periods: Int { drawdown?.count ?? 0 }

    mutating func close(_ today: DailyEquity, openingEquity: Double?) throws(AnalyticsError) {
        if let previous = last ?? openingEquity {
            if drawdown == nil { try open(with: previous, on: today.day) }
            try drawdown?.add(today.equity, at: today.day)
            addReturn(from: previous, to: today.equity)
        } else {
            try open(with: today.equity, on: today.day)
        }
        last = today.equity
        days += 1
    }

    private mutating func open(with equity: Double, on day: Int64) throws(AnalyticsError) {
        drawdown = try Drawdown(opening: equity, at: day)
        first = equity
    }

    private mutating func addReturn(from previous: Double, to equity: Double) {
        let growth = equity / previous
        if previous > 0, growth.isFinite {
            returns.add(growth - 1)
        } else {
            everyReturnIsDefined = false
        }
    }
}

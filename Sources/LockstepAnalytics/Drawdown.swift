/// How far and how long wealth stays below its highest value so far, seen one value at a time.
///
/// A drawdown is W_t / max_{s ≤ t} W_s − 1, at most zero; the opening value counts as a peak. Memory
/// is constant. Wealth that has never been above zero has no drawdown.
public struct Drawdown: Hashable, Sendable {
    /// A value's place: its index, 0 for the opening value, and the position it was given.
    public struct Place: Hashable, Sendable {
        /// How many values came before; 0 is the opening value.
        public let index: Int
        /// What the caller counts by, such as the number of the day.
        public let position: Int64
    }

    /// The deepest drawdown as a fraction, 0 without any; below −1 where wealth falls below zero.
    public private(set) var depth = 0.0

    /// The last value at the peak before the deepest drawdown; `nil` without any.
    public private(set) var peak: Place?

    /// The first value at the bottom of the deepest drawdown; `nil` without any.
    public private(set) var valley: Place?

    /// The first value after the valley that is at the peak again; `nil` until then.
    public private(set) var recovery: Place?

    private var highest: Double
    private var highestPlace: Place
    private var latest: Place
    private var isUnderwater = false
    private var longestRecovered = 0
    private var sum = CompensatedSum()
    private var squares = CompensatedSum()

    /// Starts from an opening value.
    ///
    /// - Parameters:
    ///   - wealth: The opening value, finite.
    ///   - position: What the caller counts by, such as the number of the day.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``.
    public init(opening wealth: Double, at position: Int64 = 0) throws(AnalyticsError) {
        guard wealth.isFinite else { throw .notFinite(name: "the wealth", index: 0) }
        highest = wealth
        highestPlace = Place(index: 0, position: position)
        latest = highestPlace
    }

    /// Adds the next value, counted by its index.
    ///
    /// - Parameter wealth: The value, finite.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``.
    public mutating func add(_ wealth: Double) throws(AnalyticsError) {
        try add(wealth, at: Int64(latest.index + 1))
    }

    /// Adds the next value.
    ///
    /// - Parameters:
    ///   - wealth: The value, finite.
    ///   - position: What the caller counts by, such as the number of the day.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``, with nothing changed.
    public mutating func add(_ wealth: Double, at position: Int64) throws(AnalyticsError) {
        guard wealth.isFinite else {
            throw .notFinite(name: "the wealth", index: latest.index + 1)
        }
        latest = Place(index: latest.index + 1, position: position)
        if wealth >= highest {
            rise(to: wealth)
        } else if highest > 0 {
            sink(by: wealth / highest - 1)
        }
    }

    /// The number of values after the opening one.
    public var count: Int { latest.index }

    /// The periods from the peak to the recovery, or to the last value; 0 without a drawdown.
    public var periods: Int { peak.map { (recovery ?? latest).index - $0.index } ?? 0 }

    /// The distance in positions from the peak to the recovery, or to the last value.
    ///
    /// 0 without a drawdown; `nil` where positions are further apart than an integer can tell.
    public var length: Int64? {
        guard let peak else { return 0 }
        let (length, overflow) = (recovery ?? latest).position
            .subtractingReportingOverflow(peak.position)
        return overflow ? nil : length
    }

    /// The periods of the longest span, of any drawdown, from a peak to its recovery or the end.
    public var longestUnderwaterPeriods: Int {
        isUnderwater ? max(longestRecovered, latest.index - highestPlace.index) : longestRecovered
    }

    /// The mean drawdown over all values but the opening one; `nil` without any.
    public var average: Double? { count == 0 ? nil : (sum.value / Double(count)).ifFinite }

    /// The ulcer index: the root mean square of the drawdowns; `nil` without values.
    ///
    /// Source: P. G. Martin and B. B. McCann, "The Investor's Guide to Fidelity Funds", 1989.
    public var ulcerIndex: Double? {
        count == 0 ? nil : (squares.value / Double(count)).squareRoot().ifFinite
    }

    private mutating func rise(to wealth: Double) {
        if isUnderwater {
            longestRecovered = max(longestRecovered, latest.index - highestPlace.index)
            if peak == highestPlace { recovery = latest }
            isUnderwater = false
        }
        highest = wealth
        highestPlace = latest
    }

    private mutating func sink(by drawdown: Double) {
        isUnderwater = true
        sum.add(drawdown)
        squares.add(drawdown * drawdown)
        if drawdown < depth {
            depth = drawdown
            peak = highestPlace
            valley = latest
            recovery = nil
        }
    }
}

extension Returns {
    /// The drawdowns of the wealth that starts at 1 and earns these returns.
    ///
    /// `nil` where that wealth does not fit a double.
    public var drawdown: Drawdown? {
        var wealth = 1.0
        do {
            var drawdown = try Drawdown(opening: wealth)
            for value in values {
                wealth *= 1 + value
                try drawdown.add(wealth)
            }
            return drawdown
        } catch {
            return nil
        }
    }
}

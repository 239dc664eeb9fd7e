public import LockstepModel

/// How a CSV file tells bars: its columns by name, and what their values mean.
public struct CSVBarLayout: Hashable, Sendable {
    /// Which end of a bar the time column names.
    public enum Stamp: String, Hashable, Sendable, CaseIterable {
        /// The beginning; the bar ends an interval later.
        case open
        /// The end; the bar began an interval earlier.
        case close
    }

    /// How the time column tells an instant.
    public enum TimeFormat: String, Hashable, Sendable, CaseIterable {
        /// A date or a date with time, as in `2004-08-19T16:30:00Z`; UTC where no zone is told.
        case iso8601
        /// Seconds since 1970 UTC.
        case seconds = "s"
        /// Thousandths of a second since 1970 UTC.
        case milliseconds = "ms"
        /// Millionths of a second since 1970 UTC.
        case microseconds = "us"
        /// Nanoseconds since 1970 UTC.
        case nanoseconds = "ns"
    }

    /// What is done with a price between two ticks.
    public enum OffGrid: String, Hashable, Sendable, CaseIterable {
        /// The row is refused, and the tick size told that would fit.
        case refuse
        /// The nearest tick is taken, the even one of two, and the price is counted.
        case nearest
    }

    /// The length of a bar.
    public var interval: BarInterval
    /// Which end of a bar the time column names.
    public var stamp: Stamp
    /// The column of the time.
    public var timeColumn = "timestamp"
    /// How that column tells an instant.
    public var timeFormat = TimeFormat.iso8601
    /// The column of the first price.
    public var openColumn = "open"
    /// The column of the highest price.
    public var highColumn = "high"
    /// The column of the lowest price.
    public var lowColumn = "low"
    /// The column of the last price.
    public var closeColumn = "close"
    /// The column of the volume; nil when the file has none, and volumes are unknown.
    public var volumeColumn: String? = "volume"
    /// What is done with a price between two ticks.
    public var offGrid = OffGrid.refuse

    /// Makes the layout with the columns `timestamp` in ISO 8601, `open`, `high`, `low`, `close` and
    /// `volume`.
    ///
    /// - Parameters:
    ///   - interval: The length of a bar.
    ///   - stamp: Which end of a bar the time column names.
    public init(interval: BarInterval, stamp: Stamp) {
        self.interval = interval
        self.stamp = stamp
    }
}

/// The bars a run takes: those that start in a half-open stretch of time.
public struct FeedPeriod: Hashable, Sendable {
    /// The first start that is taken; nil for no bound.
    public var start: Timestamp?
    /// The first start that is not taken any more; nil for no bound.
    public var end: Timestamp?

    /// Makes the period.
    ///
    /// - Parameters:
    ///   - start: The first start that is taken; nil for no bound.
    ///   - end: The first start that is not taken any more; nil for no bound.
    public init(start: Timestamp? = nil, end: Timestamp? = nil) {
        self.start = start
        self.end = end
    }

    /// All of time.
    public static var all: Self { Self() }
}

public import LockstepModel

/// A seeded random walk of any length, in constant memory and in integers alone.
///
/// Bars follow each other without gaps, and each opens at the close of the one before. The walk of a
/// series is a function of the seed and the identity of the series.
public struct SyntheticBarSource: BarSource, Sendable {
    /// No price goes above.
    private static var ceiling: Int64 { 1 << 52 }

    public let series: Series
    private let length: Int64
    private let count: Int64
    private let largestMove: Int64
    private var random: RandomStream
    private var start: Timestamp
    private var price: Int64
    private var made: Int64 = 0

    /// Describes a walk.
    ///
    /// - Parameters:
    ///   - series: The series.
    ///   - seed: The seed.
    ///   - start: The start of the first bar.
    ///   - count: How many bars; none below 1.
    ///   - firstPrice: The open of the first bar in ticks, 1 to 2⁵².
    ///   - largestMove: How far a bar closes from its open at most, in ticks, 0 to 2³²; high and low
    ///     lie at most half as far outside of both.
    /// - Throws: ``FeedError/ungenerable(source:)`` when the bars do not fit the range of time or of
    ///   prices.
    public init(
        series: Series, seed: UInt64, start: Timestamp, count: Int64, firstPrice: Int64 = 10_000,
        largestMove: Int64 = 20
    ) throws(FeedError) {
        length = series.interval.nanoseconds
        self.series = series
        let (span, tooLong) = length.multipliedReportingOverflow(by: max(0, count))
        let (end, tooLate) = start.nanoseconds.addingReportingOverflow(span)
        guard !tooLong, !tooLate, end < .max, (1...Self.ceiling).contains(firstPrice),
            (0...1 << 32).contains(largestMove)
        else { throw .ungenerable(source: series.source) }
        self.count = count
        self.largestMove = largestMove
        self.start = start
        price = firstPrice
        random = RandomStream(
            seed: seed, component: "feed.synthetic", entity: UInt64(series.id.rawValue))
    }

    public var counts: FeedCounts {
        var counts = FeedCounts()
        counts.bars = made
        return counts
    }

    public mutating func next() throws(FeedError) -> Bar? {
        guard made < count else { return nil }
        made += 1
        let open = price
        let move = draw(2 * largestMove) - largestMove
        let close = min(max(open + move, 1), Self.ceiling)
        let high = min(max(open, close) + draw(largestMove / 2), Self.ceiling)
        let low = max(min(open, close) - draw(largestMove / 2), 1)
        let bar = Bar(
            instrument: series.instrument, series: series.id, start: start,
            end: Timestamp(nanoseconds: start.nanoseconds + length), label: start,
            open: Price(ticks: open), high: Price(ticks: high), low: Price(ticks: low),
            close: Price(ticks: close), volume: Quantity(lots: 1 + draw(999)))
        start = bar.end
        price = close
        return bar
    }

    /// A draw from 0 to a bound, both included.
    private mutating func draw(_ bound: Int64) -> Int64 {
        Int64(random.next(below: UInt64(bound) + 1))
    }
}

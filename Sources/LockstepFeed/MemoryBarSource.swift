public import LockstepModel

/// The bars of one series in memory.
///
/// A copy begins where the original stands and shares its storage: check the bars once, and give
/// each of many runs a copy.
public struct MemoryBarSource: BarSource, Sendable {
    public let series: Series
    @usableFromInline let bars: ContiguousArray<Bar>
    @usableFromInline var position = 0

    /// Takes bars, and checks them as those of a file are checked.
    ///
    /// - Parameters:
    ///   - series: The series; the bars must have its identity and its instrument.
    ///   - bars: The bars, in order.
    /// - Throws: ``FeedError/row(source:line:column:_:)``, with the number of the bar from 1.
    /// - Complexity: O(n).
    public init(series: Series, bars: ContiguousArray<Bar>) throws(FeedError) {
        self.series = series
        self.bars = bars
        var previousEnd: Timestamp?
        for index in bars.indices {
            if let fault = Self.fault(of: bars[index], in: series, after: previousEnd) {
                throw .row(source: series.source, line: index + 1, column: nil, fault)
            }
            previousEnd = bars[index].end
        }
    }

    private static func fault(
        of bar: Bar, in series: Series, after previousEnd: Timestamp?
    ) -> RowFault? {
        if bar.series != series.id || bar.instrument != series.instrument {
            return .foreign(series: bar.series, instrument: bar.instrument)
        }
        if let fault = bar.fault { return .bar(fault) }
        if bar.low.ticks <= 0 { return .notPositive("of \(bar.low.ticks) ticks") }
        if let previousEnd, bar.start < previousEnd {
            return .overlap(
                start: bar.start, previousEnd: previousEnd, interval: series.interval)
        }
        return nil
    }

    /// Whether it has a bar without volume; costs a look at each.
    package var lacksVolume: Bool { bars.contains { $0.volume == nil } }

    public var counts: FeedCounts {
        var counts = FeedCounts()
        counts.bars = Int64(position)
        return counts
    }

    @inlinable
    public mutating func next() throws(FeedError) -> Bar? {
        guard position < bars.count else { return nil }
        position += 1
        return bars[position - 1]
    }
}

public import LockstepModel

/// Merges series into frames by the ends of their bars.
///
/// The time of a frame is the earliest end that is due. Series with a bar of that end are traded in
/// it; the others carry their last bar, or are absent when they have had none. Bars of one frame
/// stand in the declared order of the series. O(n) per frame of n series; nothing is allocated.
public struct FrameAligner<Source: BarSource>: FrameSource {
    /// The end of a series that has no more bars.
    private static var never: Int64 { .max }

    public let series: [Series]
    public let startTime: Timestamp?

    private var sources: ContiguousArray<Source>
    /// The next bar of each series, and its end again, which is looked at most.
    private var pending: ContiguousArray<Bar>
    private var ends: ContiguousArray<Int64>
    /// What a series shows in a step in which it has no bar.
    private var carried: ContiguousArray<FrameSlot>
    private var time: Timestamp?

    /// Takes the sources and reads the first bar of each.
    ///
    /// - Parameter sources: The sources, in the order of their identities.
    /// - Throws: ``FeedError/misplacedSeries(source:id:position:)``, ``FeedError/noBars(sources:)``
    ///   when none of the sources has a bar, and what the sources throw.
    public init(_ sources: some Sequence<Source>) throws(FeedError) {
        self.sources = ContiguousArray(sources)
        series = self.sources.map(\.series)
        for (index, one) in series.enumerated() where Int(one.id.rawValue) != index + 1 {
            throw .misplacedSeries(source: one.source, id: one.id, position: index + 1)
        }
        carried = ContiguousArray(series.map { .absent($0.id, of: $0.instrument) })
        pending = ContiguousArray(carried.map(\.bar))
        ends = ContiguousArray(repeating: Self.never, count: series.count)
        var start: Timestamp?
        for index in self.sources.indices {
            guard let bar = try self.sources[index].next() else { continue }
            pending[index] = bar
            ends[index] = bar.end.nanoseconds
            start = min(start ?? bar.start, bar.start)
        }
        startTime = start
        if start == nil, !series.isEmpty { throw .noBars(sources: series.map(\.source)) }
    }

    public var counts: FeedCounts {
        var counts = FeedCounts()
        for source in sources { counts.add(source.counts) }
        return counts
    }

    public mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        // Bars are fetched only now, so that what is wrong with one hides no step before it.
        if let time { try advance(past: time) }
        var earliest = Self.never
        for end in ends where end < earliest { earliest = end }
        if earliest == Self.never {
            time = nil
            return false
        }
        time = Timestamp(nanoseconds: earliest)
        frame.time = Timestamp(nanoseconds: earliest)
        if !frame.data.isEmpty { frame.data.removeAll(keepingCapacity: true) }
        if frame.slots.count != ends.count { frame.slots = carried }
        for index in ends.indices {
            if ends[index] == earliest {
                frame.slots[index] = FrameSlot(coverage: .traded, bar: pending[index])
                carried[index] = FrameSlot(coverage: .filled, bar: pending[index])
            } else {
                frame.slots[index] = carried[index]
            }
        }
        return true
    }

    private mutating func advance(past time: Timestamp) throws(FeedError) {
        for index in ends.indices where ends[index] == time.nanoseconds {
            guard let bar = try sources[index].next() else {
                ends[index] = Self.never
                continue
            }
            guard bar.end > time, bar.end.nanoseconds != Self.never else {
                throw .disorder(source: series[index].source, end: bar.end, previous: time)
            }
            pending[index] = bar
            ends[index] = bar.end.nanoseconds
        }
    }
}

extension FrameAligner: Sendable where Source: Sendable {}

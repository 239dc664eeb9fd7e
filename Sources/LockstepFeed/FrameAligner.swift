public import LockstepModel

/// Merges series into frames by the ends of their bars.
///
/// The time of a frame is the earliest end that is due. Series with a bar of that end are traded in
/// it; the others carry their last bar, or are absent when they have had none. Bars of one frame
/// stand in the declared order of the series. O(n) per frame of n series; nothing is allocated.
public struct FrameAligner<Source: BarSource>: FrameSource {
    /// The end of a series that has no more bars.
    @inlinable static var never: Int64 { .max }

    public let series: [Series]
    public let startTime: Timestamp?

    @usableFromInline var sources: ContiguousArray<Source>
    /// Two slots for each series: that of its next bar, and that shown where it has none.
    @usableFromInline var slots: ContiguousArray<FrameSlot>
    /// Which of the two has the next bar; they change roles, so no bar is copied for it.
    @usableFromInline var nextSlot: ContiguousArray<Int>
    /// The end of the next bar, which is looked at most.
    @usableFromInline var ends: ContiguousArray<Int64>
    /// The time of the last frame, as long as the bars after it are not fetched.
    @usableFromInline var time: Timestamp?

    /// Takes the sources and reads the first bar of each.
    ///
    /// - Parameter sources: The sources, in the order of their identities.
    /// - Throws: ``FeedError/misplacedSeries(source:id:position:)``, ``FeedError/noBars(sources:)``
    ///   when none of the sources has a bar, and what the sources throw.
    public init(_ sources: some Sequence<Source>) throws(FeedError) {
        self.sources = ContiguousArray(sources)
        series = self.sources.map(\.series)
        try Series.checkPlaces(series)
        slots = []
        for one in series {
            for _ in 0..<2 { slots.append(.absent(one.id, of: one.instrument)) }
        }
        nextSlot = ContiguousArray(series.indices.map { 2 * $0 })
        ends = ContiguousArray(repeating: Self.never, count: series.count)
        var start: Timestamp?
        for index in self.sources.indices {
            guard let bar = try self.sources[index].next() else { continue }
            slots[2 * index] = FrameSlot(coverage: .traded, bar: bar)
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

    @inlinable
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
        if frame.slots.count != ends.count { frame.slots = emptyFrame.slots }
        var filled = frame.slots.mutableSpan
        for index in ends.indices {
            let next = nextSlot[index]
            filled[index] = slots[ends[index] == earliest ? next : next ^ 1]
        }
        return true
    }

    @inlinable
    mutating func advance(past time: Timestamp) throws(FeedError) {
        for index in ends.indices where ends[index] == time.nanoseconds {
            let shown = nextSlot[index]
            slots[shown].coverage = .filled
            nextSlot[index] = shown ^ 1
            guard let bar = try sources[index].next() else {
                ends[index] = Self.never
                continue
            }
            guard bar.end > time, bar.end.nanoseconds != Self.never else {
                throw .disorder(source: series[index].source, end: bar.end, previous: time)
            }
            slots[shown ^ 1] = FrameSlot(coverage: .traded, bar: bar)
            ends[index] = bar.end.nanoseconds
        }
    }
}

extension FrameAligner: Sendable where Source: Sendable {}

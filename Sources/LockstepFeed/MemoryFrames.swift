package import LockstepModel

/// Merges series that are all in memory into the frames that ``FrameAligner`` would make.
///
/// Bars are copied once, from where they lie into the frame: they were checked when they were
/// taken, so each can be looked at before its time. Mostly all series have bars of the same ends:
/// as long as they have, one place stands for all of them. O(n) per frame of n series; nothing is
/// allocated.
package struct MemoryFrames: FrameSource, Sendable {
    /// How far one series came.
    private struct Track: Sendable {
        let series: SeriesID
        let instrument: InstrumentID
        let bars: ContiguousArray<Bar>
        /// The bar it began with.
        let first: Int
        /// How many bars can be shown: all but one that ends with time itself.
        let count: Int
        /// The next bar, and its end.
        var next: Int
        var end: Int64

        /// Shows the last bar where none ends; mutating, as a value that is lent is copied.
        @inline(never)
        mutating func carry(to slot: inout FrameSlot) {
            if next == first {
                slot = .absent(series, of: instrument)
            } else {
                slot = FrameSlot(coverage: .filled, bar: bars[next - 1])
            }
        }
    }

    /// The end of a series that has no more bars.
    private static var never: Int64 { .max }

    package let series: [Series]
    package let startTime: Timestamp?
    /// The bars, by series.
    private let bars: BarColumns
    /// The next bar of every series as long as they go together, and the last such bar behind
    /// which each of them has another one.
    private var place = 0
    private var lastCommon = -1
    private var isTogether = false
    /// How far the series came, each for itself.
    private var tracks: ContiguousArray<Track> = []
    /// The time of the next frame; never at the end and where a bar is wrong.
    private var due = Self.never
    /// The time of the last frame.
    private var time: Timestamp = .epoch
    /// Whether the bar after one of the last frame ends with time itself.
    private var hasEndlessBar = false

    /// Takes the sources, each from where it stands.
    ///
    /// - Parameter sources: The sources, in the order of their identities.
    /// - Throws: ``FeedError/misplacedSeries(source:id:position:)`` and
    ///   ``FeedError/noBars(sources:)`` when none of the sources has a bar.
    package init(_ sources: [MemoryBarSource]) throws(FeedError) {
        series = sources.map(\.series)
        bars = BarColumns(ContiguousArray(sources.map(\.bars)))
        try Series.checkPlaces(series)
        var start: Timestamp?
        for source in sources {
            var end = Self.never
            if source.position < source.bars.count {
                let bar = source.bars[source.position]
                end = bar.end.nanoseconds
                start = min(start ?? bar.start, bar.start)
            }
            // Bars follow each other, so only the last one can end with time itself.
            let isEndless = source.bars.last?.end == .distantFuture
            tracks.append(
                Track(
                    series: source.series.id, instrument: source.series.instrument,
                    bars: source.bars, first: source.position,
                    count: source.bars.count - (isEndless ? 1 : 0), next: source.position,
                    end: end))
            due = min(due, end)
        }
        startTime = start
        if start == nil, !series.isEmpty { throw .noBars(sources: series.map(\.source)) }
        let (due, first) = (due, tracks.first?.first ?? 0)
        isTogether = tracks.allSatisfy { $0.end == due && $0.first == first }
        if isTogether, let least = tracks.map(\.count).min() {
            place = first
            lastCommon = least - 2
        }
    }

    /// What was done to the data so far; the bar that comes next in a series is counted with those
    /// that were shown.
    package var counts: FeedCounts {
        var counts = FeedCounts()
        for track in isTogether ? tracksFromPlace : tracks {
            let isShown = track.next > track.first && track.bars[track.next - 1].end == time
            counts.bars += Int64(isShown ? track.next : min(track.next + 1, track.bars.count))
        }
        return counts
    }

    package mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        try fill(&frame) > 0
    }

    /// Fills a frame with the data of the next step.
    ///
    /// - Parameter frame: The frame; unchanged at the end.
    /// - Returns: How many of its bars are traded; 0 at the end.
    /// - Throws: ``FeedError/disorder(source:end:previous:)``.
    package mutating func fill(_ frame: inout Frame) throws(FeedError) -> Int {
        guard place <= lastCommon, frame.slots.count == bars.count, frame.data.isEmpty else {
            return try fillApart(&frame)
        }
        // All series trade, and each has a bar after it.
        time = Timestamp(nanoseconds: due)
        frame.time = time
        var slots = frame.slots.mutableSpan
        let next = bars.show(place, in: &slots)
        place &+= 1
        due = next.end.nanoseconds
        if !next.isCommon { part() }
        return bars.count
    }

    /// Lets each series go its own way, from where they are together.
    @inline(never)
    private mutating func part() {
        tracks = tracksFromPlace
        due = tracks.reduce(Self.never) { min($0, $1.end) }
        isTogether = false
        lastCommon = -1
    }

    /// How far the series came while they are together.
    private var tracksFromPlace: ContiguousArray<Track> {
        var tracks = tracks
        for index in tracks.indices {
            tracks[index].next = place
            tracks[index].end = Self.never
            if place < bars[index].count {
                tracks[index].end = bars[index][place].end.nanoseconds
            }
        }
        return tracks
    }

    /// Fills a frame with series of which each has a place of its own.
    @inline(never)
    private mutating func fillApart(_ frame: inout Frame) throws(FeedError) -> Int {
        if isTogether { part() }
        let now = due
        if now == Self.never { return try end() }
        time = Timestamp(nanoseconds: now)
        if frame.slots.count != tracks.count || !frame.data.isEmpty { prepare(&frame) }
        frame.time = time
        var slots = frame.slots.mutableSpan
        var tracks = tracks.mutableSpan
        var earliest = Self.never
        var isEndless = false
        var traded = 0
        var index = 0
        while index < tracks.count {
            if tracks[index].end == now {
                let next = tracks[index].next
                slots[index].bar = tracks[index].bars[next]
                slots[index].coverage = .traded
                tracks[index].next = next &+ 1
                if next &+ 1 < tracks[index].count {
                    tracks[index].end = tracks[index].bars[next &+ 1].end.nanoseconds
                } else {
                    tracks[index].end = Self.never
                    if next &+ 1 < tracks[index].bars.count { isEndless = true }
                }
                traded &+= 1
            } else {
                tracks[index].carry(to: &slots[index])
            }
            if tracks[index].end < earliest { earliest = tracks[index].end }
            index &+= 1
        }
        due = isEndless ? Self.never : earliest
        hasEndlessBar = isEndless
        return traded
    }

    // What follows is mutating, though it changes nothing here: a value that is lent is copied for
    // the call.

    /// Makes a frame of the right shape out of any.
    @inline(never)
    private mutating func prepare(_ frame: inout Frame) {
        frame.data.removeAll(keepingCapacity: true)
        if frame.slots.count != bars.count { frame.slots = emptyFrame.slots }
    }

    /// Tells whether the end is one.
    @inline(never)
    private mutating func end() throws(FeedError) -> Int {
        if hasEndlessBar { throw endlessBar }
        return 0
    }

    /// What is wrong where a bar ends at the end of time.
    private var endlessBar: FeedError {
        let place = tracks.firstIndex { track in
            track.next > track.first && track.next < track.bars.count
                && track.bars[track.next].end == .distantFuture
        }
        return .disorder(
            source: series[place ?? 0].source, end: .distantFuture, previous: time)
    }
}

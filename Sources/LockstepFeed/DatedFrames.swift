public import LockstepModel

/// Frames of bars with data that are no bars between and in them.
///
/// A time at which only data happen makes a frame without bars. Times of its own, such as when a
/// market opens and closes, make frames too; closing times are left out once a market is settled.
public struct DatedFrames: FrameSource {
    /// A source and its next datum.
    private struct Row {
        var source: any DatumSource
        var next: DatedDatum?
    }

    public let series: [Series]
    public let startTime: Timestamp?
    private var bars: (any FrameSource)?
    private var barFrame: Frame
    private var hasBars = false
    private var rows: [Row] = []
    private var firstSteps: [Timestamp]
    private var closings: [Timestamp]

    /// Merges bars and data.
    ///
    /// - Parameters:
    ///   - bars: The bars; nil without any.
    ///   - sources: The data, those of one time in the order of the sources.
    ///   - openings: When markets open: before their first step, at which nothing happens.
    ///   - firstSteps: When they have their first step.
    ///   - closings: When they close, unless they are settled before.
    /// - Throws: What the sources throw for their first datum.
    public init(
        bars: (any FrameSource)?, _ sources: [any DatumSource], openings: [Timestamp],
        firstSteps: [Timestamp], closings: [Timestamp]
    ) throws(FeedError) {
        self.bars = bars
        series = bars?.series ?? []
        barFrame = bars?.emptyFrame ?? Frame(time: .epoch, slots: [])
        self.firstSteps = firstSteps.sorted()
        self.closings = closings.sorted()
        for source in sources {
            var row = Row(source: source, next: nil)
            row.next = try row.source.next()
            rows.append(row)
        }
        let starts = [bars?.startTime].compactMap(\.self) + openings
        // Data alone begin behind the set-up, like the end of a first bar.
        let first = rows.compactMap(\.next?.time).min()
        let start =
            starts.min() ?? first.flatMap { try? $0.advanced(byNanoseconds: -1) } ?? first
        startTime = start
        try fetchBars()
        for place in rows.indices { try leaveOutEarly(place) }
    }

    /// Leaves out dated events of a time at which nothing is held yet.
    private mutating func leaveOutEarly(_ place: Int) throws(FeedError) {
        guard bars != nil, let startTime else { return }
        while let next = rows[place].next, next.isEvent, next.time <= startTime {
            rows[place].next = try rows[place].source.next()
        }
    }

    /// Leaves out dated events behind everything else: only what settles an instrument counts then.
    private mutating func leaveOutLate() throws(FeedError) {
        guard bars != nil, !hasBars, firstSteps.isEmpty, closings.isEmpty else { return }
        for row in rows {
            if let next = row.next, !next.isEvent { return }
        }
        for place in rows.indices {
            while let next = rows[place].next, !next.settles {
                rows[place].next = try rows[place].source.next()
            }
        }
    }

    public var counts: FeedCounts { bars?.counts ?? FeedCounts() }

    public mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        if !hasBars { try leaveOutLate() }
        guard let time = earliest else { return false }
        if let startTime, time <= startTime {
            throw .disorder(source: names, end: time, previous: startTime)
        }
        while let first = firstSteps.first, first <= time { firstSteps.removeFirst() }
        while let closing = closings.first, closing <= time { closings.removeFirst() }
        if hasBars, barFrame.time == time {
            frame = barFrame
            try fetchBars()
        } else {
            frame.slots = ContiguousArray(
                series.map { FrameSlot.absent($0.id, of: $0.instrument) })
        }
        frame.time = time
        frame.data.removeAll(keepingCapacity: true)
        for place in rows.indices { try take(place, at: time, into: &frame) }
        return true
    }

    /// What messages call the sources of data.
    private var names: String { rows.map(\.source.name).joined(separator: ", ") }

    /// The time of the next frame.
    private var earliest: Timestamp? {
        var earliest = hasBars ? barFrame.time : nil
        for row in rows {
            guard let time = row.next?.time else { continue }
            earliest = min(earliest ?? time, time)
        }
        for time in [firstSteps.first, closings.first].compactMap(\.self) {
            earliest = min(earliest ?? time, time)
        }
        return earliest
    }

    /// Takes what happens at a time.
    private mutating func take(
        _ place: Int, at time: Timestamp, into frame: inout Frame
    ) throws(FeedError) {
        while let next = rows[place].next, next.time == time {
            frame.data.append(next.datum)
            if OutcomeResolution(next.datum)?.action == .settle { closings.removeAll() }
            rows[place].next = try rows[place].source.next()
            if let after = rows[place].next, after.time < time {
                throw .disorder(
                    source: rows[place].source.name, end: after.time, previous: time)
            }
        }
    }

    private mutating func fetchBars() throws(FeedError) {
        hasBars = try bars?.next(into: &barFrame) ?? false
    }
}

extension DatedDatum {
    /// Whether it is a dated event of an instrument.
    fileprivate var isEvent: Bool { datum.kind == MarketEvent.datumKind }

    /// Whether it ends an instrument.
    fileprivate var settles: Bool { MarketEvent(datum, at: time)?.kind == .settlement }
}

@available(*, unavailable)
extension DatedFrames: Sendable {}

public import LockstepFeed
import LockstepMarket
public import LockstepModel

/// One series of a run: whose bars, how long, and where they come from.
public struct DataSeries: Sendable {
    /// Where bars come from.
    enum Source: Sendable {
        case memory(MemoryBarSource)
        case csv(path: String, CSVBarLayout)
        case other(@Sendable () throws -> AnyBarSource)
    }

    /// The instrument.
    public let instrument: InstrumentID
    /// The length of the bars.
    public let interval: BarInterval
    let source: Source

    /// The file behind it, for the record of inputs; nil without one.
    public var path: String? {
        if case .csv(let path, _) = source { path } else { nil }
    }

    /// Whether it is known to have a bar without volume; costs a look at each bar in memory.
    var lacksVolume: Bool {
        switch source {
        case .memory(let bars): bars.lacksVolume
        case .csv(_, let layout): layout.volumeColumn == nil
        case .other: false
        }
    }

    /// A series in memory; any number of runs share its bars.
    ///
    /// - Parameter bars: The bars.
    public init(_ bars: MemoryBarSource) {
        instrument = bars.series.instrument
        interval = bars.series.interval
        source = .memory(bars)
    }

    /// A series in a CSV file.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - path: The file.
    ///   - layout: Its columns, its interval and the stamp of its rows.
    public init(csv instrument: InstrumentID, path: String, layout: CSVBarLayout) {
        self.instrument = instrument
        interval = layout.interval
        source = .csv(path: path, layout)
    }

    /// A series of any kind.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - interval: The length of the bars.
    ///   - open: Opens the source anew for every run.
    public init(
        instrument: InstrumentID, interval: BarInterval,
        open: @escaping @Sendable () throws -> AnyBarSource
    ) {
        self.instrument = instrument
        self.interval = interval
        source = .other(open)
    }
}

extension BacktestConfiguration {
    /// Opens every series and merges them by time; files are read ahead on a thread of their own.
    package func openFrames() throws -> FrameCursor {
        try checkAdjusted()
        let hours = venues.compactMap(\.market.hours)
        if !feeds.isEmpty || !hours.isEmpty {
            return FrameCursor(
                try DatedFrames(
                    bars: data.isEmpty ? nil : try openBars(), try feeds.map { try $0.open() },
                    openings: hours.map(\.opening), firstSteps: hours.map(\.firstStep),
                    closings: hours.map(\.closing)))
        }
        let memory = data.compactMap { series -> MemoryBarSource? in
            if case .memory(let bars) = series.source { bars } else { nil }
        }
        // Bars in memory alone are merged without a look at their kind for every bar.
        if memory.count == data.count, start == nil, end == nil {
            return FrameCursor(try MemoryFrames(memory))
        }
        return FrameCursor(try openBars())
    }

    /// Refuses splits and dividends of what is adjusted for them: they would count twice.
    private func checkAdjusted() throws {
        if adjusted.isEmpty { return }
        for feed in feeds where feed.hasEvents {
            var source = try feed.open()
            while let next = try source.next() {
                guard let event = MarketEvent(next.datum, at: next.time),
                    event.kind == .split || event.kind == .dividend,
                    adjusted.contains(event.instrument)
                else { continue }
                throw BacktestError.configuration(
                    key: "data",
                    message: "The data of \(instruments[event.instrument]?.symbol ?? "") are "
                        + "adjusted, but \(source.name) has a \(event.kind) of it at \(event.time): "
                        + "it would count twice. Take data that are not adjusted, or leave it out.")
            }
        }
    }

    /// Opens every series of bars and merges them by time.
    private func openBars() throws -> some FrameSource {
        try ReadAhead(
            FrameAligner(
                data.enumerated().map { place, series in
                    try open(series, SeriesID(UInt32(place + 1)))
                }))
    }

    private func open(_ series: DataSeries, _ id: SeriesID) throws -> OpenSource {
        switch series.source {
        case .memory(let bars):
            return .other(AnyBarSource(bars), FeedPeriod(start: start, end: end))
        case .other(let open):
            let source = try open()
            guard source.series.instrument == series.instrument,
                source.series.interval == series.interval
            else {
                throw BacktestError.configuration(
                    key: "data",
                    message: "\(source.series.source): its bars are of instrument "
                        + "\(source.series.instrument.rawValue), \(source.series.interval), not of "
                        + "\(series.instrument.rawValue), \(series.interval), as declared.")
            }
            return .other(source, FeedPeriod(start: start, end: end))
        case .csv(let path, let layout):
            guard let instrument = instruments[series.instrument] else {
                throw BacktestError.configuration(
                    key: "data",
                    message: "\(path): instrument \(series.instrument.rawValue) is unknown.")
            }
            return .csv(
                try CSVBarSource(
                    path: path, id: id, instrument: instrument, layout: layout,
                    period: FeedPeriod(start: start, end: end)))
        }
    }
}

/// A source of one of the kinds a run may mix.
private enum OpenSource: BarSource {
    /// A file, which leaves out by itself what is not in the period.
    case csv(CSVBarSource)
    case other(AnyBarSource, FeedPeriod)

    var series: Series {
        switch self {
        case .csv(let source): source.series
        case .other(let source, _): source.series
        }
    }

    var counts: FeedCounts {
        switch self {
        case .csv(let source): source.counts
        case .other(let source, _): source.counts
        }
    }

    mutating func next() throws(FeedError) -> Bar? {
        switch self {
        case .csv(let source): return try source.next()
        case .other(var source, let period):
            defer { self = .other(source, period) }
            while let bar = try source.next() {
                if let start = period.start, bar.start < start { continue }
                if let end = period.end, bar.start >= end { return nil }
                return bar
            }
            return nil
        }
    }
}

public import LockstepFeed
public import LockstepModel

/// Data of a run that are no bars, opened anew for every run.
public struct DatumFeed: Sendable {
    /// The file behind it, for the record of inputs; nil without one.
    public let path: String?
    /// Whether it has dated events of instruments.
    let hasEvents: Bool
    let open: @Sendable () throws -> any DatumSource

    /// A feed of any kind.
    ///
    /// - Parameters:
    ///   - path: The file behind it.
    ///   - open: Opens the source.
    public init(path: String? = nil, open: @escaping @Sendable () throws -> any DatumSource) {
        self.init(path: path, hasEvents: false, open: open)
    }

    private init(
        path: String?, hasEvents: Bool, open: @escaping @Sendable () throws -> any DatumSource
    ) {
        self.path = path
        self.hasEvents = hasEvents
        self.open = open
    }

    /// Data in memory.
    ///
    /// - Parameter data: The data, in the order of their times.
    public init(_ data: [DatedDatum]) {
        self.init(
            path: nil, hasEvents: data.contains { $0.datum.kind == MarketEvent.datumKind }
        ) {
            MemoryData(data)
        }
    }

    /// Dated events of instruments in memory: splits, dividends, funding, rates and settlements.
    ///
    /// - Parameter events: The events, in any order; those of one time stay as they stand.
    public init(events: [MarketEvent]) {
        let order = events.indices.sorted {
            events[$0].time == events[$1].time ? $0 < $1 : events[$0].time < events[$1].time
        }
        let data = order.map { DatedDatum(time: events[$0].time, datum: events[$0].datum) }
        self.init(path: nil, hasEvents: true) { MemoryData(data, name: "events") }
    }

    /// Dated events of instruments, from a CSV file.
    ///
    /// - Parameters:
    ///   - path: The file; ``LockstepFeed/MarketEventFile`` says what stands in it.
    ///   - instruments: The instruments of the run.
    ///   - period: Which rows are taken, by their time.
    public init(
        events path: String, of instruments: Instruments, period: FeedPeriod = .all
    ) {
        self.init(path: path, hasEvents: true) {
            try MarketEventFile(path: path, instruments: instruments, period: period)
        }
    }

    /// What is decided about an outcome market, from a CSV file.
    ///
    /// - Parameters:
    ///   - path: The file; ``LockstepFeed/ResolutionFile`` says what stands in it.
    ///   - outcomes: The names of the outcomes, in the order of the venue.
    ///   - instrument: An instrument of the venue.
    public init(resolutions path: String, outcomes: [String], of instrument: InstrumentID) {
        self.init(path: path) {
            try ResolutionFile(path: path, outcomes: outcomes, instrument: instrument)
        }
    }

    /// The order book of an instrument, from a CSV file.
    ///
    /// - Parameters:
    ///   - path: The file; ``LockstepFeed/BookFile`` says what stands in it.
    ///   - instrument: The instrument.
    ///   - layout: The columns, and what they hold.
    ///   - period: Which rows are taken, by their time.
    public init(
        book path: String, of instrument: Instrument, layout: BookLayout,
        period: FeedPeriod = .all
    ) {
        self.init(path: path) {
            try BookFile(path: path, instrument: instrument, layout: layout, period: period)
        }
    }
}

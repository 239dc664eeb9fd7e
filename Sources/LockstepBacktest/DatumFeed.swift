public import LockstepFeed
public import LockstepModel

/// Data of a run that are no bars, opened anew for every run.
public struct DatumFeed: Sendable {
    /// The file behind it, for the record of inputs; nil without one.
    public let path: String?
    let open: @Sendable () throws -> any DatumSource

    /// A feed of any kind.
    ///
    /// - Parameters:
    ///   - path: The file behind it.
    ///   - open: Opens the source.
    public init(path: String? = nil, open: @escaping @Sendable () throws -> any DatumSource) {
        self.path = path
        self.open = open
    }

    /// Data in memory.
    ///
    /// - Parameter data: The data, in the order of their times.
    public init(_ data: [DatedDatum]) {
        self.init { MemoryData(data) }
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

public import LockstepModel

/// One series of bars of a run: whose they are, how long, and where they come from.
public struct Series: Hashable, Sendable {
    /// The identity: its position, from 1, among the series of the run.
    public let id: SeriesID
    /// The instrument.
    public let instrument: InstrumentID
    /// The length of a bar.
    public let interval: BarInterval
    /// What messages call the source: the path of the file, or a name given.
    public let source: String

    /// Describes a series.
    ///
    /// - Parameters:
    ///   - id: The identity: its position, from 1, among the series of the run.
    ///   - instrument: The instrument.
    ///   - interval: The length of a bar.
    ///   - source: What messages call the source.
    public init(
        id: SeriesID, instrument: InstrumentID, interval: BarInterval, source: String
    ) {
        self.id = id
        self.instrument = instrument
        self.interval = interval
        self.source = source
    }

    /// Checks that series stand where their identities say.
    static func checkPlaces(_ series: [Series]) throws(FeedError) {
        for (index, one) in series.enumerated() where Int(one.id.rawValue) != index + 1 {
            throw .misplacedSeries(source: one.source, id: one.id, position: index + 1)
        }
    }
}

/// What a feed did to its data, for the manifest.
public struct FeedCounts: Hashable, Sendable {
    /// Bars delivered.
    public var bars: Int64 = 0
    /// Rows before the period, left out.
    public var skippedRows: Int64 = 0
    /// Prices moved to the nearest tick, because the feed asked for it.
    public var movedPrices: Int64 = 0
    /// Volumes of which a part beneath one lot was cut.
    public var cutVolumes: Int64 = 0

    /// Nothing counted yet.
    public init() {}

    /// Adds what another source counted.
    ///
    /// - Parameter other: The counts of the other source.
    public mutating func add(_ other: Self) {
        bars &+= other.bars
        skippedRows &+= other.skippedRows
        movedPrices &+= other.movedPrices
        cutVolumes &+= other.cutVolumes
    }
}

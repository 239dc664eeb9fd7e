public import LockstepModel

/// Something of the market that is no bar, and when it happens.
public struct DatedDatum: Hashable, Sendable {
    /// When it happens.
    public let time: Timestamp
    /// What it is.
    public let datum: MarketDatum

    /// Dates a datum.
    ///
    /// - Parameters:
    ///   - time: When it happens.
    ///   - datum: What it is.
    public init(time: Timestamp, datum: MarketDatum) {
        self.time = time
        self.datum = datum
    }
}

/// Data that are no bars, in the order of their times, pulled one at a time.
public protocol DatumSource: SendableMetatype {
    /// What messages call it.
    var name: String { get }

    /// The next datum, never earlier than the one before.
    ///
    /// - Returns: The datum; nil at the end, then and ever after.
    /// - Throws: ``FeedError`` with the place of what is wrong.
    mutating func next() throws(FeedError) -> DatedDatum?
}

/// Data in memory.
public struct MemoryData: DatumSource, Sendable {
    public let name: String
    private let data: [DatedDatum]
    private var place = 0

    /// Takes data in the order of their times.
    ///
    /// - Parameters:
    ///   - data: The data.
    ///   - name: What messages call them.
    public init(_ data: [DatedDatum], name: String = "memory") {
        self.data = data
        self.name = name
    }

    public mutating func next() throws(FeedError) -> DatedDatum? {
        guard data.indices.contains(place) else { return nil }
        place += 1
        return data[place - 1]
    }
}

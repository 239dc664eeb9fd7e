/// One bar of one series: what a half-open stretch of time showed, visible at its end.
@frozen
public struct Bar: Hashable, Sendable, Codable {
    /// The instrument.
    public var instrument: InstrumentID
    /// The series.
    public var series: SeriesID
    /// The beginning, inclusive.
    public var start: Timestamp
    /// The end, exclusive: the step that shows the bar.
    public var end: Timestamp
    /// The stamp of the source.
    public var label: Timestamp
    /// The first price.
    public var open: Price
    /// The highest price.
    public var high: Price
    /// The lowest price.
    public var low: Price
    /// The last price.
    public var close: Price
    /// The volume in whole lots; nil when it is unknown, which is not zero.
    public var volume: Quantity?

    /// Makes the bar; ``validate()`` says whether it is sound.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - series: The series.
    ///   - start: The beginning, inclusive.
    ///   - end: The end, exclusive.
    ///   - label: The stamp of the source.
    ///   - open: The first price.
    ///   - high: The highest price.
    ///   - low: The lowest price.
    ///   - close: The last price.
    ///   - volume: The volume; nil when it is unknown.
    @inlinable
    public init(
        instrument: InstrumentID, series: SeriesID, start: Timestamp, end: Timestamp,
        label: Timestamp, open: Price, high: Price, low: Price, close: Price, volume: Quantity?
    ) {
        self.instrument = instrument
        self.series = series
        self.start = start
        self.end = end
        self.label = label
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    /// The first thing that is wrong with the bar, or nil.
    @inlinable
    public var fault: BarFault? {
        if start >= end { return .emptyTime }
        if low > high { return .lowAboveHigh }
        if open < low || open > high { return .openOutside }
        if close < low || close > high { return .closeOutside }
        if !low.isInRange || !high.isInRange { return .priceOutOfRange }
        if let volume, !volume.isInRange { return .volumeOutOfRange }
        return nil
    }

    /// Checks that the bar does not contradict itself.
    ///
    /// - Throws: ``ModelError/invalidBar(series:label:fault:)``.
    @inlinable
    public func validate() throws(ModelError) {
        if let fault { throw .invalidBar(series: series, label: label, fault: fault) }
    }
}

/// What can be wrong with a bar.
@frozen
public enum BarFault: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// It does not end after it begins.
    case emptyTime = 1
    /// The lowest price is above the highest.
    case lowAboveHigh = 2
    /// The first price is not between the lowest and the highest.
    case openOutside = 3
    /// The last price is not between the lowest and the highest.
    case closeOutside = 4
    /// A price has 2⁵³ ticks or more.
    case priceOutOfRange = 5
    /// The volume is negative, or has 2⁵³ lots or more.
    case volumeOutOfRange = 6
}

extension BarFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emptyTime: "its end is not after its start"
        case .lowAboveHigh: "its low is above its high"
        case .openOutside: "its open is not between low and high"
        case .closeOutside: "its close is not between low and high"
        case .priceOutOfRange: "a price is beyond 2^53 ticks"
        case .volumeOutOfRange: "its volume is negative or beyond 2^53 lots"
        }
    }
}

/// What a slot of a frame holds.
@frozen
public enum Coverage: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing: no bar of the series ends in this step.
    case absent = 0
    /// A bar in which there was trading: it may fill, trigger and mark.
    case traded = 1
    /// A carried bar: it does nothing at all.
    case filled = 2
}

/// The place of one series in a frame.
@frozen
public struct FrameSlot: Hashable, Sendable, Codable {
    // The bar first: then the other fits behind its last byte.
    /// The bar; without meaning in an absent slot.
    public var bar: Bar
    /// What the slot holds.
    public var coverage: Coverage

    /// Makes the slot.
    @inlinable
    public init(coverage: Coverage, bar: Bar) {
        self.coverage = coverage
        self.bar = bar
    }

    /// The slot of a series without a bar.
    ///
    /// - Parameters:
    ///   - series: The series.
    ///   - instrument: Its instrument.
    /// - Returns: The slot.
    @inlinable
    public static func absent(_ series: SeriesID, of instrument: InstrumentID) -> Self {
        Self(
            coverage: .absent,
            bar: Bar(
                instrument: instrument, series: series, start: .epoch, end: .epoch, label: .epoch,
                open: .zero, high: .zero, low: .zero, close: .zero, volume: nil))
    }
}

/// Something of the market that is no bar, such as a trade, a quote or a corporate action.
///
/// The kind says how the bytes are read.
public struct MarketDatum: Hashable, Sendable, Codable {
    /// What it is.
    public var kind: UInt8
    /// The instrument.
    public var instrument: InstrumentID
    /// The fields, encoded.
    public var bytes: [UInt8]

    /// Makes the datum.
    ///
    /// - Parameters:
    ///   - kind: What it is.
    ///   - instrument: The instrument.
    ///   - bytes: The fields, encoded.
    public init(kind: UInt8, instrument: InstrumentID, bytes: [UInt8]) {
        self.kind = kind
        self.instrument = instrument
        self.bytes = bytes
    }
}

/// The data of one step: a slot for each series, and what else the market showed.
///
/// The buffers are used again in the next step. A copy that is kept beyond its step makes the next
/// change of the original allocate.
@frozen
public struct Frame: Hashable, Sendable, Codable {
    /// The time of the step.
    public var time: Timestamp
    /// The slots: that of a series stands at its number less one.
    public var slots: ContiguousArray<FrameSlot>
    /// What else the market showed, in the order of the feed.
    public var data: ContiguousArray<MarketDatum>

    /// Makes the frame.
    ///
    /// - Parameters:
    ///   - time: The time of the step.
    ///   - slots: The slots, by series.
    ///   - data: What else the market showed.
    @inlinable
    public init(
        time: Timestamp, slots: ContiguousArray<FrameSlot>,
        data: ContiguousArray<MarketDatum> = []
    ) {
        self.time = time
        self.slots = slots
        self.data = data
    }

    /// The slot of a series; nil when the run has no such series.
    @inlinable
    public func slot(of series: SeriesID) -> FrameSlot? {
        let place = Int(series.rawValue) - 1
        return place >= 0 && place < slots.count ? slots[place] : nil
    }

    /// The bar of a series, traded or carried; nil when it has none in this step.
    @inlinable
    public func bar(of series: SeriesID) -> Bar? {
        guard let slot = slot(of: series), slot.coverage != .absent else { return nil }
        return slot.bar
    }

    /// The bar of a series in which there was trading; nil when it has none in this step.
    @inlinable
    public func tradedBar(of series: SeriesID) -> Bar? {
        guard let slot = slot(of: series), slot.coverage == .traded else { return nil }
        return slot.bar
    }
}

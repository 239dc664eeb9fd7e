public import LockstepModel

/// A market as it is configured; it makes a fresh engine for every run.
///
/// Encoded, it is the settings of the venue with their defaults filled in: what the configuration
/// of a run and its audit log say of the venue.
public protocol MarketDescription: Encodable, Sendable {
    /// The engine it makes.
    associatedtype Engine: MarketEngine

    /// The kind of market, as configurations name it.
    var kind: String { get }

    /// The most a fill can cost: a fixed amount and a share of its notional, for reserves.
    var largestFee: ProportionalFee { get }

    /// The equity that margin accounts need per worth of what they hold; all of it unless told.
    var initialMargin: Rate { get }
    /// How accounts that cannot pay are dealt with.
    var marginRules: MarginRules { get }

    /// The most each lot of a fill can cost beside ``largestFee``; nothing unless told.
    var largestFeePerLot: Money { get }

    /// Whether the market keeps the cash and tokens of its accounts itself; false unless told.
    var holdsAccounts: Bool { get }

    /// Whether an order that names a price above what a token redeems for is refused by risk; false
    /// unless told.
    var guardsRedemption: Bool { get }

    /// When the market opens and closes, where it does by itself and not with its data.
    var hours: MarketHours? { get }

    /// Whether its engine tells the tops of order books; false unless told.
    var hasBooks: Bool { get }

    /// Whether the volume of bars decides what fills, or at what price; false unless told.
    var needsVolume: Bool { get }

    /// Makes an engine in its first state.
    ///
    /// - Parameters:
    ///   - venue: The venue the engine is.
    ///   - setting: What the run consists of.
    /// - Returns: The engine.
    /// - Throws: ``MarketError`` for settings that do not fit together.
    func makeEngine(_ venue: VenueID, in setting: MarketSetting) throws(MarketError) -> Engine

    /// Makes an engine in its first state and wraps it, here, where its type is known.
    ///
    /// There is nothing to write: it is a requirement so that it is compiled with the engine.
    ///
    /// - Parameters:
    ///   - venue: The venue the engine is.
    ///   - setting: What the run consists of.
    /// - Returns: The host of the engine.
    /// - Throws: ``MarketError`` for settings that do not fit together.
    func makeHost(_ venue: VenueID, in setting: MarketSetting) throws(MarketError) -> MarketHost
}

extension MarketDescription {
    public var largestFeePerLot: Money { .zero }

    @inlinable
    public var hasBooks: Bool { false }

    @inlinable
    public var needsVolume: Bool { false }

    @inlinable
    public var initialMargin: Rate { .one }

    /// As usual: nothing is liquidated.
    @inlinable
    public var marginRules: MarginRules { MarginRules() }

    @inlinable
    public var holdsAccounts: Bool { false }

    @inlinable
    public var guardsRedemption: Bool { false }

    @inlinable
    public var hours: MarketHours? { nil }

    @inlinable
    public func makeHost(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> MarketHost {
        MarketHost(try makeEngine(venue, in: setting))
    }
}

/// When a market opens and closes that has no data to tell it.
public struct MarketHours: Hashable, Sendable {
    /// When it opens: the time of the set-up.
    public let opening: Timestamp
    /// The time of its first step, after the opening.
    public let firstStep: Timestamp
    /// When the run ends, if nothing ended the market before.
    public let closing: Timestamp

    /// Makes hours.
    ///
    /// - Parameters:
    ///   - opening: When it opens.
    ///   - firstStep: The time of its first step.
    ///   - closing: When the run ends, if nothing ended the market before.
    public init(opening: Timestamp, firstStep: Timestamp, closing: Timestamp) {
        self.opening = opening
        self.firstStep = firstStep
        self.closing = closing
    }
}

/// What a market has to know of the run it is part of.
public struct MarketSetting: Sendable {
    /// The run's instruments, those of other venues too.
    public let instruments: Instruments
    /// For each instrument, in order, the series that fills and marks it; nil without data.
    public let primarySeries: [SeriesID?]
    /// The instruments whose primary series is known to have bars without volume, where a market
    /// asks for volumes.
    public let withoutVolume: Set<InstrumentID>
    /// The run's accounts.
    public let accounts: [Account]
    /// The seed of the run.
    public let seed: UInt64

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - instruments: The run's instruments.
    ///   - primarySeries: For each instrument the series that fills and marks it.
    ///   - accounts: The run's accounts.
    ///   - seed: The seed of the run.
    ///   - withoutVolume: The instruments whose primary series is known to have bars without
    ///     volume.
    public init(
        instruments: Instruments, primarySeries: [SeriesID?], accounts: [Account], seed: UInt64,
        withoutVolume: Set<InstrumentID> = []
    ) {
        self.withoutVolume = withoutVolume
        self.instruments = instruments
        self.primarySeries = primarySeries
        self.accounts = accounts
        self.seed = seed
    }
}

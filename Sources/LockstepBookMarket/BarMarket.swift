public import LockstepMarket
public import LockstepModel

/// A market made of bars, as it is configured.
public struct BarMarket: MarketDescription, Codable {
    /// How it fills.
    public var settings: EngineSettings

    /// Describes the market.
    ///
    /// - Parameter settings: How it fills.
    public init(settings: EngineSettings = EngineSettings()) { self.settings = settings }

    /// `bars`.
    public var kind: String { "bars" }

    public var largestFee: ProportionalFee { settings.fees.largestFee }

    public var initialMargin: Rate { settings.initialMargin }

    public var marginRules: MarginRules { settings.margin }

    public var needsVolume: Bool { settings.needsVolume }

    public var largestFeePerLot: Money { settings.fees.largestFeePerLot }

    public func makeEngine(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> BarMarketEngine {
        try BarMarketEngine(venue: venue, in: setting, settings: settings)
    }

    public func makeHost(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> MarketHost {
        BarMarketState.host(try BarMarketState(venue: venue, in: setting, settings: settings))
    }

    public init(from decoder: any Decoder) throws {
        settings = try EngineSettings(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
}

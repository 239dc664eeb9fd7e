public import LockstepMarket
public import LockstepModel

/// An order-book market, as it is configured.
public struct BookMarket: MarketDescription, Codable {
    /// How it fills.
    public var settings: BookSettings

    /// Describes the market.
    ///
    /// - Parameter settings: How it fills.
    public init(settings: BookSettings = BookSettings()) { self.settings = settings }

    /// `book`.
    public var kind: String { "book" }

    /// True.
    public var hasBooks: Bool { true }

    public var largestFee: ProportionalFee { settings.fees.largestFee }

    public var initialMargin: Rate { settings.initialMargin }

    public var marginRules: MarginRules { settings.margin }

    public var largestFeePerLot: Money { settings.fees.largestFeePerLot }

    public func makeEngine(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> BookMarketEngine {
        try BookMarketEngine(venue: venue, in: setting, settings: settings)
    }

    public init(from decoder: any Decoder) throws {
        settings = try BookSettings(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
}

import FoundationEssentials
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// What the configuration in a log says of a run's outcome markets, and of what they are told of the
/// run.
struct LoggedConfiguration {
    /// An outcome market.
    struct Market {
        /// The number of its venue.
        let id: VenueID
        /// The name of its venue.
        let name: String
        let settings: OutcomeMarketSettings
    }

    let markets: [Market]
    let setting: MarketSetting

    /// Reads a canonical configuration.
    ///
    /// - Parameter json: The text.
    /// - Throws: What the decoder throws, and `ModelError` for names and figures that make no
    ///   instruments or accounts.
    init(_ json: String) throws {
        let content = try JSONDecoder().decode(Content.self, from: Data(json.utf8))
        markets = content.venues.enumerated().compactMap { place, venue in
            venue.settings.map {
                Market(id: VenueID(UInt16(clamping: place + 1)), name: venue.name, settings: $0)
            }
        }
        let venues = content.venues.map(\.name)
        let instruments = try content.instruments.enumerated().map { place, item in
            try Instrument(
                id: InstrumentID(UInt32(clamping: place + 1)), symbol: item.symbol,
                venue: VenueID(UInt16(clamping: (venues.firstIndex(of: item.venue) ?? 0) + 1)),
                currency: Currency(item.currency, decimals: item.decimals),
                tickSize: ExactDecimal(item.tickSize), lot: ExactDecimal(item.lot),
                multiplier: ExactDecimal(item.multiplier))
        }
        let accounts = try content.accounts.enumerated().map { place, item in
            let currency = try Currency(item.currency, decimals: item.decimals)
            // A venue that is alone in its run keeps all accounts.
            let keeper = venues.count == 1 ? venues.first : item.venue
            return Account(
                id: AccountID(UInt32(clamping: place + 1)), name: item.name, currency: currency,
                startingCash: try currency.money(from: ExactDecimal(item.cash)), kind: item.kind,
                venue: keeper.flatMap { venues.firstIndex(of: $0) }
                    .map { VenueID(UInt16(clamping: $0 + 1)) })
        }
        guard let seed = UInt64(content.seed) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "\(content.seed) is no seed"))
        }
        setting = MarketSetting(
            instruments: try Instruments(instruments),
            primarySeries: [SeriesID?](repeating: nil, count: instruments.count),
            accounts: accounts, seed: seed)
    }

    /// The parts of the configuration that are read.
    private struct Content: Decodable {
        struct Venue: Decodable {
            let name: String
            let settings: OutcomeMarketSettings?

            enum CodingKeys: CodingKey { case name, kind, settings }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                name = try container.decode(String.self, forKey: .name)
                let kind = try container.decode(String.self, forKey: .kind)
                settings =
                    kind == "outcome"
                    ? try container.decode(OutcomeMarketSettings.self, forKey: .settings) : nil
            }
        }

        struct Item: Decodable {
            let symbol: String
            let venue: String
            let currency: String
            let decimals: Int
            let tickSize: String
            let lot: String
            let multiplier: String

            enum CodingKeys: String, CodingKey {
                case symbol, venue, currency, decimals, lot, multiplier
                case tickSize = "tick_size"
            }
        }

        struct Holder: Decodable {
            let name: String
            let currency: String
            let decimals: Int
            let cash: String
            let kind: AccountKind
            let venue: String?
        }

        let seed: String
        let venues: [Venue]
        let instruments: [Item]
        let accounts: [Holder]
    }
}

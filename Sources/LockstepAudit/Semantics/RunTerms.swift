import FoundationEssentials
import LockstepModel

/// What the configuration in a log tells of instruments and money; what it does not, is not known.
struct RunTerms: Sendable {
    /// By position: what a tick of a lot is worth.
    private(set) var ratios: [NotionalRatio?] = []
    /// For each series, by position, the instrument that it marks and fills.
    private(set) var marked: [InstrumentID?] = []
    private var accountDecimals: [Int?] = []
    /// The tokens of outcome markets: what a lot is worth at a price of one, and a tick in 10⁻¹²;
    /// nil where the configuration does not tell.
    private var tokens: [InstrumentID: (units: Int64, tick: Int64)?] = [:]
    private var matchings: [LotMatching] = []
    /// The instruments that a series marks and a bar market fills.
    private var filledByBars: Set<InstrumentID> = []

    init() {}

    /// Reads a configuration; anything that is not as expected stays unknown.
    init(configuration json: String) {
        let content = try? JSONDecoder().decode(Content.self, from: Data(json.utf8))
        guard let content else { return }
        let items = content.instruments ?? []
        let outcomes = Set(
            (content.venues ?? []).filter { $0.kind == "outcome" }.map(\.name))
        // Tokens of an outcome market are valued by its quotes, pairs together.
        ratios = items.enumerated().map { place, item in
            outcomes.contains(item.venue ?? "") ? nil : Self.ratio(item, place)
        }
        for (place, item) in items.enumerated() where outcomes.contains(item.venue ?? "") {
            tokens.updateValue(
                Self.token(item), forKey: InstrumentID(UInt32(clamping: place + 1)))
        }
        var places: [String: UInt32] = [:]
        for (place, item) in items.enumerated() where places[item.symbol] == nil {
            places[item.symbol] = UInt32(clamping: place + 1)
        }
        var seen: Set<InstrumentID> = []
        for series in content.series ?? [] {
            let instrument = places[series.instrument].map { InstrumentID($0) }
            // Of the series of an instrument the first one marks it.
            let isFirst = instrument.map { seen.insert($0).inserted } ?? false
            marked.append(isFirst ? instrument : nil)
        }
        let bars = Set((content.venues ?? []).filter { $0.kind == "bars" }.map(\.name))
        filledByBars = seen.filter { bars.contains(items[Int($0.rawValue) - 1].venue ?? "") }
        accountDecimals = (content.accounts ?? []).map(\.decimals)
        matchings = (content.accounts ?? []).map {
            $0.lots.flatMap(LotMatching.init(rawValue:)) ?? .fifo
        }
    }

    /// What a tick of a lot of an instrument is worth.
    func ratio(of instrument: InstrumentID) -> NotionalRatio? {
        let place = Int(instrument.rawValue) - 1
        return ratios.indices.contains(place) ? ratios[place] : nil
    }

    /// The instrument that a series marks.
    func instrument(markedBy series: UInt64) -> InstrumentID? {
        series > 0 && series <= UInt64(marked.count) ? marked[Int(series) - 1] : nil
    }

    /// Whether an instrument is a token of an outcome market.
    func isToken(_ instrument: InstrumentID) -> Bool { tokens.keys.contains(instrument) }

    /// What a lot of a token is worth at a price of one, and its tick in 10⁻¹²; nil for others.
    func token(_ instrument: InstrumentID) -> (units: Int64, tick: Int64)? {
        tokens[instrument].flatMap(\.self)
    }

    /// Whether an instrument is filled by the bars of its first series alone.
    func fillsByBars(_ instrument: InstrumentID) -> Bool { filledByBars.contains(instrument) }

    /// Which lots the fills of an account close.
    func matching(of account: AccountID) -> LotMatching {
        let place = Int(account.rawValue) - 1
        return matchings.indices.contains(place) ? matchings[place] : .fifo
    }

    /// An amount of an account as text, in its currency where that is known.
    func text(_ units: Int128, of account: AccountID) -> String {
        let place = Int(account.rawValue) - 1
        guard accountDecimals.indices.contains(place), let decimals = accountDecimals[place],
            Currency.allowedDecimals.contains(decimals)
        else { return "\(units)units" }
        return AuditScope.decimal(units, exponent: -decimals)
    }

    private static func token(_ item: Content.Item) -> (units: Int64, tick: Int64)? {
        guard let decimals = item.decimals, let lot = item.lot.flatMap({ try? ExactDecimal($0) }),
            let units = try? lot.scaled(toDecimals: decimals),
            let tick = item.tick_size.flatMap({ try? Rate($0) }), units > 0, tick > .zero
        else { return nil }
        return (units, tick.trillionths)
    }

    private static func ratio(_ item: Content.Item, _ place: Int) -> NotionalRatio? {
        guard let tick = item.tick_size.flatMap({ try? ExactDecimal($0) }),
            let lot = item.lot.flatMap({ try? ExactDecimal($0) }),
            let multiplier = item.multiplier.flatMap({ try? ExactDecimal($0) }),
            let decimals = item.decimals,
            let currency = try? Currency("X", decimals: decimals),
            let number = UInt32(exactly: place + 1)
        else { return nil }
        let instrument = try? Instrument(
            id: InstrumentID(number), symbol: item.symbol, venue: VenueID(1), currency: currency,
            tickSize: tick, lot: lot, multiplier: multiplier)
        return instrument?.ratio
    }

    /// The parts of the configuration that are read.
    private struct Content: Decodable {
        struct Item: Decodable {
            let symbol: String
            let venue: String?
            let tick_size: String?
            let lot: String?
            let multiplier: String?
            let decimals: Int?
        }

        struct SeriesItem: Decodable {
            let instrument: String
        }

        struct VenueItem: Decodable {
            let name: String
            let kind: String
        }

        struct AccountItem: Decodable {
            let decimals: Int?
            let lots: String?
        }

        let venues: [VenueItem]?
        let instruments: [Item]?
        let series: [SeriesItem]?
        let accounts: [AccountItem]?
    }
}

import LockstepFiles
import LockstepMarket
import LockstepModel

/// The fees of a venue, as configurations tell them.
enum FeeTable {
    private static let kinds: [(name: String, keys: [String])] = [
        ("none", []), ("proportional", ["rate", "fixed"]), ("maker_taker", ["maker", "taker"]),
        ("per_lot", ["amount", "minimum"]), ("tiered", ["tiers"]),
    ]

    /// Reads the `fees` of a venue.
    ///
    /// - Parameters:
    ///   - table: The venue.
    ///   - currency: The currency of amounts.
    /// - Returns: The fees; none where nothing is said.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func fees(
        _ table: ConfigurationTable, _ currency: Currency?
    ) throws(CommandError) -> FeeSchedule {
        guard let (kind, fees) = try VenueTable.cost(table, "fees", kinds) else { return .none }
        switch kind {
        case "proportional":
            return .proportional(
                ProportionalFee(
                    fixed: try money(fees, "fixed", currency) ?? .zero,
                    rate: try fees.rate("rate") ?? .zero))
        case "maker_taker":
            return .makerTaker(
                MakerTakerFee(maker: try rate(fees, "maker"), taker: try rate(fees, "taker")))
        case "per_lot":
            guard let amount = try money(fees, "amount", currency) else {
                throw fees.missing("amount", like: "\"0.005\"")
            }
            let minimum = try money(fees, "minimum", currency) ?? .zero
            if minimum < .zero { throw fees.refusal("minimum", "must be zero or more.") }
            return .perLot(PerLotFee(amount: amount, minimum: minimum))
        case "tiered": return .tiered(try tiered(fees, currency))
        default: return .none
        }
    }

    private static func tiered(
        _ fees: ConfigurationTable, _ currency: Currency?
    ) throws(CommandError) -> TieredFee {
        let example = "[{ from = \"0\", maker = \"0.001\", taker = \"0.002\" }]"
        guard let list = fees["tiers"] else { throw fees.missing("tiers", like: example) }
        guard case .array(let entries) = list.content, !entries.isEmpty else {
            throw fees.refusal("tiers", "must be a list such as \(example).")
        }
        var tiers: [TieredFee.Tier] = []
        let known = ["from", "maker", "taker"]
        for tier in try fees.tables("tiers", namedBy: "from", known: known) {
            guard let from = try money(tier, "from", currency) else {
                throw tier.missing("from", like: "\"0\"")
            }
            tiers.append(
                TieredFee.Tier(
                    from: from, maker: try rate(tier, "maker"), taker: try rate(tier, "taker")))
        }
        do throws(MarketError) {
            return try TieredFee(tiers)
        } catch {
            guard case .invalidSetting(_, let why) = error else {
                throw fees.refusal("tiers", "are refused: \(error)")
            }
            throw fees.refusal("tiers", "are refused: \(why).")
        }
    }

    private static func rate(
        _ table: ConfigurationTable, _ key: String
    ) throws(CommandError) -> Rate {
        guard let rate = try table.rate(key) else { throw table.missing(key, like: "\"0.001\"") }
        return rate
    }

    /// An amount in the currency of the venue's fees.
    private static func money(
        _ table: ConfigurationTable, _ key: String, _ currency: Currency?
    ) throws(CommandError) -> Money? {
        guard let amount = try table.decimal(key), let currency else { return nil }
        do {
            return try currency.money(from: amount)
        } catch {
            throw table.refusal(key, "is refused. \(error)")
        }
    }
}

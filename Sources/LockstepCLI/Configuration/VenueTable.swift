import LockstepBacktest
import LockstepBookMarket
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// The venues of a configuration, with their rules and costs.
struct VenueTable {
    /// The keys that a venue may have.
    static let keys =
        [
            "name", "kind", "path", "gap_limit", "through", "slippage_range", "fees", "slippage",
            "initial_margin", "maintenance_margin", "liquidation_fee", "insufficient",
            "allows_non_positive_prices", "latency", "compatible_with", "outcome",
        ] + RuleTable.keys + BookTable.keys
    /// The kinds of venues.
    static let kinds = ["bars", "book", "outcome"]

    /// Their names in order.
    let names: [String]
    /// The venues in order.
    private(set) var venues: [BacktestConfiguration.Venue] = []
    /// The places of the order-book markets among them.
    private(set) var books: Set<Int> = []
    /// Where they stand.
    private let tables: [ConfigurationTable]
    /// The outcome markets among them, by their places.
    private(set) var outcomes: [Int: OutcomeVenue] = [:]

    /// Reads `[[venues]]`.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - currency: The currency of fixed fees.
    ///   - start: The start of the run.
    ///   - file: The path of the configuration.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    init(
        _ root: ConfigurationTable, _ currency: Currency?, start: Timestamp?, file: String
    ) throws(CommandError) {
        let (tables, names) = try ConfigurationFile.named(
            root, "venues", by: "name", known: Self.keys, like: "\"sim\"")
        (self.tables, self.names) = (tables, names)
        if tables.count > Int(UInt16.max) {
            throw .configuration(
                place: "\(root.place)", message: "There are more than 65535 venues.")
        }
        for (position, table) in tables.enumerated() {
            let kind = try table.word("kind", Self.kinds)
            if kind == "book" {
                let settings = try BookTable.settings(
                    table, fees: try FeeTable.fees(table, currency))
                books.insert(position)
                venues.append(
                    BacktestConfiguration.Venue(names[position], BookMarket(settings: settings)))
                continue
            }
            let alone = BookTable.keys.filter { !RuleTable.keys.contains($0) }
            if kind != "outcome", let key = alone.first(where: { table[$0] != nil }) {
                throw table.refusal(
                    key, "is for order-book markets alone. Add kind = \"book\", or remove it.")
            }
            if kind == "outcome" {
                let venue = try OutcomeTable.venue(
                    table, name: names[position], start: start, file: file)
                outcomes[position] = venue
                venues.append(
                    BacktestConfiguration.Venue(
                        names[position], OutcomeMarket(settings: venue.settings)))
                continue
            }
            if let outcome = table["outcome"] {
                throw .configuration(
                    place: "\(outcome.place)",
                    message: "\(table.name("outcome")) is for outcome markets alone. "
                        + "Add kind = \"outcome\", or remove it.")
            }
            try Self.checkLatency(table)
            let settings = try Self.settings(table, currency)
            venues.append(
                BacktestConfiguration.Venue(names[position], BarMarket(settings: settings)))
        }
    }

    /// Refuses what asks for volumes where the data have none.
    ///
    /// - Parameter configuration: The run.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    func checkVolumes(_ configuration: BacktestConfiguration) throws(CommandError) {
        let without = configuration.withoutVolume
        for instrument in configuration.instruments where without.contains(instrument.id) {
            let place = Int(instrument.venue.rawValue) - 1
            guard venues.indices.contains(place), venues[place].market.needsVolume else { continue }
            let table = tables[place]
            let keys = ["participation", "slippage"]
            throw table.refusal(
                keys.first { table[$0] != nil } ?? "compatible_with",
                "asks for volumes, and the data of \(instrument.symbol) have none. "
                    + "Name their column of the volume, or choose a rule that asks for none.")
        }
    }

    /// Accounts of agents and recorded participants, with the outcome market that keeps them where
    /// there are other venues beside it.
    func keeping(_ accounts: [Account]) -> [Account] {
        guard venues.count > 1, let place = outcomes.keys.min() else { return accounts }
        return accounts.map { account in
            var account = account
            account.venue = VenueID(UInt16(place + 1))
            return account
        }
    }

    /// What is decided about the outcome markets, where that stands in files.
    func feeds(_ instruments: Instruments) -> [DatumFeed] {
        venues.indices.compactMap { place in
            guard let venue = outcomes[place], let path = venue.events,
                let first = instruments.first(where: { Int($0.venue.rawValue) == place + 1 })
            else { return nil }
            return DatumFeed(
                resolutions: path, outcomes: venue.settings.outcomes, of: first.id)
        }
    }

    private static func settings(
        _ table: ConfigurationTable, _ currency: Currency?
    ) throws(CommandError) -> EngineSettings {
        let peer = try table.choice("compatible_with", Compatibility.self) ?? .none
        var settings = Execution.compatible(with: peer)
        settings.path = try table.choice("path", IntrabarPath.self) ?? settings.path
        settings.gapLimit = try table.choice("gap_limit", GapLimit.self) ?? settings.gapLimit
        settings.through =
            try table.integer("through", 0...Price.limit - 1) ?? settings.through
        settings.slippageRange =
            try table.choice("slippage_range", SlippageRange.self) ?? settings.slippageRange
        settings.initialMargin = try table.rate("initial_margin") ?? settings.initialMargin
        settings.margin = try marginRules(table)
        settings.allowsNonPositivePrices = try table.flag("allows_non_positive_prices") ?? false
        settings.fees = try FeeTable.fees(table, currency)
        settings.slippage = try slippage(table)
        settings.rules = try RuleTable.rules(table, unless: settings.rules)
        try table.validate { () throws(MarketError) in try settings.validate() }
        return settings
    }

    /// The kind that a table of costs names, and the table with the keys of that kind alone.
    static func cost(
        _ table: ConfigurationTable, _ key: String, _ kinds: [(name: String, keys: [String])]
    ) throws(CommandError) -> (kind: String, table: ConfigurationTable)? {
        guard let any = try table.table(key, known: nil) else { return nil }
        guard let kind = try any.word("kind", kinds.map(\.name)) else {
            throw any.missing(
                "kind", like: kinds.map { "\"\($0.name)\"" }.joined(separator: " or "))
        }
        let keys = kinds.first { $0.name == kind }?.keys ?? []
        guard let exact = try table.table(key, known: ["kind"] + keys) else { return nil }
        return (kind, exact)
    }

    /// How accounts that cannot pay are dealt with.
    static func marginRules(_ table: ConfigurationTable) throws(CommandError) -> MarginRules {
        var rules = MarginRules()
        rules.maintenance = try table.rate("maintenance_margin")
        rules.liquidationFee = try table.rate("liquidation_fee") ?? .zero
        rules.insufficient = try table.choice("insufficient", InsufficientFunds.self) ?? .cancel
        return rules
    }

    private static func slippage(_ table: ConfigurationTable) throws(CommandError) -> Slippage {
        let found = try cost(
            table, "slippage",
            [
                ("none", []), ("ticks", ["ticks"]), ("rate", ["rate", "scope"]),
                ("share", ["spread", "k"]), ("quadratic", ["k"]), ("impact", ["y"]),
            ])
        guard let (kind, slippage) = found else { return .none }
        switch kind {
        case "ticks":
            guard let ticks = try slippage.integer("ticks", 0...Price.limit - 1) else {
                throw slippage.missing("ticks", like: "1")
            }
            return .ticks(TickSlippage(ticks: ticks))
        case "rate":
            guard let rate = try slippage.rate("rate") else {
                throw slippage.missing("rate", like: "\"0.0005\"")
            }
            let scope = try slippage.choice("scope", SlippageScope.self) ?? .all
            return .rate(RateSlippage(rate: rate, scope: scope))
        case "share":
            return .share(
                ShareSlippage(
                    spread: try slippage.rate("spread") ?? .zero,
                    k: try needed("k", slippage, like: "\"10\"")))
        case "quadratic":
            return .quadratic(QuadraticSlippage(k: try needed("k", slippage, like: "\"0.1\"")))
        case "impact":
            return .impact(ImpactSlippage(y: try needed("y", slippage, like: "\"1\"")))
        default: return .none
        }
    }

    private static func needed(
        _ key: String, _ table: ConfigurationTable, like example: String
    ) throws(CommandError) -> Rate {
        guard let rate = try table.rate(key) else { throw table.missing(key, like: example) }
        return rate
    }

    /// Orders and data travel in no time: anything else is refused rather than ignored.
    private static func checkLatency(_ table: ConfigurationTable) throws(CommandError) {
        let keys = ["order", "response", "feed"]
        guard let latency = try table.table("latency", known: keys) else { return }
        for key in keys {
            guard let text = try latency.text(key) else { continue }
            guard ["0", "0ns", "0us", "0ms", "0s"].contains(text) else {
                throw latency.refusal(
                    key, "is \"\(text)\", but a bar venue has no latency. Write \"0ms\".")
            }
        }
    }
}

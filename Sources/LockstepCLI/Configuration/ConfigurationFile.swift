import LockstepBacktest
import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy

/// What a configuration file says.
struct ConfiguredRun: Sendable {
    /// What the run is made of.
    var configuration: BacktestConfiguration
    /// The files of its data.
    let files: [DataFile]
    /// Where the strategies stand, by name.
    let strategyPlaces: [String: String]
}

/// A configuration in TOML: read, overridden, checked and made a value that can be run.
///
/// Unknown keys, wrong types and names of nothing are refused with their place; what is left out
/// has its default.
struct ConfigurationFile {
    /// The tables of the file.
    private static let tables = [
        "run", "currencies", "venues", "instruments", "data", "accounts", "strategies", "agents",
        "flow", "risk", "audit", "report", "engine", "events", "financing",
    ]

    /// The file, as it was named.
    let path: String
    let root: ConfigurationTable
    let tree: TOMLValue

    /// Reads a file and puts overrides in.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - overrides: Texts like `run.seed=5`, the later ones on top.
    /// - Throws: ``CommandError``.
    init(reading path: String, overrides: [String] = []) throws(CommandError) {
        let tree: TOMLValue
        do throws(FilesError) {
            tree = try TOMLReader.read(path: path)
        } catch {
            throw .other(ExitCode(of: error), message: error.description)
        }
        try self.init(tree, path: path, overrides: overrides)
    }

    /// Takes the text of a file; see ``init(reading:overrides:)``.
    init(text: String, path: String, overrides: [String] = []) throws(CommandError) {
        let tree: TOMLValue
        do throws(FilesError) {
            tree = try TOMLReader.read(text: text, file: path)
        } catch {
            throw .other(ExitCode(of: error), message: error.description)
        }
        try self.init(tree, path: path, overrides: overrides)
    }

    private init(
        _ tree: TOMLValue, path: String, overrides: [String]
    ) throws(CommandError) {
        var tree = tree
        for text in overrides { try Self.apply(text, to: &tree) }
        self.path = path
        self.tree = tree
        // The root begins where the file does, not at its first table.
        let whole = TOMLValue(tree.content, at: TOMLPlace(file: path, line: 1, column: 1))
        root = try ConfigurationTable(whole, "", known: Self.tables)
    }

    private static func apply(_ text: String, to tree: inout TOMLValue) throws(CommandError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let path = parts.first, let value = parts.last else {
            throw .configuration(
                place: "--set \(text)", message: "A value is missing: write --set PATH=VALUE.")
        }
        do throws(FilesError) {
            try tree.set(
                String(path),
                to: TOMLReader.overrideValue(String(value), name: "--set \(text)"))
        } catch {
            throw .configuration(place: "--set \(text)", message: Self.message(of: error))
        }
    }

    private static func message(of error: FilesError) -> String {
        if case .override(_, let message) = error { return message }
        return error.description
    }

    /// The run, with the strategies of a registry.
    ///
    /// - Parameter registry: The strategies that `use` may name.
    /// - Returns: The run, checked as far as it can be without opening data.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    func run(_ registry: StrategyRegistry) throws(CommandError) -> ConfiguredRun {
        guard let run = try root.table("run", known: ["name", "seed", "start", "end"]) else {
            throw .configuration(
                place: "\(root.place)",
                message: "[run] is missing. Add it with a line like: name = \"first-run\"")
        }
        let name = try run.text("name", like: "\"first-run\"")
        if !RunDirectory.isValid(name: name) {
            throw run.refusal("name", "is refused. \(FilesError.badName(name))")
        }
        let currencies = try CurrencyTable(root)
        let declared = try accounts(currencies)
        let standard = try currencies.standard()
        let currency = declared.first?.currency ?? standard
        let crowd = try AgentTable(root, currency, file: path)
        var accounts = declared
        accounts += try crowd.accounts(behind: declared, currency)
        let start = try run.time("start")
        let venues = try VenueTable(
            root, accounts.first?.currency, start: start, file: path)
        try place(&accounts, at: venues)
        let instruments = try instruments(venues, currencies, accounts)
        let data = try DataTable(
            root, file: path, instruments, venues,
            FeedPeriod(start: start, end: try run.time("end")))
        let flow = try FlowTable(root, file: path, instruments, currency)
        accounts += venues.keeping(flow.accounts(behind: accounts))
        var strategies = try strategies(
            registry, declared.map(\.name),
            isNeeded: !hasCrowd && venues.outcomes.isEmpty)
        strategies += try crowd.strategies(
            registry, from: declared.count, taken: strategies.map(\.name))
        strategies += try flow.strategies(accounts, taken: strategies.map(\.name))
        var configuration = BacktestConfiguration(
            name: name, venues: venues.venues, instruments: instruments, data: data.series,
            accounts: accounts, strategies: strategies,
            seed: UInt64(try run.integer("seed", 0...Int64.max) ?? 1))
        try venues.checkVolumes(configuration)
        configuration.start = start
        configuration.feeds = venues.feeds(instruments) + data.books
        configuration.feeds += try FinancingTable.feeds(
            root, file: path, instruments,
            FeedPeriod(start: start, end: try run.time("end")))
        configuration.financing = try FinancingTable.financing(root, instruments, accounts)
        configuration.adjusted = data.adjusted
        configuration.end = try run.time("end")
        if let start = configuration.start, let end = configuration.end, end <= start {
            throw run.refusal("end", "is \(end), not after run.start, \(start).")
        }
        configuration.risk = try risk()
        configuration.audit = try audit()
        configuration.bus = try bus()
        configuration.periodsPerYear = try periodsPerYear() ?? configuration.periodsPerYear
        var places: [String: String] = [:]
        for plan in configuration.strategies {
            places[plan.name] = place(ofStrategy: plan.name)?.description
        }
        for (number, agent) in crowd.agents.enumerated() {
            places[agent.name] = "\(crowd.place(number))"
        }
        let signals = try crowd.signals(instruments, accounts)
        configuration.inputs = flow.paths + crowd.files.map(\.path)
        if !signals.isEmpty {
            configuration.services.append(
                ServicePlan { loop, _ in SignalDesk(signals, on: loop) })
        }
        return ConfiguredRun(
            configuration: configuration, files: data.files, strategyPlaces: places)
    }

    /// Whether there are participants besides the declared strategies.
    var hasCrowd: Bool { root["agents"] != nil || root["flow"] != nil }

    /// The tables of a list of which there must be at least one, each with a name of its own.
    static func named(
        _ root: ConfigurationTable, _ key: String, by nameKey: String, known: [String],
        like example: String, isNeeded: Bool = true
    ) throws(CommandError) -> (tables: [ConfigurationTable], names: [String]) {
        let tables = try root.tables(key, namedBy: nameKey, known: known)
        if tables.isEmpty, isNeeded {
            throw .configuration(
                place: "\(root.place)", message: "[[\(key)]] is missing. Add at least one.")
        }
        var names: [String] = []
        for table in tables {
            let name = try table.text(nameKey, like: example)
            if name.isEmpty { throw table.refusal(nameKey, "is empty. Write a name.") }
            if names.contains(name) {
                throw table.refusal(nameKey, "stands twice. Give each of [[\(key)]] its own.")
            }
            names.append(name)
        }
        return (tables, names)
    }

    private static let accountKeys =
        ["name", "currency", "cash", "kind", "lots", "venue"] + FinancingTable.accountKeys

    private func accounts(_ currencies: CurrencyTable) throws(CommandError) -> [Account] {
        let (tables, names) = try Self.named(
            root, "accounts", by: "name", known: Self.accountKeys,
            like: "\"main\"", isNeeded: !hasCrowd)
        var accounts: [Account] = []
        for (position, table) in tables.enumerated() {
            let currency = try currencies.currency(table, "currency")
            if let first = accounts.first, first.currency != currency {
                throw table.refusal(
                    "currency",
                    "is \(currency.code), but account \(first.name) has \(first.currency.code). "
                        + "All accounts of a run have one currency.")
            }
            let cash: Money
            let decimal = try table.decimal("cash", like: "\"100000\"")
            do {
                cash = try currency.money(from: decimal)
            } catch {
                throw table.refusal("cash", "is refused. \(error)")
            }
            if cash < .zero { throw table.refusal("cash", "must be zero or more.") }
            accounts.append(
                Account(
                    id: AccountID(UInt32(position + 1)), name: names[position],
                    currency: currency, startingCash: cash,
                    kind: try table.choice("kind", AccountKind.self) ?? .cash,
                    lots: try table.choice("lots", LotMatching.self) ?? .fifo))
        }
        return accounts
    }

    /// Tells accounts that an outcome market beside other venues keeps so: those that name it, and
    /// the agents'.
    private func place(
        _ accounts: inout [Account], at venues: VenueTable
    ) throws(CommandError) {
        let tables = try root.tables("accounts", namedBy: "name", known: Self.accountKeys)
        for position in tables.indices where tables[position]["venue"] != nil {
            let venue = try tables[position].reference(
                "venue", to: venues.names, "venue", like: "\"final\"")
            guard venues.outcomes[venue] != nil else {
                throw tables[position].refusal(
                    "venue",
                    "is \(venues.names[venue]), which keeps no accounts: the run does, and they "
                        + "trade at all such venues. Remove the line.")
            }
            accounts[position].venue = VenueID(UInt16(venue + 1))
        }
        accounts.replaceSubrange(
            tables.count..., with: venues.keeping(Array(accounts[tables.count...])))
    }

    private func instruments(
        _ venues: VenueTable, _ currencies: CurrencyTable, _ accounts: [Account]
    ) throws(CommandError) -> Instruments {
        let (tables, symbols) = try Self.named(
            root, "instruments", by: "symbol",
            known: ["symbol", "venue", "currency", "tick_size", "lot", "multiplier", "kind"]
                + FinancingTable.instrumentKeys + MarginTable.keys,
            like: "\"AAPL\"", isNeeded: venues.outcomes.isEmpty)
        var list: [Instrument] = []
        for (position, table) in tables.enumerated() {
            let venue = try table.reference("venue", to: venues.names, "venue", like: "\"sim\"")
            if venues.outcomes[venue] != nil {
                throw table.refusal(
                    "venue", "is an outcome market, which makes its own instruments. Remove it.")
            }
            let currency = try currencies.currency(table, "currency")
            if let account = accounts.first, account.currency != currency {
                throw table.refusal(
                    "currency",
                    "is \(currency.code), but the accounts have \(account.currency.code). "
                        + "Amounts are not converted: use one currency.")
            }
            do {
                list.append(
                    try Instrument(
                        id: InstrumentID(UInt32(position + 1)), symbol: symbols[position],
                        venue: VenueID(UInt16(venue + 1)), currency: currency,
                        tickSize: try table.decimal("tick_size", like: "\"0.01\""),
                        lot: try table.decimal("lot", like: "\"1\""),
                        multiplier: try table.decimal("multiplier") ?? .one,
                        kind: try table.choice("kind", Instrument.Kind.self) ?? .spot,
                        margin: try MarginTable.terms(table, currency)))
            } catch let error as CommandError {
                throw error
            } catch {
                throw .configuration(
                    place: "\(table["symbol"]?.place ?? table.place)",
                    message: "\(table.path) is refused. \(error)")
            }
        }
        for place in venues.names.indices {
            guard let outcome = venues.outcomes[place], let account = accounts.first else {
                continue
            }
            do {
                list += try OutcomeMarket(settings: outcome.settings).instruments(
                    venue: VenueID(UInt16(place + 1)), name: outcome.name,
                    from: InstrumentID(UInt32(list.count + 1)), currency: account.currency)
            } catch {
                throw .configuration(place: outcome.place, message: "\(error)")
            }
        }
        do {
            return try Instruments(list)
        } catch {
            throw .configuration(place: "\(root.place)", message: error.description)
        }
    }
}

import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// What a configuration says of an outcome venue.
struct OutcomeVenue {
    /// The name of the venue, which begins the symbols of its tokens.
    let name: String
    let settings: OutcomeMarketSettings
    /// The file of its freezes, eliminations and settlement; nil without one.
    let events: String?
    /// Where it stands in the configuration.
    let place: String
}

/// Reads `[venues.outcome]`.
struct OutcomeTable {
    /// The keys that may stand there.
    static let keys = [
        "outcomes", "start", "events", "batch_interval", "z", "gamma", "opening", "q0", "q0_yes",
        "q0_no", "mu", "nu", "kappa", "zeta", "f", "f_match", "p_max", "p_min", "eta", "tick",
        "sigma", "af_cap_frac", "af_max_pools", "af_max_surplus", "cross_match", "auto_fill",
        "clock", "duration", "round_ends", "gas", "guards", "latency",
    ]

    private let table: ConfigurationTable
    private(set) var settings: OutcomeMarketSettings

    /// Reads the venue of a table of `[[venues]]`.
    ///
    /// - Parameters:
    ///   - venue: The table of the venue.
    ///   - name: Its name.
    ///   - start: When the market opens where it does not say so itself.
    ///   - file: The path of the configuration; other files are relative to its directory.
    /// - Returns: The venue, with settings that make a market.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func venue(
        _ venue: ConfigurationTable, name: String, start: Timestamp?, file: String
    ) throws(CommandError) -> OutcomeVenue {
        for key in venue.entries.map(\.key) where !["name", "kind", "outcome"].contains(key) {
            throw venue.refusal(key, "is for bar markets alone. Remove it.")
        }
        guard let table = try venue.table("outcome", known: keys) else {
            throw venue.missing("outcome", like: "{ outcomes = [\"Ann\", \"Bob\"] }")
        }
        let reader = try OutcomeTable(table, start: start)
        var events: String?
        if let path = try table.text("events") {
            if path.isEmpty { throw table.refusal("events", "is empty. Name the file.") }
            let base = directory(of: file)
            events = path.hasPrefix("/") || base == "." ? path : base + "/" + path
        }
        return OutcomeVenue(
            name: name, settings: reader.settings, events: events, place: "\(table.place)")
    }

    private init(_ table: ConfigurationTable, start: Timestamp?) throws(CommandError) {
        self.table = table
        settings = OutcomeMarketSettings(outcomes: try Self.names(table))
        settings.start = try table.time("start") ?? start ?? .epoch
        try readOpening()
        try readWeights()
        try readRates()
        try readTimes()
        try readGuards()
        do throws(MarketError) {
            try settings.validate()
        } catch {
            guard case .invalidSetting(let key, let why) = error else {
                throw .configuration(place: "\(table.place)", message: "\(table.path): \(error)")
            }
            let first = key.split(separator: ".").first.map(String.init) ?? key
            throw .configuration(
                place: "\(table[first]?.place ?? table.place)",
                message: "\(table.path).\(key) is refused: \(why).")
        }
    }

    private static func names(_ table: ConfigurationTable) throws(CommandError) -> [String] {
        guard let value = table["outcomes"] else {
            throw table.missing("outcomes", like: "[\"Ann\", \"Bob\"]")
        }
        var names: [String] = []
        guard case .array(let elements) = value.content else {
            throw table.refusal("outcomes", "must be a list of names, not \(value.kind).")
        }
        for element in elements {
            guard let name = element.string else {
                throw table.refusal("outcomes", "must hold names in quotes, not \(element.kind).")
            }
            names.append(name)
        }
        return names
    }

    private mutating func readOpening() throws(CommandError) {
        let both = try millionths("q0", "tokens")
        let yes = try millionths("q0_yes", "tokens") ?? both
        let no = try millionths("q0_no", "tokens") ?? both
        let word = try table.word("opening", ["coherent", "half"])
        if yes != nil || no != nil {
            if word == "coherent" {
                throw table.refusal(
                    "opening", "is \"coherent\", which sets the supplies. Remove it, or q0.")
            }
            settings.opening = .supplies(yes: yes, no: no)
        } else if word == "half" {
            settings.opening = .supplies(yes: nil, no: nil)
        }
    }

    private mutating func readWeights() throws(CommandError) {
        settings.mu = try schedule("mu") ?? settings.mu
        settings.nu = try schedule("nu") ?? settings.nu
        settings.kappa = try schedule("kappa") ?? settings.kappa
        settings.zeta = try schedule("zeta") ?? settings.zeta
    }

    private mutating func readRates() throws(CommandError) {
        if let subsidy = try millionths("z", "USDC") { settings.subsidy = Money(units: subsidy) }
        if let gas = try millionths("gas", "USDC") { settings.gas = Money(units: gas) }
        settings.gamma = try table.rate("gamma") ?? settings.gamma
        settings.fee = try table.rate("f") ?? settings.fee
        settings.matchFee = try table.rate("f_match") ?? settings.matchFee
        settings.maximumPrice = try table.rate("p_max") ?? settings.maximumPrice
        settings.minimumPrice = try table.rate("p_min") ?? settings.minimumPrice
        settings.eta = try table.rate("eta") ?? settings.eta
        settings.tick = try table.rate("tick") ?? settings.tick
        settings.sigma = try table.rate("sigma") ?? settings.sigma
        settings.autoFillCapShare =
            try table.rate("af_cap_frac") ?? settings.autoFillCapShare
        settings.autoFillMaximumSurplus =
            try table.rate("af_max_surplus") ?? settings.autoFillMaximumSurplus
        if let levels = try table.integer("af_max_pools", 0...1_000_000) {
            settings.autoFillMaximumLevels = Int(levels)
        }
        settings.crossMatching = try table.flag("cross_match") ?? settings.crossMatching
        settings.autoFilling = try table.flag("auto_fill") ?? settings.autoFilling
    }

    private mutating func readTimes() throws(CommandError) {
        settings.batchInterval = try table.duration("batch_interval") ?? settings.batchInterval
        settings.duration = try table.duration("duration") ?? settings.duration
        settings.roundEnds = try table.durations("round_ends") ?? settings.roundEnds
        settings.clock =
            try table.choice("clock", OutcomeMarketSettings.Clock.self) ?? settings.clock
        guard let delays = try table.table("latency", known: nil) else { return }
        for entry in delays.entries {
            settings.latency[entry.key] = try delays.duration(entry.key)
        }
    }

    private mutating func readGuards() throws(CommandError) {
        let keys = ["max_slippage", "redemption", "through_maker"]
        guard let guards = try table.table("guards", known: keys) else { return }
        if guards["max_slippage"]?.string == "off" {
            settings.guards.maxSlippage = nil
        } else {
            settings.guards.maxSlippage =
                try guards.rate("max_slippage") ?? settings.guards.maxSlippage
        }
        settings.guards.redemption =
            try guards.flag("redemption") ?? settings.guards.redemption
        settings.guards.throughMaker =
            try guards.flag("through_maker") ?? settings.guards.throughMaker
    }

    /// A figure, or the two between which it moves.
    private func schedule(
        _ key: String
    ) throws(CommandError) -> OutcomeMarketSettings.Schedule? {
        guard let value = table[key] else { return nil }
        guard case .table = value.content else {
            guard let rate = try table.rate(key) else { return nil }
            return OutcomeMarketSettings.Schedule(rate)
        }
        guard let ends = try table.table(key, known: ["start", "end"]) else { return nil }
        guard let start = try ends.rate("start") else {
            throw ends.missing("start", like: "\"1\"")
        }
        guard let end = try ends.rate("end") else { throw ends.missing("end", like: "\"2\"") }
        return OutcomeMarketSettings.Schedule(start, end)
    }

    private func millionths(_ key: String, _ unit: String) throws(CommandError) -> Int64? {
        guard let value = try table.decimal(key) else { return nil }
        do {
            return try value.scaled(toDecimals: 6)
        } catch {
            throw table.refusal(key, "is refused: a number of \(unit) with six decimals. \(error)")
        }
    }
}

extension ConfigurationFile {
    /// The outcome venues, without the rest of the run.
    ///
    /// - Returns: The venues, each with settings that make a market.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    func outcomeVenues() throws(CommandError) -> [OutcomeVenue] {
        let start = try root.table("run", known: nil)?.time("start")
        var venues: [OutcomeVenue] = []
        for table in try root.tables("venues", namedBy: "name", known: VenueTable.keys) {
            guard try table.word("kind", VenueTable.kinds) == "outcome" else { continue }
            venues.append(
                try OutcomeTable.venue(
                    table, name: try table.text("name", like: "\"final\""), start: start,
                    file: path))
        }
        return venues
    }
}

import LockstepAudit
import LockstepFiles
import LockstepMarket
package import LockstepModel
package import LockstepPortfolio
package import LockstepRisk
package import LockstepStrategy

/// What the parts of a run are told, derived from its configuration.
extension BacktestConfiguration {
    /// For each instrument in order its first series; nil without data.
    package var primarySeries: [SeriesID?] {
        instruments.map { instrument in
            data.firstIndex { $0.instrument == instrument.id }
                .map { SeriesID(UInt32($0 + 1)) }
        }
    }

    /// The instruments whose primary series is known to have bars without volume, where a venue
    /// asks for volumes.
    package var withoutVolume: Set<InstrumentID> {
        guard venues.contains(where: { $0.market.needsVolume }) else { return [] }
        var seen: Set<InstrumentID> = []
        return Set(
            data.filter { seen.insert($0.instrument).inserted && $0.lacksVolume }
                .map(\.instrument))
    }

    /// Whether a venue tells the tops of books.
    package var hasBooks: Bool { venues.contains { $0.market.hasBooks } }

    /// Whether anything dated may happen beside trading.
    package var isDated: Bool {
        financing != Financing() || feeds.contains { $0.hasEvents }
    }

    /// What holding costs, in a run in which anything dated may happen.
    var datedFinancing: Financing? { isDated ? financing : nil }

    var seriesDescriptions: [SeriesDescription] {
        data.enumerated().map { place, series in
            SeriesDescription(
                id: SeriesID(UInt32(place + 1)), instrument: series.instrument,
                interval: series.interval)
        }
    }

    /// The names that stand for the parts of the run in its log, in the order of their numbers.
    package var symbols: [String] {
        instruments.map(\.symbol) + venues.map(\.name) + accounts.map(\.name)
            + strategies.map(\.name)
    }

    var names: ResultTally.Names {
        ResultTally.Names(
            instruments: instruments,
            accounts: accounts.map { (name: $0.name, currency: $0.currency) },
            strategies: strategies.map(\.name))
    }

    /// The most a fill can cost at each venue, for reserves.
    var largestFees: [VenueID: LargestFee] {
        var fees: [VenueID: LargestFee] = [:]
        for (place, venue) in venues.enumerated() {
            let fee = venue.market.largestFee
            fees[VenueID(UInt16(place + 1))] = LargestFee(
                rate: fee.rate, fixed: fee.fixed, perLot: venue.market.largestFeePerLot)
        }
        return fees
    }

    /// The equity that margin accounts need per worth of what they hold, at each venue.
    var margins: [VenueID: MarginTerms] {
        var margins: [VenueID: MarginTerms] = [:]
        for (place, venue) in venues.enumerated() {
            margins[VenueID(UInt16(place + 1))] = MarginTerms(
                initial: .share(venue.market.initialMargin),
                maintenance: venue.market.marginRules.maintenance.map { .share($0) })
        }
        return margins
    }

    package func portfolio() throws -> Portfolio {
        try Portfolio(
            accounts: accounts, instruments: instruments, primarySeries: primarySeries,
            tokens: tokens, hasBooks: hasBooks, financing: datedFinancing)
    }

    package func riskGate() throws -> RiskGate {
        try RiskGate(
            instruments: instruments, accounts: placedAccounts, limits: risk, fees: largestFees,
            margins: margins, holders: holders,
            redeeming: holders.filter {
                venues[Int($0.rawValue) - 1].market.guardsRedemption
            }, borrowable: financing.borrows.compactMapValues(\.available))
    }

    /// The accounts with the venues that keep them: a venue that is alone in its run keeps all.
    package var placedAccounts: [Account] {
        guard venues.count == 1, hasOutcomes else { return accounts }
        return accounts.map { account in
            var account = account
            account.venue = VenueID(1)
            return account
        }
    }

    /// The venues that keep the cash and tokens of accounts themselves.
    private var holders: Set<VenueID> {
        Set(
            venues.indices.filter { venues[$0].market.holdsAccounts }
                .map { VenueID(UInt16($0 + 1)) })
    }

    /// Whether there is such a venue.
    package var hasOutcomes: Bool { venues.contains { $0.market.holdsAccounts } }

    /// The tokens of such venues: YES and NO of each outcome in turn.
    private var tokens: [TokenPair] {
        let holders = holders
        let tokens = instruments.filter { holders.contains($0.venue) }
        return stride(from: 0, to: tokens.count - 1, by: 2).map { place in
            TokenPair(yes: tokens[place].id, no: tokens[place + 1].id)
        }
    }

    /// What the strategies of a run find there.
    package var strategySetup: StrategySetup {
        var setup = StrategySetup(
            instruments: instruments, series: seriesDescriptions,
            cash: accounts.map(\.startingCash), seed: seed)
        setup.hearsOutcomes = hasOutcomes
        setup.hearsBooks = hasBooks
        setup.hearsEvents = isDated
        return setup
    }

    /// Opens the log; without a path its bytes go nowhere and only the digest is kept.
    func openLog(_ path: String?, _ facts: RunFacts?) throws -> AuditLogWriter {
        let salt: AuditLogSettings.Salt =
            try audit.isReproducible || path == nil
            ? .derived(Digest.sha256(Array(canonicalText().utf8).span)) : .random
        let settings = try AuditLogSettings(
            level: audit.level, block: audit.block,
            sync: path == nil ? .none : audit.synchronization.ofLog, salt: salt)
        let manifest = AuditManifest(
            run: name, toolVersion: facts?.program ?? "lockstep",
            started: facts.map { CivilTime.text($0.now()) }, host: facts?.host)
        guard let path else {
            return try AuditLogWriter(to: DiscardingSink(), manifest: manifest, settings: settings)
        }
        return try AuditLogWriter(creating: path, manifest: manifest, settings: settings)
    }
}

extension BacktestConfiguration.Audit.Synchronization {
    /// The same as the log names it.
    var ofLog: AuditLogSettings.Sync {
        switch self {
        case .none: .none
        case .close: .close
        case .block: .block
        }
    }
}

/// A log of which only the digest is wanted.
private struct DiscardingSink: AuditSink {
    var name: String { "nowhere" }

    func write(_ bytes: Span<UInt8>) throws(FilesError) {}

    func synchronize() throws(FilesError) {}

    func close() throws(FilesError) {}
}

import Foundation
import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepStrategy
import Testing

/// One case: its data, its strategy and what the peer made of them.
struct ParityCase: CustomTestStringConvertible, Sendable {
    /// A backtester whose results are compared.
    enum Peer: String {
        case backtestingPy = "backtesting.py"
        case backtrader
        case nautilus = "nautilus_trader"

        /// The preset under which Lockstep fills as it does.
        var compatibility: Compatibility {
            switch self {
            case .backtestingPy: .backtestingPy
            case .backtrader: .backtrader
            case .nautilus: .nautilusBars
            }
        }
    }

    let folder: URL
    let peer: Peer
    let rule: StrategyRule
    let tables: [PriceTable]
    let expectedBytes: Data

    var name: String { folder.lastPathComponent }
    var testDescription: String { name }

    /// Reads a case; throws why it is left out.
    init(_ folder: URL) throws {
        self.folder = folder
        expectedBytes = try Data(contentsOf: folder.appending(path: "expected.json"))
        let description = try Self.section(
            "### Strategy", of: folder.appending(path: "README.md"))
        rule = try StrategyRule(description)
        let expected = try Self.decode(expectedBytes)
        guard let peer = Peer(rawValue: expected.peer.name) else {
            throw LeftOut("\(expected.peer.name) fills by rules that need more than is built")
        }
        guard expected.config.others.isEmpty else {
            throw LeftOut("settings need more: \(expected.config.others.joined(separator: ", "))")
        }
        let isAllIn = if case .allInCross = rule { true } else { false }
        guard expected.config.isExclusive == isAllIn else {
            throw LeftOut("its orders close others, or do not, which its strategy does not say")
        }
        self.peer = peer
        let single = folder.appending(path: "data.csv")
        let names = expected.instruments ?? ["data"]
        tables = try names.map { name in
            let own = folder.appending(path: "\(name).csv")
            let isOwn = FileManager.default.fileExists(atPath: own.path(percentEncoded: false))
            return try PriceTable(symbol: name, url: isOwn ? own : single)
        }
        if case .monthlyTargets(let symbols, _) = rule, symbols != names {
            throw LeftOut("its orders name other instruments than its data")
        }
    }

    func expected() throws -> ExpectedResult { try Self.decode(expectedBytes) }

    /// The index of the first bar at which the peer calls a strategy.
    var firstCall: Int {
        switch peer {
        case .backtestingPy: 1 + (rule.firstValue ?? 0)
        case .backtrader, .nautilus: rule.firstValue ?? 0
        }
    }

    /// The run that the case describes.
    func configuration(_ settings: ExpectedResult.Settings) throws -> BacktestConfiguration {
        let spread = try ExactDecimal("\(settings.spread ?? 0)")
        // A grid on which prices, spreads and levels are exact: the peers round none of them.
        let decimals = try tables.map(\.decimals) + rule.levels.distances.map(Self.decimals)
        let factors = try rule.levels.factors.map(Self.decimals)
        let tick = try ExactDecimal(
            mantissa: 1,
            exponent: -((decimals.max() ?? 0) + (factors.max() ?? 0) + spread.decimals))
        // One peer rounds fees to cents; the others round nothing.
        let currency = try Currency("USD", decimals: peer == .nautilus ? 2 : 9)
        let fee = ProportionalFee(
            fixed: try currency.money(from: ExactDecimal("\(settings.commission.fixed)")),
            rate: try Rate("\(settings.commission.rate)"))
        var engine = Execution.compatible(with: peer.compatibility)
        engine.slippageRange = .beyondBar
        engine.fees = .proportional(fee)
        engine.slippage = .rate(RateSlippage(rate: try Rate(spread), scope: .opening))
        engine.initialMargin = try Rate("\(settings.margin ?? 1)")
        let instruments = try tables.enumerated().map { place, table in
            try Instrument(
                id: InstrumentID(UInt32(place + 1)), symbol: table.symbol, venue: VenueID(1),
                currency: currency, tickSize: tick, lot: .one)
        }
        let data = zip(instruments, tables).map { instrument, table in
            var layout = CSVBarLayout(interval: table.interval, stamp: .open)
            if !table.hasVolume { layout.volumeColumn = nil }
            return DataSeries(
                csv: instrument.id, path: table.url.path(percentEncoded: false), layout: layout)
        }
        return BacktestConfiguration(
            name: "parity", venues: [.init("sim", BarMarket(settings: engine))],
            instruments: try Instruments(instruments), data: data,
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: currency,
                    startingCash: try currency.money(from: ExactDecimal("\(settings.cash)")),
                    kind: peer != .backtrader || rule.goesShort ? .margin : .cash)
            ], strategies: [try plan()])
    }

    /// The strategy, told what the case tells.
    private func plan() throws -> StrategyPlan {
        let symbol = tables[0].symbol
        switch rule {
        case .averageLong(let fast, let slow, let lots):
            return try StrategyPlan(
                AverageLong.self,
                AverageParameters(
                    symbol: symbol, fast: fast, slow: slow, lots: lots, firstCall: firstCall))
        case .averageReverse(let fast, let slow, let lots):
            // The spread and the fixed fee are those of two fills where the peer has them.
            return try StrategyPlan(
                AverageReverse.self,
                AverageParameters(
                    symbol: symbol, fast: fast, slow: slow, lots: lots, firstCall: firstCall,
                    splitsReversal: peer == .backtestingPy))
        case .allInCross(let fast, let slow):
            return try StrategyPlan(
                AllInCross.self,
                AverageParameters(symbol: symbol, fast: fast, slow: slow, firstCall: firstCall))
        case .crossBracket(let fast, let slow, let lots, let levels):
            return try StrategyPlan(
                CrossBracket.self,
                CrossBracket.Parameters(
                    symbol: symbol, fast: fast, slow: slow, lots: lots, longStop: levels[0],
                    longTarget: levels[1], shortStop: levels[2], shortTarget: levels[3],
                    firstCall: firstCall))
        case .limitBracket(let period, let lots, let levels):
            return try StrategyPlan(
                LimitBracket.self,
                LimitBracket.Parameters(
                    symbol: symbol, period: period, lots: lots, longEntry: levels[0],
                    longStop: levels[1], longTarget: levels[2], shortEntry: levels[3],
                    shortStop: levels[4], shortTarget: levels[5], firstCall: firstCall))
        case .channelExits(let period, let lots, let stop):
            return try StrategyPlan(
                ChannelExits.self,
                ChannelExits.Parameters(
                    symbol: symbol, period: period, lots: lots, stop: stop, firstCall: firstCall))
        case .lowLimit(let period, let lots, let loss, let gain):
            return try StrategyPlan(
                LowLimit.self,
                LowLimit.Parameters(
                    symbol: symbol, period: period, lots: lots, loss: loss, gain: gain))
        case .stopBreakout(let high, let low, let lots, let offset):
            return try StrategyPlan(
                StopBreakout.self,
                StopBreakout.Parameters(
                    symbol: symbol, high: high, low: low, lots: lots, offset: offset,
                    firstCall: firstCall))
        case .limitFade(let period, let age, let lots, let below, let above):
            return try StrategyPlan(
                LimitFade.self,
                LimitFade.Parameters(
                    symbol: symbol, period: period, age: age, lots: lots, below: below,
                    above: above, firstCall: firstCall))
        case .monthlyTargets(let symbols, let percent):
            return try StrategyPlan(
                MonthlyTargets.self,
                MonthlyTargets.Parameters(
                    symbols: symbols.joined(separator: ","), percent: percent,
                    firstCall: firstCall))
        }
    }

    private static func decode(_ data: Data) throws -> ExpectedResult {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(ExpectedResult.self, from: data)
        } catch let error as DecodingError {
            throw LeftOut("expected.json tells other things than trades and equity: \(error)")
        }
    }

    private static func decimals(_ text: String) throws -> Int { try ExactDecimal(text).decimals }

    /// The text below a heading, up to the next one, its lines joined.
    private static func section(_ heading: String, of readme: URL) throws -> String {
        let lines = try String(contentsOf: readme, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: heading[...]) else {
            throw LeftOut("its README has no section \"\(heading)\"")
        }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("#") }
            .flatMap { $0.split(separator: " ") }.joined(separator: " ")
    }
}

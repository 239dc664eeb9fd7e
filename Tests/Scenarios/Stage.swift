package import LockstepBacktest
package import LockstepBookMarket
package import LockstepFeed
import LockstepMarket
package import LockstepModel
package import LockstepStrategy

/// Open, high, low and close in ticks of a cent.
package typealias Row = (Int64, Int64, Int64, Int64)

/// What most runs of the tests are made of: prices in cents, lots of 1, dollars.
package enum Stage {
    package static let second: Int64 = 1_000_000_000

    /// Three minutes: closes at 100.50, 102.00 and 104.00.
    package static let three: [Row] = [
        (10000, 10100, 9900, 10050), (10100, 10300, 10000, 10200), (10200, 10500, 10100, 10400),
    ]

    package static func instrument(
        _ number: Int, limits: Instrument.Limits = .none, venue: UInt16 = 1
    ) throws -> Instrument {
        try Instrument(
            id: InstrumentID(UInt32(number)), symbol: "S\(number)", venue: VenueID(venue),
            currency: Currency("USD"), tickSize: ExactDecimal("0.01"), lot: ExactDecimal(1),
            multiplier: ExactDecimal(1), limits: limits)
    }

    package static func series(
        _ number: Int, of instrument: Int? = nil, every interval: String = "1m"
    ) throws -> Series {
        Series(
            id: SeriesID(UInt32(number)), instrument: InstrumentID(UInt32(instrument ?? number)),
            interval: try BarInterval(interval), source: "table \(number)")
    }

    /// Bars that follow each other from a second on.
    package static func bars(
        _ rows: [Row], series number: Int = 1, of instrument: Int? = nil,
        every interval: String = "1m", from second: Int64 = 0
    ) throws -> DataSeries {
        let series = try series(number, of: instrument, every: interval)
        let length = series.interval.nanoseconds
        let bars = rows.enumerated().map { place, row in
            let start = Timestamp(nanoseconds: second * Self.second + Int64(place) * length)
            return Bar(
                instrument: series.instrument, series: series.id, start: start,
                end: Timestamp(nanoseconds: start.nanoseconds + length), label: start,
                open: Price(ticks: row.0), high: Price(ticks: row.1), low: Price(ticks: row.2),
                close: Price(ticks: row.3), volume: Quantity(lots: 1000))
        }
        return DataSeries(try MemoryBarSource(series: series, bars: ContiguousArray(bars)))
    }

    /// A random walk.
    package static func walk(_ number: Int, seed: UInt64 = 7, count: Int64 = 300) throws
        -> DataSeries
    {
        let series = try series(number)
        return DataSeries(instrument: series.instrument, interval: series.interval) {
            AnyBarSource(
                try SyntheticBarSource(series: series, seed: seed, start: .epoch, count: count))
        }
    }

    /// Bars in memory that hop about 100.00; with gaps, one of so many is missing.
    package static func hops(
        _ number: Int, of instrument: Int? = nil, every interval: String = "1m", seed: UInt64,
        count: Int, gaps: UInt64? = nil, from second: Int64 = 0
    ) throws -> DataSeries {
        let series = try series(number, of: instrument, every: interval)
        let length = series.interval.nanoseconds
        var random = RandomStream(seed: seed, component: "hops", entity: UInt64(number))
        var bars: ContiguousArray<Bar> = []
        var last: Int64 = 10_000
        for place in 0..<Int64(count) {
            let close = max(9_500, last + Int64(random.next() % 61) - 30)
            let (up, down) = (Int64(random.next() % 12), Int64(random.next() % 12))
            let start = Timestamp(nanoseconds: second * Self.second + place * length)
            let isMissing = gaps.map { random.next() % $0 == 0 } ?? false
            if !isMissing {
                bars.append(
                    Bar(
                        instrument: series.instrument, series: series.id, start: start,
                        end: Timestamp(nanoseconds: start.nanoseconds + length), label: start,
                        open: Price(ticks: last), high: Price(ticks: max(last, close) + up),
                        low: Price(ticks: min(last, close) - down), close: Price(ticks: close),
                        volume: Quantity(lots: 1000)))
            }
            last = close
        }
        return DataSeries(try MemoryBarSource(series: series, bars: bars))
    }

    package static func account(
        _ number: Int = 1, cash: Int64 = 100_000, kind: AccountKind = .cash,
        lots: LotMatching = .fifo
    ) throws -> Account {
        Account(
            id: AccountID(UInt32(number)), name: "account-\(number)", currency: try Currency("USD"),
            startingCash: Money(units: cash * 1_000_000), kind: kind, lots: lots)
    }

    package static func configuration(
        _ data: [DataSeries], instruments: Int = 1, accounts: [Account]? = nil,
        settings: EngineSettings = EngineSettings(), seed: UInt64 = 1,
        _ strategies: [StrategyPlan]
    ) throws -> BacktestConfiguration {
        BacktestConfiguration(
            name: "scenario", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try Instruments((1...instruments).map { try instrument($0) }),
            data: data, accounts: try accounts ?? [account()], strategies: strategies, seed: seed)
    }

    /// A strategy that follows a script.
    package static func script(
        _ lines: [String], book: Int = 0, bars: [String] = [], account: UInt32 = 1,
        name: String = "script", instrument: Int = 1
    ) throws -> StrategyPlan {
        var parameters = Script.Parameters()
        parameters.lines = lines
        parameters.book = book
        parameters.bars = bars
        parameters.instrument = instrument
        return try StrategyPlan(
            Script.self, parameters, account: AccountID(account), name: name)
    }

    /// Runs scripts over three minutes of one instrument, or other data, and tells what they saw.
    package static func traces(
        of scripts: [[String]], over data: [DataSeries]? = nil, instruments: Int = 1,
        accounts: [Account]? = nil, onAccounts: [UInt32]? = nil, bars: [String] = []
    ) throws -> (lines: [String], result: BacktestResult) {
        let book = TraceBook.open()
        let plans = try scripts.enumerated().map { place, lines in
            try script(
                lines, book: book, bars: bars, account: onAccounts?[place] ?? 1,
                name: "script-\(place + 1)")
        }
        let configuration = try configuration(
            try data ?? [Self.bars(three)], instruments: instruments, accounts: accounts, plans)
        do {
            let result = try Backtest(configuration, recording: .inMemory).runHere()
            return (TraceBook.close(book), result)
        } catch {
            _ = TraceBook.close(book)
            throw error
        }
    }

    /// The result of a run that must fail.
    package static func failure(
        of configuration: BacktestConfiguration, auditLog: String? = nil
    ) throws -> BacktestResult? {
        do {
            _ = try Backtest(configuration, recording: .inMemory).runHere(auditLog: auditLog)
            return nil
        } catch BacktestError.runFailed(let result) {
            return result
        }
    }
}

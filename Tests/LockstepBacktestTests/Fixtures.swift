import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepStrategy

/// A run over bars given as tables of open, high, low, close in cents, one minute each.
enum Sample {
    static let usd = try? Currency("USD")

    static func instrument(_ number: Int, _ symbol: String) throws -> Instrument {
        try Instrument(
            id: InstrumentID(UInt32(number)), symbol: symbol, venue: VenueID(1),
            currency: Currency("USD"), tickSize: ExactDecimal("0.01"), lot: ExactDecimal(1),
            multiplier: ExactDecimal(1))
    }

    static func series(_ number: Int, interval: BarInterval) -> Series {
        Series(
            id: SeriesID(UInt32(number)), instrument: InstrumentID(UInt32(number)),
            interval: interval, source: "table \(number)")
    }

    static func bars(_ number: Int, _ rows: [(Int64, Int64, Int64, Int64)]) throws -> DataSeries {
        let interval = try BarInterval("1m")
        let bars = rows.enumerated().map { place, row in
            let start = Timestamp(nanoseconds: Int64(place) * interval.nanoseconds)
            return Bar(
                instrument: InstrumentID(UInt32(number)), series: SeriesID(UInt32(number)),
                start: start, end: Timestamp(nanoseconds: start.nanoseconds + interval.nanoseconds),
                label: start, open: Price(ticks: row.0), high: Price(ticks: row.1),
                low: Price(ticks: row.2), close: Price(ticks: row.3),
                volume: Quantity(lots: 1000))
        }
        return DataSeries(
            try MemoryBarSource(
                series: series(number, interval: interval), bars: ContiguousArray(bars)))
    }

    static func walk(_ number: Int, seed: UInt64, count: Int64) throws -> DataSeries {
        let interval = try BarInterval("1m")
        let series = series(number, interval: interval)
        return DataSeries(instrument: series.instrument, interval: interval) {
            AnyBarSource(
                try SyntheticBarSource(series: series, seed: seed, start: .epoch, count: count))
        }
    }

    static func configuration(
        _ data: [DataSeries], _ strategies: [StrategyPlan], cash: Int64 = 100_000,
        kind: AccountKind = .cash, settings: EngineSettings = EngineSettings()
    ) throws -> BacktestConfiguration {
        let usd = try Currency("USD")
        return BacktestConfiguration(
            name: "sample", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try Instruments(
                data.indices.map { try instrument($0 + 1, "S\($0 + 1)") }),
            data: data,
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: usd,
                    startingCash: Money(units: cash * 1_000_000), kind: kind)
            ], strategies: strategies)
    }
}

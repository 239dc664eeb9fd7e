import Lockstep

/// Four bars of a minute, at 101 to 104 ticks.
enum FourBars {
    /// One strategy on them, with an account of a thousand dollars.
    static func configuration(
        _ name: String, _ strategy: StrategyPlan
    ) throws -> BacktestConfiguration {
        let currency = try Currency("USD")
        let instrument = try Instrument(
            id: InstrumentID(1), symbol: "EXAM", venue: VenueID(1), currency: currency,
            tickSize: .one, lot: .one)
        let minute: Int64 = 60_000_000_000
        let bars = (0..<4).map { (number: Int64) in
            let price = Price(ticks: 101 + number)
            let start = Timestamp(nanoseconds: number * minute)
            return Bar(
                instrument: instrument.id, series: SeriesID(1), start: start,
                end: Timestamp(nanoseconds: (number + 1) * minute), label: start, open: price,
                high: price, low: price, close: price, volume: nil)
        }
        let series = Series(
            id: SeriesID(1), instrument: instrument.id, interval: try BarInterval("1m"),
            source: "here")
        return BacktestConfiguration(
            name: name, venues: [BacktestConfiguration.Venue("sim", BarMarket())],
            instruments: try Instruments([instrument]),
            data: [DataSeries(try MemoryBarSource(series: series, bars: ContiguousArray(bars)))],
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: currency,
                    startingCash: Money(units: 1_000_000_000))
            ],
            strategies: [strategy])
    }
}

import LockstepBacktest
import LockstepFeed
import LockstepModel
import LockstepStrategy
import Testing

/// Enters at the end of each hour with a stop and a target near the hour's close.
private struct Hourly: Strategy {
    struct Parameters: StrategyParameters { var symbol = "S1" }

    private let instrument: InstrumentID
    private let hour: BarInterval

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        hour = try BarInterval("1h")
    }

    var subscriptions: Subscriptions { Bars(instrument, every: hour) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        guard context.position(instrument).isZero, context.openOrders.isEmpty else { return }
        context.bracket(
            OrderTerms(.buy, Quantity(lots: 1), of: instrument),
            stop: .stop(try bar.close.advanced(byTicks: -3)),
            target: .limit(try bar.close.advanced(byTicks: 3)))
    }
}

/// Buys when it holds nothing and sells what it holds, at every bar.
private struct InAndOut: Strategy {
    struct Parameters: StrategyParameters { var symbol = "S1" }

    private let instrument: InstrumentID

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let held = context.position(instrument)
        context.submit(
            OrderTerms(held.isZero ? .buy : .sell, Quantity(lots: 1), of: instrument))
    }
}

/// Series of several lengths of one instrument: the first declared one fills.
@Suite struct MultiRateTests {
    private static func start(_ minute: Int64) -> Timestamp {
        Timestamp(nanoseconds: minute * 60_000_000_000)
    }

    /// Four hours of minutes that fall by a tick each, from 1000 on, and the hours made of them.
    private static func bars(_ series: UInt32, _ text: String) throws -> DataSeries {
        let interval = try BarInterval(text)
        let minutes = interval.nanoseconds / 60_000_000_000
        var bars: ContiguousArray<Bar> = []
        for place in 0..<240 / minutes {
            let first = place * minutes
            bars.append(
                Bar(
                    instrument: InstrumentID(1), series: SeriesID(series), start: start(first),
                    end: start(first + minutes), label: start(first),
                    open: Price(ticks: 1000 - first), high: Price(ticks: 1000 - first),
                    low: Price(ticks: 1000 - first - minutes),
                    close: Price(ticks: 1000 - first - minutes), volume: Quantity(lots: 1)))
        }
        return DataSeries(
            try MemoryBarSource(
                series: Series(
                    id: SeriesID(series), instrument: InstrumentID(1), interval: interval,
                    source: text), bars: bars))
    }

    @Test func `what is decided on hours fills on the minutes that follow`() throws {
        var configuration = try Sample.configuration(
            [Self.bars(1, "1m"), Self.bars(2, "1h")],
            [try StrategyPlan(Hourly.self, Hourly.Parameters())])
        configuration.instruments = try Instruments([Sample.instrument(1, "S1")])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        // At 1:00 the price is 940: bought there, and sold at 937 within the third minute; the same
        // at 2:00 and 3:00. At 4:00 the data end.
        let minutes = [60, 62, 120, 122, 180, 182] as [Int64]
        #expect(result.fills.map(\.label) == minutes.map(Self.start))
        #expect(result.fills.map(\.price.ticks) == [940, 937, 880, 877, 820, 817])
        #expect(
            result.fills.map(\.point) == [.open, .interior, .open, .interior, .open, .interior])
    }

    // Decided on the first bar, bought at the second one's open; known when that bar is seen, so
    // sold at the third one's open.
    @Test func `a strategy knows its fills when it sees the bar that made them`() throws {
        let rows = (0..<4).map { _ in (Int64(100), Int64(101), Int64(99), Int64(100)) }
        let configuration = try Sample.configuration(
            [Sample.bars(1, rows)], [try StrategyPlan(InAndOut.self, InAndOut.Parameters())])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.fills.map(\.side) == [.buy, .sell, .buy])
        #expect(result.fills.map(\.label) == [1, 2, 3].map(Self.start))
    }
}

import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepModel
import LockstepStrategy
import Testing

/// Sends one order for each minute that it sees, to each of four instruments in turn.
private struct Sender: Strategy {
    struct Parameters: StrategyParameters { var symbol = "S1" }

    private let minutes: InstrumentID
    private let all: [InstrumentID]
    private var count: Int64 = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        minutes = try instruments(parameters.symbol).id
        all = instruments.map(\.id)
    }

    var subscriptions: Subscriptions { Bars(minutes) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        count += 1
        let side: Side = count % 3 == 0 ? .sell : .buy
        let near = Price(ticks: 1000 + (side == .buy ? -1 : 1) * (count % 7))
        let far = Price(ticks: 1000 + (side == .buy ? 1 : -1) * (count % 5))
        let kinds: [OrderKind] = [
            .market(), .limit(near, .goodTilCancelled), .stop(far, .goodTilCancelled),
            .trailingStop(.distance(ticks: 1 + count % 4), .goodTilCancelled),
        ]
        context.submit(
            OrderTerms(
                side, Quantity(lots: 1), of: all[Int(count) % all.count],
                kinds[Int(count / 4) % kinds.count]))
    }
}

/// Hours, minutes, days of 23 and of 25 hours, and calendar months, each of an instrument of its own.
@Suite struct CalendarRateTests {
    /// Seconds since 1970: the ends of the days and months of Berlin where summer time begins and ends.
    struct Calendar: Sendable {
        let name: String
        let days: [Int64]
        let months: [Int64]
    }

    static let calendars = [
        // 2024-03-29 23:00, 03-30 23:00, 03-31 22:00 (23 hours), 04-01 22:00; months from 02-29 23:00.
        Calendar(
            name: "March", days: [1_711_753_200, 1_711_839_600, 1_711_922_400, 1_712_008_800],
            months: [1_709_247_600, 1_711_922_400, 1_714_514_400]),
        // 2024-10-25 22:00, 10-26 22:00, 10-27 23:00 (25 hours), 10-28 23:00; months from 09-30 22:00.
        Calendar(
            name: "October", days: [1_729_893_600, 1_729_980_000, 1_730_070_000, 1_730_156_400],
            months: [1_727_733_600, 1_730_415_600, 1_733_007_600]),
    ]

    private static func series(
        _ number: UInt32, _ interval: String, ends: [Int64]
    ) throws -> DataSeries {
        var random = RandomStream(seed: UInt64(number), component: "calendar")
        let bars = zip(ends, ends.dropFirst()).map { start, end in
            let open = 995 + Int64(random.next(below: 11))
            let close = 995 + Int64(random.next(below: 11))
            let (from, to) = (
                Timestamp(nanoseconds: start * 1_000_000_000),
                Timestamp(nanoseconds: end * 1_000_000_000)
            )
            return Bar(
                instrument: InstrumentID(number), series: SeriesID(number), start: from, end: to,
                label: from, open: Price(ticks: open),
                high: Price(ticks: max(open, close) + Int64(random.next(below: 4))),
                low: Price(ticks: min(open, close) - Int64(random.next(below: 4))),
                close: Price(ticks: close), volume: Quantity(lots: 1000))
        }
        return DataSeries(
            try MemoryBarSource(
                series: Series(
                    id: SeriesID(number), instrument: InstrumentID(number),
                    interval: BarInterval(interval), source: interval),
                bars: ContiguousArray(bars)))
    }

    @Test(arguments: calendars, IntrabarPath.allCases)
    func `no order meets a bar that began before it arrived`(
        _ calendar: Calendar, _ path: IntrabarPath
    ) throws {
        let (first, last) = (calendar.days[0], calendar.days[calendar.days.count - 1])
        let minutes = Array(stride(from: first, through: last, by: 60))
        let configuration = try Sample.configuration(
            [
                Self.series(1, "1m", ends: minutes),
                Self.series(2, "1h", ends: Array(stride(from: first, through: last, by: 3600))),
                Self.series(3, "1d", ends: calendar.days),
                Self.series(4, "30d", ends: calendar.months),
            ],
            [try StrategyPlan(Sender.self, Sender.Parameters())], cash: 100_000_000,
            kind: .margin, settings: EngineSettings(path: path))
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        // The order of the n-th minute was decided at its end, and arrived there and then.
        var seen: [InstrumentID: Int] = [:]
        for fill in result.fills {
            let arrival = minutes[Int(fill.order.ordinal)] * 1_000_000_000
            #expect(fill.label.nanoseconds >= arrival, "\(fill)")
            #expect(fill.executedAt.nanoseconds >= arrival)
            seen[fill.instrument, default: 0] += 1
        }
        for number in 1...4 as ClosedRange<UInt32> {
            #expect(seen[InstrumentID(number), default: 0] > 100, "\(number)")
        }
        // What was sent in the last month fills in the next one, which began when it had ended.
        let months = Set(result.fills.filter { $0.instrument == InstrumentID(4) }.map(\.label))
        #expect(months == [Timestamp(nanoseconds: calendar.months[1] * 1_000_000_000)])
    }
}

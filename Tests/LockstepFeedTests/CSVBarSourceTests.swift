import Foundation
import LockstepModel
import Testing

@testable import LockstepFeed

@Suite struct CSVBarSourceTests {
    /// Bars of a minute, stamped at their beginning in seconds.
    static func layout(
        _ interval: String = "1m", _ stamp: CSVBarLayout.Stamp = .open,
        _ format: CSVBarLayout.TimeFormat = .seconds
    ) throws -> CSVBarLayout {
        var layout = CSVBarLayout(interval: try BarInterval(interval), stamp: stamp)
        layout.timeColumn = "t"
        layout.timeFormat = format
        layout.openColumn = "o"
        layout.highColumn = "h"
        layout.lowColumn = "l"
        layout.closeColumn = "c"
        layout.volumeColumn = nil
        return layout
    }

    static func source(
        _ text: String, _ layout: CSVBarLayout, period: FeedPeriod = .all
    ) throws -> CSVBarSource {
        try CSVBarSource(
            text: text, name: "t.csv", id: SeriesID(1), instrument: Sample.instrument(),
            layout: layout, period: period)
    }

    @Test func `columns are found by name and numbers lie on the grid`() throws {
        // 10.01 is 1001 ticks of 0.01; 7.9 lots of 1 are floored to 7, which is counted.
        let text = "vol,c,l,h,o,t\n7.9,10.05,9.99,10.1,10.01,60\n8,10,10,10,10.00,120\n"
        var layout = try Self.layout()
        layout.volumeColumn = "vol"
        let source = try Self.source(text, layout)
        let bars = try Sample.all(source)
        #expect(bars.count == 2)
        let first = try #require(bars.first)
        #expect(
            first
                == Bar(
                    instrument: InstrumentID(1), series: SeriesID(1), start: Sample.at(1),
                    end: Sample.at(2), label: Sample.at(1), open: Price(ticks: 1001),
                    high: Price(ticks: 1010), low: Price(ticks: 999), close: Price(ticks: 1005),
                    volume: Quantity(lots: 7)))
        #expect(bars.last?.volume == Quantity(lots: 8))
        #expect(source.counts.cutVolumes == 1)
        #expect(source.counts.bars == 2)
        #expect(try source.next() == nil)
    }

    @Test func `without a column the volume is unknown, not zero`() throws {
        let bars = try Sample.all(Self.source("t,o,h,l,c\n0,1,1,1,1\n", Self.layout()))
        #expect(bars.map(\.volume) == [nil])
    }

    @Test(
        arguments: [
            (CSVBarLayout.TimeFormat.iso8601, "2004-08-19T13:30:00Z"),
            (.iso8601, "2004-08-19 09:30:00-04:00"), (.seconds, "1092922200"),
            (.milliseconds, "1092922200000"), (.microseconds, "1092922200000000"),
            (.nanoseconds, "1092922200000000000"),
        ])
    func `times may be told in each format`(
        format: CSVBarLayout.TimeFormat, text: String
    ) throws {
        // date -u -d 2004-08-19T13:30:00Z +%s gives 1092922200.
        let layout = try Self.layout("1m", .open, format)
        let bars = try Sample.all(Self.source("t,o,h,l,c\n\(text),1,1,1,1\n", layout))
        #expect(bars.map(\.start.nanoseconds) == [1_092_922_200_000_000_000])
    }

    @Test func `a stamp names the open or the close of the bar`() throws {
        let text = "t,o,h,l,c\n300,1,1,1,1\n600,1,1,1,1\n"
        let open = try Sample.all(Self.source(text, Self.layout("5m", .open)))
        #expect(open.map(\.start) == [Sample.at(5), Sample.at(10)])
        #expect(open.map(\.end) == [Sample.at(10), Sample.at(15)])
        let close = try Sample.all(Self.source(text, Self.layout("5m", .close)))
        #expect(close.map(\.start) == [Sample.at(0), Sample.at(5)])
        #expect(close.map(\.end) == [Sample.at(5), Sample.at(10)])
        #expect(close.map(\.label) == [Sample.at(5), Sample.at(10)])
    }

    /// Midnights of New York in UTC: clocks go forward on 10 March 2024, a day of 23 hours, and back
    /// on 3 November, a day of 25.
    @Test(
        arguments: [
            (
                CSVBarLayout.Stamp.open, ["03-09T05", "03-10T05", "03-11T04", "03-12T04"],
                // The third would begin an hour before the second ends.
                ["03-09T05", "03-10T05", "03-11T05", "03-12T04"],
                ["03-10T05", "03-11T05", "03-12T04", "03-13T04"]
            ),
            (
                .close, ["03-10T05", "03-11T04", "03-12T04"],
                ["03-09T05", "03-10T05", "03-11T04"], ["03-10T05", "03-11T04", "03-12T04"]
            ),
            (
                .open, ["11-02T04", "11-03T04", "11-04T05"],
                // The longer day leaves an hour of no bar.
                ["11-02T04", "11-03T04", "11-04T05"], ["11-03T04", "11-04T04", "11-05T05"]
            ),
        ] as [(CSVBarLayout.Stamp, [String], [String], [String])])
    func `bars of days never overlap where clocks change`(
        stamp: CSVBarLayout.Stamp, labels: [String], starts: [String], ends: [String]
    ) throws {
        func instant(_ text: String) -> String { "2024-\(text):00:00Z" }
        let rows = labels.map { "\(instant($0)),1,1,1,1\n" }.joined()
        let layout = try Self.layout("1d", stamp, .iso8601)
        let bars = try Sample.all(Self.source("t,o,h,l,c\n" + rows, layout))
        #expect(bars.map(\.label.description) == labels.map(instant))
        #expect(bars.map(\.start.description) == starts.map(instant))
        #expect(bars.map(\.end.description) == ends.map(instant))
    }

    @Test(
        arguments: [
            (nil, nil, [0, 1, 2, 3, 4], 0), (2, nil, [2, 3, 4], 2), (nil, 2, [0, 1], 0),
            (1, 3, [1, 2], 1), (9, nil, [], 5), (3, 3, [], 3), (3, 1, [], 3),
        ] as [(Int64?, Int64?, [Int64], Int64)])
    func `the period takes bars by their start and is half-open`(
        start: Int64?, end: Int64?, expected: [Int64], skipped: Int64
    ) throws {
        let rows = (0..<5).map { "\($0 * 60),1,1,1,1\n" }.joined()
        let period = FeedPeriod(start: start.map(Sample.at), end: end.map(Sample.at))
        let source = try Self.source("t,o,h,l,c\n" + rows, Self.layout(), period: period)
        #expect(try Sample.all(source).map(\.start) == expected.map(Sample.at))
        #expect(source.counts.skippedRows == skipped)
    }

    @Test func `off-grid prices are moved and counted where the feed says so`() throws {
        // 1.005 lies between 1.00 and 1.01: the even tick is 100; 1.016 is next to 1.02.
        var layout = try Self.layout()
        layout.offGrid = .nearest
        let source = try Self.source("t,o,h,l,c\n0,1.005,1.016,1,1.01\n", layout)
        let bar = try #require(try source.next())
        #expect([bar.open, bar.high, bar.low, bar.close].map(\.ticks) == [100, 102, 100, 101])
        #expect(source.counts.movedPrices == 2)
    }

    @Test(arguments: [("0.25", "10.75", 43), ("5", "1e2", 20), ("0.0000000001", "1.5", 15e9)])
    func `any tick size is a grid`(tick: String, price: String, ticks: Double) throws {
        // 10.75 / 0.25 = 43; 100 / 5 = 20; 1.5 / 10^-10 = 15·10^9.
        let source = try CSVBarSource(
            text: "t,o,h,l,c\n0,\(price),\(price),\(price),\(price)\n", name: "t.csv",
            id: SeriesID(1), instrument: Sample.instrument(tick: tick), layout: Self.layout())
        #expect(try source.next()?.close.ticks == Int64(ticks))
    }

    @Test func `memory is bounded by the chunk, however long the file is`() throws {
        let rows = 1_000_000
        var bytes = Array("t,o,h,l,c,v\n".utf8)
        let header = bytes.count
        for row in 0..<rows {
            bytes += Array("\(1_000_000_000 + row * 60)".utf8)
            bytes += Array(",100.00,101.00,099.00,100.50,7\n".utf8)
        }
        let width = (bytes.count - header) / rows
        try withScratch { scratch in
            let path = try file("long.csv", in: scratch, bytes)
            var layout = try Self.layout()
            layout.volumeColumn = "v"
            let chunk = 4096
            let source = try CSVBarSource(
                path: path, id: SeriesID(1), instrument: Sample.instrument(), layout: layout,
                chunk: chunk)
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            defer { try? handle.close() }
            // What lies two chunks ahead is changed after rows have been read: it is seen, so it had
            // not been read before.
            let ahead = 2 * chunk / width + 1
            var changed: Set<Int> = []
            var count = 0
            while let bar = try source.next() {
                #expect(bar.volume == Quantity(lots: changed.contains(count) ? 9 : 7))
                if count % 100_000 == 0 {
                    let row = count + ahead
                    try handle.seek(toOffset: UInt64(header + (row + 1) * width - 2))
                    try handle.write(contentsOf: Data("9".utf8))
                    changed.insert(row)
                }
                count += 1
            }
            #expect(count == rows)
            #expect(changed.count == 10)
        }
    }
}

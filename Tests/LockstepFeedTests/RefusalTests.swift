import LockstepModel
import Testing

@testable import LockstepFeed

/// What a text is refused with.
struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rows: String
    let parts: [String]
    var interval = "1m"
    var format = CSVBarLayout.TimeFormat.seconds

    init(
        _ what: String, _ rows: String, _ parts: String..., interval: String = "1m",
        format: CSVBarLayout.TimeFormat = .seconds
    ) {
        testDescription = what
        self.rows = rows
        self.parts = parts
        self.interval = interval
        self.format = format
    }
}

@Suite struct RefusalTests {
    static let good = "0,1,1,1,1,5\n60,1,1,1,1,5\n"

    static let refusals = [
        Refusal(
            "unsorted", good + "30,1,1,1,1,5\n", "t.csv:4: column \"t\":", "1970-01-01T00:00:30Z",
            "before 1970-01-01T00:01:00Z", "Sort the rows"),
        Refusal(
            "duplicate", good + "60,1,1,1,1,5\n", "t.csv:4: column \"t\":",
            "1970-01-01T00:01:00Z is that of the row before", "Remove one"),
        Refusal(
            "overlap", good + "90,1,1,1,1,5\n", "t.csv:4: column \"t\":",
            "begins at 1970-01-01T00:01:30Z", "ends at 1970-01-01T00:02:00Z", "is 1m"),
        Refusal(
            "hours told as days", "0,1,1,1,1,5\n3600,1,1,1,1,5\n", "t.csv:3: column \"t\":",
            "Correct the interval, which is 1d", interval: "1d"),
        Refusal(
            "nan", good + "120,1,nan,1,1,5\n", "t.csv:4: column \"h\": \"nan\" is not a number",
            "remove the row"),
        Refusal("infinite", good + "120,1,1,1,-inf,5\n", "t.csv:4: column \"c\"", "infinite"),
        Refusal(
            "negative", good + "120,1,1,-1,1,5\n", "t.csv:4: column \"l\": The price -1 is not",
            "Correct it"),
        Refusal("zero", good + "120,0.00,1,1,1,5\n", "t.csv:4: column \"o\": The price 0.00"),
        Refusal(
            "high below low", good + "120,1,1,2,1,5\n", "t.csv:4: The bar contradicts itself",
            "low is above its high"),
        Refusal("open outside", good + "120,3,2,1,1,5\n", "t.csv:4:", "its open is not between"),
        Refusal(
            "close outside", good + "120,2,3,2,1,5\n", "t.csv:4:", "its close is not between"),
        Refusal(
            "too few columns", good + "120,1,1,1\n", "t.csv:4: This row has 4 columns, the header 6"
        ),
        Refusal("too many columns", good + "120,1,1,1,1,5,6\n", "t.csv:4: This row has 7"),
        Refusal(
            "over-long", good + String(repeating: "1", count: 1 << 21) + "\n", "t.csv:4:",
            "more than 1048576 bytes"),
        Refusal("no time", good + "soon,1,1,1,1,5\n", "t.csv:4: column \"t\": \"soon\""),
        Refusal("empty time", good + ",1,1,1,1,5\n", "t.csv:4: column \"t\": \"\" is empty"),
        Refusal(
            "no such day", "2023-02-29,1,1,1,1,5\n", "t.csv:2: column \"t\"", "is not a time",
            format: .iso8601),
        Refusal(
            "time beyond", good + "99999999999,1,1,1,1,5\n", "t.csv:4: column \"t\"",
            "outside the years"),
        Refusal(
            "end beyond", "9223372036854775000,1,1,1,1,5\n", "t.csv:2: column \"t\"",
            "leaves the years 1678 to 2261", format: .nanoseconds),
        Refusal(
            "off the grid", good + "120,1,1.125,1,1,5\n",
            "t.csv:4: column \"h\": The price 1.125 is not on the grid of S1",
            "tick size of 0.005 would fit"),
        Refusal(
            "too many ticks", good + "120,1,90071992547409.92,1,1,5\n", "t.csv:4: column \"h\"",
            "2^53 ticks"),
        Refusal(
            "price beyond 64 bits", good + "120,1,1e30,1,1,5\n", "t.csv:4: column \"h\"",
            "too large for a price of S1"),
        Refusal("too many digits", good + "120,1,12345678901234567890,1,1,5\n", "t.csv:4: column"),
        Refusal("exponent", good + "120,1,1e-300,1,1,5\n", "t.csv:4: column \"h\""),
        Refusal("negative volume", good + "120,1,1,1,1,-5\n", "t.csv:4: column \"v\"", "negative"),
        Refusal("no volume", good + "120,1,1,1,1,\n", "t.csv:4: column \"v\"", "is empty"),
        Refusal("too much volume", good + "120,1,1,1,1,1e17\n", "t.csv:4: column \"v\"", "volume"),
        Refusal(
            "header alone", "", "t.csv: there is a header, but no row below it", "Give data"),
        Refusal(
            "after a field of two lines", "\"0\",1,1,1,1,5\n60,\"1\n\",1,1,1,5\n",
            "t.csv:3: column \"o\""),
    ]

    static func layout(_ interval: String, _ format: CSVBarLayout.TimeFormat) throws -> CSVBarLayout
    {
        var layout = try CSVBarSourceTests.layout(interval, .open, format)
        layout.volumeColumn = "v"
        return layout
    }

    @Test(arguments: refusals)
    func `a bad row is refused with its place and a remedy`(_ refusal: Refusal) throws {
        let error = try #require(throws: FeedError.self) {
            try Sample.all(
                CSVBarSourceTests.source(
                    "t,o,h,l,c,v\n" + refusal.rows,
                    Self.layout(refusal.interval, refusal.format)))
        }
        for part in refusal.parts {
            #expect(error.description.contains(part), "\(error.description.prefix(300))")
        }
    }

    @Test func `a file that is empty, of other bytes or not there is refused`() throws {
        try withScratch { scratch in
            func refusal(_ path: String) throws -> String {
                let error = try #require(throws: FeedError.self) {
                    try Sample.all(
                        CSVBarSource(
                            path: path, id: SeriesID(1), instrument: Sample.instrument(),
                            layout: Self.layout("1m", .seconds)))
                }
                return error.description
            }
            let empty = try file("empty.csv", in: scratch, [])
            #expect(try refusal(empty).hasPrefix("\(empty):1: The file is empty"))
            let bytes = try file(
                "latin.csv", in: scratch,
                Array("t,o,h,l,c,v\n0,1,1,1,1,5\n60,1,1,1,1,".utf8) + [0xE9, 0x0A])
            #expect(try refusal(bytes).hasPrefix("\(bytes):3:12: The text is not UTF-8"))
            #expect(try refusal(scratch + "/no.csv").contains("no.csv: cannot open"))
        }
    }

    @Test func `a missing column is named with those found`() throws {
        let error = try #require(throws: FeedError.self) {
            try CSVBarSourceTests.source("t,o,h,l,close\n", CSVBarSourceTests.layout())
        }
        #expect(error.description.contains("t.csv:1: There is no column \"c\"; found are \"t\""))
    }

    @Test func `a price that is moved to zero is refused`() throws {
        var layout = try CSVBarSourceTests.layout()
        layout.offGrid = .nearest
        let source = try CSVBarSourceTests.source("t,o,h,l,c\n0,1,1,0.004,1\n", layout)
        let error = try #require(throws: FeedError.self) { try source.next() }
        #expect(
            error == .row(source: "t.csv", line: 2, column: "l", .notPositive("0.004")))
    }

    @Test func `rows before the period must be in order too`() throws {
        let period = FeedPeriod(start: Sample.at(10))
        let source = try CSVBarSourceTests.source(
            "t,o,h,l,c\n60,1,1,1,1\n0,1,1,1,1\n600,1,1,1,1\n", CSVBarSourceTests.layout(),
            period: period)
        let error = try #require(throws: FeedError.self) { try source.next() }
        #expect(
            error
                == .row(
                    source: "t.csv", line: 3, column: "t",
                    .unsorted(Sample.at(0), previous: Sample.at(1))))
    }

    @Test func `bars of memory are checked like those of a file`() throws {
        func refusal(_ change: (inout Bar) -> Void) throws -> FeedError {
            var bars: ContiguousArray = [
                Sample.bar(1, endsAt: 1), Sample.bar(1, endsAt: 2), Sample.bar(1, endsAt: 3),
            ]
            change(&bars[2])
            return try #require(throws: FeedError.self) {
                try MemoryBarSource(series: Sample.series(1), bars: bars)
            }
        }
        #expect(
            try refusal { $0.low = Price(ticks: 1004) }
                == .row(source: "S1", line: 3, column: nil, .bar(.lowAboveHigh)))
        #expect(
            try refusal { $0.low = .zero }
                == .row(source: "S1", line: 3, column: nil, .notPositive("of 0 ticks")))
        #expect(
            try refusal { $0.series = SeriesID(2) }
                == .row(
                    source: "S1", line: 3, column: nil,
                    .foreign(series: SeriesID(2), instrument: InstrumentID(1))))
        #expect(
            try refusal { $0.start = Sample.at(1) }
                == .row(
                    source: "S1", line: 3, column: nil,
                    .overlap(
                        start: Sample.at(1), previousEnd: Sample.at(2),
                        interval: BarInterval("1m"))))
    }
}

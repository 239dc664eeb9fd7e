import LockstepModel
import Testing

@testable import LockstepFeed

@Suite("MarketEventFile")
struct MarketEventFileTests {
    private static func instruments() throws -> Instruments {
        try Instruments([
            Instrument(
                id: InstrumentID(1), symbol: "AAA", venue: VenueID(1),
                currency: Currency("USD", decimals: 2), tickSize: ExactDecimal("0.01"),
                lot: ExactDecimal(1))
        ])
    }

    private static func events(
        _ text: String, _ period: FeedPeriod = .all
    ) throws -> [MarketEvent] {
        var file = try MarketEventFile(
            text: text, name: "events.csv", instruments: instruments(), period: period)
        var events: [MarketEvent] = []
        while let next = try file.next() {
            events.append(try #require(MarketEvent(next.datum, at: next.time)))
        }
        return events
    }

    private static func day(_ day: Int64) -> Timestamp {
        Timestamp(nanoseconds: (day - 1) * 86_400_000_000_000)
    }

    private static let header = "time,instrument,kind,value,price,quantity,payment\n"

    @Test("Each kind of row says what its columns say")
    func kinds() throws {
        let events = try Self.events(
            Self.header + """
                1970-01-02T00:00:00Z,AAA,split,3:2,,,
                1970-01-02T00:00:00Z,AAA,dividend,0.24,,,1970-01-04T00:00:00Z
                1970-01-03T00:00:00Z,AAA,dividend,0.5,,,
                1970-01-03T00:00:00Z,AAA,funding,-0.0001,50.25,,
                1970-01-03T00:00:00Z,AAA,borrow,0.03,,1000,
                1970-01-04T00:00:00Z,AAA,settlement,12.34,,,
                1970-01-04T00:00:00Z,AAA,endOfData,,,,
                """)
        let id = InstrumentID(1)
        #expect(
            events == [
                .split(of: id, new: 3, old: 2, at: Self.day(2)),
                .dividend(of: id, amount: try Rate("0.24"), at: Self.day(2), paid: Self.day(4)),
                .dividend(of: id, amount: try Rate("0.5"), at: Self.day(3)),
                .funding(
                    of: id, rate: try Rate("-0.0001"), mark: Price(ticks: 5025), at: Self.day(3)),
                .borrow(
                    of: id, rate: try Rate("0.03"), available: Quantity(lots: 1000),
                    from: Self.day(3)),
                .settlement(of: id, at: Price(ticks: 1234), time: Self.day(4)),
                .endOfData(of: id, at: Self.day(4)),
            ])
    }

    @Test("Columns that no row needs may be missing, and rows outside the period are left out")
    func period() throws {
        let text = """
            time,instrument,kind,value
            1970-01-02T00:00:00Z,AAA,split,2:1
            1970-01-03T00:00:00Z,AAA,split,3:1
            1970-01-05T00:00:00Z,AAA,split,4:1
            """
        let events = try Self.events(text, FeedPeriod(start: Self.day(3), end: Self.day(4)))
        #expect(events.map(\.new) == [3])
    }

    @Test(
        "What is not sound is refused with its line and column",
        arguments: [
            ("1970-01-02T00:00:00Z,AAB,split,2:1,,,", "instrument"),
            ("1970-01-02T00:00:00Z,AAA,spilt,2:1,,,", "kind"),
            ("1970-01-02T00:00:00Z,AAA,accrual,1,,,", "kind"),
            ("1970-01-02T00:00:00Z,AAA,split,2,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,split,2:0,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,split,2:2,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,split,99999999999999999999:1,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,dividend,-1,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,dividend,x,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,dividend,1,,,1970-01-01T00:00:00Z", "value"),
            ("1970-01-02T00:00:00Z,AAA,dividend,1,5,,", "price"),
            ("1970-01-02T00:00:00Z,AAA,funding,2,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,funding,0.1,0,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,funding,0.1,1.001,,", "price"),
            ("1970-01-02T00:00:00Z,AAA,borrow,-0.1,,,", "value"),
            ("1970-01-02T00:00:00Z,AAA,borrow,0.1,,1.5,", "quantity"),
            ("1970-01-02T00:00:00Z,AAA,settlement,-1,,,", "value"),
        ])
    func refused(_ row: String, _ column: String) throws {
        let error = try #require(throws: FeedError.self) {
            _ = try Self.events(Self.header + row)
        }
        #expect(error.description.hasPrefix("events.csv:2: column \"\(column)\":"))
    }

    @Test("Rows out of order are refused")
    func order() throws {
        #expect(throws: FeedError.self) {
            _ = try Self.events(
                Self.header + """
                    1970-01-03T00:00:00Z,AAA,split,2:1,,,
                    1970-01-02T00:00:00Z,AAA,split,2:1,,,
                    """)
        }
    }
}

import LockstepFeed
import LockstepModel
import Testing

/// Order books from files.
@Suite struct BookFileTests {
    private func file(
        _ text: String, _ format: BookFormat, period: FeedPeriod = .all
    ) throws -> BookFile {
        var layout = BookLayout(format)
        layout.timeFormat = .milliseconds
        let instrument = try Instrument(
            id: InstrumentID(3), symbol: "B", venue: VenueID(1), currency: Currency("USD"),
            tickSize: ExactDecimal("0.5"), lot: ExactDecimal("0.1"))
        return try BookFile(
            text: text, name: "b.csv", instrument: instrument, layout: layout, period: period)
    }

    private func read(
        _ text: String, _ format: BookFormat, period: FeedPeriod = .all
    ) throws -> [DatedDatum] {
        var file = try file(text, format, period: period)
        var data: [DatedDatum] = []
        while let datum = try file.next() { data.append(datum) }
        return data
    }

    private func level(_ side: Side, _ ticks: Int64, _ lots: Int64) -> BookMessage {
        .level(side, Price(ticks: ticks), Quantity(lots: lots))
    }

    @Test func `quotes are books of one level`() throws {
        let data = try read(
            """
            time,type,bid,bid_size,ask,ask_size,side,price,size
            1,quote,10.0,2.0,10.5,3.0,,,
            2,trade,,,,,sell,10,0.5
            2,trade,,,,,,10,0.5
            3,quote,,,11,1,,,
            """, .quotes)
        #expect(data.map(\.time.nanoseconds) == [1, 2, 2, 3].map { $0 * 1_000_000 })
        #expect(data.map(\.datum.kind) == [2, 1, 1, 2])
        #expect(data.map(\.datum.instrument) == [3, 3, 3, 3].map { InstrumentID($0) })
        #expect(data[0].datum.bookMessages == [level(.buy, 20, 20), level(.sell, 21, 30)])
        #expect(
            data[1].datum.bookMessages
                == [.trade(.sell, Price(ticks: 20), Quantity(lots: 5))])
        #expect(
            data[2].datum.bookMessages == [.trade(nil, Price(ticks: 20), Quantity(lots: 5))])
        #expect(data[3].datum.bookMessages == [level(.sell, 22, 10)])
    }

    @Test func `rows of one time and type are one change of depth`() throws {
        let data = try read(
            """
            time,type,side,price,size
            1,snapshot,bid,10,1
            1,snapshot,ask,11,2
            1,level,ask,11,0
            1,level,ask,11.5,1
            1,trade,buy,11.5,0.1
            1,level,ask,11.5,0.9
            2,level,bid,10,0.9
            """, .depth)
        #expect(data.map(\.datum.kind) == [2, 1, 1, 1, 1])
        #expect(data.map { $0.datum.bookMessages?.count } == [2, 2, 1, 1, 1])
        #expect(data[1].datum.bookMessages == [level(.sell, 22, 0), level(.sell, 23, 10)])
    }

    @Test func `orders are told one by one`() throws {
        let data = try read(
            """
            time,type,order,side,price,size
            1,add,7,buy,10,2
            2,modify,7,,10.5,1
            3,cancel,7,,,0.5
            4,execute,7,,,
            5,trade,,sell,10,1
            """, .orders)
        #expect(
            data.map { $0.datum.bookMessages } == [
                [.add(7, .buy, Price(ticks: 20), Quantity(lots: 20))],
                [.modify(7, Price(ticks: 21), Quantity(lots: 10))],
                [.cancel(7, Quantity(lots: 5))], [.execute(7)],
                [.trade(.sell, Price(ticks: 20), Quantity(lots: 10))],
            ])
    }

    @Test func `rows outside the period are left out`() throws {
        let data = try read(
            """
            time,type,side,price,size
            1,level,bid,10,1
            2,level,bid,10,2
            3,level,bid,10,3
            """, .depth,
            period: FeedPeriod(
                start: Timestamp(nanoseconds: 2_000_000), end: Timestamp(nanoseconds: 3_000_000)))
        #expect(data.map { $0.datum.bookMessages } == [[level(.buy, 20, 20)]])
    }

    @Test(arguments: [
        (
            "1,level,bid,10.2,1",
            "b.csv:2: column \"price\": 10.2 is no price above zero on the grid of 0.5"
        ),
        ("1,level,bid,-1,1", "b.csv:2: column \"price\": -1 is no price above zero"),
        ("1,level,bid,10,0.05", "b.csv:2: column \"size\": 0.05 is no whole number of lots of 0.1"),
        ("1,level,up,10,1", "b.csv:2: column \"side\": \"up\" is no side. Write buy or sell"),
        (
            "1,levle,bid,10,1",
            "b.csv:2: column \"type\": \"levle\" is no type of row here. Write snapshot"
        ),
        ("1,trade,buy,10,0", "b.csv:2: column \"size\": must be above zero."),
        ("2,level,bid,10,1\n1,level,bid,10,1", "b.csv:3: column \"time\":"),
        ("", "b.csv"),
    ])
    func `what is not sound is refused with its place`(_ rows: String, _ message: String) throws {
        let error = #expect(throws: FeedError.self) {
            _ = try read("time,type,side,price,size\n\(rows)\n", .depth)
        }
        let text = try #require(error).description
        #expect(text.contains(message), "\(text)")
    }

    @Test func `a column that is missing is named`() throws {
        #expect(throws: FeedError.self) { _ = try file("time,type,side,price\n", .depth) }
    }
}

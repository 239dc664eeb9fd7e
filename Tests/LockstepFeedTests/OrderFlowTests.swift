import LockstepFeed
import LockstepModel
import Testing

@Suite struct OrderFlowTests {
    private static func instruments() throws -> Instruments {
        let currency = try Currency("USDC")
        return try Instruments(
            ["final/Ann/YES", "final/Ann/NO"].enumerated().map { place, symbol in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: symbol, venue: VenueID(1),
                    currency: currency, tickSize: try ExactDecimal("0.01"),
                    lot: try ExactDecimal("0.0001"))
            })
    }

    private static let header = OrderFlow.columns.joined(separator: ",") + "\n"

    private static func read(_ rows: String...) throws -> OrderFlow {
        try OrderFlow(
            text: header + rows.map { $0 + "\n" }.joined(), name: "orders.csv", instruments())
    }

    @Test func `rows are orders in lots and ticks, by participant`() throws {
        let flow = try Self.read(
            "2026-01-01T00:00:01Z,ann,main,1,decide,limit,final/Ann/YES,buy,20,0.18,true,,",
            "2026-01-01T00:00:01Z,bob,other,1,decide,market,final/Ann/NO,sell,1.5,,false,0.05,",
            "2026-01-01T00:00:02Z,ann,main,3,match,cancel,,,,,,,1",
            "2026-01-01T00:00:02Z,ann,main,4,decide,cancel_all,,,,,,,")
        #expect(flow.participants.map(\.name) == ["ann", "bob"])
        #expect(flow.participants.map(\.account) == ["main", "other"])
        let ann = flow.participants[0].orders
        #expect(ann.map(\.number) == [1, 3, 4])
        #expect(ann.map(\.isAnswer) == [false, true, false])
        // 20 tokens of 10,000 lots, 0.18 at a tick of 0.01.
        #expect(
            ann[0].action
                == .place(
                    OrderTerms(
                        .buy, Quantity(lots: 200_000), of: InstrumentID(1),
                        .limit(Price(ticks: 18)), autoFill: true)))
        #expect(ann[1].action == .cancel(OrderID(rawValue: 1)))
        #expect(ann[2].action == .cancelAll(nil))
        #expect(
            flow.participants[1].orders[0].action
                == .place(
                    OrderTerms(
                        .sell, Quantity(lots: 15_000), of: InstrumentID(2),
                        maxSlippage: try Rate("0.05"))))
    }

    @Test func `what is written reads back the same`() throws {
        let flow = try Self.read(
            "2026-01-01T00:00:01.000000001Z,\"an,n\",main,1,decide,limit,final/Ann/YES,buy,20,0.18,true,,",
            "2026-01-01T00:00:02Z,bob,other,7,match,market,final/Ann/NO,sell,1.5,,false,0.05,",
            "2026-01-01T00:00:02Z,\"an,n\",main,2,decide,cancel,,,,,,,1",
            "2026-01-01T00:00:03Z,bob,other,8,decide,cancel_all,final/Ann/NO,,,,,,")
        let text = try #require(flow.text(Self.instruments()))
        let again = try OrderFlow(text: text, name: "again.csv", Self.instruments())
        #expect(again == flow)
        #expect(flow.count == 4)
    }

    @Test func `an order without a form as a row is not written`() throws {
        let amendment = RecordedOrder(
            time: .epoch, number: 1,
            action: .amend(OrderID(rawValue: 1), OrderAmendment(price: Price(ticks: 2))))
        let flow = OrderFlow(participants: [
            .init(name: "ann", account: "main", orders: [amendment])
        ])
        #expect(flow.text(try Self.instruments()) == nil)
    }

    @Test(arguments: [
        ("t,ann,main,1,decide,market,final/Ann/YES,buy,1,,,,", "column \"time\""),
        ("2026-01-01,ann,,1,decide,market,final/Ann/YES,buy,1,,,,", "column \"account\""),
        ("2026-01-01,ann,main,0,decide,market,final/Ann/YES,buy,1,,,,", "does not come after 0"),
        ("2026-01-01,ann,main,1,later,market,final/Ann/YES,buy,1,,,,", "none of decide, match"),
        ("2026-01-01,ann,main,1,decide,stop,final/Ann/YES,buy,1,,,,", "none of market, limit"),
        ("2026-01-01,ann,main,1,decide,market,final/An/YES,buy,1,,,,", "final/Ann/YES"),
        ("2026-01-01,ann,main,1,decide,market,final/Ann/YES,hold,1,,,,", "none of buy, sell"),
        ("2026-01-01,ann,main,1,decide,market,final/Ann/YES,buy,,,,,", "market needs it"),
        ("2026-01-01,ann,main,1,decide,market,final/Ann/YES,buy,0,,,,", "not above zero"),
        ("2026-01-01,ann,main,1,decide,market,final/Ann/YES,buy,0.00001,,,,", "column \"size\""),
        ("2026-01-01,ann,main,1,decide,limit,final/Ann/YES,buy,1,0.185,,,", "column \"price\""),
        ("2026-01-01,ann,main,1,decide,limit,final/Ann/YES,buy,1,0.18,maybe,,", "true, false"),
        ("2026-01-01,ann,main,1,decide,market,final/Ann/YES,buy,1,,,-1,", "not above zero"),
        ("2026-01-01,ann,main,1,decide,cancel,,,,,,,1", "has the number 1"),
    ])
    func `a row that says nothing sound is refused with its line and column`(
        row: String, message: String
    ) throws {
        let error = try #require(throws: FeedError.self) { try Self.read(row) }
        #expect(error.description.hasPrefix("orders.csv:2:"))
        #expect(error.description.contains(message), "\(error)")
    }

    @Test func `rows out of order, of time or number or account, are refused`() throws {
        let first = "2026-01-02,ann,main,2,decide,market,final/Ann/YES,buy,1,,,,"
        for (row, message) in [
            ("2026-01-01,ann,main,3,decide,cancel_all,,,,,,,", "Sort the rows"),
            ("2026-01-02,ann,main,2,decide,cancel_all,,,,,,,", "does not come after 2"),
            ("2026-01-02,ann,other,3,decide,cancel_all,,,,,,,", "was main before"),
        ] {
            let error = try #require(throws: FeedError.self) { try Self.read(first, row) }
            #expect(error.description.hasPrefix("orders.csv:3:"))
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func `a missing column is told by its name`() throws {
        let error = try #require(throws: FeedError.self) {
            try OrderFlow(text: "time,participant\n", name: "orders.csv", Self.instruments())
        }
        #expect(error.description.contains("account"))
    }
}

@Suite struct SignalFeedTests {
    private static func read(_ rows: String...) throws -> SignalFeed {
        let currency = try Currency("USDC")
        let instruments = try Instruments(
            ["final/Ann/YES", "final/Ann/NO"].enumerated().map { place, symbol in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: symbol, venue: VenueID(1),
                    currency: currency, tickSize: try ExactDecimal("0.01"),
                    lot: try ExactDecimal("0.0001"))
            })
        return try SignalFeed(
            text: "time,agent,outcome,belief\n" + rows.map { $0 + "\n" }.joined(),
            name: "signals.csv", instruments)
    }

    @Test func `a signal has a time, an agent, an outcome and a probability`() throws {
        let feed = try Self.read("2026-01-01T00:00:05Z,informed-1,final/Ann/YES,0.35")
        let signal = try #require(feed.signals.first)
        #expect(signal.agent == "informed-1")
        #expect(signal.outcome == InstrumentID(1))
        #expect(signal.belief == 350_000)
        #expect(signal.line == 2)
    }

    @Test(arguments: [
        ("2026-01-01,informed-1,final/Ann/YES,1.5", "not from 0 to 1"),
        ("2026-01-01,informed-1,final/Ann/YES,", "column \"belief\""),
        ("2026-01-01,informed-1,final/Ann/NO,0.5", "is no outcome"),
        ("2026-01-01,,final/Ann/YES,0.5", "column \"agent\""),
        ("2026-01-01,informed-1,final/Bob/YES,0.5", "column \"outcome\""),
    ])
    func `a row that says nothing sound is refused`(row: String, message: String) throws {
        let error = try #require(throws: FeedError.self) { try Self.read(row) }
        #expect(error.description.hasPrefix("signals.csv:2:"))
        #expect(error.description.contains(message), "\(error)")
    }
}

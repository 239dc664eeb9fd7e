import LockstepExecution
import LockstepMarket
import LockstepModel
import Testing

@Suite struct ExecutionSimulatorTests {
    @Test func `an order reaches the venue of its instrument`() throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)],
            [.init(actions: [Stage.buy(2), Stage.buy(1)])])
        #expect(answers.lines == ["1 accepted none 200", "2 accepted none 100"])
        #expect(answers.updates.map(\.reportAt.nanoseconds) == [10, 10])
    }

    @Test(arguments: [false, true])
    func `a venue that data mean nothing to is not shown them`(isBatch: Bool) throws {
        let answers = try Stage.answers(
            [EchoMarket(1, tellsFrames: true), EchoMarket(2, isBatch: isBatch)],
            [
                .init(actions: [Stage.buy(1)]), .init(actions: [.cancel(Stage.order(1))]),
                .init(), .init(actions: [Stage.buy(1)]), .init(),
            ])
        #expect(
            answers.lines == [
                "1 accepted none 100", "1 triggered none 0", "1 cancelled byStrategy 100",
                "3 accepted none 100", "3 triggered none 0",
            ])
    }

    @Test(arguments: [UInt32(3), 4, 0])
    func `an order is refused where no venue trades its instrument`(instrument: UInt32) throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)], [.init(actions: [Stage.buy(instrument)])])
        #expect(answers.lines == ["1 rejected unknownInstrument 0"])
        #expect(answers.updates.first?.instrument == InstrumentID(instrument))
    }

    @Test(arguments: [1, 2])
    func `changes go to the venue that works the order`(venues: Int) throws {
        let order = Stage.order(1)
        let answers = try Stage.answers(
            (1...venues).map { EchoMarket(UInt16($0)) },
            [
                .init(actions: [Stage.buy(UInt32(venues))]),
                .init(actions: [.amend(order, OrderAmendment(quantity: Quantity(lots: 2)))]),
                .init(actions: [.cancel(order)]),
            ])
        #expect(
            answers.lines == [
                "1 accepted none \(venues)00", "1 amended none \(venues)00",
                "1 cancelled byStrategy \(venues)00",
            ])
    }

    @Test func `of an order that has ended the venue that took it tells`() throws {
        let order = Stage.order(1)
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)],
            [
                .init(actions: [Stage.buy(2), .cancel(order)]), .init(actions: [.cancel(order)]),
            ])
        #expect(
            answers.lines == [
                "1 accepted none 200", "1 cancelled byStrategy 200",
                "1 cancelRejected alreadyEnded 200",
            ])
    }

    @Test func `an order that no venue knows is refused once, and names what was asked`() throws {
        let stranger = Stage.order(77)
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)],
            [
                .init(actions: [
                    .cancel(stranger), .amend(stranger, OrderAmendment(price: Price(ticks: 1))),
                ])
            ])
        #expect(
            answers.lines == [
                "77 cancelRejected unknownOrder 0", "77 amendRejected unknownOrder 0",
            ])
    }

    @Test func `cancelling all reaches every venue in order, or that of one instrument`() throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)],
            [
                .init(actions: [Stage.buy(2), Stage.buy(1), .cancelAll(InstrumentID(2))]),
                .init(actions: [Stage.buy(2), .cancelAll(nil)]),
            ])
        #expect(
            answers.lines == [
                "1 accepted none 200", "2 accepted none 100", "1 cancelled byStrategy 200",
                "4 accepted none 200", "2 cancelled byStrategy 100", "4 cancelled byStrategy 200",
            ])
    }

    @Test func `a venue with batches answers in the phase after the decisions`() throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2, isBatch: true)],
            [.init(actions: [Stage.buy(2), Stage.buy(1)])])
        #expect(answers.lines == ["2 accepted none 100", "1 accepted none 200"])
    }

    @Test func `a venue's wake is published when it changes, under the venue's place`() throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2, wakesAfter: 5)],
            [
                .init(actions: [Stage.buy(1), Stage.buy(2), Stage.buy(2)]),
                .init(actions: [Stage.buy(2)]),
            ])
        // Steps at 10 and 20, so it wants 15, once, and 25. Places count from 0.
        #expect(answers.wakes.map(\.time.nanoseconds) == [15, 25])
        #expect(answers.wakes.map(\.requester) == [1, 1])
    }

    @Test func `bookings reach every venue, but not those of the venues' own fills`() throws {
        let answers = try Stage.answers(
            [EchoMarket(1), EchoMarket(2)],
            [.init(bookings: [.deposit, .trade, .trade], actions: [Stage.buy(1), Stage.buy(2)])])
        #expect(answers.lines == ["1 accepted none 101", "2 accepted none 201"])
    }

    @Test func `a venue whose invariants are broken is named`() throws {
        let error = MarketError.brokenInvariant(venue: VenueID(1), what: "three bookings")
        #expect(throws: error) {
            try Stage.answers(
                [EchoMarket(1)], [.init(bookings: [.deposit, .deposit, .deposit])])
        }
    }
}

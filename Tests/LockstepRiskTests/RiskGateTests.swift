import LockstepModel
import LockstepRisk
import Testing

/// Each reason alone, at its bound.
///
/// Money has 2 decimals: one lot at 100 is 10000 units.
@Suite struct RiskGateTests {
    @Test func `a fee for each lot is reserved beside the minimum and the share`() throws {
        var bench = try Bench(
            fee: LargestFee(
                rate: try Rate("0.001"), fixed: Money(units: 100), perLot: Money(units: 5)))
        bench.mark(100)
        // 10 at 100.00: 100,000 units, of which 0.1 % are 100; and 100, and 10 · 5.
        #expect(bench.place(.buy, 10) == nil)
        #expect(bench.reserved() == 100_250)
        // 899,750 are free: 90 lots need 900,000 and more, 89 need 890,000 + 890 + 100 + 445.
        #expect(bench.place(.buy, 90) == Refusal(.insufficientFunds, 899_750))
        #expect(bench.place(.buy, 89) == nil)
        #expect(bench.reserved() == 100_250 + 891_435)
    }

    @Test func `what passes is the order with its envelope and time`() throws {
        var bench = try Bench()
        bench.mark(100)
        let terms = OrderTerms(.buy, Quantity(lots: 1), of: Bench.first)
        let answer = bench.ask(.place(terms))
        let intent = Intent(
            id: OrderID(strategy: StrategyID(1), ordinal: 1), strategy: StrategyID(1),
            account: Bench.cash, action: .place(terms))
        #expect(
            answer.verdict
                == .passed(
                    Order(
                        intent: intent, intentSequence: SequenceNumber(101),
                        decidedAt: Timestamp(nanoseconds: 7))))
    }

    @Test("an instrument outside the run is unknown", arguments: [UInt32(0), 3, .max])
    func unknownInstrument(id: UInt32) throws {
        var bench = try Bench()
        #expect(
            bench.place(.buy, 1, of: InstrumentID(id), .limit(Price(ticks: 100)))
                == Refusal(.unknownInstrument, 2))
        let answer = bench.ask(.cancelAll(InstrumentID(id)))
        #expect(Refusal(answer.verdict) == Refusal(.unknownInstrument, 2))
    }

    @Test(
        "a quantity keeps the bounds of the range",
        arguments: [(Int64(0), Int64(1)), (-1, 1), (.min, 1), (1 << 53, 1 << 53), (.max, 1 << 53)])
    func quantity(lots: Int64, bound: Int64) throws {
        var bench = try Bench()
        bench.mark(1)
        #expect(bench.place(.buy, lots) == Refusal(.invalidQuantity, bound))
    }

    @Test(
        "a quantity keeps the bounds of the venue",
        arguments: [(Int64(4), Int64(5)), (5, 0), (9, 0), (10, 9)])
    func venueQuantity(lots: Int64, bound: Int64) throws {
        var bench = try Bench(
            bounds: Instrument.Limits(
                smallestQuantity: Quantity(lots: 5), greatestQuantity: Quantity(lots: 9)))
        bench.mark(1)
        let refusal = bound == 0 ? nil : Refusal(.invalidQuantity, bound)
        #expect(bench.place(.buy, lots) == refusal)
    }

    @Test(
        "a price is above zero and in range",
        arguments: [
            (OrderKind.limit(Price(ticks: 0)), Int64(1)),
            (.limit(Price(ticks: .min)), 1),
            (.stop(Price(ticks: -1)), 1),
            (.limitTaking(Price(ticks: 1 << 53), .fillOrKill), 1 << 53),
            (.stopLimit(stop: Price(ticks: .max), limit: Price(ticks: 5)), 1 << 53),
            (.ifTouched(Price(ticks: 5), limit: Price(ticks: 0)), 1),
            (.trailingStop(.distance(ticks: 0)), 1),
            (.trailingStop(.distance(ticks: .max)), 1 << 53),
            (.trailingStop(.share(.zero)), 0),
            (.trailingStop(.share(.one)), 1_000_000_000_000),
        ])
    func price(kind: OrderKind, bound: Int64) throws {
        var bench = try Bench()
        bench.mark(100)
        for side in Side.allCases {
            #expect(bench.place(side, 1, kind) == Refusal(.offTickPrice, bound))
        }
        #expect(bench.reserved() == 0)
    }

    @Test func `a notional reaches the least of the venue`() throws {
        // 10 lots at 10 are 100.00; one tick less of each lot is 90.00.
        var bench = try Bench(
            bounds: Instrument.Limits(smallestNotional: Money(units: 10_000)))
        #expect(bench.place(.buy, 10, .limit(Price(ticks: 10))) == nil)
        #expect(
            bench.place(.buy, 10, .limit(Price(ticks: 9))) == Refusal(.belowMinNotional, 10_000))
    }

    @Test func `terms that cannot stand together are refused`() throws {
        var bench = try Bench()
        bench.mark(100)
        let own = OrderID(strategy: StrategyID(1), ordinal: 90)
        let other = OrderID(strategy: StrategyID(2), ordinal: 1)
        let lot = Quantity(lots: 1)
        let cases = [
            OrderTerms(
                .buy, size: .fractionOfFreeMargin(.one), of: Bench.first, .limit(Price(ticks: 90))),
            OrderTerms(.buy, size: .fractionOfFreeMargin(.zero), of: Bench.first),
            OrderTerms(
                .buy, lot, of: Bench.first, maxSlippage: Rate(trillionths: -1)),
            OrderTerms(.buy, lot, of: Bench.first, link: OrderLink(parent: other)),
            OrderTerms(.buy, lot, of: Bench.first, link: OrderLink(group: other)),
        ]
        for terms in cases {
            #expect(
                Refusal(bench.ask(.place(terms)).verdict) == Refusal(.invalidCombination, 0))
        }
        let linked = OrderTerms(
            .buy, lot, of: Bench.first, link: OrderLink(parent: own, group: own))
        #expect(Refusal(bench.ask(.place(linked)).verdict) == nil)
        #expect(
            bench.place(.buy, 1, for: AccountID(3)) == Refusal(.invalidCombination, 0))
    }

    @Test func `an identity is open once`() throws {
        var bench = try Bench()
        bench.mark(100)
        let intent = Intent(
            id: OrderID(strategy: StrategyID(1), ordinal: 5), strategy: StrategyID(1),
            account: Bench.cash,
            action: .place(OrderTerms(.buy, Quantity(lots: 1), of: Bench.first)))
        let verdicts = (0..<2).map { _ in
            bench.gate.review(intent, sequence: SequenceNumber(1), time: .epoch)
        }
        #expect(verdicts.map { Refusal($0) } == [nil, Refusal(.duplicateClientId, 0)])
        #expect(bench.reserved() == 10_000)
    }

    @Test func `cash pays price, share of the notional and fixed fee to the last unit`() throws {
        // 10 at 100 are 100000 units, a thousandth is 100, the fixed fee 7: 100107.
        let fee = LargestFee(rate: try Rate("0.001"), fixed: Money(units: 7))
        var enough = try Bench(fee: fee, cash: 100_107)
        #expect(enough.place(.buy, 10, .limit(Price(ticks: 100))) == nil)
        #expect(enough.reserved() == 100_107)
        var short = try Bench(fee: fee, cash: 100_106)
        #expect(
            short.place(.buy, 10, .limit(Price(ticks: 100)))
                == Refusal(.insufficientFunds, 100_106))
        short.mark(100)
        #expect(short.place(.buy, 10) == Refusal(.insufficientFunds, 100_106))
    }

    @Test func `a fee that is no whole unit is rounded up`() throws {
        // One lot at 1 is 100 units; a thousandth of that is a tenth of a unit.
        let fee = LargestFee(rate: try Rate("0.001"))
        var bench = try Bench(fee: fee)
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 1))) == nil)
        #expect(bench.reserved() == 101)
    }

    @Test(
        "purchases are valued at their own price, else at the last one",
        arguments: [
            (OrderKind.market(), Int64(100)), (.marketOnOpen, 100), (.marketOnClose, 100),
            (.limit(Price(ticks: 90)), 90), (.stop(Price(ticks: 110)), 110),
            (.stopLimit(stop: Price(ticks: 110), limit: Price(ticks: 112)), 112),
            (.ifTouched(Price(ticks: 95)), 95),
            (.ifTouched(Price(ticks: 95), limit: Price(ticks: 96)), 96),
            (.trailingStop(.distance(ticks: 8)), 108),
            // A tenth of a percent above 100 is 100.1, rounded away from the market.
            (.trailingStop(.share(Rate(trillionths: 1_000_000_000))), 101),
        ])
    func valuation(kind: OrderKind, price: Int64) throws {
        var bench = try Bench()
        bench.mark(100)
        #expect(bench.place(.buy, 3, kind) == nil)
        #expect(bench.reserved() == price * 300)
    }

    @Test func `a cash account sells what it holds and does not offer`() throws {
        var bench = try Bench()
        bench.mark(100)
        #expect(bench.place(.sell, 1) == Refusal(.shortNotAllowed, 0))
        let buy = try bench.open(.buy, 10)
        try bench.fill(buy, .buy, 10, at: 100)
        #expect(bench.place(.sell, 6) == nil)
        #expect(bench.place(.sell, 5) == Refusal(.shortNotAllowed, 4))
        #expect(bench.place(.sell, 4, .limit(Price(ticks: 120))) == nil)
        #expect(bench.place(.sell, 1) == Refusal(.shortNotAllowed, 0))
        #expect(bench.place(.sell, 10, .stop(Price(ticks: 90)), reduceOnly: true) == nil)
        #expect(bench.place(.sell, 10, .limit(Price(ticks: 140)), reduceOnly: true) == nil)
        #expect(bench.gate.view.working(Bench.cash, Bench.first, .sell) == Quantity(lots: 10))
    }

    @Test(
        "a position keeps its limit with all working orders filled",
        arguments: [Side.buy, .sell])
    func positionLimit(side: Side) throws {
        let limits = try RiskLimits(maxPosition: Quantity(lots: 10))
        var bench = try Bench(limits: limits)
        bench.mark(100)
        let account = Bench.margin
        #expect(bench.place(side, 6, for: account) == nil)
        #expect(bench.place(side, 5, for: account) == Refusal(.positionLimit, 10))
        let last = try bench.open(side, 4, for: account)
        #expect(bench.place(side, 1, for: account) == Refusal(.positionLimit, 10))
        #expect(bench.place(side.opposite, 11, for: account) == Refusal(.positionLimit, 10))
        #expect(bench.place(side.opposite, 10, for: account) == nil)
        try bench.fill(last, side, 4, at: 100, for: account)
        #expect(bench.place(side, 1, for: account) == Refusal(.positionLimit, 10))
    }

    @Test func `from one bound of the position to the other is permitted`() throws {
        let limits = try RiskLimits(maxPosition: Quantity(lots: 10))
        var bench = try Bench(limits: limits)
        bench.mark(100)
        let buy = try bench.open(.buy, 10, for: Bench.margin)
        try bench.fill(buy, .buy, 10, at: 100, for: Bench.margin)
        #expect(bench.place(.sell, 21, for: Bench.margin) == Refusal(.positionLimit, 10))
        #expect(bench.place(.sell, 20, for: Bench.margin) == nil)
    }

    @Test func `an order keeps the limits of notional and size`() throws {
        // 1000.00 is 10 lots at 100.
        let limits = try RiskLimits(
            maxSize: Quantity(lots: 12), maxNotional: ExactDecimal("1000"))
        var bench = try Bench(limits: limits)
        #expect(bench.place(.buy, 10, .limit(Price(ticks: 100))) == nil)
        #expect(
            bench.place(.buy, 10, .limit(Price(ticks: 101))) == Refusal(.notionalLimit, 100_000))
        #expect(bench.place(.buy, 12, .limit(Price(ticks: 1))) == nil)
        #expect(bench.place(.buy, 13, .limit(Price(ticks: 1))) == Refusal(.sizeTooLarge, 12))
    }

    @Test func `without a price an order at the market cannot be valued`() throws {
        var bench = try Bench()
        #expect(bench.place(.buy, 1) == Refusal(.staleMark, 0))
        bench.mark(100, coverage: .filled)
        #expect(bench.place(.buy, 1) == Refusal(.staleMark, 0))
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 9))) == nil)
        bench.mark(100)
        #expect(bench.place(.buy, 1) == nil)
        #expect(bench.place(.buy, 1, of: Bench.second) == Refusal(.staleMark, 0))
    }

    @Test func `a worth beyond exact arithmetic is refused, not wrapped`() throws {
        var bench = try Bench()
        let most = (Int64(1) << 53) - 1
        for side in Side.allCases {
            #expect(
                bench.place(side, most, .limit(Price(ticks: most)), for: Bench.margin)
                    == Refusal(.sizeTooLarge, .max))
        }
        #expect(bench.reserved(Bench.margin) == 0)
    }

    @Test func `the lowest reason of several is told`() throws {
        // The order is halted, empty, off the grid, too small, inconsistent and too dear; each
        // time the first fault is mended the next one in number is told.
        let limits = try RiskLimits(
            maxSize: Quantity(lots: 50), maxNotional: ExactDecimal("20000"),
            maxPosition: Quantity(lots: 100))
        var bench = try Bench(
            limits: limits, bounds: Instrument.Limits(smallestNotional: Money(units: 500)))
        bench.gate.apply(Halt(reason: .halted))
        #expect(
            bench.place(.buy, 0, of: InstrumentID(9), .limit(Price(ticks: 0)))?.reason
                == .unknownInstrument)
        #expect(bench.place(.buy, 0, .limit(Price(ticks: 0)))?.reason == .halted)
        bench.gate.apply(Halt(reason: .none))
        #expect(bench.place(.buy, 0, .limit(Price(ticks: 0)))?.reason == .invalidQuantity)
        #expect(bench.place(.buy, 1, .limit(Price(ticks: 0)))?.reason == .offTickPrice)
        let bad = OrderTerms(
            .buy, Quantity(lots: 1), of: Bench.first, .limit(Price(ticks: 1)),
            maxSlippage: Rate(trillionths: -1))
        #expect(Refusal(bench.ask(.place(bad)).verdict)?.reason == .belowMinNotional)
        var dear = bad
        dear.kind = .limit(Price(ticks: 100_000))
        dear.size = .quantity(Quantity(lots: 101))
        #expect(Refusal(bench.ask(.place(dear)).verdict)?.reason == .invalidCombination)
        let price = OrderKind.limit(Price(ticks: 1_000))
        #expect(bench.place(.buy, 101, price)?.reason == .insufficientFunds)
        #expect(bench.place(.buy, 101, price, for: Bench.margin)?.reason == .insufficientMargin)
        bench.deposit(100_000_000, to: Bench.cash)
        #expect(bench.place(.sell, 101, price)?.reason == .shortNotAllowed)
        #expect(bench.place(.buy, 101, price)?.reason == .positionLimit)
        #expect(bench.place(.buy, 100, price)?.reason == .notionalLimit)
        #expect(bench.place(.buy, 100)?.reason == .staleMark)
        #expect(bench.place(.buy, 100, .limit(Price(ticks: 100)))?.reason == .sizeTooLarge)
        #expect(bench.place(.buy, 50, .limit(Price(ticks: 100))) == nil)
    }
}

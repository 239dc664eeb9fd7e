import LockstepModel
import Testing

@Suite("Orders and fills")
struct OrderTests {
    /// The table of reasons, as designed.
    static let reasons = """
        none 0
        unknownInstrument 1, notTradable 2, halted 3, invalidQuantity 4, offTickPrice 5, outsideBands 6
        belowMinNotional 7, invalidCombination 8, stopAlreadyThrough 9, wouldTake 10
        duplicateClientId 11, insufficientFunds 12, insufficientMargin 13, shortNotAllowed 14
        noBorrow 15, positionLimit 16, grossLimit 17, netLimit 18, notionalLimit 19, priceCollar 20
        orderRate 21, dailyLoss 22, drawdown 23, killed 24, staleMark 25, sizeTooLarge 26
        priceOutsideRedemption 27, endOfRun 28
        byStrategy 40, immediateRest 41, notFillable 42, ocoPeer 43, parentEnded 44, reduceOnly 45
        selfTrade 46, insufficientAtFill 47, corporateAction 48, liquidation 49, endOfData 50
        noData 51, resolved 52
        day 60, date 61, session 62
        unknownOrder 70, alreadyFilled 71, alreadyEnded 72
        frozen 80, inactiveOutcome 81, insufficientGas 82, insufficientBalance 83
        insufficientTokens 84, slippage 85, ammDepleted 86, invalidSize 87, invalidPrice 88
        """

    @Test("Reasons have the numbers of their table, and no others exist")
    func reasons() throws {
        let rows = Self.reasons.split { $0 == "," || $0 == "\n" }.map { $0.split(separator: " ") }
        for row in rows {
            let number = try #require(UInt8(row[1]))
            let reason = try #require(OrderReason(rawValue: number))
            #expect(reason.name == row[0])
        }
        #expect(OrderReason.allCases.count == rows.count)
    }

    @Test("Changes, points and rules are numbered from 1 in the order of their table")
    func numbers() {
        func names<Value: CaseIterable & RawRepresentable<UInt8>>(_: Value.Type) -> [String] {
            let all = Value.allCases.sorted { $0.rawValue < $1.rawValue }
            #expect(all.map(\.rawValue) == (1...UInt8(all.count)).map(\.self))
            return all.map { String(describing: $0) }
        }
        #expect(
            names(OrderChange.self) == [
                "accepted", "triggered", "amended", "cancelled", "expired", "rejected",
                "amendRejected", "cancelRejected",
            ])
        #expect(
            names(FillPoint.self) == [
                "open", "interior", "close", "book", "print", "pool", "cross", "amm", "autoFill",
                "settlement", "liquidation",
            ])
        #expect(
            names(FillRule.self) == [
                "market", "limit", "stop", "stopLimit", "ifTouched", "trailing", "onClose",
                "print", "bookCrossed", "batch",
            ])
        #expect(names(Side.self) == ["buy", "sell"])
        #expect(names(Liquidity.self) == ["maker", "taker"])
        #expect(
            names(BookingKind.self) == [
                "trade", "deposit", "funding", "borrow", "dividend", "gas", "settlement",
                "transfer", "mint", "merge", "interest", "split", "liquidation", "insurance",
                "conversion",
            ])
        #expect(BookingKind.allCases.filter(\.isOfFill) == [.trade, .mint, .merge])
        #expect(BookingKind(of: .cross, .buy) == .mint)
        #expect(BookingKind(of: .cross, .sell) == .merge)
        #expect(
            FillPoint.allCases.filter { $0 != .cross }.allSatisfy {
                BookingKind(of: $0, .buy) == .trade && BookingKind(of: $0, .sell) == .trade
            })
    }

    @Test("Terms are a market order for a number of lots unless they say otherwise")
    func terms() {
        let terms = OrderTerms(.buy, Quantity(lots: 3), of: InstrumentID(1))
        #expect(terms.size == .quantity(Quantity(lots: 3)))
        #expect(terms.kind == .market(nil))
        #expect(!terms.reduceOnly && !terms.autoFill)
        #expect(terms.link == .none && terms.maxSlippage == nil && terms.tag == nil)
    }

    @Test(
        "A kind tells its prices and times in force",
        arguments: [
            (.market(.fillOrKill), nil, nil, nil, .fillOrKill),
            (.marketOnOpen, nil, nil, nil, nil), (.marketOnClose, nil, nil, nil, nil),
            (.limitOnOpen(Price(ticks: 5)), 5, nil, nil, nil),
            (.limitOnClose(Price(ticks: 5)), 5, nil, nil, nil),
            (.limit(Price(ticks: 5), .day, postOnly: true), 5, nil, .day, nil),
            (.limitTaking(Price(ticks: 5), .immediateOrCancel), 5, nil, nil, .immediateOrCancel),
            (.stop(Price(ticks: 6)), nil, 6, .goodTilCancelled, nil),
            (
                .stopLimit(
                    stop: Price(ticks: 6), limit: Price(ticks: 5), .goodTilDate(.epoch),
                    then: .fillOrKill), 5, 6, .goodTilDate(.epoch), .fillOrKill
            ),
            (.trailingStop(.distance(ticks: 4), .day), nil, nil, .day, nil),
            (.ifTouched(Price(ticks: 6)), nil, 6, .goodTilCancelled, nil),
            (
                .ifTouched(Price(ticks: 6), limit: Price(ticks: 5), .day), 5, 6, .day, nil
            ),
        ] as [(OrderKind, Int64?, Int64?, RestingTimeInForce?, TakingTimeInForce?)])
    func kinds(
        _ kind: OrderKind, _ limit: Int64?, _ trigger: Int64?, _ resting: RestingTimeInForce?,
        _ taking: TakingTimeInForce?
    ) {
        #expect(kind.limitPrice?.ticks == limit)
        #expect(kind.triggerPrice?.ticks == trigger)
        #expect(kind.resting == resting)
        #expect(kind.taking == taking)
        let terms = OrderTerms(.sell, Quantity(lots: 1), of: InstrumentID(1), kind)
        #expect(terms.kind == kind)
        #expect(terms.limitPrice?.ticks == limit && terms.triggerPrice?.ticks == trigger)
        if case .trailingStop(let trail, _) = kind {
            #expect(terms.trail == trail)
        } else {
            #expect(terms.trail == nil)
        }
    }

    @Test("Terms keep each thing they are given, and forget it again")
    func properties() {
        let plain = OrderTerms(.buy, Quantity(lots: 3), of: InstrumentID(1))
        var terms = plain
        func expectAlone(_ change: (inout OrderTerms) -> Void, _ holds: (OrderTerms) -> Bool) {
            var changed = plain
            change(&changed)
            #expect(holds(changed) && changed != plain)
            change(&terms)
            #expect(holds(terms))
        }
        expectAlone({ $0.instrument = InstrumentID(7) }) { $0.instrument.rawValue == 7 }
        expectAlone({ $0.side = .sell }) { $0.side == .sell }
        expectAlone({ $0.size = .fractionOfFreeMargin(.one) }) {
            $0.size == .fractionOfFreeMargin(.one)
        }
        expectAlone({ $0.kind = .limit(Price(ticks: -4), .goodTilDate(.distantPast)) }) {
            $0.kind == .limit(Price(ticks: -4), .goodTilDate(.distantPast))
        }
        expectAlone({ $0.reduceOnly = true }) { $0.reduceOnly }
        expectAlone({ $0.autoFill = true }) { $0.autoFill }
        expectAlone({ $0.maxSlippage = .zero }) { $0.maxSlippage == .zero }
        expectAlone({ $0.link.parent = OrderID(rawValue: 0) }) {
            $0.link.parent == OrderID(rawValue: 0)
        }
        expectAlone({ $0.link.group = OrderID(rawValue: 9) }) {
            $0.link.group == OrderID(rawValue: 9)
        }
        expectAlone({ $0.tag = SymbolID(0) }) { $0.tag == SymbolID(0) }
        // All at once, and back again.
        #expect(terms.side == .sell && terms.reduceOnly && terms.link.group?.rawValue == 9)
        terms = OrderTerms(
            terms.side.opposite, Quantity(lots: 3), of: InstrumentID(1), .market(),
            reduceOnly: !terms.reduceOnly, autoFill: !terms.autoFill)
        #expect(terms == plain)
        terms.kind = .stop(Price(ticks: 5), .goodTilDate(.epoch))
        terms.link.parent = OrderID(rawValue: 4)
        terms.maxSlippage = .one
        terms.tag = SymbolID(3)
        (terms.kind, terms.link, terms.maxSlippage, terms.tag) = (.market(), .none, nil, nil)
        #expect(terms == plain)
    }

    @Test("A position's open profit is its value less its cost")
    func position() throws {
        let share = try Instrument(
            id: InstrumentID(1), symbol: "AAPL", venue: VenueID(1), currency: Currency("USD"),
            tickSize: ExactDecimal("0.01"), lot: .one)
        // Short 3 at 90.00, marked 91.50: -274.50 - (-270.00) = -4.50.
        let short = Position(
            quantity: SignedQuantity(lots: -3), cost: Money(units: -270_000_000), realised: .zero)
        #expect(try short.unrealised(at: Price(ticks: 9150), share.ratio).units == -4_500_000)
        #expect(Position.flat.isFlat)
    }

    @Test("What travels in a run is trivial: no reference is counted for it")
    func trivial() {
        func size<Value: BitwiseCopyable>(_: Value.Type) -> Int { MemoryLayout<Value>.size }
        // Bounds, so that nobody makes the hot values fat unseen.
        #expect(size(Bar.self) <= 80)
        #expect(size(FrameSlot.self) <= 88)
        #expect(size(OrderKind.self) <= 56)
        #expect(size(OrderTerms.self) <= 72)
        #expect(size(Intent.self) <= 96)
        #expect(size(Order.self) <= 112)
        #expect(size(OrderUpdate.self) <= 48)
        #expect(size(Fill.self) <= 112)
        #expect(size(Booking.self) <= 80)
        #expect(size(LotClosed.self) <= 88)
        #expect(size(Snapshot.self) <= 64)
        #expect(size(Wake.self) <= 16)
        #expect(size(Halt.self) <= 16)
        #expect(size(Note.self) <= 16)
        #expect(size(RandomStream.self) <= 24)
        #expect(size(NotionalRatio.self) <= 16)
        #expect(size(Position.self) <= 24)
    }
}

import Foundation
import LockstepModel
import Testing

@Suite("Coding")
struct CodingTests {
    /// Whether a value survives JSON and becomes the same bytes again.
    private func survives<Value: Codable & Equatable>(_ value: Value) throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode([value])
        let decoded = try JSONDecoder().decode([Value].self, from: bytes)
        return try decoded == [value] && encoder.encode(decoded) == bytes
    }

    private func instrument() throws -> Instrument {
        try Instrument(
            id: InstrumentID(1), symbol: "ES", venue: VenueID(1),
            currency: Currency("USD", decimals: 4), tickSize: ExactDecimal("0.25"), lot: .one,
            multiplier: ExactDecimal("50"),
            limits: .init(smallestQuantity: Quantity(lots: 1), smallestNotional: .zero))
    }

    @Test("Numbers survive, at their extremes too")
    func numbers() throws {
        for number in [Int64.min, -1, 0, 1, .max] {
            #expect(try survives(Price(ticks: number)))
            #expect(try survives(Quantity(lots: number)))
            #expect(try survives(SignedQuantity(lots: number)))
            #expect(try survives(Money(units: number)))
            #expect(try survives(Rate(trillionths: number)))
            #expect(try survives(Timestamp(nanoseconds: number)))
            #expect(try survives(ExactDecimal(number)))
        }
        #expect(try survives(BarInterval("90m")))
        #expect(try survives(ExactDecimal("-1.25e-30")))
    }

    @Test("Instruments survive, and a false one is not read")
    func instruments() throws {
        let one = try instrument()
        #expect(try survives(one))
        #expect(try survives(Instruments([one])))
        let text = try String(decoding: JSONEncoder().encode(one), as: UTF8.self)
        let broken = text.replacingOccurrences(of: "\"0.25\"", with: "\"-0.25\"")
        #expect(broken != text)
        #expect(throws: ModelError.self) {
            try JSONDecoder().decode(Instrument.self, from: Data(broken.utf8))
        }
    }

    @Test("Every kind of order survives")
    func orders() throws {
        let price = Price(ticks: 5)
        let kinds: [OrderKind] = [
            .market(), .market(.immediateOrCancel), .marketOnOpen, .marketOnClose,
            .limitOnOpen(price), .limitOnClose(price), .limit(price),
            .limit(price, .goodTilDate(.epoch), postOnly: true), .limitTaking(price, .fillOrKill),
            .stop(price, .day), .stopLimit(stop: price, limit: .zero, then: .fillOrKill),
            .trailingStop(.distance(ticks: 3)), .trailingStop(.share(try Rate("0.02")), .day),
            .ifTouched(price), .ifTouched(price, limit: .zero, .day, then: .immediateOrCancel),
        ]
        for kind in kinds {
            let terms = OrderTerms(
                .sell, size: .fractionOfFreeMargin(.one), of: InstrumentID(2), kind,
                reduceOnly: true, maxSlippage: .zero,
                link: OrderLink(parent: OrderID(rawValue: 7)), tag: SymbolID(9))
            #expect(try survives(terms))
        }
        let id = OrderID(strategy: StrategyID(3), ordinal: 4)
        let actions: [OrderAction] = [
            .place(OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1))),
            .amend(id, OrderAmendment(quantity: .zero)), .cancel(id), .cancelAll(nil),
            .cancelAll(InstrumentID(1)),
        ]
        for action in actions {
            let intent = Intent(
                id: id, strategy: StrategyID(3), account: AccountID(1), action: action)
            let order = Order(
                intent: intent, intentSequence: SequenceNumber(8), decidedAt: .epoch)
            #expect(try survives(order))
            #expect(try survives(OrderHandle(id)))
        }
    }

    @Test("Frames survive")
    func frames() throws {
        let bar = Bar(
            instrument: InstrumentID(1), series: SeriesID(1), start: .epoch,
            end: Timestamp(nanoseconds: 1), label: .epoch, open: .zero, high: .zero, low: .zero,
            close: .zero, volume: nil)
        let frame = Frame(
            time: Timestamp(nanoseconds: 1), slots: [FrameSlot(coverage: .traded, bar: bar)],
            data: [MarketDatum(kind: 3, instrument: InstrumentID(1), bytes: [1, 2])])
        #expect(try survives(frame))
    }

    @Test("What is published survives")
    func published() throws {
        let (account, strategy, one) = (AccountID(1), StrategyID(2), InstrumentID(3))
        let (cash, lots) = (Money(units: 5), Quantity(lots: 6))
        let order = OrderID(strategy: strategy, ordinal: 1)
        #expect(
            try survives(
                OrderUpdate(
                    order: order, strategy: strategy, account: account, instrument: one,
                    change: .rejected, reason: .wouldTake, limit: -4, leaves: lots,
                    reportAt: .epoch)))
        #expect(
            try survives(
                Fill(
                    order: order, strategy: strategy, account: account, instrument: one,
                    side: .sell, liquidity: .maker, point: .interior, rule: .limit, price: .zero,
                    reference: .zero, quantity: lots, leaves: .zero, notional: cash, fee: cash,
                    executedAt: .epoch, label: .epoch, reportAt: .distantFuture)))
        #expect(
            try survives(
                Booking(
                    account: account, strategy: strategy, instrument: one, kind: .deposit,
                    cashChange: cash, cashAfter: cash, positionAfter: .zero)))
        #expect(
            try survives(
                LotClosed(
                    account: account, strategy: strategy, instrument: one, side: .buy,
                    quantity: lots, openedAt: .epoch, closedAt: .epoch, openNotional: cash,
                    closeNotional: cash, openFee: .zero, closeFee: .zero, grossProfit: .zero)))
        #expect(
            try survives(
                Snapshot(
                    account: account, cash: cash, equity: cash, realised: .zero,
                    unrealised: .zero, fees: .zero, grossExposure: .zero, netExposure: .zero)))
        #expect(try survives(Position(quantity: .zero, cost: cash, realised: .zero)))
        #expect(try survives(Lifecycle.endOfFeed))
        #expect(try survives(Wake(time: .epoch, requester: .max)))
        #expect(try survives(Halt(reason: .killed, scope: one, flatten: true)))
        #expect(try survives(Halt(reason: .killed, account: AccountID(2))))
        #expect(try survives(Note(strategy: strategy, name: SymbolID(1), value: 0.1)))
        #expect(try survives(RandomStream(seed: 1, component: "a", entity: 2)))
    }
}

import LockstepBus
import LockstepEvents
import LockstepModel
import Testing

/// A number without sign is written in groups of seven bits, the lowest first, 0x80 on all but the
/// last; a number with sign n as 2n from zero, as −2n − 1 below it.
@Suite struct PayloadBytesTests {
    private func bytes(_ payload: some EventPayload, time: Int64, sequence: UInt64) -> [UInt8] {
        var writer = RecordWriter(capacity: 16)
        writer.recordTime = time
        writer.recordSequence = sequence
        payload.encode(into: &writer)
        return writer.bytes
    }

    @Test func `a frame's bytes`() {
        let bar = Bar(
            instrument: InstrumentID(2), series: SeriesID(2), start: Timestamp(nanoseconds: 940),
            end: Timestamp(nanoseconds: 1000), label: Timestamp(nanoseconds: 940),
            open: Price(ticks: 100), high: Price(ticks: 105), low: Price(ticks: 98),
            close: Price(ticks: 101), volume: Quantity(lots: 300))
        let frame = Frame(
            time: Timestamp(nanoseconds: 1000),
            slots: [
                .absent(SeriesID(1), of: InstrumentID(1)),
                FrameSlot(coverage: .traded, bar: bar),
                FrameSlot(coverage: .filled, bar: bar),
            ],
            data: [MarketDatum(kind: 7, instrument: InstrumentID(3), bytes: [0xAA, 0xBB])])
        let expected: [UInt8] = [
            1,  // bars: one row
            2, 0,  // series 2; instrument 2 = series + 0
            0x77, 0x78, 0,  // start 940 − 1000 = −60 → 119; end 940 + 60 → 120; label 940 + 0
            0xC8, 1,  // open 100 → 200 = 1 · 128 + 72
            10, 3, 2,  // high +5 → 10; low −2 → 3; close +1 → 2
            1, 0xAC, 2,  // volume there: 300 = 2 · 128 + 44
            1,  // data: one row
            7, 3, 2, 0xAA, 0xBB,  // kind, instrument, two bytes
        ]
        #expect(bytes(frame, time: 1000, sequence: 9) == expected)
    }

    @Test func `an intent's bytes`() {
        let terms = OrderTerms(
            .sell, Quantity(lots: 10), of: InstrumentID(3),
            .stopLimit(
                stop: Price(ticks: 96), limit: Price(ticks: 95),
                .goodTilDate(Timestamp(nanoseconds: 1001)), then: .immediateOrCancel),
            reduceOnly: true, maxSlippage: Rate(trillionths: 5),
            link: OrderLink(group: OrderID(strategy: StrategyID(1), ordinal: 1)), tag: SymbolID(7))
        let intent = Intent(
            id: OrderID(strategy: StrategyID(1), ordinal: 2), strategy: StrategyID(1),
            account: AccountID(4), action: .place(terms))
        let expected: [UInt8] = [
            0x82, 0x80, 0x80, 0x80, 0x10,  // id 2³² + 2: bit 32 is bit 4 of the fifth group
            1, 4,  // strategy, account
            1, 0, 1,  // place; no target; terms
            3, 2,  // instrument, sell
            1, 10,  // size: quantity of 10
            9,  // stop-limit
            1, 0xBE, 1,  // price there: 95 → 190 = 1 · 128 + 62
            1, 0xC0, 1,  // stop there: 96 → 192 = 1 · 128 + 64
            0, 0,  // no trail, neither way
            3, 1,  // good until a date, then immediate-or-cancel
            1, 2,  // until there: 1001 − 1000 = 1 → 2
            1,  // flags: reduce-only
            1, 10,  // the greatest slippage there: 5 → 10
            0,  // no parent
            1, 0x81, 0x80, 0x80, 0x80, 0x10,  // group there: 2³² + 1
            1, 7,  // tag there: 7
            0,  // no amendment
        ]
        #expect(bytes(intent, time: 1000, sequence: 9) == expected)
    }

    @Test func `a fill's bytes`() {
        let fill = Fill(
            order: OrderID(strategy: StrategyID(1), ordinal: 2), strategy: StrategyID(1),
            account: AccountID(2), instrument: InstrumentID(3), side: .buy, liquidity: .taker,
            point: .interior, rule: .stop, price: Price(ticks: 200), reference: Price(ticks: 199),
            quantity: Quantity(lots: 5), leaves: .zero, notional: Money(units: 1_000_000_000),
            fee: Money(units: 100), rebate: Money(units: -1),
            executedAt: Timestamp(nanoseconds: 1000), label: Timestamp(nanoseconds: 999),
            reportAt: Timestamp(nanoseconds: 1003))
        let expected: [UInt8] = [
            0x82, 0x80, 0x80, 0x80, 0x10,  // order 2³² + 2
            1, 2, 3,  // strategy, account, instrument
            1, 2, 2, 3,  // buy, taker, interior, stop
            0x90, 3,  // price 200 → 400 = 3 · 128 + 16
            1,  // reference 199 = 200 − 1 → 1
            5, 0,  // quantity, leaves
            // notional 10⁹ → 2 000 000 000 = 128 · 15 625 000 + 0; 15 625 000 = 128 · 122 070 + 40;
            // 122 070 = 128 · 953 + 86; 953 = 128 · 7 + 57
            0x80, 0xA8, 0xD6, 0xB9, 7,
            0xC8, 1, 0, 1,  // fee 100 → 200; slippage 0; rebate −1 → 1
            0, 1, 6,  // executed at +0; label −1 → 1; report at +3 → 6
        ]
        #expect(bytes(fill, time: 1000, sequence: 9) == expected)
    }

    @Test func `an order refers to its intent by distance`() throws {
        let intent = Intent(
            id: OrderID(strategy: StrategyID(1), ordinal: 2), strategy: StrategyID(1),
            account: AccountID(1), action: .cancelAll(nil))
        let order = Order(
            intent: intent, intentSequence: SequenceNumber(40),
            decidedAt: Timestamp(nanoseconds: 1000))
        let written = bytes(order, time: 1000, sequence: 42)
        // id 2³² + 2, then 42 − 40 = 2.
        #expect(written == [0x82, 0x80, 0x80, 0x80, 0x10, 2])
        let record = OrderRecord(id: intent.id, intent: SequenceNumber(40))
        #expect(bytes(record, time: 1000, sequence: 42) == written)
        #expect(Order.schema == OrderRecord.schema)

        var reader = RecordReader(written, recordTime: 1000, recordSequence: 42)
        #expect(try OrderRecord(from: &reader) == record)
        try reader.expectEnd()
    }

    @Test func `an order is not read as an order`() {
        #expect(throws: RecordError.readAs(type: "OrderRecord")) {
            var reader = RecordReader([1, 1] as [UInt8], recordSequence: 2)
            _ = try Order(from: &reader)
        }
    }

    @Test(arguments: [0, 2, 3, UInt64.max])
    func `an intent must stand before its order`(distance: UInt64) {
        var writer = RecordWriter(capacity: 16)
        writer.unsigned(1)
        writer.unsigned(distance)
        let bytes = writer.bytes
        #expect(throws: RecordError.outOfRange(field: "intent")) {
            var reader = RecordReader(bytes, recordSequence: 2)
            _ = try OrderRecord(from: &reader)
        }
    }
}

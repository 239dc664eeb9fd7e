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
            0xC, 2,  // marks: label (bit 2) and volume (3); series 2, instrument and end as usual
            // start and label 940 − 1000 = −60 ns → 119 = 7 · 16 + 7, so 0x80 + 7 · 8, then 7
            0xB8, 7, 0xB8, 7,
            0xC8, 1,  // open 100 → 200 = 1 · 128 + 72
            10, 3, 2,  // high +5 → 10; low −2 → 3; close +1 → 2
            0xAC, 2,  // volume 300 = 2 · 128 + 44
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
            0x11,  // marks: place (1) in three bits, terms (bit 4)
            1, 4, 4,  // strategy; id 2³² + 2 is 2 after 2³² → 4; account
            // marks: sell (2), stop-limit (9 at bit 2), price (6), stop (7), good until a date
            // (3 at 8), then immediate-or-cancel (1 at 11), reduce-only (13), until (18),
            // greatest slippage (19), group (21), tag (22): 0x6C2BE6, in groups of seven bits
            // 0x66, 0x57, 0x30, 3
            0xE6, 0xD7, 0xB0, 3,
            3,  // instrument
            1, 10,  // size: quantity of 10
            0xBE, 1,  // price 95 → 190 = 1 · 128 + 62
            0xC0, 1,  // stop 96 → 192 = 1 · 128 + 64
            0x10,  // until 1001 − 1000 = 1 ns → 2 · 8
            10,  // the greatest slippage 5 → 10
            0x81, 0x80, 0x80, 0x80, 0x10,  // group 2³² + 1: bit 32 is bit 4 of the fifth group
            7,  // tag
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
            // marks: buy (1), taker (2 at bit 2), interior (2 at 4), stop (3 at 8), reference (12),
            // rebate (15), label (16), report (17): 0x39329, in groups of seven bits 0x29, 0x26, 0xE
            0xA9, 0xA6, 0xE,
            1, 4, 2, 3,  // strategy; order 2³² + 2 is 2 after 2³² → 4; account, instrument
            0x90, 3,  // price 200 → 400 = 3 · 128 + 16
            1,  // reference 199 = 200 − 1 → 1
            5,  // quantity; nothing is left
            // notional 10⁹ → 2 000 000 000 = 128 · 15 625 000 + 0; 15 625 000 = 128 · 122 070 + 40;
            // 122 070 = 128 · 953 + 86; 953 = 128 · 7 + 57
            0x80, 0xA8, 0xD6, 0xB9, 7,
            0xC8, 1, 1,  // fee 100 → 200; no slippage; rebate −1 → 1
            0, 8, 0x30,  // executed at +0; label −1 ns → 1 · 8; report at +3 ns → 6 · 8
        ]
        #expect(bytes(fill, time: 1000, sequence: 9) == expected)
    }

    @Test func `what is as usual takes no bytes`() {
        let time = Timestamp(nanoseconds: 1000)
        let fill = Fill(
            order: OrderID(strategy: StrategyID(1), ordinal: 2), strategy: StrategyID(1),
            account: AccountID(2), instrument: InstrumentID(3), side: .sell, liquidity: .taker,
            point: .open, rule: .market, price: Price(ticks: 1), reference: Price(ticks: 1),
            quantity: Quantity(lots: 5), leaves: .zero, notional: Money(units: 5),
            executedAt: time, label: time, reportAt: time)
        // marks: sell (2), taker (2 at bit 2), open (1 at 4), market (1 at 8): 0x11A = 2 · 128 + 26;
        // strategy, order, account, instrument, price, quantity, notional, fee, executed at
        let expected: [UInt8] = [0x9A, 2, 1, 4, 2, 3, 2, 5, 10, 0, 0]
        #expect(bytes(fill, time: 1000, sequence: 9) == expected)

        let update = OrderUpdate(
            order: OrderID(strategy: StrategyID(1), ordinal: 2), strategy: StrategyID(1),
            account: AccountID(2), instrument: InstrumentID(3), change: .accepted,
            leaves: Quantity(lots: 5), reportAt: time)
        // marks: accepted (1), leaves (bit 4)
        #expect(bytes(update, time: 1000, sequence: 9) == [0x11, 1, 4, 2, 3, 5])
    }

    @Test func `a snapshot counts from what the account began with`() {
        // 1000 to begin with, realised 30, unrealised −5, fees 2: equity 1023, of which 400 are
        // cash and 623 in a long position.
        let snapshot = Snapshot(
            account: AccountID(1), cash: Money(units: 400), equity: Money(units: 1023),
            realised: Money(units: 30), unrealised: Money(units: -5), fees: Money(units: 2),
            grossExposure: Money(units: 623), netExposure: Money(units: 623))
        let expected: [UInt8] = [
            0xF, 1,  // marks: realised, unrealised, fees, cash; account
            60, 9, 4,  // 30 → 60; −5 → 9; 2 → 4
            0xD0, 0xF,  // equity 1023 − (30 − 5 − 2) = 1000 → 2000 = 15 · 128 + 80
            // Equity without what is unrealised is 1028: cash 400 − 1028 = −628, what the position cost,
            0xE7, 9,  // → 1255 = 9 · 128 + 103
        ]
        #expect(bytes(snapshot, time: 1000, sequence: 9) == expected)
    }

    @Test func `a closed lot counts from its opening`() {
        func lot(_ side: Side, profit: Int64) -> LotClosed {
            LotClosed(
                account: AccountID(1), strategy: StrategyID(2), instrument: InstrumentID(3),
                side: side, quantity: Quantity(lots: 4), openedAt: Timestamp(nanoseconds: 0),
                closedAt: Timestamp(nanoseconds: 60_000_000_000), openNotional: Money(units: 50),
                closeNotional: Money(units: 52), openFee: Money(units: 6),
                closeFee: Money(units: 6), grossProfit: Money(units: profit))
        }
        // marks: buy (1), the opening's fee (bit 2); account, strategy, instrument, quantity;
        // opened −2 min → 3 · 8 + 4, closed −1 min → 1 · 8 + 4; 50 → 100; +2 → 4; fee 6 → 12
        let bought: [UInt8] = [5, 1, 2, 3, 4, 28, 12, 100, 4, 12]
        #expect(bytes(lot(.buy, profit: 2), time: 120_000_000_000, sequence: 9) == bought)
        // marks: sell (2), fee (bit 2), profit (bit 4); the profit −2 = 2 − 4 → 7
        let sold: [UInt8] = [22, 1, 2, 3, 4, 28, 12, 100, 4, 12, 7]
        #expect(bytes(lot(.sell, profit: -2), time: 120_000_000_000, sequence: 9) == sold)
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

    @Test func `a booking refers to its fill by distance`() {
        let booking = Booking(
            fill: SequenceNumber(7), account: AccountID(1), strategy: StrategyID(2),
            instrument: InstrumentID(3), kind: .trade, cashChange: Money(units: -3),
            fee: Money(units: 1), cashAfter: Money(units: 40),
            positionAfter: SignedQuantity(lots: 2))
        // marks: trade (1), fee (bit 4), position (bit 5); 9 − 7 = 2; account, strategy,
        // instrument; −3 → 5; 1 → 2; 40 → 80; 2 → 4
        let expected: [UInt8] = [0x31, 2, 1, 2, 3, 5, 2, 80, 4]
        #expect(bytes(booking, time: 1000, sequence: 9) == expected)
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

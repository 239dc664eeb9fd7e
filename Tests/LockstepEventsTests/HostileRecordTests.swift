import LockstepBus
import LockstepEvents
import LockstepModel
import Testing

@Suite struct HostileRecordTests {
    /// The bytes of numbers without sign, one after another.
    private func numbers(_ values: [UInt64]) -> [UInt8] {
        var writer = RecordWriter(capacity: 64)
        for value in values { writer.unsigned(value) }
        return writer.bytes
    }

    private func frame(_ values: [UInt64]) throws(RecordError) -> Frame {
        var reader = RecordReader(numbers(values))
        return try Frame(from: &reader)
    }

    /// A bar of nothing but zeros: no marks, series, start, and the prices but for the first
    /// relative to that.
    private func bar(_ series: UInt64) -> [UInt64] {
        [0, series] + Array(repeating: 0, count: 5)
    }

    @Test func `series ascend from 1`() throws {
        #expect(try frame([2] + bar(1) + bar(3) + [0]).slots.count == 3)
        #expect(throws: RecordError.outOfRange(field: "series")) { try frame([1] + bar(0) + [0]) }
        #expect(throws: RecordError.outOfRange(field: "series")) {
            try frame([2] + bar(1) + bar(1) + [0])
        }
        #expect(throws: RecordError.outOfRange(field: "series")) {
            try frame([2] + bar(2) + bar(1) + [0])
        }
    }

    @Test func `a series beyond all reason allocates nothing`() throws {
        let greatest = UInt64(Frame.greatestDecodedSeries)
        #expect(throws: RecordError.outOfRange(field: "series")) {
            try frame([1] + bar(greatest + 1) + [0])
        }
        #expect(throws: RecordError.outOfRange(field: "series")) {
            try frame([1] + bar(UInt64.max) + [0])
        }
        #expect(throws: RecordError.truncated) { try frame([UInt64.max]) }
    }

    @Test func `carried and missing bars are absent when read back`() throws {
        var writer = RecordWriter(capacity: 64)
        let traded = FrameSlot.absent(SeriesID(2), of: InstrumentID(5))
        var slots: ContiguousArray = [traded, traded, traded]
        slots[0].coverage = .filled
        slots[1].coverage = .traded
        Frame(time: .epoch, slots: slots).encode(into: &writer)
        var reader = RecordReader(writer.bytes)
        slots[0] = .absent(SeriesID(1), of: InstrumentID(0))
        slots.removeLast()
        #expect(try Frame(from: &reader) == Frame(time: .epoch, slots: slots))
    }

    @Test func `quantities and prices of fills are in range`() throws {
        // Marks: cases 1 of side, liquidity, point and rule, and the reference, where it has a
        // shift. Strategy to instrument, price, reference, quantity, two amounts, one time.
        func fill(price: UInt64, reference: UInt64, quantity: UInt64) throws(RecordError) -> Fill {
            let shift: [UInt64] = reference == 0 ? [] : [reference]
            let marks: UInt64 = 0x115 | (reference == 0 ? 0 : 1 << 12)
            var reader = RecordReader(
                numbers([marks, 1, 1, 1, 1, price] + shift + [quantity, 0, 0, 0]))
            return try Fill(from: &reader)
        }
        let limit = UInt64(1) << 53
        #expect(try fill(price: 0, reference: 0, quantity: limit - 1).quantity.lots == 1 << 53 - 1)
        #expect(throws: RecordError.outOfRange(field: "quantity")) {
            try fill(price: 0, reference: 0, quantity: limit)
        }
        #expect(throws: RecordError.outOfRange(field: "quantity")) {
            try fill(price: 0, reference: 0, quantity: .max)
        }
        // A price p ≥ 0 is written as 2p: 2 · 2⁵³ is the first out of range.
        #expect(throws: RecordError.outOfRange(field: "price")) {
            try fill(price: limit * 2, reference: 0, quantity: 1)
        }
        #expect(throws: RecordError.outOfRange(field: "reference")) {
            try fill(price: limit * 2 - 2, reference: 2, quantity: 1)
        }
    }

    /// The marks of an order's terms behind its side, and the numbers that belong to them.
    ///
    /// The kind has bits 2 to 5; price is bit 6, stop 7, the time in force begins at bit 8, the way
    /// to take afterwards at 11, post-only is bit 15, trail 16, trailShare 17, and 23 is nothing.
    @Test(
        arguments: [
            (0, [], "kind"), (12 << 2, [], "kind"), (1 << 2 | 1 << 6, [0], "kind"),
            (1 << 2 | 1 << 8, [], "tif"), (1 << 2 | 6 << 8, [], "tif"),
            (1 << 2 | 1 << 11, [], "kind"), (1 << 2 | 1 << 15, [], "kind"),
            (1 << 2 | 1 << 23, [], "marks"), (6 << 2 | 1 << 8, [], "price"),
            (10 << 2 | 1 << 8, [], "trail"), (10 << 2 | 1 << 8 | 3 << 16, [2, 2], "kind"),
            (8 << 2 | 1 << 7 | 3 << 8, [0], "until"),
        ] as [(UInt64, [UInt64], String)])
    func `fields that contradict the kind are refused`(
        marks: UInt64, fields: [UInt64], field: String
    ) {
        // place with terms, strategy, id, account; buy; instrument, quantity of 1.
        let head: [UInt64] = [0x11, 1, 1, 1, marks | 1, 1, 1, 1]
        #expect(throws: RecordError.outOfRange(field: field)) {
            var reader = RecordReader(numbers(head + fields))
            _ = try Intent(from: &reader)
        }
    }

    /// The marks are the action in three bits, then target, terms and amendment.
    @Test(
        arguments: [
            [1, 1, 1, 1], [2 | 1 << 3, 1, 1, 1, 5], [3, 1, 1, 1], [4 | 1 << 5, 1, 1, 1, 0],
            [5, 1, 1, 1], [0, 1, 1, 1],
        ] as [[UInt64]])
    func `an action has exactly its parts`(fields: [UInt64]) {
        #expect(throws: RecordError.outOfRange(field: "action")) {
            var reader = RecordReader(numbers(fields))
            _ = try Intent(from: &reader)
        }
    }

    @Test func `a mark that announces nothing is refused`() {
        // A fill with the mark of its leaves (bit 13), which are 0.
        #expect(throws: RecordError.outOfRange(field: "marks")) {
            var reader = RecordReader(numbers([0x115 | 1 << 13, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0]))
            _ = try Fill(from: &reader)
        }
        // An update with the mark of its report (bit 6), which is at the record's time.
        #expect(throws: RecordError.outOfRange(field: "marks")) {
            var reader = RecordReader(numbers([1 | 1 << 6, 1, 1, 1, 1, 0]))
            _ = try OrderUpdate(from: &reader)
        }
        // A booking with a mark that no field has.
        #expect(throws: RecordError.outOfRange(field: "marks")) {
            var reader = RecordReader(numbers([1 | 1 << 7, 0, 1, 1, 1, 0, 0]))
            _ = try Booking(from: &reader)
        }
    }
}

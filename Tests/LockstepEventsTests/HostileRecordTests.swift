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

    /// A bar of nothing but zeros: series, then instrument to volume, all relative.
    private func bar(_ series: UInt64) -> [UInt64] {
        [series] + Array(repeating: 0, count: 9)
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
        // Order to rule, then price, reference, quantity, leaves, four amounts, three times.
        func fill(price: UInt64, reference: UInt64, quantity: UInt64) throws(RecordError) -> Fill {
            var reader = RecordReader(
                numbers([
                    1, 1, 1, 1, 1, 1, 1, 1, price, reference, quantity, 0, 0, 0, 0, 0, 0, 0, 0,
                ]))
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

    /// A market order's kind, price, stop, trail, trailShare, tif, then, until and flags.
    @Test(
        arguments: [
            ([0, 0, 0, 0, 0, 0, 0, 0, 0], "kind"), ([12, 0, 0, 0, 0, 0, 0, 0, 0], "kind"),
            ([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], "kind"), ([1, 0, 0, 0, 0, 1, 0, 0, 0], "tif"),
            ([1, 0, 0, 0, 0, 0, 1, 0, 0], "kind"), ([1, 0, 0, 0, 0, 0, 0, 0, 4], "kind"),
            ([1, 0, 0, 0, 0, 0, 0, 0, 8], "flags"), ([6, 0, 0, 0, 0, 1, 0, 0, 0], "price"),
            ([10, 0, 0, 0, 0, 1, 0, 0, 0], "trail"), ([10, 0, 0, 1, 2, 1, 2, 1, 0, 0, 0], "kind"),
            ([8, 0, 1, 0, 0, 0, 3, 0, 0, 0], "until"),
        ] as [([UInt64], String)])
    func `fields that contradict the kind are refused`(fields: [UInt64], field: String) {
        // id, strategy, account, place, no target, terms: instrument, buy, quantity of 1.
        let head: [UInt64] = [1, 1, 1, 1, 0, 1, 1, 1, 1, 1]
        #expect(throws: RecordError.outOfRange(field: field)) {
            var reader = RecordReader(numbers(head + fields + [0, 0, 0, 0, 0]))
            _ = try Intent(from: &reader)
        }
    }

    @Test(
        arguments: [
            [1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 2, 1, 5, 0, 0], [1, 1, 1, 3, 0, 0, 0],
            [1, 1, 1, 4, 0, 0, 1, 0, 0, 0], [1, 1, 1, 5, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0],
        ] as [[UInt64]])
    func `an action has exactly its parts`(fields: [UInt64]) {
        #expect(throws: RecordError.outOfRange(field: "action")) {
            var reader = RecordReader(numbers(fields))
            _ = try Intent(from: &reader)
        }
    }
}

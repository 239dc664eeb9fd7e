public import LockstepBus
public import LockstepModel

extension MarketEvent: EventPayload {
    /// The fields of the record of a dated event.
    public static let schema = RecordSchema([
        .init("kind", .inMarks(.cases(of: MarketEventKind.self), bits: 5)),
        .init("instrument", .unsigned),
        .init("time", .marked(.time)),
        .init("price", .marked(.optional(.price))),
        .init("rate", .marked(.decimal(scale: 12))),
        .init("new", .marked(.integer)),
        .init("old", .marked(.integer)),
        .init("quantity", .marked(.optional(.quantity))),
        .init("payment", .marked(.optional(.time))),
    ])

    /// Writes the fields.
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 10)
        let figures =
            mark(price != nil, at: 6) | mark(rate != .zero, at: 7) | mark(new != 0, at: 8)
        let rest =
            mark(old != 0, at: 9) | mark(quantity != nil, at: 10) | mark(payment != nil, at: 11)
        cursor.unsigned(
            UInt64(kind.rawValue) | mark(time.nanoseconds != cursor.recordTime, at: 5) | figures
                | rest)
        cursor.unsigned(UInt64(instrument.rawValue))
        cursor.marked(time)
        cursor.marked(price)
        cursor.marked(rate.trillionths)
        cursor.marked(new)
        cursor.marked(old)
        if let quantity { cursor.quantity(quantity) }
        if let payment { cursor.time(payment) }
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let kind: MarketEventKind = try marks.enumeration(5, "kind")
        let instrument = InstrumentID(try reader.identity("instrument"))
        let time = try reader.timestamp(marked: marks.flag())
        let price = marks.flag() ? try reader.price("price") : nil
        let rate = Rate(trillionths: try reader.integer(marked: marks.flag()))
        let new = try reader.integer(marked: marks.flag())
        let old = try reader.integer(marked: marks.flag())
        let quantity = marks.flag() ? try reader.quantity("quantity") : nil
        let payment = marks.flag() ? try reader.timestamp() : nil
        try marks.expectEnd()
        self.init(
            kind, of: instrument, at: time, price: price, rate: rate, new: new, old: old,
            quantity: quantity, payment: payment)
    }
}

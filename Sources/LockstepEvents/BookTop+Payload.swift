public import LockstepBus
public import LockstepModel

extension BookTop: EventPayload {
    /// The fields of the record of a book's top.
    public static let schema = RecordSchema([
        .init("instrument", .unsigned),
        .init("bid", .marked(.optional(.price))),
        .init("bidQuantity", .marked(.quantity)),
        .init("ask", .marked(.optional(.price))),
        .init("askQuantity", .marked(.quantity)),
        .init("last", .marked(.optional(.price))),
        .init("lastQuantity", .marked(.quantity)),
        .init("time", .marked(.time)),
        .init("reportAt", .marked(.time)),
    ])

    /// Writes the fields.
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 10)
        let prices = mark(bid != nil, at: 0) | mark(ask != nil, at: 2) | mark(last != nil, at: 4)
        let quantities =
            mark(!bidQuantity.isZero, at: 1) | mark(!askQuantity.isZero, at: 3)
            | mark(!lastQuantity.isZero, at: 5)
        let times =
            mark(time.nanoseconds != cursor.recordTime, at: 6)
            | mark(reportAt.nanoseconds != cursor.recordTime, at: 7)
        cursor.small(prices | quantities | times, UInt64(instrument.rawValue))
        cursor.marked(bid)
        if !bidQuantity.isZero { cursor.quantity(bidQuantity) }
        cursor.marked(ask)
        if !askQuantity.isZero { cursor.quantity(askQuantity) }
        cursor.marked(last)
        if !lastQuantity.isZero { cursor.quantity(lastQuantity) }
        cursor.marked(time)
        cursor.marked(reportAt)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let instrument = InstrumentID(try reader.identity("instrument"))
        let (bid, bidQuantity) = try Self.level(&reader, &marks, "bid", "bidQuantity")
        let (ask, askQuantity) = try Self.level(&reader, &marks, "ask", "askQuantity")
        let (last, lastQuantity) = try Self.level(&reader, &marks, "last", "lastQuantity")
        self.init(
            instrument: instrument, bid: bid, bidQuantity: bidQuantity, ask: ask,
            askQuantity: askQuantity, last: last, lastQuantity: lastQuantity,
            time: try reader.timestamp(marked: marks.flag()),
            reportAt: try reader.timestamp(marked: marks.flag()))
        try marks.expectEnd()
    }

    /// Reads a price and a quantity, as far as they are there.
    private static func level(
        _ reader: inout RecordReader, _ marks: inout RecordMarks, _ price: String,
        _ quantity: String
    ) throws(RecordError) -> (Price?, Quantity) {
        let found = marks.flag() ? try reader.price(price) : nil
        guard marks.flag() else { return (found, .zero) }
        let lots = try reader.quantity(quantity)
        try reader.expectSomething(lots.isZero)
        return (found, lots)
    }
}

public import LockstepBus
public import LockstepModel

/// An update's record; a refused order may have asked for any quantity, so `leaves` is not checked.
extension OrderUpdate: EventPayload {
    /// The fields of an update's record; `order` counts from the first of its strategy's.
    public static let schema = RecordSchema([
        .init("strategy", .unsigned),
        .init("order", .combined(.unsigned, of: [.init(0, times: 1 << 32)])),
        .init("account", .unsigned),
        .init("instrument", .unsigned),
        .init("change", .inMarks(.cases(of: OrderChange.self), bits: 4)),
        .init("leaves", .marked(.quantity)),
        .init("limit", .marked(.integer)),
        .init("reportAt", .marked(.time)),
        .init("reason", .inMarks(.cases(of: OrderReason.self), bits: 8)),
    ])

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 8)
        let there =
            mark(leaves.lots != 0, at: 4) | mark(limit != 0, at: 5)
            | mark(reportAt.nanoseconds != cursor.recordTime, at: 6)
        cursor.small(
            UInt64(change.rawValue) | there | UInt64(reason.rawValue) &<< 7,
            UInt64(strategy.rawValue))
        cursor.order(order, of: strategy)
        cursor.small(UInt64(account.rawValue), UInt64(instrument.rawValue))
        if leaves.lots != 0 { cursor.quantity(leaves) }
        cursor.marked(limit)
        cursor.marked(reportAt)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let strategy = StrategyID(try reader.identity("strategy"))
        let order = try reader.order(of: strategy)
        let account = AccountID(try reader.identity("account"))
        let instrument = InstrumentID(try reader.identity("instrument"))
        let change: OrderChange = try marks.enumeration(4, "change")
        var leaves = Quantity.zero
        if marks.flag() {
            leaves = try reader.anyQuantity()
            try reader.expectSomething(leaves.lots == 0)
        }
        let limit = try reader.integer(marked: marks.flag())
        let reportAt = try reader.timestamp(marked: marks.flag())
        self.init(
            order: order, strategy: strategy, account: account, instrument: instrument,
            change: change, reason: try marks.enumeration(8, "reason"), limit: limit,
            leaves: leaves, reportAt: reportAt)
        try marks.expectEnd()
    }
}

public import LockstepBus
public import LockstepModel

/// An update's record; a refused order may have asked for any quantity, so `leaves` is not checked.
extension OrderUpdate: EventPayload {
    /// The fields of an update's record.
    public static let schema = RecordSchema([
        .init("order", .unsigned),
        .init("strategy", .unsigned),
        .init("account", .unsigned),
        .init("instrument", .unsigned),
        .init("change", .cases(of: OrderChange.self)),
        .init("reason", .cases(of: OrderReason.self)),
        .init("limit", .integer),
        .init("leaves", .quantity),
        .init("reportAt", .time),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(order.rawValue)
        writer.identity(strategy.rawValue)
        writer.identity(account.rawValue)
        writer.identity(instrument.rawValue)
        writer.enumeration(change.rawValue)
        writer.enumeration(reason.rawValue)
        writer.integer(limit)
        writer.quantity(leaves)
        writer.time(reportAt)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            order: try reader.order(),
            strategy: StrategyID(try reader.identity("strategy")),
            account: AccountID(try reader.identity("account")),
            instrument: InstrumentID(try reader.identity("instrument")),
            change: try reader.enumeration("change"),
            reason: try reader.enumeration("reason"),
            limit: try reader.integer(),
            leaves: try reader.anyQuantity(),
            reportAt: try reader.timestamp())
    }
}

public import LockstepBus
public import LockstepModel

extension LotClosed: EventPayload {
    /// The fields of the record of a closed slice.
    public static let schema = RecordSchema([
        .init("account", .unsigned),
        .init("strategy", .unsigned),
        .init("instrument", .unsigned),
        .init("side", .cases(of: Side.self)),
        .init("quantity", .quantity),
        .init("openedAt", .time),
        .init("closedAt", .time),
        .init("openNotional", .money),
        .init("closeNotional", .money),
        .init("openFee", .money),
        .init("closeFee", .money),
        .init("grossProfit", .money),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.identity(account.rawValue)
        writer.identity(strategy.rawValue)
        writer.identity(instrument.rawValue)
        writer.enumeration(side.rawValue)
        writer.quantity(quantity)
        writer.time(openedAt)
        writer.time(closedAt)
        writer.money(openNotional)
        writer.money(closeNotional)
        writer.money(openFee)
        writer.money(closeFee)
        writer.money(grossProfit)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            account: AccountID(try reader.identity("account")),
            strategy: StrategyID(try reader.identity("strategy")),
            instrument: InstrumentID(try reader.identity("instrument")),
            side: try reader.enumeration("side"),
            quantity: try reader.quantity("quantity"),
            openedAt: try reader.timestamp(),
            closedAt: try reader.timestamp(),
            openNotional: try reader.money(),
            closeNotional: try reader.money(),
            openFee: try reader.money(),
            closeFee: try reader.money(),
            grossProfit: try reader.money())
    }
}

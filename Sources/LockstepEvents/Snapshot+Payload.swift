public import LockstepBus
public import LockstepModel

extension Snapshot: EventPayload {
    /// The fields of a snapshot's record.
    public static let schema = RecordSchema([
        .init("account", .unsigned),
        .init("cash", .money),
        .init("equity", .money),
        .init("realised", .money),
        .init("unrealised", .money),
        .init("fees", .money),
        .init("grossExposure", .money),
        .init("netExposure", .money),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.identity(account.rawValue)
        writer.money(cash)
        writer.money(equity)
        writer.money(realised)
        writer.money(unrealised)
        writer.money(fees)
        writer.money(grossExposure)
        writer.money(netExposure)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            account: AccountID(try reader.identity("account")),
            cash: try reader.money(),
            equity: try reader.money(),
            realised: try reader.money(),
            unrealised: try reader.money(),
            fees: try reader.money(),
            grossExposure: try reader.money(),
            netExposure: try reader.money())
    }
}

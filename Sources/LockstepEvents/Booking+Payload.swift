public import LockstepBus
public import LockstepModel

extension Booking: EventPayload {
    /// The fields of a booking's record; `fill` is the number of the fill's record, 0 for none.
    public static let schema = RecordSchema([
        .init("fill", .unsigned),
        .init("account", .unsigned),
        .init("strategy", .unsigned),
        .init("instrument", .unsigned),
        .init("kind", .cases(of: BookingKind.self)),
        .init("cashChange", .money),
        .init("fee", .money),
        .init("cashAfter", .money),
        .init("positionAfter", .integer),
        .init("realised", .money),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(fill.rawValue)
        writer.identity(account.rawValue)
        writer.identity(strategy.rawValue)
        writer.identity(instrument.rawValue)
        writer.enumeration(kind.rawValue)
        writer.money(cashChange)
        writer.money(fee)
        writer.money(cashAfter)
        writer.integer(positionAfter.lots)
        writer.money(realised)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            fill: SequenceNumber(try reader.unsigned()),
            account: AccountID(try reader.identity("account")),
            strategy: StrategyID(try reader.identity("strategy")),
            instrument: InstrumentID(try reader.identity("instrument")),
            kind: try reader.enumeration("kind"),
            cashChange: try reader.money(),
            fee: try reader.money(),
            cashAfter: try reader.money(),
            positionAfter: try reader.position("positionAfter"),
            realised: try reader.money())
    }
}

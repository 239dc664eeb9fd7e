public import LockstepBus
public import LockstepModel

extension Halt: EventPayload {
    /// The fields of a halt's record; `scope` is 2³² times the account, and the instrument: each 0
    /// for all.
    public static let schema = RecordSchema([
        .init("reason", .cases(of: OrderReason.self)),
        .init("scope", .unsigned),
        .init("flatten", .boolean),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.enumeration(reason.rawValue)
        writer.unsigned(
            UInt64(account?.rawValue ?? 0) << 32 | UInt64(scope?.rawValue ?? 0))
        writer.boolean(flatten)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        let reason: OrderReason = try reader.enumeration("reason")
        let scope = try reader.unsigned()
        let (account, instrument) = (
            UInt32(truncatingIfNeeded: scope >> 32), UInt32(truncatingIfNeeded: scope)
        )
        self.init(
            reason: reason, scope: instrument == 0 ? nil : InstrumentID(instrument),
            account: account == 0 ? nil : AccountID(account), flatten: try reader.boolean())
    }
}

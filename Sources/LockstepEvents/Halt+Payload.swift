public import LockstepBus
public import LockstepModel

extension Halt: EventPayload {
    /// The fields of a halt's record; `scope` is the instrument, 0 for all.
    public static let schema = RecordSchema([
        .init("reason", .cases(of: OrderReason.self)),
        .init("scope", .unsigned),
        .init("flatten", .boolean),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.enumeration(reason.rawValue)
        writer.identity(scope?.rawValue ?? 0)
        writer.boolean(flatten)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        let reason: OrderReason = try reader.enumeration("reason")
        let scope = try reader.identity("scope")
        self.init(
            reason: reason, scope: scope == 0 ? nil : InstrumentID(scope),
            flatten: try reader.boolean())
    }
}

public import LockstepBus
public import LockstepModel

extension Wake: EventPayload {
    /// The fields of the record of a wish for a step.
    public static let schema = RecordSchema([
        .init("time", .time),
        .init("requester", .unsigned),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.time(time)
        writer.unsigned(requester)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(time: try reader.timestamp(), requester: try reader.unsigned())
    }
}

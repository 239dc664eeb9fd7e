public import LockstepBus
public import LockstepModel

extension Lifecycle: EventPayload {
    /// The fields of a lifecycle record.
    public static let schema = RecordSchema([.init("kind", .cases(of: Lifecycle.self))])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) { writer.enumeration(rawValue) }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self = try reader.enumeration("kind")
    }
}

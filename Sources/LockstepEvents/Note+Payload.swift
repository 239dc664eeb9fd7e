public import LockstepBus
public import LockstepModel

extension Note: EventPayload {
    /// The fields of a note's record.
    public static let schema = RecordSchema([
        .init("strategy", .unsigned),
        .init("name", .symbol),
        .init("value", .float64),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.identity(strategy.rawValue)
        writer.identity(name.rawValue)
        writer.float64(value)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            strategy: StrategyID(try reader.identity("strategy")),
            name: SymbolID(try reader.identity("name")),
            value: try reader.float64())
    }
}

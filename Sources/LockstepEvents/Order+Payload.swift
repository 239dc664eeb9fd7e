public import LockstepBus
public import LockstepModel

/// An order's record refers to the intent that passed; what is read back is an ``OrderRecord``.
extension Order: EventPayload {
    /// The fields of an order's record: `intent` is how many records before it the intent stands.
    public static let schema = OrderRecord.schema

    /// Writes the fields; the writer must know the number of the record.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(intent.id.rawValue)
        writer.unsigned(writer.recordSequence &- intentSequence.rawValue)
    }

    /// Refuses: an order's record does not repeat its intent, so it is read as ``OrderRecord``.
    ///
    /// - Parameter reader: Is not read.
    /// - Throws: ``RecordError/readAs(type:)``, always.
    public init(from reader: inout RecordReader) throws(RecordError) {
        throw .readAs(type: "OrderRecord")
    }
}

/// What the log says of an order: which intent passed risk.
///
/// The intent itself is the record of that number; the time of the record is ``Order/decidedAt``.
@frozen
public struct OrderRecord: Hashable, Sendable, EventPayload {
    /// The number of the intent: of the order, where it places one.
    public let id: OrderID
    /// The envelope in which it was asked.
    public let intent: SequenceNumber

    /// Makes the record.
    ///
    /// - Parameters:
    ///   - id: The number of the intent.
    ///   - intent: The envelope in which it was asked.
    @inlinable
    public init(id: OrderID, intent: SequenceNumber) {
        self.id = id
        self.intent = intent
    }

    /// The fields: `intent` is how many records before this one the intent stands.
    public static let schema = RecordSchema([
        .init("id", .unsigned),
        .init("intent", .unsigned),
    ])

    /// Writes the fields; the writer must know the number of the record.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(id.rawValue)
        writer.unsigned(writer.recordSequence &- intent.rawValue)
    }

    /// Reads the fields; the reader must know the number of the record.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record, or the intent would not stand
    ///   before it.
    public init(from reader: inout RecordReader) throws(RecordError) {
        id = try reader.order()
        let distance = try reader.unsigned()
        guard distance > 0, distance < reader.recordSequence else {
            throw .outOfRange(field: "intent")
        }
        intent = SequenceNumber(reader.recordSequence - distance)
    }
}

public import LockstepBus
public import LockstepModel

/// An order's record refers to the intent that passed; what is read back is an ``OrderRecord``.
extension Order: EventPayload {
    /// The fields of an order's record: `intent` is the record of the intent.
    public static let schema = OrderRecord.schema

    /// Writes the fields; the writer must know the number of the record.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 2)
        cursor.wide(intent.id.rawValue)
        cursor.record(intentSequence.rawValue)
        writer.take(cursor)
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

    /// The fields: `intent` is the record of the intent.
    public static let schema = RecordSchema([
        .init("id", .unsigned),
        .init("intent", .record),
    ])

    /// Writes the fields; the writer must know the number of the record.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 2)
        cursor.wide(id.rawValue)
        cursor.record(intent.rawValue)
        writer.take(cursor)
    }

    /// Reads the fields; the reader must know the number of the record.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record, or the intent would not stand
    ///   before it.
    public init(from reader: inout RecordReader) throws(RecordError) {
        id = try reader.order()
        intent = SequenceNumber(try reader.record("intent"))
        guard intent != .none else { throw .outOfRange(field: "intent") }
    }
}

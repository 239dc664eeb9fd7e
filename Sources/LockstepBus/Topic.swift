/// The number of a topic, from 0 to 62; it is the same in every run and in every log.
@frozen
public struct TopicID: Hashable, Comparable, Sendable, Codable {
    /// The greatest number a topic may have.
    public static var greatest: UInt8 { 62 }

    /// The number.
    public let rawValue: UInt8

    /// Makes the identity of a topic.
    ///
    /// - Parameter rawValue: From 0 to 62; registering a topic with a greater one is refused.
    @inlinable
    public init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// Whether the left number is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A named stream of events that all have one type of payload.
@frozen
public struct Topic<Payload: EventPayload>: Hashable, Sendable {
    /// The number of the topic.
    public let id: TopicID

    /// Makes the topic with a number; users' own topics have 32 to 62.
    @inlinable
    public init(_ id: UInt8) { self.id = TopicID(id) }
}

/// What an event carries: a small value that can be written to the audit log and read back.
///
/// The fastest payloads are trivial structs: numbers and enumerations, no references.
public protocol EventPayload: Sendable {
    /// The fields in the order in which they are written.
    static var schema: RecordSchema { get }

    /// Writes the fields in the order of the schema.
    func encode(into writer: inout RecordWriter)

    /// Reads the fields in the order of the schema.
    init(from reader: inout RecordReader) throws(RecordError)
}

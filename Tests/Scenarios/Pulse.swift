package import LockstepBus
package import LockstepModel

/// What the services of scenarios publish on topics of their own.
package struct Pulse: EventPayload, Hashable {
    /// How often it has gone to and fro.
    package var round: UInt64
    package var value: Int64
    /// A text that its service has interned.
    package var text: SymbolID?

    package init(round: UInt64, value: Int64, text: SymbolID? = nil) {
        (self.round, self.value, self.text) = (round, value, text)
    }

    /// The numbers that pulses may have as topics.
    package static let numbers: ClosedRange<UInt8> = 40...45

    package static let schema = RecordSchema([
        .init("round", .unsigned), .init("value", .integer), .init("text", .unsigned),
    ])

    package func encode(into writer: inout RecordWriter) {
        writer.unsigned(round)
        writer.integer(value)
        writer.unsigned(UInt64(text?.rawValue ?? 0))
    }

    package init(from reader: inout RecordReader) throws(RecordError) {
        round = try reader.unsigned()
        value = try reader.integer()
        let number = try reader.unsigned(UInt32.self, "text")
        text = number == 0 ? nil : SymbolID(number)
    }
}

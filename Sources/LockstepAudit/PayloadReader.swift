import LockstepBus
import LockstepEvents
import LockstepModel

/// Reads payloads as values of their types, whatever version wrote them.
struct PayloadReader {
    /// How the payloads of a topic are read.
    private enum Form {
        /// The fields are those of the type.
        case own
        /// They are those of another version.
        case adapted(SchemaAdapter)
    }

    private var forms: [UInt32: Form] = [:]

    /// The payload of a record as a value of a type.
    ///
    /// - Parameters:
    ///   - type: The type of the topic's payloads, the same each time.
    ///   - record: A record of the topic.
    ///   - decoder: What the log has told so far.
    /// - Returns: The payload.
    /// - Throws: ``AuditError/otherFields(topic:)`` where the schema in the log cannot be read as
    ///   the type, else ``AuditError/noSchema(sequence:topic:)`` or
    ///   ``AuditError/undecodable(sequence:topic:_:)``.
    mutating func read<Payload: EventPayload>(
        _ type: Payload.Type, _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws(AuditError) -> Payload {
        let form: Form
        if let known = forms[record.topic] {
            form = known
        } else {
            form = try self.form(Payload.schema, record, decoder)
            forms[record.topic] = form
        }
        do throws(RecordError) {
            var bytes = record.payload
            if case .adapted(let adapter) = form { bytes = try adapter.payload(of: record) }
            var reader = RecordReader(
                bytes, recordTime: record.time.nanoseconds,
                recordSequence: record.sequence.rawValue)
            let payload = try Payload(from: &reader)
            try reader.expectEnd()
            return payload
        } catch {
            throw .undecodable(
                sequence: record.sequence.rawValue, topic: UInt64(record.topic), error)
        }
    }

    private func form(
        _ own: RecordSchema, _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws(AuditError) -> Form {
        // Control records differ by their kinds, and have no schema in the log.
        if record.topic == 0 { return .own }
        guard let schema = decoder.schema(ofTopic: record.topic),
            let topic = UInt8(exactly: record.topic)
        else { throw .noSchema(sequence: record.sequence.rawValue, topic: UInt64(record.topic)) }
        if schema.isRead(as: own) { return .own }
        guard let adapter = SchemaAdapter(topic: topic, from: schema, to: own) else {
            throw .otherFields(topic: topic)
        }
        return .adapted(adapter)
    }

    /// The payload of a record of any topic; of a user's own as fields by their names.
    mutating func read(
        _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws(AuditError) -> AuditPayload {
        switch record.topic {
        case 0: .control(try read(ControlEvent.self, record, decoder))
        case 1: .lifecycle(try read(Lifecycle.self, record, decoder))
        case 2: .frame(try read(Frame.self, record, decoder))
        case 6: .intent(try read(Intent.self, record, decoder))
        case 7: .order(try read(OrderRecord.self, record, decoder))
        case 8: .orderUpdate(try read(OrderUpdate.self, record, decoder))
        case 9: .fill(try read(Fill.self, record, decoder))
        case 10: .booking(try read(Booking.self, record, decoder))
        case 11: .lotClosed(try read(LotClosed.self, record, decoder))
        case 12: .snapshot(try read(Snapshot.self, record, decoder))
        case 14: .outcomeQuote(try read(OutcomeQuote.self, record, decoder))
        case 15: .venueEvent(try read(VenueEvent.self, record, decoder))
        case 16: .note(try read(Note.self, record, decoder))
        case 17: .wake(try read(Wake.self, record, decoder))
        case 18: .halt(try read(Halt.self, record, decoder))
        case 19: .marketEvent(try read(MarketEvent.self, record, decoder))
        default: .other(record.topic, try decoder.decode(record))
        }
    }
}

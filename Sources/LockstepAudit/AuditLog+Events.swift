public import LockstepBus
import LockstepEvents
public import LockstepModel

/// Events as values of their types.
extension AuditLog {
    /// The events of one topic, each with its payload as a value.
    ///
    /// The payload is read by the schema in the log and matched to the type by the numbers of its
    /// fields: what a later version has appended is passed over, and what an earlier one did not have
    /// is 0, empty or absent. Of a topic that the log does not have there are no events.
    ///
    /// - Parameters:
    ///   - topic: The topic: one of ``Topics``, or a user's own. Orders are read as
    ///     ``Topics/orderRecord``.
    ///   - filter: Which of its events are wanted; its topics do not count.
    ///   - reach: How far to read, and what the end of the log means.
    /// - Returns: The events, of which none is read yet.
    public func events<Payload: EventPayload>(
        of topic: Topic<Payload>, where filter: AuditFilter = AuditFilter(),
        reach: AuditReach = .whole
    ) -> AuditEvents<Payload> {
        var filter = filter
        filter.topics = [UInt32(topic.id.rawValue)]
        return AuditEvents(log: self, filter: filter, reach: reach) {
            (record, decoder) throws(AuditError) in
            try decoder.payload(Payload.self, of: record)
        }
    }

    /// The events of all topics, in order.
    ///
    /// - Parameters:
    ///   - filter: Which events are wanted.
    ///   - reach: How far to read, and what the end of the log means.
    /// - Returns: The events, of which none is read yet.
    public func events(
        where filter: AuditFilter = AuditFilter(), reach: AuditReach = .whole
    ) -> AuditEvents<AuditPayload> {
        AuditEvents(log: self, filter: filter, reach: reach) {
            (record, decoder) throws(AuditError) in try decoder.payload(of: record)
        }
    }

    /// The event with a number; one block is read for it.
    ///
    /// - Parameter sequence: The number, from 1.
    /// - Returns: The event, or `nil` where the log, as far as it is right, has none.
    /// - Throws: What reading and decoding throw.
    public func event(_ sequence: SequenceNumber) throws(AuditError) -> AuditEvent<AuditPayload>? {
        guard let record = try record(sequence) else { return nil }
        return AuditEvent(record, try decoder.payload(of: record))
    }

    /// Conditions by the names that the log has.
    ///
    /// - Parameters:
    ///   - topics: Names of topics, joined by or; none for all.
    ///   - symbols: Symbols of instruments that a record must name, joined by or; none for all.
    ///   - times: The first and the last simulated time.
    ///   - sequences: The first and the last number.
    /// - Returns: The filter.
    /// - Throws: ``AuditError/unknownTopic(name:known:)`` or
    ///   ``AuditError/unknownInstrument(symbol:known:)``.
    public func filter(
        topics: [String] = [], symbols: [String] = [], times: ClosedRange<Timestamp>? = nil,
        sequences: ClosedRange<UInt64>? = nil
    ) throws(AuditError) -> AuditFilter {
        var filter = AuditFilter(times: times, sequences: sequences)
        for name in topics {
            filter.topics = (filter.topics ?? []).union([try decoder.topic(named: name)])
        }
        for symbol in symbols {
            let id = try decoder.names.instrument(named: symbol)
            filter.instruments = (filter.instruments ?? []).union([id])
        }
        return filter
    }
}

extension AuditDecoder {
    /// The payload of a record as a value of a type.
    ///
    /// - Parameters:
    ///   - type: The type of the topic's payloads.
    ///   - record: A record of that topic, of the log of which this decoder has read the schemas.
    /// - Returns: The payload.
    /// - Throws: ``AuditError/otherFields(topic:)`` where the schema in the log cannot be read as the
    ///   type, else ``AuditError/noSchema(sequence:topic:)`` or
    ///   ``AuditError/undecodable(sequence:topic:_:)``.
    public func payload<Payload: EventPayload>(
        _ type: Payload.Type, of record: AuditRecord
    ) throws(AuditError) -> Payload {
        guard record.topic != 0, let schema = schema(ofTopic: record.topic) else {
            if record.topic != 0 {
                throw .noSchema(sequence: record.sequence.rawValue, topic: UInt64(record.topic))
            }
            return try read(type, record, record.payload)
        }
        let own = Payload.schema
        if schema.fields == own.fields { return try read(type, record, record.payload) }
        guard let translation = PayloadTranslation(from: schema.fields, to: own.fields) else {
            throw .otherFields(topic: UInt8(truncatingIfNeeded: record.topic))
        }
        let value = try decode(record)
        let bytes: [UInt8]
        do throws(RecordError) {
            bytes = try translation.bytes(value, of: record)
        } catch {
            throw .undecodable(
                sequence: record.sequence.rawValue, topic: UInt64(record.topic), error)
        }
        return try read(type, record, bytes[...])
    }

    /// The payload of a record of any topic.
    ///
    /// - Parameter record: A record of the log of which this decoder has read the schemas.
    /// - Returns: The payload; of topics that are not Lockstep's own as fields by their names.
    /// - Throws: As ``payload(_:of:)``.
    public func payload(of record: AuditRecord) throws(AuditError) -> AuditPayload {
        switch record.topic {
        case 0: .control(try payload(ControlEvent.self, of: record))
        case 1: .lifecycle(try payload(Lifecycle.self, of: record))
        case 2: .frame(try payload(Frame.self, of: record))
        case 6: .intent(try payload(Intent.self, of: record))
        case 7: .order(try payload(OrderRecord.self, of: record))
        case 8: .orderUpdate(try payload(OrderUpdate.self, of: record))
        case 9: .fill(try payload(Fill.self, of: record))
        case 10: .booking(try payload(Booking.self, of: record))
        case 11: .lotClosed(try payload(LotClosed.self, of: record))
        case 12: .snapshot(try payload(Snapshot.self, of: record))
        case 16: .note(try payload(Note.self, of: record))
        case 17: .wake(try payload(Wake.self, of: record))
        case 18: .halt(try payload(Halt.self, of: record))
        default: .other(record.topic, try decode(record))
        }
    }

    private func read<Payload: EventPayload>(
        _ type: Payload.Type, _ record: AuditRecord, _ bytes: ArraySlice<UInt8>
    ) throws(AuditError) -> Payload {
        var reader = RecordReader(
            bytes, recordTime: record.time.nanoseconds,
            recordSequence: record.sequence.rawValue)
        do throws(RecordError) {
            let payload = try Payload(from: &reader)
            try reader.expectEnd()
            return payload
        } catch {
            throw .undecodable(
                sequence: record.sequence.rawValue, topic: UInt64(record.topic), error)
        }
    }
}

public import LockstepBus
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
            (payloads, record, decoder) throws(AuditError) in
            try payloads.read(Payload.self, record, decoder)
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
            (payloads, record, decoder) throws(AuditError) in
            try payloads.read(record, decoder)
        }
    }

    /// The event with a number; one block is read for it.
    ///
    /// - Parameter sequence: The number, from 1.
    /// - Returns: The event, or `nil` where the log, as far as it is right, has none.
    /// - Throws: What reading and decoding throw.
    public func event(_ sequence: SequenceNumber) throws(AuditError) -> AuditEvent<AuditPayload>? {
        guard let record = try record(sequence) else { return nil }
        var payloads = PayloadReader()
        return AuditEvent(record, try payloads.read(record, decoder))
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

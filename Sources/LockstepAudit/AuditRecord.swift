public import LockstepModel

/// An envelope as it stands in a log.
public struct AuditRecord: Hashable, Sendable {
    /// Its number in the run, from 1.
    public let sequence: SequenceNumber
    /// The simulated time of its step.
    public let time: Timestamp
    /// The number of its topic.
    public let topic: UInt32
    /// The envelope that caused it; 0 for none.
    public let cause: SequenceNumber
    /// The service that published it.
    public let producer: ServiceID
    /// The bytes of its fields.
    public let payload: ArraySlice<UInt8>

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - sequence: Its number in the run, from 1.
    ///   - time: The simulated time of its step.
    ///   - topic: The number of its topic.
    ///   - cause: The envelope that caused it; 0 for none.
    ///   - producer: The service that published it.
    ///   - payload: The bytes of its fields.
    package init(
        sequence: SequenceNumber, time: Timestamp, topic: UInt32, cause: SequenceNumber,
        producer: ServiceID, payload: ArraySlice<UInt8>
    ) {
        self.sequence = sequence
        self.time = time
        self.topic = topic
        self.cause = cause
        self.producer = producer
        self.payload = payload
    }

    /// Makes a record of what stands in a block.
    ///
    /// - Parameters:
    ///   - head: Its head.
    ///   - number: Its number in the run.
    ///   - raw: The records of the block.
    @inline(__always)
    init(_ head: RecordHead, number: UInt64, in raw: [UInt8]) {
        self.init(
            sequence: SequenceNumber(number), time: Timestamp(nanoseconds: head.time),
            topic: UInt32(truncatingIfNeeded: head.topic),
            cause: SequenceNumber(head.distance == 0 ? 0 : number - head.distance),
            producer: ServiceID(UInt16(truncatingIfNeeded: head.producer)),
            payload: raw[head.payload..<head.end])
    }

    /// Whether it is the mark with which a step ends.
    var isStepEnd: Bool { topic == 0 && payload.first == 3 }

    /// Whether it was not written by the run, but says where a log was closed by `recover`.
    var isRecoveryNote: Bool { topic == 0 && payload.first == 5 }
}

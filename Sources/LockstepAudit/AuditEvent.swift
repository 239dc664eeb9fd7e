public import LockstepBus
public import LockstepEvents
public import LockstepModel

/// An event of a log with its payload as a value of its type.
public struct AuditEvent<Payload: Sendable>: Sendable {
    /// Its number in the run, from 1.
    public let sequence: SequenceNumber
    /// The simulated time of its step.
    public let time: Timestamp
    /// The event that caused it; 0 for none.
    public let cause: SequenceNumber
    /// The service that published it.
    public let producer: ServiceID
    /// What it carries.
    public let payload: Payload

    init(_ record: AuditRecord, _ payload: Payload) {
        sequence = record.sequence
        time = record.time
        cause = record.cause
        producer = record.producer
        self.payload = payload
    }
}

extension AuditEvent: Equatable where Payload: Equatable {}
extension AuditEvent: Hashable where Payload: Hashable {}

/// What an event of any topic carries.
public enum AuditPayload: Sendable {
    /// Schemas, texts, the configuration, ends of steps, the end of the run.
    case control(ControlEvent)
    /// The start of the run, and the end of its feed.
    case lifecycle(Lifecycle)
    /// The data of a step.
    case frame(Frame)
    /// What a strategy wants.
    case intent(Intent)
    /// What passed risk.
    case order(OrderRecord)
    /// What happened to an order that is no fill.
    case orderUpdate(OrderUpdate)
    /// An execution.
    case fill(Fill)
    /// A change of an account.
    case booking(Booking)
    /// A slice of a lot that was closed.
    case lotClosed(LotClosed)
    /// How an account stands.
    case snapshot(Snapshot)
    /// The prices of an outcome.
    case outcomeQuote(OutcomeQuote)
    /// What happened at a venue beside orders and fills.
    case venueEvent(VenueEvent)
    /// A figure that a strategy wrote down.
    case note(Note)
    /// A wish for a step at a time.
    case wake(Wake)
    /// A stop of trading.
    case halt(Halt)
    /// A dated event of an instrument.
    case marketEvent(MarketEvent)
    /// A topic of a user's service, by its number, with its fields as the log describes them.
    case other(UInt32, RecordValue)
}

extension Topics {
    /// The orders that passed risk, as a log has them: each refers to the record of its intent.
    @inlinable
    public static var orderRecord: Topic<OrderRecord> { Topic(7) }

    /// What the bus and the driver note: schemas, texts, the configuration, ends of steps.
    @inlinable
    public static var control: Topic<ControlEvent> { Topic(0) }
}

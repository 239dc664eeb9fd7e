public import LockstepModel

/// Where in a run something happened: the step, the envelope and the service.
public struct BusPlace: Hashable, Sendable, CustomStringConvertible {
    /// The step.
    public let step: StepNumber
    /// The simulated time of the step.
    public let time: Timestamp
    /// The envelope that was being delivered; none outside of a delivery.
    public let sequence: SequenceNumber
    /// The name of that envelope's topic; empty outside of a delivery.
    public let topic: String
    /// The name of the service.
    public let service: String

    /// Names a place.
    package init(
        step: StepNumber, time: Timestamp, sequence: SequenceNumber, topic: String,
        service: String
    ) {
        self.step = step
        self.time = time
        self.sequence = sequence
        self.topic = topic
        self.service = service
    }

    public var description: String {
        let envelope =
            sequence == .none ? "" : ", event \(sequence.rawValue) (\(topic))"
        return "service '\(service)' in step \(step.rawValue)\(envelope)"
    }
}

/// What can go wrong on the bus.
@nonexhaustive
public enum BusError: Error, Sendable {
    /// A topic's number is taken, or greater than 62.
    case topicRefused(name: String, number: UInt8, reason: String)
    /// A topic that nobody registered.
    case unknownTopic(number: UInt8)
    /// Registering or subscribing after the set-up.
    case tooLate(what: String)
    /// The service does not share the loop of the run, or the call came from another thread.
    case notOnLoop(service: String)
    /// An observer asked for a publisher.
    case observerCannotPublish(service: String)
    /// An event was published while the service had no delivery in hand.
    case publishedOutsideScope(BusPlace)
    /// A service threw; its error is kept.
    case serviceFailed(BusPlace, any Error)
    /// A service ended its task while events for it were still to come.
    case serviceEnded(BusPlace)
    /// Nothing is left to run, and a delivery is unfinished.
    case stalled(BusPlace)
    /// One step took more deliveries than its budget.
    case budgetSpent(BusPlace, deliveries: Int)
    /// A job came to the run from another thread, unannounced.
    case foreignJob(BusPlace)
    /// The barrier was asked to open from within a delivery, which it would wait for.
    case barrierInsideDelivery(BusPlace)
    /// A bus takes no more services.
    case tooManyServices(service: String, most: Int)
    /// A service interned more texts than there are numbers.
    case tooManyTexts(BusPlace)
    /// The bus is closed.
    case closed
}

extension BusError {
    /// Where it happened, if it happened within a run.
    public var place: BusPlace? {
        switch self {
        case .publishedOutsideScope(let place), .serviceFailed(let place, _),
            .serviceEnded(let place), .stalled(let place), .budgetSpent(let place, _),
            .foreignJob(let place), .barrierInsideDelivery(let place), .tooManyTexts(let place):
            place
        case .topicRefused, .unknownTopic, .tooLate, .notOnLoop, .observerCannotPublish,
            .tooManyServices, .closed:
            nil
        }
    }
}

extension BusError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .topicRefused(let name, let number, let reason):
            "topic '\(name)' with number \(number) is refused: \(reason). "
                + "Give every topic a number of its own; 32 to 62 are free for your own."
        case .unknownTopic(let number):
            "topic \(number) is not registered. Register it with the bus before services connect."
        case .tooLate(let what):
            "\(what) is possible during the set-up only. Do it in connect(_:)."
        case .notOnLoop(let service):
            "service '\(service)' is not on this run's loop. "
                + "Return the run's executor from its 'executor' property and connect it from there."
        case .observerCannotPublish(let service):
            "observer '\(service)' asked for a publisher. Observers only watch: "
                + "make it a service if it must publish."
        case .publishedOutsideScope(let place):
            "\(place): published without a delivery in hand. "
                + "Publish inside forEach or consume, before the scope ends."
        case .serviceFailed(let place, let error):
            "\(place): \(error)"
        case .serviceEnded(let place):
            "\(place): its run() returned although events for it were still to come. "
                + "Call consume until it returns nil."
        case .stalled(let place) where place.sequence == .none && place.step != .setUp:
            "\(place): its run() did not return after the feed had ended. "
                + "Return when consume returns nil, and wait for nothing after it."
        case .stalled(let place):
            "\(place): the run is deadlocked. The service waits for something that can only come "
                + "after this delivery, or from another thread without being announced. Do not "
                + "await a later event inside a scope; do with offload what Task.sleep, Task {}, "
                + "other actors and continuations would bring back."
        case .budgetSpent(let place, let deliveries):
            "\(place): more than \(deliveries) deliveries in one step. Services answer each other "
                + "without end, or the budget (engine.deliveries_per_step) is too small."
        case .foreignJob(let place):
            "\(place): a job came from another thread without being announced. Use pause and "
                + "offload of the port instead of continuations, Task.yield, Task.sleep, Task {} "
                + "and calls of other actors."
        case .barrierInsideDelivery(let place):
            "\(place): waitUntilIdle was called inside a delivery and would wait for itself. "
                + "Only the driver of the steps may call it."
        case .tooManyServices(let service, let most):
            "service '\(service)' is one too many: a run takes \(most), its own parts among them. "
                + "Let one service do the work of several."
        case .tooManyTexts(let place):
            "\(place): there are no numbers left for new texts. Use tags and names of notes that "
                + "repeat, and put what differs into values."
        case .closed:
            "the bus is closed; nothing can be published or begun any more."
        }
    }
}

import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepExecution
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepStrategy

/// The events of a run in the plainest form: one queue, first in, first out.
final class ReferenceJournal: StrategyOutlet, MarketOutlet {
    /// An event with its number.
    struct Event {
        let sequence: UInt64
        let topic: TopicID
        let producer: UInt16
        let payload: any EventPayload
    }

    /// The event that is being delivered, and the service that has it; none outside.
    var inHand: (sequence: UInt64, service: UInt16) = (0, 0)
    var time = Timestamp.epoch
    private var queue: [Event] = []
    private var head = 0
    private var sequence: UInt64 = 0
    /// The numbers of the texts of the set-up, and of each service's own.
    private var common: [String: UInt32] = [:]
    private var own: [UInt16: [String: UInt32]] = [:]
    private let log: AuditLogWriter

    /// Begins a journal whose records go to a file, or nowhere.
    init(path: String?) throws {
        let manifest = AuditManifest(run: "reference", toolVersion: "lockstep")
        let settings = try AuditLogSettings(sync: .none)
        log =
            if let path {
                try AuditLogWriter(creating: path, manifest: manifest, settings: settings)
            } else {
                try AuditLogWriter(to: MemorySink(), manifest: manifest, settings: settings)
            }
    }

    /// Numbers an event, writes its record, and queues it.
    @discardableResult
    func append(_ payload: some EventPayload, to topic: TopicID) throws -> Event {
        let event = Event(
            sequence: try record(payload, topic), topic: topic, producer: inHand.service,
            payload: payload)
        queue.append(event)
        return event
    }

    /// Notes something that nobody hears of.
    func note(_ event: ControlEvent) throws { _ = try record(event, TopicID(0)) }

    private func record(_ payload: some EventPayload, _ topic: TopicID) throws -> UInt64 {
        sequence += 1
        try log.append(
            sequence: sequence, time: time.nanoseconds, topic: topic.rawValue,
            cause: inHand.sequence, producer: inHand.service
        ) { writer in payload.encode(into: &writer) }
        return sequence
    }

    /// The next event to deliver.
    func next() -> Event? {
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }
        head += 1
        return queue[head - 1]
    }

    /// Closes the log.
    func close(_ status: ControlEvent.EndStatus) throws -> SHA256Digest {
        try log.close(status).digest
    }

    /// The number of a text.
    ///
    /// Texts of the set-up count from 1. Behind them come rows of 256 numbers, one for each service:
    /// the first texts of all services, their second texts and so on.
    func intern(_ text: String) throws -> SymbolID {
        let service = inHand.service
        if let number = common[text] ?? own[service]?[text] { return SymbolID(number) }
        var number = UInt32(common.count + 1)
        if service == 0 {
            common[text] = number
        } else {
            let place = UInt32(own[service]?.count ?? 0)
            number += 256 * place + UInt32(service)
            own[service, default: [:]][text] = number
        }
        try note(.symbol(id: number, text: text))
        return SymbolID(number)
    }

    func publish(_ intent: Intent) throws { try append(intent, to: Topics.intent.id) }

    func publish(_ event: MarketEvent) {}

    func publish(_ wake: Wake) throws { try append(wake, to: Topics.wake.id) }

    func publish(_ note: Note) throws { try append(note, to: Topics.note.id) }

    func publish(_ halt: Halt) throws { try append(halt, to: Topics.halt.id) }

    func publish(_ update: OrderUpdate) throws { try append(update, to: Topics.orderUpdate.id) }

    func publish(_ outputs: borrowing MarketOutputs) throws {
        for place in outputs.indices {
            switch outputs[place] {
            case .update(let update): try publish(update)
            case .fill(let fill): try append(fill, to: Topics.fill.id)
            case .quote(let quote): try append(quote, to: Topics.outcomeQuote.id)
            case .venue(let event): try append(event, to: Topics.venueEvent.id)
            case .top(let top): try append(top, to: Topics.bookTop.id)
            }
        }
    }
}

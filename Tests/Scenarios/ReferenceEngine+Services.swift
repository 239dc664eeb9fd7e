import LockstepBus
import LockstepEvents
import LockstepModel

/// How the reference engine asks the services of a scenario.
extension ReferenceEngine {
    mutating func ask(
        _ place: Int, _ event: ReferenceJournal.Event, _ topic: TopicID
    ) throws {
        let moment = Moment(
            sequence: event.sequence, step: stepInHand.rawValue, time: journal.time)
        for act in seats[place].mind.answer(heard(event, topic), moment) {
            try perform(act, place)
        }
    }

    private func heard(_ event: ReferenceJournal.Event, _ topic: TopicID) -> Heard {
        switch event.payload {
        case let turn as Lifecycle: .lifecycle(turn)
        case let intent as Intent: .intent(intent)
        case let order as Order: .order(order)
        case let update as OrderUpdate: .update(update)
        case let fill as Fill: .fill(fill)
        case let booking as Booking: .booking(booking)
        case let lot as LotClosed: .lot(lot)
        case let snapshot as Snapshot: .snapshot(snapshot)
        case let note as Note: .note(note)
        case let wake as Wake: .wake(wake)
        case let halt as Halt: .halt(halt)
        case let pulse as Pulse: .pulse(topic.rawValue, pulse)
        default:
            switch topic {
            case Topics.decide.id: .decide
            case Topics.match.id: .match
            case Topics.settle.id: .settle
            default: .frame
            }
        }
    }

    private mutating func perform(_ act: Act, _ place: Int) throws {
        switch act {
        case .place(var terms, let tag):
            if let tag { terms.tag = try journal.intern(tag) }
            try journal.publish(seats[place].intent(.place(terms)))
        case .cancel(let ordinal):
            try journal.publish(seats[place].intent(.cancel(seats[place].order(ordinal))))
        case .cancelAll: try journal.publish(seats[place].intent(.cancelAll(nil)))
        case .pulse(let topic, let round, let value, let text):
            let symbol = try text.map(journal.intern)
            try journal.append(
                Pulse(round: round, value: value, text: symbol), to: TopicID(topic))
        case .wake(let time): try journal.publish(seats[place].wake(time))
        case .note(let name, let value):
            try journal.publish(seats[place].note(journal.intern(name), value))
        case .halt(let halt): try journal.append(halt, to: Topics.halt.id)
        case .pause, .offload: break
        case .fail(let why): throw Refusal(why)
        }
    }
}

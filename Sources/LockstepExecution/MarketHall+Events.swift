package import LockstepModel
import LockstepMarket

/// Dated events: after all fills of the bars that end at their time.
extension MarketHall {
    /// Whether there may be dated events.
    package var isDated: Bool { calendar != nil }

    /// Does what fell due since the last step, lets the data of this one meet the orders of every
    /// venue, and does what is dated at its time.
    package mutating func advanceDated(
        _ frame: borrowing Frame, to sink: borrowing some MarketOutlet
    ) throws {
        let time = frame.time
        while let event = calendar?.next(by: time, isInclusive: false) {
            try happen(event, at: time, to: sink)
        }
        try advance(frame, to: sink)
        var events = try Self.events(of: frame)
        for event in events { calendar?.note(event) }
        while let event = calendar?.next(by: time, isInclusive: true) { events.append(event) }
        // Equal kinds stay in the order of the feed.
        let order = events.indices.sorted {
            let (first, second) = (events[$0].kind.order, events[$1].kind.order)
            return first == second ? $0 < $1 : first < second
        }
        for place in order { try happen(events[place], at: time, to: sink) }
    }

    /// The dated events among the data of a step.
    private static func events(of frame: borrowing Frame) throws(MarketError) -> [MarketEvent] {
        var events: [MarketEvent] = []
        for place in frame.data.indices where frame.data[place].kind == MarketEvent.datumKind {
            guard let event = MarketEvent(frame.data[place], at: frame.time) else {
                throw .impossibleData(
                    venue: VenueID(0), time: frame.time, why: "a dated event cannot be read")
            }
            if let fault = event.fault {
                throw .impossibleData(venue: VenueID(0), time: frame.time, why: fault)
            }
            events.append(event)
        }
        return events
    }

    private mutating func happen(
        _ event: MarketEvent, at time: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        try sink.publish(event)
        guard let instrument = calendar?.instruments[event.instrument] else { return }
        try tell(event, instrument, at: time, to: sink)
    }
}

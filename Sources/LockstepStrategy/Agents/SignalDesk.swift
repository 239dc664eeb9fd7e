package import LockstepBus
import LockstepEvents
package import LockstepModel

/// A message to one agent alone.
package struct AgentSignal: Hashable, Sendable {
    /// When.
    package let time: Timestamp
    /// The agent's account.
    package let account: AccountID
    /// The venue of the event.
    package let venue: VenueID
    /// The outcome, from 1 in the order of the venue.
    package let outcome: UInt32
    /// The outcome's YES token.
    package let instrument: InstrumentID
    /// How likely the outcome is, in millionths.
    package let belief: Int64

    package init(
        time: Timestamp, account: AccountID, venue: VenueID, outcome: UInt32,
        instrument: InstrumentID, belief: Int64
    ) {
        self.time = time
        self.account = account
        self.venue = venue
        self.outcome = outcome
        self.instrument = instrument
        self.belief = belief
    }
}

/// Tells agents what they alone get to know, at its time.
///
/// Each message is an event of its own that names the account it is for; nobody else's strategy
/// hears of it, and nothing of it is in the frames.
package actor SignalDesk: BusService {
    package nonisolated let name = "signals"
    package nonisolated let executor: RunExecutor
    private let signals: [AgentSignal]
    private let next = Confined(0)

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - signals: The messages, in order of time.
    ///   - executor: The loop of the run.
    package init(_ signals: [AgentSignal], on executor: RunExecutor) {
        self.signals = signals
        self.executor = executor
    }

    package func connect(_ port: BusPort) throws {
        let events = try port.publisher(Topics.venueEvent)
        let wakes = try port.publisher(Topics.wake)
        let (signals, next) = (signals, next)
        try port.forEach(Topics.lifecycle) { envelope in
            if envelope.payload == .start, let first = signals.first {
                try wakes.publish(Wake(time: first.time, requester: 0))
            }
        }
        try port.forEach(Topics.frame) { envelope in
            let first = next.value
            while next.value < signals.count, signals[next.value].time <= envelope.time {
                let signal = signals[next.value]
                var event = VenueEvent(
                    .signal, at: signal.venue, outcome: signal.outcome,
                    instrument: signal.instrument, account: signal.account)
                event.amount = Money(units: signal.belief)
                try events.publish(event)
                next.value += 1
            }
            if next.value > first, next.value < signals.count {
                try wakes.publish(Wake(time: signals[next.value].time, requester: 0))
            }
        }
    }
}

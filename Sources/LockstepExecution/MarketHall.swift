import LockstepBus
import LockstepMarket
import LockstepModel

/// The venues of a run behind one door.
struct MarketHall {
    private let engines: [HostedEngine]
    private var directory: VenueDirectory
    private var outputs = MarketOutputs()
    private var announcedWakes: [Timestamp?]
    let hasBatchVenue: Bool

    init(engines: [HostedEngine], instruments: Instruments) {
        self.engines = engines
        directory = VenueDirectory(instruments: instruments, venues: engines.map(\.venue))
        announcedWakes = Array(repeating: nil, count: engines.count)
        hasBatchVenue = engines.contains { $0.isBatch }
    }

    /// Lets the data of a step meet the orders of every venue.
    mutating func advance(_ frame: borrowing Frame, to sink: borrowing MarketSink) throws {
        for place in engines.indices {
            try engines[place].advance(frame, &outputs)
            try flush(place, to: sink)
        }
    }

    /// Runs the batch of every venue that has one.
    mutating func runBatches(at now: Timestamp, to sink: borrowing MarketSink) throws {
        for place in engines.indices where engines[place].isBatch {
            try engines[place].runBatch(now, &outputs)
            try flush(place, to: sink)
        }
    }

    /// Hands an order to its venue.
    mutating func execute(
        _ order: borrowing Order, at now: Timestamp, to sink: borrowing MarketSink
    ) throws {
        let command = MarketCommand(order: copy order, arrival: now)
        switch order.intent.action {
        case .place(let terms):
            guard let place = directory.venue(of: terms.instrument) else {
                outputs.append(refusal(of: order, .rejected, .unknownInstrument, now))
                return try flush(0, to: sink)
            }
            directory.note(order.intent.id, at: place)
            try engines[place].execute(command, now, &outputs)
            try flush(place, to: sink)
        case .amend(let target, _):
            try execute(command, on: target, .amendRejected, now, to: sink)
        case .cancel(let target):
            try execute(command, on: target, .cancelRejected, now, to: sink)
        case .cancelAll(let instrument):
            for place in engines.indices {
                if let instrument, directory.venue(of: instrument) != place { continue }
                try engines[place].execute(command, now, &outputs)
                try flush(place, to: sink)
            }
        }
    }

    /// Tells every venue of a booking that is not of its making.
    mutating func apply(_ booking: borrowing Booking) throws {
        for engine in engines { try engine.apply(booking) }
    }

    func checkInvariants() throws {
        for engine in engines { try engine.checkInvariants() }
    }

    private mutating func execute(
        _ command: MarketCommand, on target: OrderID, _ refusalKind: OrderChange, _ now: Timestamp,
        to sink: borrowing MarketSink
    ) throws {
        guard let place = directory.venue(of: target) else {
            // No venue works it: it ended long ago, or never was.
            outputs.append(refusal(of: command.order, refusalKind, .unknownOrder, now))
            return try flush(0, to: sink)
        }
        try engines[place].execute(command, now, &outputs)
        try flush(place, to: sink)
    }

    private func refusal(
        of order: borrowing Order, _ change: OrderChange, _ reason: OrderReason, _ now: Timestamp
    ) -> OrderUpdate {
        var target = order.intent.id
        var instrument = InstrumentID(0)
        switch order.intent.action {
        case .place(let terms): instrument = terms.instrument
        case .amend(let id, _), .cancel(let id): target = id
        case .cancelAll(let id): instrument = id ?? instrument
        }
        return OrderUpdate(
            order: target, strategy: order.intent.strategy, account: order.intent.account,
            instrument: instrument, change: change, reason: reason, limit: 0,
            leaves: Quantity(lots: 0), reportAt: now)
    }

    private mutating func flush(_ place: Int, to sink: borrowing MarketSink) throws {
        if !outputs.isEmpty {
            try sink.publish(outputs)
            if engines.count > 1 { forgetEnded() }
            outputs.removeAll()
        }
        guard let wake = engines[place].nextWake(), wake != announcedWakes[place] else { return }
        announcedWakes[place] = wake
        try sink.wakes.publish(Wake(time: wake, requester: UInt64(place)))
    }

    private mutating func forgetEnded() {
        for place in outputs.indices {
            switch outputs[place] {
            case .update(let update) where update.change.isFinal: directory.forget(update.order)
            case .fill(let fill) where fill.leaves.lots == 0: directory.forget(fill.order)
            case .update, .fill: break
            }
        }
    }
}

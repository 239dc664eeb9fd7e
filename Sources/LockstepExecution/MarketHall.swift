package import LockstepMarket
package import LockstepModel

/// Where the outputs of markets are published.
package protocol MarketOutlet {
    /// Publishes what a venue has told, in its order.
    func publish(_ outputs: borrowing MarketOutputs) throws
    /// Publishes a wish for a step.
    func publish(_ wake: Wake) throws
}

/// The venues of a run behind one door.
package struct MarketHall: ~Copyable {
    /// Keeps the engines for as long as the references to them.
    private let hosts: [EngineHost]
    private let engines: ContiguousArray<EngineReference>
    private let isBatch: [Bool]
    private var directory: VenueDirectory
    private var outputs = MarketOutputs()
    private var announcedWakes: [Timestamp?]
    /// Whether a venue collects commands for a batch.
    package let hasBatchVenue: Bool

    /// Opens the venues.
    package init(engines: [HostedEngine], instruments: Instruments) {
        hosts = engines.map(\.host)
        self.engines = ContiguousArray(hosts.map(EngineReference.init))
        isBatch = engines.map(\.isBatch)
        directory = VenueDirectory(instruments: instruments, venues: engines.map(\.venue))
        announcedWakes = Array(repeating: nil, count: engines.count)
        hasBatchVenue = engines.contains { $0.isBatch }
    }

    /// Lets the data of a step meet the orders of every venue.
    package mutating func advance(
        _ frame: borrowing Frame, to sink: borrowing some MarketOutlet
    ) throws {
        for place in engines.indices {
            let wake = try engines[place].use { engine throws in
                try engine.advance(frame, &outputs)
            }
            try flush(place, wake, to: sink)
        }
    }

    /// Runs the batch of every venue that has one.
    package mutating func runBatches(
        at now: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        for place in engines.indices where isBatch[place] {
            let wake = try engines[place].use { engine throws in
                try engine.runBatch(now, &outputs)
            }
            try flush(place, wake, to: sink)
        }
    }

    /// Hands an order to its venue.
    package mutating func execute(
        _ order: Order, at now: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        switch order.intent.action {
        case .place(let terms):
            guard let place = directory.venue(of: terms.instrument) else {
                outputs.append(refusal(of: order, .rejected, .unknownInstrument, now))
                return try publish(to: sink)
            }
            directory.note(order.intent.id, at: place)
            try execute(order, at: place, now, to: sink)
        case .amend(let target, _):
            try execute(order, on: target, .amendRejected, now, to: sink)
        case .cancel(let target):
            try execute(order, on: target, .cancelRejected, now, to: sink)
        case .cancelAll(let instrument):
            for place in engines.indices {
                if let instrument, directory.venue(of: instrument) != place { continue }
                try execute(order, at: place, now, to: sink)
            }
        }
    }

    /// Tells every venue of a booking that is not of its making.
    package mutating func apply(_ booking: Booking) throws {
        for host in hosts { try host.apply(booking) }
    }

    func checkInvariants() throws {
        for host in hosts { try host.checkInvariants() }
    }

    @inline(__always)
    private mutating func execute(
        _ order: Order, at place: Int, _ now: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        let wake = try engines[place].use { engine throws in
            try engine.execute(MarketCommand(order: order, arrival: now), now, &outputs)
        }
        try flush(place, wake, to: sink)
    }

    private mutating func execute(
        _ order: Order, on target: OrderID, _ refusalKind: OrderChange, _ now: Timestamp,
        to sink: borrowing some MarketOutlet
    ) throws {
        if let place = directory.venue(of: target) {
            return try execute(order, at: place, now, to: sink)
        }
        // No venue works it: it has ended, and the venue that took it knows how, or it never was.
        for place in engines.indices {
            let wake = try engines[place].use { engine throws in
                try engine.execute(MarketCommand(order: order, arrival: now), now, &outputs)
            }
            if !isUnknown(outputs) { return try flush(place, wake, to: sink) }
            outputs.removeAll()
        }
        outputs.append(refusal(of: order, refusalKind, .unknownOrder, now))
        try publish(to: sink)
    }

    /// Whether a venue answered that it never had the order.
    private func isUnknown(_ outputs: borrowing MarketOutputs) -> Bool {
        guard outputs.count == 1, case .update(let update) = outputs[0] else { return false }
        return update.reason == .unknownOrder
    }

    private func refusal(
        of order: Order, _ change: OrderChange, _ reason: OrderReason, _ now: Timestamp
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

    /// Publishes what a venue has told, and its next wake where that has changed.
    @inline(__always)
    private mutating func flush(
        _ place: Int, _ wake: Timestamp?, to sink: borrowing some MarketOutlet
    ) throws {
        if !outputs.isEmpty { try publish(to: sink) }
        if let wake, wake != announcedWakes[place] {
            announcedWakes[place] = wake
            try sink.publish(Wake(time: wake, requester: UInt64(place)))
        }
    }

    private mutating func publish(to sink: borrowing some MarketOutlet) throws {
        try sink.publish(outputs)
        if engines.count > 1 { forgetEnded() }
        outputs.removeAll()
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

package import LockstepMarket
package import LockstepModel

/// Where the outputs of markets are published.
package protocol MarketOutlet {
    /// Publishes what a venue has told, in its order.
    func publish(_ outputs: borrowing MarketOutputs) throws
    /// Publishes a wish for a step.
    func publish(_ wake: Wake) throws
    /// Publishes a dated event.
    func publish(_ event: MarketEvent) throws
}

/// The venues of a run behind one door.
package struct MarketHall: ~Copyable {
    private var engines: EngineTable
    private var directory: VenueDirectory
    private var outputs = MarketOutputs()
    /// How many engines there are to which data means something.
    private var busy = 0
    /// Whether a venue collects commands for a batch.
    package let hasBatchVenue: Bool

    /// Whether a venue keeps the cash and holdings of its accounts itself.
    package let holdsAccounts: Bool
    /// Whether a venue tells the tops of books.
    package let hasBooks: Bool
    /// When dated events happen; nil in runs without them.
    var calendar: EventCalendar?

    /// Opens the venues.
    package init(
        engines: [HostedEngine], instruments: Instruments, financing: Financing? = nil
    ) {
        calendar = financing.map { EventCalendar(instruments, $0) }
        self.engines = EngineTable(engines.map(\.host))
        directory = VenueDirectory(instruments: instruments, venues: engines.map(\.venue))
        hasBatchVenue = engines.contains { $0.isBatch }
        holdsAccounts = engines.contains { $0.host.holdsAccounts }
        hasBooks = engines.contains { $0.host.hasBooks }
        for place in 0..<self.engines.count where !self.engines[place].isIdle { busy += 1 }
    }

    /// Lets the data of a step meet the orders of every venue.
    @inline(__always)
    package mutating func advance(_ frame: borrowing Frame, to sink: borrowing some MarketOutlet)
        throws
    {
        if busy != 0 { try advanceBusy(frame, to: sink) }
    }

    /// Tells the venue of an instrument of a dated event.
    mutating func tell(
        _ event: MarketEvent, _ instrument: Instrument, at now: Timestamp,
        to sink: borrowing some MarketOutlet
    ) throws {
        guard let place = directory.venue(of: event.instrument) else { return }
        let status = try engines[place].use { engine throws in
            try engine.applyEvent(event, instrument, now, &outputs)
        }
        try flush(place, status, to: sink)
    }

    @inline(never)
    private mutating func advanceBusy(
        _ frame: borrowing Frame, to sink: borrowing some MarketOutlet
    ) throws {
        if engines.count == 1 {
            let status = try engines[0].use { engine throws in
                try engine.advance(frame, &outputs)
            }
            return try flush(0, status, to: sink)
        }
        for place in 0..<engines.count where !engines[place].isIdle {
            let status = try engines[place].use { engine throws in
                try engine.advance(frame, &outputs)
            }
            try flush(place, status, to: sink)
        }
    }

    /// Runs the batch of every venue that has one.
    package mutating func runBatches(at now: Timestamp, to sink: borrowing some MarketOutlet) throws
    {
        for place in 0..<engines.count where engines[place].isBatch {
            let status = try engines[place].use { engine throws in
                try engine.runBatch(now, &outputs)
            }
            try flush(place, status, to: sink)
        }
    }

    /// Hands an order to its venue.
    package mutating func execute(
        _ order: Order, at now: Timestamp, to sink: some MarketOutlet
    ) throws {
        try Lent.of(order) { order throws in try execute(order, at: now, to: sink) }
    }

    /// Hands an order to its venue.
    @inline(__always)
    package mutating func execute(
        _ order: Lent<Order>, at now: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        guard case .place(let terms) = order.value.intent.action,
            let place = directory.venue(of: terms.instrument)
        else { return try executeOther(order, now, to: sink) }
        if directory.isNoting { directory.note(order.value.intent.id, at: place) }
        try execute(order, at: place, now, to: sink)
    }

    /// Hands on what is no order for an instrument of a venue.
    @inline(never)
    private mutating func executeOther(
        _ order: Lent<Order>, _ now: Timestamp, to sink: borrowing some MarketOutlet
    ) throws {
        switch order.value.intent.action {
        case .place:
            outputs.append(refusal(of: order.value, .rejected, .unknownInstrument, now))
            try publish(to: sink)
        case .amend(let target, _):
            try execute(order, on: target, .amendRejected, now, to: sink)
        case .cancel(let target):
            try execute(order, on: target, .cancelRejected, now, to: sink)
        case .cancelAll(let instrument):
            for place in 0..<engines.count {
                if let instrument, directory.venue(of: instrument) != place { continue }
                try execute(order, at: place, now, to: sink)
            }
        }
    }

    /// Tells every venue of a booking that is not of its making.
    package mutating func apply(_ booking: Booking) throws {
        for place in 0..<engines.count {
            note(place, try engines[place].use { engine throws in try engine.apply(booking) })
        }
    }

    /// Tells venues of a booking: those that hold accounts of every one, the others of what is not
    /// of their making.
    package mutating func hold(_ booking: Booking) throws {
        for place in 0..<engines.count
        where engines[place].holdsAccounts || !booking.kind.isOfFill {
            note(place, try engines[place].use { engine throws in try engine.apply(booking) })
        }
    }

    /// Lets venues that hold accounts close a step.
    package mutating func settle(at now: Timestamp) throws {
        for place in 0..<engines.count where engines[place].holdsAccounts {
            try engines[place].use { engine throws in try engine.settle(now) }
        }
    }

    func checkInvariants() throws {
        for place in 0..<engines.count {
            try engines[place].use { engine throws in try engine.checkInvariants() }
        }
    }

    @inline(__always)
    private mutating func execute(
        _ order: Lent<Order>, at place: Int, _ now: Timestamp,
        to sink: borrowing some MarketOutlet
    ) throws {
        let status = try engines[place].use { engine throws in
            try engine.execute(order, now, now, &outputs)
        }
        try flush(place, status, to: sink)
    }

    private mutating func execute(
        _ order: Lent<Order>, on target: OrderID, _ refusalKind: OrderChange, _ now: Timestamp,
        to sink: borrowing some MarketOutlet
    ) throws {
        if let place = directory.venue(of: target) {
            return try execute(order, at: place, now, to: sink)
        }
        // No venue works it: it has ended, and the venue that took it knows how, or it never was.
        for place in 0..<engines.count {
            let status = try engines[place].use { engine throws in
                try engine.execute(order, now, now, &outputs)
            }
            if !isUnknown(outputs) { return try flush(place, status, to: sink) }
            note(place, status)
            outputs.removeAll()
        }
        outputs.append(refusal(of: order.value, refusalKind, .unknownOrder, now))
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
        _ place: Int, _ status: EngineStatus, to sink: borrowing some MarketOutlet
    ) throws {
        if !outputs.isEmpty { try publish(to: sink) }
        note(place, status)
        if status.wake != engines[place].announcedWake && status.wake != .distantFuture {
            engines[place].announcedWake = status.wake
            try sink.publish(Wake(time: status.wake, requester: UInt64(place)))
        }
    }

    /// Notes whether data means something to a venue.
    @inline(__always)
    private mutating func note(_ place: Int, _ status: EngineStatus) {
        engines[place].note(isIdle: status.isIdle, &busy)
    }

    @inline(__always)
    private mutating func publish(to sink: borrowing some MarketOutlet) throws {
        try sink.publish(outputs)
        if engines.count > 1 { forgetEnded() }
        outputs.removeAll()
    }

    @inline(never)
    private mutating func forgetEnded() {
        for place in outputs.indices {
            switch outputs[place] {
            case .update(let update) where update.change.isFinal: directory.forget(update.order)
            case .fill(let fill) where fill.leaves.lots == 0: directory.forget(fill.order)
            case .update, .fill, .quote, .venue, .top: break
            }
        }
    }
}

package import LockstepBus
import LockstepEvents
package import LockstepModel

/// The service that keeps the books: it hears fills and marks, and tells bookings and snapshots.
///
/// - At the start of the run it books what each account begins with.
/// - A fill gives its booking, then one closed lot for each slice: whoever answers the booking is
///   before those who only watch lots.
/// - In the settle phase it takes the marks, checks the ledgers and publishes snapshots. The marks
///   are those of the frame in hand: no service asks for the accounts before it.
/// - At the end of the feed it publishes the last snapshots, so that the last one of an account
///   always shows its equity at the end.
package actor PortfolioAccountant: BusService {
    package nonisolated let name = "portfolio"
    package nonisolated let executor: RunExecutor
    private let portfolio: Confined<Portfolio>
    private let onRoundTrip: (@Sendable (RoundTrip) throws -> Void)?
    private let bankruptcy: BankruptcyRule?

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - portfolio: The books, without money.
    ///   - loop: The loop of the run.
    ///   - onRoundTrip: Gets every finished round trip when it is booked; if it throws, the run
    ///     ends.
    ///   - bankruptcy: What becomes of losses beyond zero, where accounts may be liquidated.
    package init(
        _ portfolio: consuming Portfolio, on loop: RunExecutor,
        onRoundTrip: (@Sendable (RoundTrip) throws -> Void)? = nil,
        bankruptcy: BankruptcyRule? = nil
    ) {
        executor = loop
        self.portfolio = Confined(portfolio)
        self.onRoundTrip = onRoundTrip
        self.bankruptcy = bankruptcy
    }

    /// How each account stands, in order; read after the run.
    package var summaries: [AccountSummary] { portfolio.value.summaries }

    /// What an account holds of an instrument; read after the run.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - account: The account.
    /// - Returns: The position.
    package func position(of instrument: InstrumentID, in account: AccountID) -> Position {
        portfolio.value.position(of: instrument, in: account)
    }

    package func connect(_ port: BusPort) throws {
        let portfolio = portfolio
        let outlets = Outlets(
            bookings: try port.publisher(Topics.booking),
            slices: try port.publisher(Topics.lotClosed),
            snapshots: try port.publisher(Topics.snapshot))
        let onRoundTrip = onRoundTrip
        try port.forEach(Topics.lifecycle) { envelope in
            switch envelope.payload {
            case .start:
                for account in portfolio.value.declared {
                    try outlets.bookings.publish(
                        portfolio.value.deposit(account.startingCash, to: account.id))
                }
            case .endOfFeed:
                try portfolio.value.finish()
                try outlets.publishSnapshots(of: portfolio.value)
            }
        }
        if portfolio.value.tokens != nil { return try connectTokens(port, outlets) }
        if let bankruptcy {
            try port.forEachLent(Topics.fill) { envelope in
                try outlets.book(envelope, in: &portfolio.value)
                if let onRoundTrip, let trip = portfolio.value.finished { try onRoundTrip(trip) }
                if envelope.value.payload.order.isLiquidation {
                    try outlets.end(
                        envelope.value.payload.account, bankruptcy, in: &portfolio.value)
                }
            }
        } else {
            try port.forEachLent(Topics.fill) { envelope in
                try outlets.book(envelope, in: &portfolio.value)
                if let onRoundTrip, let trip = portfolio.value.finished { try onRoundTrip(trip) }
            }
        }
        if portfolio.value.dated != nil { return try connectEvents(port, outlets) }
        if portfolio.value.bookMarks != nil { return try connectBooks(port, outlets) }
        try port.forEachLent(Topics.settle) { envelope in
            if portfolio.value.passes(envelope.value.step) { return }
            try envelope.borrow { try outlets.settle($0.payload, in: &portfolio.value) }
        }
    }
}

extension PortfolioAccountant {
    /// Lets the accountant hear of dated events, and of the prices at which they happen.
    private func connectEvents(_ port: BusPort, _ outlets: Outlets) throws {
        let portfolio = portfolio
        try port.forEachLent(Topics.frame) { envelope in
            envelope.borrow { portfolio.value.note($0.payload) }
        }
        if portfolio.value.bookMarks != nil {
            try port.forEachLent(Topics.bookTop) { envelope in
                portfolio.value.noteTop(envelope.value.payload)
            }
        }
        try port.forEachLent(Topics.marketEvent) { envelope in
            try outlets.book(envelope.value.payload, in: &portfolio.value)
        }
        try port.forEachLent(Topics.settle) { envelope in
            let passed = portfolio.value.passedSlots()
            if portfolio.value.passes(envelope.value.step) { return }
            portfolio.value.markBooks()
            try envelope.borrow { envelope throws in
                if passed.isEmpty {
                    return try outlets.settle(envelope.payload, in: &portfolio.value)
                }
                var frame = Frame(
                    time: envelope.payload.time, slots: envelope.payload.slots)
                for slot in passed where slot < frame.slots.count {
                    frame.slots[slot].coverage = .filled
                }
                try outlets.settle(frame, in: &portfolio.value)
            }
        }
    }

    /// Lets the accountant hear of order books, whose middles are marks.
    private func connectBooks(_ port: BusPort, _ outlets: Outlets) throws {
        let portfolio = portfolio
        try port.forEachLent(Topics.bookTop) { envelope in
            portfolio.value.take(envelope.value.payload)
        }
        try port.forEachLent(Topics.settle) { envelope in
            if portfolio.value.passes(envelope.value.step) { return }
            portfolio.value.markBooks()
            try envelope.borrow { try outlets.settle($0.payload, in: &portfolio.value) }
        }
    }

    /// Lets the accountant hear of outcome markets: their prices are marks, what they pay and charge
    /// is booked, and fills that mint or merge pairs are entries of their own kinds.
    private func connectTokens(_ port: BusPort, _ outlets: Outlets) throws {
        let portfolio = portfolio
        let onRoundTrip = onRoundTrip
        try port.forEachLent(Topics.fill) { envelope in
            try outlets.bookTokens(envelope, in: &portfolio.value)
            if let onRoundTrip, let trip = portfolio.value.finished { try onRoundTrip(trip) }
        }
        try port.forEachLent(Topics.outcomeQuote) { envelope in
            portfolio.value.take(envelope.value.payload)
        }
        try port.forEachLent(Topics.venueEvent) { envelope in
            try outlets.book(
                envelope.value.payload, at: envelope.value.time, in: &portfolio.value)
        }
        if portfolio.value.bookMarks != nil {
            try port.forEachLent(Topics.bookTop) { envelope in
                portfolio.value.take(envelope.value.payload)
            }
        }
        try port.forEachLent(Topics.settle) { envelope in
            portfolio.value.markBooks()
            try portfolio.value.markTokens()
            if portfolio.value.passes(envelope.value.step) { return }
            try envelope.borrow { try outlets.settle($0.payload, in: &portfolio.value) }
        }
    }
}

/// Where the accountant publishes; each call reaches for the books once.
private struct Outlets {
    let bookings: Publisher<Booking>
    let slices: Publisher<LotClosed>
    let snapshots: Publisher<Snapshot>

    /// Books a fill, and publishes the booking and the slices it closed.
    @inline(__always)
    func book(_ envelope: Lent<Envelope<Fill>>, in portfolio: inout Portfolio) throws {
        let fill = envelope.payload()
        guard let entry = try portfolio.enterShortly(fill) else {
            return try bookOther(envelope, in: &portfolio)
        }
        try publish(entry, envelope, in: &portfolio)
    }

    /// Books a fill that no short way is open to.
    @inline(never)
    private func bookOther(_ envelope: Lent<Envelope<Fill>>, in portfolio: inout Portfolio) throws {
        try publish(portfolio.change(envelope.payload()), envelope, in: &portfolio)
    }

    /// Books a fill that may have minted or merged pairs of tokens.
    @inline(never)
    func bookTokens(_ envelope: Lent<Envelope<Fill>>, in portfolio: inout Portfolio) throws {
        let fill = envelope.payload()
        try publish(
            portfolio.enter(fill), envelope, in: &portfolio,
            as: BookingKind(of: fill.value.point, fill.value.side))
    }

    /// Books what a venue pays or charges, and publishes the booking and the slices it closed.
    @inline(never)
    func book(_ event: VenueEvent, at time: Timestamp, in portfolio: inout Portfolio) throws {
        switch event.kind {
        case .payout:
            try bookings.publish(portfolio.redeem(event, at: time))
            for slice in portfolio.closed { try slices.publish(slice) }
        case .gas: try bookings.publish(portfolio.charge(event))
        default: break
        }
    }

    /// Books a dated event, and publishes its bookings and the slices they closed.
    @inline(never)
    func book(_ event: MarketEvent, in portfolio: inout Portfolio) throws {
        try portfolio.apply(event) { booking, closed in
            try bookings.publish(booking)
            for place in closed.indices { try slices.publish(closed[place]) }
        }
    }

    /// Deals with a loss beyond zero, where a liquidation has closed the last position.
    @inline(never)
    func end(
        _ account: AccountID, _ rule: BankruptcyRule, in portfolio: inout Portfolio
    ) throws {
        guard let shortfall = portfolio.shortfall(of: account) else { return }
        switch rule {
        case .keep(let tell): tell(account, shortfall)
        case .insured: try bookings.publish(portfolio.insure(account, shortfall))
        }
    }

    /// Publishes the booking of a fill and the slices it closed.
    @inline(__always)
    private func publish(
        _ entry: Portfolio.Entry, _ envelope: Lent<Envelope<Fill>>,
        in portfolio: inout Portfolio, as kind: BookingKind = .trade
    ) throws {
        let fill = envelope.payload()
        try bookings.publish(made: { entry.booking(fill, envelope.value.sequence, kind) })
        #if PLANTED_DEFECTS
            if PlantedDefect.bookedTwice.isOn {
                try bookings.publish(made: { entry.booking(fill, envelope.value.sequence) })
            }
        #endif
        var place = 0
        while place < portfolio.slices.count {
            try slices.publish(made: { portfolio.slices[place] })
            place &+= 1
        }
    }

    /// Settles a step and publishes the snapshots.
    @inline(never)
    func settle(_ frame: borrowing Frame, in portfolio: inout Portfolio) throws {
        if portfolio.accounts.count != 1 { return try settleMany(frame, in: &portfolio) }
        if try portfolio.settleOnly(frame) {
            try snapshots.publish(made: { portfolio.accounts[0].last })
        }
    }

    @inline(never)
    private func settleMany(_ frame: borrowing Frame, in portfolio: inout Portfolio) throws {
        try portfolio.settleMany(frame)
        try publishSnapshots(of: portfolio)
    }

    /// Publishes the snapshots that wait, in the order of accounts.
    func publishSnapshots(of portfolio: borrowing Portfolio) throws {
        #if PLANTED_DEFECTS
            if PlantedDefect.hashOrderedIteration.isOn {
                for place in Set(portfolio.snapshots.indices) {
                    try snapshots.publish(portfolio.snapshots[place])
                }
                return
            }
        #endif
        var place = 0
        while place < portfolio.told.count {
            try snapshots.publish(made: { portfolio.snapshot(place) })
            place &+= 1
        }
    }
}

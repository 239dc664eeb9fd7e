package import LockstepBus
package import LockstepModel

/// Where strategies publish.
package protocol StrategyOutlet {
    /// The bus's own way for intents, where there is a bus; it is asked for once.
    var directIntents: DirectIntents? { get }
    /// Publishes an intent.
    func publish(_ intent: Intent) throws
    /// Publishes a wish for a step.
    func publish(_ wake: Wake) throws
    /// Publishes a figure.
    func publish(_ note: Note) throws
    /// Publishes a stop of trading.
    func publish(_ halt: Halt) throws
    /// The number of a text; one that is new is announced first.
    func intern(_ text: String) throws -> SymbolID
}

extension StrategyOutlet {
    package var directIntents: DirectIntents? { nil }
}

/// A way to publish intents that is known by its type: its code comes to lie where it is used.
package final class DirectIntents {
    let publisher: Publisher<Intent>

    init(_ publisher: Publisher<Intent>) { self.publisher = publisher }
}

@available(*, unavailable)
extension DirectIntents: Sendable {}

/// A fill that waits for its booking.
struct PendingFill: BitwiseCopyable {
    /// Its envelope; none for an update that waits behind a fill.
    let sequence: SequenceNumber
    let order: OrderID
    let leaves: Quantity
    /// Where the strategy is.
    let member: Int
    /// Whether the strategy will hear of it.
    let isKept: Bool
}

/// Decides which strategy hears of what, and when.
///
/// A fill is kept until it is booked, and what comes after it waits for it, so that a strategy's
/// position and its open orders always belong together. What comes before the strategies' turn
/// in a step changes the view at once and is told at the turn.
package struct StrategyDispatch<Outlet: StrategyOutlet>: ~Copyable {
    let desk: StateReference<StrategyDesk>
    private let members: FlatList<StrategyMember>
    let outlet: Outlet
    let direct: UncountedReference<DirectIntents>?
    private let directOwner: DirectIntents?
    private var pending: FlatList<PendingFill>
    /// How many of the pending ones are settled; all are forgotten together.
    private var settled = 0
    /// The update that is being told at once.
    private var lentList: FlatList<Report>
    private let lent: StateReference<Report>
    /// The last step in which the strategies had their turn.
    private(set) var turn: StepNumber = .setUp
    /// What strategies of outcome markets hear.
    var outcomes: OutcomeDesk
    /// What is heard later than it happened.
    var news = HeldNews()

    /// Connects strategies with where they publish; the hosts must be kept as long as it is used.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    package init(_ hosts: StrategyHosts, _ outlet: Outlet) {
        self.outlet = outlet
        directOwner = outlet.directIntents
        direct = directOwner.map { UncountedReference($0) }
        desk = hosts.desk.reference
        members = FlatList(StrategyMember.list(hosts))
        pending = FlatList()
        lentList = FlatList(capacity: 1)
        lent = lentList.extend()
        lent.value.isFill = false
        outcomes = OutcomeDesk(desk.value.instruments)
        desk.value.intern = { text in try outlet.intern(text) }
    }

    /// The set-up, or the end of the feed.
    package mutating func turn(
        _ event: Lifecycle, in step: StepNumber, at time: Timestamp
    ) throws {
        open(step, at: time)
        for place in 0..<members.count {
            let member = members[place]
            switch event {
            case .start:
                try call(member, "onStart") { strategy, context throws in
                    try strategy.onStart(strategy.place, &context)
                }
            case .endOfFeed:
                try hearReports(member)
                try call(member, "onEnd") { strategy, context throws in
                    try strategy.onEnd(strategy.place, &context)
                }
            }
        }
    }

    /// The strategies' turn: what happened, the frame, timers.
    @inline(__always)
    package mutating func decide(
        _ frame: borrowing Frame, in step: StepNumber, at time: Timestamp
    ) throws {
        open(step, at: time)
        desk.value.mark(frame)
        if desk.value.nextTimer <= time { raise(at: time) }
        let members = members.view
        var place = 0
        while place < members.count {
            let first = members[place]
            if first.seat.value.attention.contains(.reports) { try hearAll(first) }
            do {
                try first.strategy.use { strategy throws in
                    try strategy.onFrame(members, &place, frame)
                }
            } catch {
                throw Self.failure(error, members[place].seat, "onFrame")
            }
            let seat = members[place].seat
            if seat.value.attention.contains(.sending) { try send(seat) }
            if seat.value.attention.contains(.timers) { try callTimers(members[place], at: time) }
            place &+= 1
        }
    }

    /// A stop of trading, or its end.
    package mutating func take(_ halt: Halt) { desk.value.halts.apply(halt) }

    /// The prices of an outcome: told at the next turn, taken as last prices at once.
    package mutating func take(_ quote: OutcomeQuote) {
        for (token, price) in [(quote.yes, quote.yesPrice), (quote.no, quote.noPrice)] {
            guard let price = outcomes.price(token, price) else { continue }
            desk.value.lastPrices[Int(token.rawValue) - 1] = price
        }
        outcomes.coming.append(OutcomeNews(quote))
        desk.value.announceNews()
    }

    /// What happened at a venue: told at the next turn where strategies hear of it.
    package mutating func take(_ event: VenueEvent) {
        guard let news = OutcomeNews(event) else { return }
        outcomes.coming.append(news)
        desk.value.announceNews()
    }

    /// Takes the mark of a book as last price, and calls those who hear of books at this turn.
    mutating func mark(_ top: BookTop) {
        let place = Int(top.instrument.rawValue) - 1
        if place >= 0, place < desk.value.lastPrices.count, let price = top.markPrice {
            desk.value.lastPrices[place] = price
        }
        desk.value.announceNews()
    }

    /// Wishes for a step.
    mutating func wish(_ time: Timestamp) throws {
        try outlet.publish(Wake(time: time, requester: 0))
    }

    /// Notes which strategies have timers that are due, or hear news.
    @inline(never)
    private mutating func raise(at time: Timestamp) {
        desk.value.raiseTimers(at: time)
        if news.turn == turn {
            for seat in desk.value.seats where !seat.value.books.isEmpty {
                seat.value.attention.insert(.reports)
            }
        }
        if outcomes.coming.isEmpty { return }
        outcomes.begin(turn)
        for seat in desk.value.seats where seat.value.hearsOutcomes {
            seat.value.attention.insert(.reports)
        }
    }

    /// A fill: it is kept until it is booked.
    package mutating func take(_ fill: borrowing Fill, _ sequence: SequenceNumber) {
        if !takeUnheard(fill.order, fill.leaves, of: fill.strategy, sequence) {
            keep(fill, sequence)
        }
    }

    /// A fill as the bus lends it.
    @inline(__always)
    package mutating func take(_ fill: Lent<Envelope<Fill>>) {
        let lent = fill.payload()
        let (order, leaves) = (lent.value.order, lent.value.leaves)
        if !takeUnheard(order, leaves, of: lent.value.strategy, fill.value.sequence) { keep(fill) }
    }

    /// Takes a fill of which its strategy will not hear, into a list that has room.
    ///
    /// - Returns: Whether it was one; nothing happened otherwise.
    @inline(__always)
    private mutating func takeUnheard(
        _ order: OrderID, _ leaves: Quantity, of strategy: StrategyID, _ sequence: SequenceNumber
    ) -> Bool {
        guard let place = place(of: strategy), !pending.isFull,
            members[place].seat.value.idle.contains(.onFill)
        else { return false }
        pending.append(
            PendingFill(
                sequence: sequence, order: order, leaves: leaves, member: place, isKept: false))
        return true
    }

    @inline(never)
    private mutating func keep(_ fill: Lent<Envelope<Fill>>) {
        keep(fill.value.payload, fill.value.sequence)
    }

    /// Keeps a fill for the strategy's turn.
    private mutating func keep(_ fill: borrowing Fill, _ sequence: SequenceNumber) {
        guard let place = place(of: fill.strategy) else { return }
        members[place].seat.value.reports.append(fill)
        pending.append(
            PendingFill(
                sequence: sequence, order: fill.order, leaves: fill.leaves, member: place,
                isKept: true))
    }

    /// What happened to an order: told at once, or after the fills before it.
    package mutating func take(_ update: OrderUpdate, in step: StepNumber) throws {
        try Lent.of(update) { (update) throws in try take(update, in: step) }
    }

    /// What happened to an order, as the bus lends it.
    @inline(__always)
    package mutating func take(_ update: Lent<OrderUpdate>, in step: StepNumber) throws {
        guard let place = place(of: update.value.strategy) else { return }
        let seat = members[place].seat
        if settled != pending.count || step != turn || !seat.value.orders.acceptNewest(update) {
            try takeOther(update, place, in: step)
        } else if !seat.value.idle.contains(.onUpdate) {
            try tellLent(update, place)
        }
    }

    /// Takes an update that is not the usual one, and tells it, now or at the strategy's turn.
    @inline(never)
    private mutating func takeOther(
        _ update: Lent<OrderUpdate>, _ place: Int, in step: StepNumber
    ) throws {
        // From here on it is read where it may be lent.
        lent.value.update = update.value
        if settled != pending.count || step != turn { return keepLent(place) }
        let seat = members[place].seat
        seat.value.orders.apply(lent.value.update)
        seat.value.openOrders = seat.value.orders.list.count
        try tell(members[place], lent)
    }

    @inline(never)
    private mutating func tellLent(_ update: Lent<OrderUpdate>, _ place: Int) throws {
        lent.value.update = update.value
        try tell(members[place], lent)
    }

    /// Keeps an update for the strategy's turn.
    private mutating func keepLent(_ place: Int) {
        let seat = members[place].seat
        seat.value.reports.append(lent.value.update)
        if settled == pending.count {
            seat.value.releaseUpdate()
        } else {
            pending.append(
                PendingFill(
                    sequence: .none, order: lent.value.update.order, leaves: .zero, member: place,
                    isKept: true))
        }
    }

    /// A change of an account; it releases the fill it belongs to and what waits behind it.
    @inline(__always)
    package mutating func take(_ booking: borrowing Booking, in step: StepNumber) throws {
        desk.value.book(booking)
        guard UInt(bitPattern: settled) < UInt(bitPattern: pending.count) else { return }
        let next = pending.reference(at: settled)
        guard next.value.sequence == booking.fill else { return }
        if pending.count == 1, step != turn {
            members[next.value.member].seat.value.release(next.value)
            pending.removeAll()
        } else {
            try settle(in: step)
        }
    }

    /// Releases a fill and the updates behind it.
    @inline(never)
    private mutating func settle(in step: StepNumber) throws {
        repeat {
            let next = pending[settled]
            settled &+= 1
            let member = members[next.member]
            if next.sequence == .none {
                member.seat.value.releaseUpdate()
            } else {
                member.seat.value.release(next)
            }
            if step == turn, member.seat.value.attention.contains(.reports) {
                try hearReports(member)
            }
        } while settled < pending.count && pending[settled].sequence == .none
        forgetSettled()
    }

    /// Forgets what is settled, mostly when nothing is left: then nothing has to move.
    private mutating func forgetSettled() {
        if settled == pending.count {
            pending.removeAll()
            settled = 0
        } else if settled >= 1024 {
            pending.removeFirst(settled)
            settled = 0
        }
    }

    @inline(__always)
    private mutating func open(_ step: StepNumber, at time: Timestamp) {
        turn = step
        desk.value.now = time
        desk.value.step = step
    }

    @inline(__always)
    private func place(of strategy: StrategyID) -> Int? {
        let place = Int(strategy.rawValue) &- 1
        return UInt(bitPattern: place) < UInt(bitPattern: members.count) ? place : nil
    }
}

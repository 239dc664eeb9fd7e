package import LockstepModel

/// Where strategies publish.
package protocol StrategyOutlet {
    /// Publishes an intent.
    func publish(_ intent: Intent) throws
    /// Publishes a wish for a step.
    func publish(_ wake: Wake) throws
    /// Publishes a figure.
    func publish(_ note: Note) throws
    /// The number of a text; one that is new is announced first.
    func intern(_ text: String) throws -> SymbolID
}

/// Decides which strategy hears of what, and when.
///
/// A fill is kept until it is booked, and what comes after it waits for it, so that a strategy's
/// position and its open orders always belong together. What comes before the strategies' turn
/// in a step changes the view at once and is told at the turn.
package struct StrategyDispatch<Outlet: StrategyOutlet>: ~Copyable {
    private struct Member: BitwiseCopyable {
        let strategy: UncountedReference<HostedStrategy>
        let seat: StateReference<StrategySeat>
    }

    /// A fill that waits for its booking, by its envelope, or an update behind one.
    private struct Pending: BitwiseCopyable {
        let fill: SequenceNumber
        let seat: StateReference<StrategySeat>
        let member: Int
    }

    private let desk: StateReference<StrategyDesk>
    private var members: FlatList<Member>
    private let outlet: Outlet
    private var pending: FlatList<Pending>
    /// How many of the pending ones are settled; all are forgotten together.
    private var settled = 0
    /// The update that is being told.
    private var lent: FlatList<OrderUpdate>
    /// The last step in which the strategies had their turn.
    private var turn: StepNumber = .setUp

    /// Connects strategies with where they publish; the hosts must be kept as long as it is used.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    package init(_ hosts: StrategyHosts, _ outlet: Outlet) {
        self.outlet = outlet
        desk = hosts.desk.reference
        members = FlatList(capacity: hosts.seats.count)
        pending = FlatList()
        lent = FlatList(capacity: 1)
        for (strategy, seat) in zip(hosts.strategies, hosts.seats) {
            members.append(
                Member(strategy: UncountedReference(strategy), seat: seat.reference))
        }
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
                    try strategy.onStart(&context)
                }
            case .endOfFeed:
                try hearReports(member)
                try call(member, "onEnd") { strategy, context throws in
                    try strategy.onEnd(&context)
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
        var place = 0
        while place < members.count {
            let member = members[place]
            if member.seat.value.reports.isReleased { try hearReports(member) }
            var context = Context(member.seat)
            do {
                try member.strategy.use { strategy throws in
                    try strategy.onFrame(frame, &context)
                }
            } catch {
                throw Self.failure(error, member, "onFrame")
            }
            if member.seat.value.needsAttention { try send(member) }
            if member.seat.value.timers.next <= time { try callTimers(member, at: time) }
            place &+= 1
        }
    }

    /// A fill: it is kept until it is booked.
    @inline(__always)
    package mutating func take(_ fill: Fill, _ sequence: SequenceNumber) {
        guard let place = place(of: fill.strategy) else { return }
        let seat = members[place].seat
        seat.value.reports.append(fill)
        pending.append(Pending(fill: sequence, seat: seat, member: place))
    }

    /// What happened to an order: told at once, or after the fills before it.
    @inline(__always)
    package mutating func take(_ update: OrderUpdate, in step: StepNumber) throws {
        guard let place = place(of: update.strategy) else { return }
        if settled == pending.count, step == turn {
            let member = members[place]
            member.seat.value.apply(update)
            try tell(member, lent.hold(update))
        } else {
            keep(update, for: place)
        }
    }

    /// Keeps an update for the strategy's turn.
    @inline(never)
    private mutating func keep(_ update: OrderUpdate, for place: Int) {
        let seat = members[place].seat
        seat.value.reports.append(update)
        if settled == pending.count {
            seat.value.release()
        } else {
            pending.append(Pending(fill: .none, seat: seat, member: place))
        }
    }

    /// A change of an account; it releases the fill it belongs to and what waits behind it.
    @inline(__always)
    package mutating func take(_ booking: Booking, in step: StepNumber) throws {
        desk.value.book(booking)
        guard booking.fill != .none, settled < pending.count,
            pending[settled].fill == booking.fill
        else { return }
        if pending.count == 1, step != turn {
            pending[0].seat.value.releaseFill()
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
            next.seat.value.release()
            if step == turn { try hearReports(members[next.member]) }
        } while settled < pending.count && pending[settled].fill == .none
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
        return place >= 0 && place < members.count ? place : nil
    }

    // What follows changes nothing of this value, but is mutating: a value that is lent is copied
    // for every call, and this is a large one.

    /// Tells a strategy what is released, each with what it asks for then.
    @inline(never)
    private mutating func hearReports(_ member: Member) throws {
        while let report = member.seat.value.reports.next() {
            switch report {
            case .fill(let fill): try tell(member, fill)
            case .update(let update): try tell(member, update)
            }
        }
        member.seat.value.reports.forgetTold()
    }

    @inline(__always)
    private mutating func tell(_ member: Member, _ fill: StateReference<Fill>) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in try strategy.onFill(fill, &context) }
        } catch {
            throw Self.failure(error, member, "onFill")
        }
        if member.seat.value.needsAttention { try send(member) }
    }

    @inline(__always)
    private mutating func tell(_ member: Member, _ update: StateReference<OrderUpdate>) throws {
        var context = Context(member.seat)
        let isRefusal = update.value.change.isRefusal
        do {
            try member.strategy.use { strategy throws in
                if isRefusal {
                    try strategy.onReject(update, &context)
                } else {
                    try strategy.onUpdate(update, &context)
                }
            }
        } catch {
            throw Self.failure(error, member, isRefusal ? "onReject" : "onUpdate")
        }
        if member.seat.value.needsAttention { try send(member) }
    }

    @inline(never)
    private mutating func callTimers(_ member: Member, at time: Timestamp) throws {
        while let timer = member.seat.value.timers.takeDue(at: time) {
            try call(member, "onTimer") { strategy, context throws in
                try strategy.onTimer(timer, &context)
            }
        }
    }

    /// Runs a handler that is seldom called, and sends what it asked for.
    private mutating func call(
        _ member: Member, _ handler: StaticString,
        _ body: (HostedStrategy, inout Context) throws -> Void
    ) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in try body(strategy, &context) }
        } catch {
            throw Self.failure(error, member, handler)
        }
        if member.seat.value.needsAttention { try send(member) }
    }

    /// Publishes what a handler asked for, in order.
    @inline(never)
    private mutating func send(_ member: Member) throws {
        let seat = member.seat
        if seat.value.hasFailed, let failure = seat.value.failure { throw failure }
        var place = seat.value.orders.list.count &- seat.value.placed
        if !seat.value.asides.isEmpty { try sendAsides(member, &place) }
        while place < seat.value.orders.list.count {
            try outlet.publish(seat.value.orders.list[place].intent)
            place &+= 1
        }
        seat.value.placed = 0
        seat.value.needsAttention = false
    }

    /// Publishes what was asked for besides new orders, and the orders before it.
    @inline(never)
    private mutating func sendAsides(_ member: Member, _ place: inout Int) throws {
        let first = place
        for aside in member.seat.value.asides {
            while place < first + aside.placed {
                try outlet.publish(member.seat.value.orders.list[place].intent)
                place += 1
            }
            switch aside.content {
            case .intent(let intent): try outlet.publish(intent)
            case .wake(let wake): try outlet.publish(wake)
            case .note(let note): try outlet.publish(note)
            }
        }
        member.seat.value.asides.removeAll(keepingCapacity: true)
    }

    @inline(never)
    private static func failure(
        _ error: any Error, _ member: Member, _ handler: StaticString
    ) -> StrategyError {
        let strategy = member.seat.value.name
        if let inner = error as? HandlerFailure {
            return .handlerThrew(
                strategy: strategy, handler: inner.handler, reason: inner.reason)
        }
        return .handlerThrew(strategy: strategy, handler: "\(handler)", reason: "\(error)")
    }
}

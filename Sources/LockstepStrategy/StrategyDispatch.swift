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

    private let desk: StateReference<StrategyDesk>
    private var members: FlatList<Member>
    private let outlet: Outlet
    /// Fills that wait for their booking, and updates behind one.
    private var pending: ReportQueue
    /// The last step in which the strategies had their turn.
    private var turn: StepNumber = .setUp

    /// Connects strategies with where they publish; the hosts must be kept as long as it is used.
    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    package init(_ hosts: StrategyHosts, _ outlet: Outlet) {
        self.outlet = outlet
        desk = hosts.desk.reference
        members = FlatList(capacity: hosts.seats.count)
        pending = ReportQueue()
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
            if !member.seat.value.reports.isEmpty { try hearReports(member) }
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
        if isMember(fill.strategy) { pending.append(fill, sequence) }
    }

    /// What happened to an order: told at once, or after the fills before it.
    @inline(__always)
    package mutating func take(_ update: OrderUpdate, in step: StepNumber) throws {
        guard isMember(update.strategy) else { return }
        if pending.isEmpty {
            try settle(update, in: step)
        } else {
            pending.append(update)
        }
    }

    /// A change of an account; it releases the fill it belongs to and what waits behind it.
    @inline(__always)
    package mutating func take(_ booking: Booking, in step: StepNumber) throws {
        desk.value.book(booking)
        guard booking.fill != .none, pending.next == booking.fill else { return }
        try settle(pending.takeFill().value, booking.fill, in: step)
        while pending.next == SequenceNumber.none {
            try settle(pending.takeUpdate().value, in: step)
        }
        pending.forgetTaken()
    }

    @inline(__always)
    private mutating func open(_ step: StepNumber, at time: Timestamp) {
        turn = step
        desk.value.now = time
        desk.value.step = step
    }

    @inline(__always)
    private func isMember(_ strategy: StrategyID) -> Bool {
        strategy.rawValue != 0 && Int(strategy.rawValue) <= members.count
    }

    // What follows changes nothing of this value, but is mutating: a value that is lent is copied
    // for every call, and this is a large one.

    /// Takes a fill into the view; it is told at once where the strategies had their turn.
    @inline(__always)
    private mutating func settle(
        _ fill: borrowing Fill, _ sequence: SequenceNumber, in step: StepNumber
    ) throws {
        let member = members[Int(fill.strategy.rawValue) &- 1]
        member.seat.value.take(fill, sequence)
        if step == turn { try hearReports(member) }
    }

    @inline(__always)
    private mutating func settle(_ update: borrowing OrderUpdate, in step: StepNumber) throws {
        let member = members[Int(update.strategy.rawValue) &- 1]
        member.seat.value.take(update)
        if step == turn { try hearReports(member) }
    }

    /// Tells a strategy what it has not heard, each with what it asks for then.
    @inline(never)
    private mutating func hearReports(_ member: Member) throws {
        while let next = member.seat.value.reports.next {
            if next == .none {
                try tell(member, member.seat.value.reports.takeUpdate())
            } else {
                try tell(member, member.seat.value.reports.takeFill())
            }
            if member.seat.value.needsAttention { try send(member) }
        }
        member.seat.value.reports.forgetTaken()
    }

    @inline(__always)
    private mutating func tell(_ member: Member, _ fill: StateReference<Fill>) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in try strategy.onFill(fill, &context) }
        } catch {
            throw Self.failure(error, member, "onFill")
        }
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
        let count = seat.value.intents.count
        var place = 0
        if !seat.value.asides.isEmpty {
            for aside in seat.value.asides {
                while place < aside.intents {
                    try outlet.publish(seat.value.intents[place])
                    place &+= 1
                }
                switch aside.content {
                case .wake(let wake): try outlet.publish(wake)
                case .note(let note): try outlet.publish(note)
                }
            }
            seat.value.asides.removeAll(keepingCapacity: true)
        }
        while place < count {
            try outlet.publish(seat.value.intents[place])
            place &+= 1
        }
        seat.value.intents.removeAll()
        seat.value.needsAttention = false
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

import LockstepBus
import LockstepEvents
import LockstepModel

/// Decides which strategy hears of what, and when.
///
/// A fill is kept until it is booked, and what comes after it waits for it, so that a strategy's
/// position and its open orders always belong together. What comes before the strategies' turn
/// in a step changes the view at once and is told at the turn.
struct StrategyDispatch {
    /// A fill that waits for its booking, or an update behind one.
    private enum Pending {
        case fill(Fill, SequenceNumber)
        case update(OrderUpdate)
    }

    private struct Member {
        let strategy: UncountedReference<HostedStrategy>
        let seat: StateReference<StrategySeat>
    }

    private let desk: StateReference<StrategyDesk>
    private let members: ContiguousArray<Member>
    private let intents: Publisher<Intent>
    private let wakes: Publisher<Wake>
    private let notes: Publisher<Note>
    private var pending: ContiguousArray<Pending> = []
    /// How many of the pending ones are settled; all are forgotten together.
    private var settled = 0
    /// The last step in which the strategies had their turn.
    private var turn: StepNumber = .setUp

    init(_ hosts: StrategyHosts, _ port: BusPort) throws(BusError) {
        desk = hosts.desk.reference
        members = ContiguousArray(
            zip(hosts.strategies, hosts.seats).map { strategy, seat in
                Member(strategy: UncountedReference(strategy), seat: seat.reference)
            })
        intents = try port.publisher(Topics.intent)
        wakes = try port.publisher(Topics.wake)
        notes = try port.publisher(Topics.note)
        desk.value.port = port
    }

    /// The set-up, or the end of the feed.
    mutating func turn(
        _ event: Lifecycle, in step: StepNumber, at time: Timestamp
    ) throws {
        open(step, at: time)
        for member in members {
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
    mutating func decide(
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
                throw Self.failure(error, member.seat.value.name, "onFrame")
            }
            if member.seat.value.needsAttention { try send(member) }
            if member.seat.value.timers.next <= time { try callTimers(member, at: time) }
            place &+= 1
        }
    }

    /// A fill: it is kept until it is booked.
    mutating func take(_ fill: Fill, _ sequence: SequenceNumber) {
        if member(of: fill.strategy) != nil { pending.append(.fill(fill, sequence)) }
    }

    /// What happened to an order: told at once, or after the fills before it.
    mutating func take(_ update: OrderUpdate, in step: StepNumber) throws {
        guard member(of: update.strategy) != nil else { return }
        if settled == pending.count {
            try settle(update, in: step)
        } else {
            pending.append(.update(update))
        }
    }

    /// A change of an account; it releases the fill it belongs to and what waits behind it.
    mutating func take(_ booking: Booking, in step: StepNumber) throws {
        desk.value.book(booking)
        guard booking.fill != .none, settled < pending.count,
            case .fill(let fill, booking.fill) = pending[settled]
        else { return }
        settled &+= 1
        try settle(fill, in: step)
        while settled < pending.count, case .update(let update) = pending[settled] {
            settled &+= 1
            try settle(update, in: step)
        }
        forgetSettled()
    }

    /// Forgets what is settled, mostly when nothing is left: then nothing has to move.
    @inline(__always)
    private mutating func forgetSettled() {
        if settled == pending.count {
            while !pending.isEmpty { pending.removeLast() }
            settled = 0
        } else if settled >= 1024 {
            pending.removeFirst(settled)
            settled = 0
        }
    }

    private mutating func open(_ step: StepNumber, at time: Timestamp) {
        turn = step
        desk.value.now = time
        desk.value.step = step
    }

    @inline(__always)
    private func member(of strategy: StrategyID) -> Member? {
        let place = Int(strategy.rawValue) &- 1
        return place >= 0 && place < members.count ? members[place] : nil
    }

    private mutating func settle(_ fill: Fill, in step: StepNumber) throws {
        guard let member = member(of: fill.strategy) else { return }
        member.seat.value.orders.apply(fill)
        if step == turn {
            try tell(member, fill)
        } else {
            member.seat.value.reports.append(.fill(fill))
        }
    }

    private mutating func settle(_ update: OrderUpdate, in step: StepNumber) throws {
        guard let member = member(of: update.strategy) else { return }
        member.seat.value.orders.apply(update)
        if step == turn {
            try tell(member, update)
        } else {
            member.seat.value.reports.append(.update(update))
        }
    }

    private func hearReports(_ member: Member) throws {
        var place = 0
        while place < member.seat.value.reports.count {
            switch member.seat.value.reports[place] {
            case .fill(let fill): try tell(member, fill)
            case .update(let update): try tell(member, update)
            }
            place += 1
        }
        while !member.seat.value.reports.isEmpty { member.seat.value.reports.removeLast() }
    }

    private func tell(_ member: Member, _ fill: Fill) throws {
        try call(member, "onFill") { strategy, context throws in
            try strategy.onFill(fill, &context)
        }
    }

    private func tell(_ member: Member, _ update: OrderUpdate) throws {
        if update.change.isRefusal {
            try call(member, "onReject") { strategy, context throws in
                try strategy.onReject(update, &context)
            }
        } else {
            try call(member, "onUpdate") { strategy, context throws in
                try strategy.onUpdate(update, &context)
            }
        }
    }

    private func callTimers(_ member: Member, at time: Timestamp) throws {
        while let timer = member.seat.value.timers.takeDue(at: time) {
            try call(member, "onTimer") { strategy, context throws in
                try strategy.onTimer(timer, &context)
            }
        }
    }

    /// Runs one handler and sends what it asked for.
    private func call(
        _ member: Member, _ handler: StaticString,
        _ body: (HostedStrategy, inout Context) throws -> Void
    ) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in try body(strategy, &context) }
        } catch {
            throw Self.failure(error, member.seat.value.name, "\(handler)")
        }
        if member.seat.value.needsAttention { try send(member) }
    }

    /// Publishes what a handler asked for, in order.
    @inline(never)
    private func send(_ member: Member) throws {
        let seat = member.seat
        if let failure = seat.value.failure { throw failure }
        var place = 0
        while place < seat.value.outbox.count {
            switch seat.value.outbox[place] {
            case .intent(let intent): try intents.publish(intent)
            case .wake(let wake): try wakes.publish(wake)
            case .note(let note): try notes.publish(note)
            }
            place += 1
        }
        while !seat.value.outbox.isEmpty { seat.value.outbox.removeLast() }
        seat.value.needsAttention = false
    }

    private static func failure(
        _ error: any Error, _ strategy: String, _ handler: String
    ) -> StrategyError {
        if let inner = error as? HandlerFailure {
            return .handlerThrew(
                strategy: strategy, handler: inner.handler, reason: inner.reason)
        }
        return .handlerThrew(strategy: strategy, handler: handler, reason: "\(error)")
    }
}

/// The strategies of a run and what belongs to them, kept as long as the run lasts.
struct StrategyHosts {
    let desk: StateCell<StrategyDesk>
    let strategies: [HostedStrategy]
    let seats: [StateCell<StrategySeat>]

    /// Makes the strategies of a run.
    init(_ plans: [StrategyPlan], _ setup: StrategySetup) throws(StrategyError) {
        let desk = StateCell(StrategyDesk(setup))
        var strategies: [HostedStrategy] = []
        var seats: [StateCell<StrategySeat>] = []
        for (place, plan) in plans.enumerated() {
            guard setup.cash.indices.contains(Int(plan.account.rawValue) - 1) else {
                throw .unknownAccount(strategy: plan.name, account: plan.account)
            }
            let strategy = try plan.strategy(for: setup.instruments)
            let series = try desk.value.series.places(
                of: strategy.subscriptions, strategy: plan.name, setup.instruments)
            strategies.append(strategy)
            seats.append(
                StateCell(
                    StrategySeat(
                        StrategyID(UInt32(place + 1)), name: plan.name, account: plan.account,
                        series: series, desk: desk.reference)))
        }
        desk.value.seats = ContiguousArray(seats.map(\.reference))
        self.desk = desk
        self.strategies = strategies
        self.seats = seats
    }
}

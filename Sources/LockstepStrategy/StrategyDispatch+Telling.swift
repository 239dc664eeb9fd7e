import LockstepBus
import LockstepModel

/// How strategies are told.
///
/// What follows changes nothing of the value, but is mutating: one that is lent is copied for every
/// call, and this is a large one.
extension StrategyDispatch {
    /// Tells a strategy the tops of its books.
    @inline(never)
    private mutating func tellTops(_ member: StrategyMember) throws {
        for place in news.tops.indices {
            let top = news.tops[place]
            guard member.seat.value.books.contains(top.instrument) else { continue }
            try call(member, "onBook") { strategy, context throws in
                try strategy.onBook(strategy.place, top, &context)
            }
        }
    }

    /// Tells a strategy what is released, each with what it asks for then.
    @inline(never)
    mutating func hearReports(_ member: StrategyMember) throws {
        while let report = member.seat.value.reports.next() { try tell(member, report) }
        member.seat.value.attention.subtract(.reports)
        member.seat.value.reports.forgetTold()
    }

    /// Tells a strategy what is released, and then the news of outcome markets.
    @inline(never)
    mutating func hearAll(_ member: StrategyMember) throws {
        try hearReports(member)
        if news.turn == turn, !member.seat.value.books.isEmpty { try tellTops(member) }
        if outcomes.turn != turn || !member.seat.value.hearsOutcomes { return }
        for place in outcomes.told.indices {
            let news = outcomes.told[place]
            guard news.isFor(member.seat.value.account) else { continue }
            try call(member, news.handler) { strategy, context throws in
                switch news {
                case .quote(let quote):
                    try strategy.outcome?.onOutcome(strategy.place, quote, &context)
                case .event(let event):
                    try strategy.outcome?.onResolve(strategy.place, event, &context)
                }
            }
        }
    }

    @inline(__always)
    mutating func tell(_ member: StrategyMember, _ report: StateReference<Report>) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in
                if report.value.isFill {
                    try strategy.onFill(member.place, report, &context)
                } else if report.value.isRefusal {
                    try strategy.onReject(member.place, report, &context)
                } else {
                    try strategy.onUpdate(member.place, report, &context)
                }
            }
        } catch {
            throw Self.failure(error, member.seat, report.value.handler)
        }
        if member.seat.value.attention.contains(.sending) { try send(member.seat) }
    }

    @inline(never)
    mutating func callTimers(_ member: StrategyMember, at time: Timestamp) throws {
        while let timer = member.seat.value.timers.takeDue(at: time) {
            try call(member, "onTimer") { strategy, context throws in
                try strategy.onTimer(strategy.place, timer, &context)
            }
        }
        member.seat.value.attention.subtract(.timers)
        desk.value.nextTimer = min(desk.value.nextTimer, member.seat.value.timers.next)
    }

    /// Runs a handler that is seldom called, and sends what it asked for.
    mutating func call(
        _ member: StrategyMember, _ handler: StaticString,
        _ body: (HostedStrategy, inout Context) throws -> Void
    ) throws {
        var context = Context(member.seat)
        do {
            try member.strategy.use { strategy throws in try body(strategy, &context) }
        } catch {
            throw Self.failure(error, member.seat, handler)
        }
        if member.seat.value.attention.contains(.sending) { try send(member.seat) }
    }

    @inline(never)
    static func failure(
        _ error: any Error, _ seat: StateReference<StrategySeat>, _ handler: StaticString
    ) -> any Error {
        let strategy = seat.value.name
        guard let inner = error as? HandlerFailure else {
            return StrategyError.handlerThrew(
                strategy: strategy, handler: "\(handler)", reason: "\(error)")
        }
        return StrategyError.handlerThrew(
            strategy: strategy, handler: inner.handler, reason: inner.reason)
    }
}

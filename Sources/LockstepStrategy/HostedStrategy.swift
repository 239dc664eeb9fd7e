public import LockstepModel

/// A strategy behind closures that were made where its type was known, so they are specialised.
///
/// They are handed the place of the strategy's value: a closure that holds nothing is called
/// without a detour.
@usableFromInline
final class HostedStrategy {
    let subscriptions: Subscriptions
    /// The type of the strategy: those of one type have the same closures.
    let type: ObjectIdentifier
    /// Where the value lies, and who keeps it.
    let place: StatePlace
    private let owner: AnyObject
    let onStart: (StatePlace, inout Context) throws -> Void
    /// Calls the strategy at a place, and those of its type behind it as long as there is nothing
    /// to do between two of them; the place is then that of the last one that was called.
    let onFrame: (FlatView<StrategyMember>, inout Int, borrowing Frame) throws -> Void
    let onFill: (StatePlace, StateReference<Report>, inout Context) throws -> Void
    let onUpdate: (StatePlace, StateReference<Report>, inout Context) throws -> Void
    let onReject: (StatePlace, StateReference<Report>, inout Context) throws -> Void
    let onTimer: (StatePlace, TimerID, inout Context) throws -> Void
    let onBook: (StatePlace, BookTop, inout Context) throws -> Void
    let onEnd: (StatePlace, inout Context) throws -> Void
    /// What a strategy of outcome markets has besides.
    let outcome: OutcomeHandlers?

    @usableFromInline
    init(
        subscriptions: Subscriptions, type: ObjectIdentifier, place: StatePlace, owner: AnyObject,
        onStart: @escaping (StatePlace, inout Context) throws -> Void,
        onFrame: @escaping (FlatView<StrategyMember>, inout Int, borrowing Frame) throws -> Void,
        onFill: @escaping (StatePlace, StateReference<Report>, inout Context) throws -> Void,
        onUpdate: @escaping (StatePlace, StateReference<Report>, inout Context) throws -> Void,
        onReject: @escaping (StatePlace, StateReference<Report>, inout Context) throws -> Void,
        onTimer: @escaping (StatePlace, TimerID, inout Context) throws -> Void,
        onBook: @escaping (StatePlace, BookTop, inout Context) throws -> Void,
        onEnd: @escaping (StatePlace, inout Context) throws -> Void,
        outcome: OutcomeHandlers?
    ) {
        self.subscriptions = subscriptions
        self.type = type
        self.place = place
        self.owner = owner
        self.onStart = onStart
        self.onFrame = onFrame
        self.onFill = onFill
        self.onUpdate = onUpdate
        self.onReject = onReject
        self.onTimer = onTimer
        self.onBook = onBook
        self.onEnd = onEnd
        self.outcome = outcome
    }

    /// Hosts a strategy of a known type.
    @inlinable
    static func host<S: Strategy>(_ strategy: S) -> HostedStrategy {
        let cell = StateCell(strategy)
        return HostedStrategy(
            subscriptions: strategy.subscriptions, type: ObjectIdentifier(S.self),
            place: cell.anywhere, owner: cell,
            onStart: { place, context in
                try place.reference(to: S.self).value.onStart(&context)
            },
            onFrame: { members, place, frame in
                while true {
                    let seat = members[place].seat
                    var context = Context(seat)
                    try members[place].place.reference(to: S.self).value.onFrame(frame, &context)
                    let next = place &+ 1
                    if seat.value.attention.isAny || next == members[place].end
                        || members[next].seat.value.attention.isAny
                    {
                        return
                    }
                    place = next
                }
            },
            onFill: { place, report, context in
                try place.reference(to: S.self).value.onFill(report.value.fill, &context)
            },
            onUpdate: { place, report, context in
                try place.reference(to: S.self).value.onUpdate(report.value.update, &context)
            },
            onReject: { place, report, context in
                try place.reference(to: S.self).value.onReject(report.value.update, &context)
            },
            onTimer: { place, timer, context in
                try place.reference(to: S.self).value.onTimer(timer, &context)
            },
            onBook: { place, top, context in
                try place.reference(to: S.self).value.onBook(top, &context)
            },
            onEnd: { place, context in
                try place.reference(to: S.self).value.onEnd(&context)
            }, outcome: OutcomeHandlers.of(S.self))
    }
}

@available(*, unavailable)
extension HostedStrategy: Sendable {}

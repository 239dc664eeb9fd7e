public import LockstepModel

/// A strategy behind closures that were made where its type was known, so they are specialised.
@usableFromInline
final class HostedStrategy {
    let subscriptions: Subscriptions
    let onStart: (inout Context) throws -> Void
    let onFrame: (borrowing Frame, inout Context) throws -> Void
    let onFill: (StateReference<Fill>, inout Context) throws -> Void
    let onUpdate: (StateReference<OrderUpdate>, inout Context) throws -> Void
    let onReject: (StateReference<OrderUpdate>, inout Context) throws -> Void
    let onTimer: (TimerID, inout Context) throws -> Void
    let onEnd: (inout Context) throws -> Void

    @usableFromInline
    init(
        subscriptions: Subscriptions,
        onStart: @escaping (inout Context) throws -> Void,
        onFrame: @escaping (borrowing Frame, inout Context) throws -> Void,
        onFill: @escaping (StateReference<Fill>, inout Context) throws -> Void,
        onUpdate: @escaping (StateReference<OrderUpdate>, inout Context) throws -> Void,
        onReject: @escaping (StateReference<OrderUpdate>, inout Context) throws -> Void,
        onTimer: @escaping (TimerID, inout Context) throws -> Void,
        onEnd: @escaping (inout Context) throws -> Void
    ) {
        self.subscriptions = subscriptions
        self.onStart = onStart
        self.onFrame = onFrame
        self.onFill = onFill
        self.onUpdate = onUpdate
        self.onReject = onReject
        self.onTimer = onTimer
        self.onEnd = onEnd
    }

    /// Hosts a strategy of a known type.
    @inlinable
    static func host<S: Strategy>(_ strategy: S) -> HostedStrategy {
        let cell = StateCell(strategy)
        return HostedStrategy(
            subscriptions: strategy.subscriptions,
            onStart: { context in try cell.value.onStart(&context) },
            onFrame: { frame, context in try cell.value.onFrame(frame, &context) },
            onFill: { fill, context in try cell.value.onFill(fill.value, &context) },
            onUpdate: { update, context in try cell.value.onUpdate(update.value, &context) },
            onReject: { update, context in try cell.value.onReject(update.value, &context) },
            onTimer: { timer, context in try cell.value.onTimer(timer, &context) },
            onEnd: { context in try cell.value.onEnd(&context) })
    }
}

@available(*, unavailable)
extension HostedStrategy: Sendable {}

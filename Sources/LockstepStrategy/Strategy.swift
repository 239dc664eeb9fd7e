public import LockstepModel

/// The parameters of a strategy: a plain value whose empty initialiser gives the defaults.
///
/// Encoded, the defaults are the list of keys a configuration may set.
public protocol StrategyParameters: Codable, Hashable, Sendable {
    /// The defaults.
    init()
}

/// A trading strategy: a value that answers events through a context.
///
/// Handlers run one at a time, at once and in full. One that throws ends the run. What a handler
/// asks for leaves in order after it has returned.
public protocol Strategy: Codable, Sendable {
    /// What a configuration may set.
    associatedtype Parameters: StrategyParameters

    /// The name under which configurations speak of the strategy; by default that of its type.
    static var name: String { get }

    /// Which data the strategy hears of; read once, before the run.
    @SubscriptionBuilder var subscriptions: Subscriptions { get }

    /// Makes the strategy for a run.
    ///
    /// - Parameters:
    ///   - parameters: The parameters, which this may refuse by throwing.
    ///   - instruments: The instruments of the run.
    /// - Throws: What is wrong with the parameters; the run does not start.
    init(_ parameters: Parameters, _ instruments: Instruments) throws

    /// Called once in the set-up; it may place orders.
    mutating func onStart(_ context: inout Context) throws

    /// Called in every step, also in one without data; by default it hands on the traded bars.
    ///
    /// The default calls `onBar` for the subscribed series that traded, in the order of the
    /// series' numbers.
    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws

    /// Called for a traded bar of a subscribed series.
    mutating func onBar(_ bar: Bar, _ context: inout Context) throws

    /// Called when the top of a subscribed order book has changed, or there was a trade in it.
    mutating func onBook(_ top: BookTop, _ context: inout Context) throws

    /// Called for a fill of an own order, after the account is booked.
    mutating func onFill(_ fill: Fill, _ context: inout Context) throws

    /// Called when an own order was accepted, triggered, amended, cancelled or has expired.
    mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws

    /// Called when an own order, amendment or cancel was refused.
    mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws

    /// Called when the time of an own timer has come, after the frame.
    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws

    /// Called once when the feed has ended.
    mutating func onEnd(_ context: inout Context) throws
}

extension Strategy {
    /// The name of the type.
    public static var name: String { String(describing: Self.self) }

    @inlinable
    public mutating func onStart(_ context: inout Context) throws {}

    @inlinable @inline(__always)
    public mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        let slot = Int(context.seat.value.onlySeries)
        if slot < frame.slots.count {
            try handOn(frame, slot, &context)
        } else {
            try handOnAll(frame, &context)
        }
    }

    /// Hands on the bars of any number of series.
    @inlinable @inline(never)
    mutating func handOnAll(_ frame: Frame, _ context: inout Context) throws {
        var place = 0
        while place < context.seat.value.series.count {
            try handOn(frame, context.seat.value.series[place], &context)
            place &+= 1
        }
    }

    /// Hands on the bar of one series, if it traded.
    @inlinable @inline(__always)
    mutating func handOn(_ frame: Frame, _ slot: Int, _ context: inout Context) throws {
        guard slot < frame.slots.count, frame.slots[slot].coverage == .traded else { return }
        do {
            try onBar(frame.slots[slot].bar, &context)
        } catch {
            throw HandlerFailure(handler: "onBar", reason: "\(error)")
        }
    }

    @inlinable
    public mutating func onBar(_ bar: Bar, _ context: inout Context) throws {}

    @inlinable
    public mutating func onBook(_ top: BookTop, _ context: inout Context) throws {}

    @inlinable
    public mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        context.seat.value.leave(.onFill, of: Self.self)
    }

    @inlinable
    public mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        context.seat.value.leave(.onUpdate, of: Self.self)
    }

    @inlinable
    public mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        context.seat.value.leave(.onReject, of: Self.self)
    }

    @inlinable
    public mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {}

    @inlinable
    public mutating func onEnd(_ context: inout Context) throws {}
}

/// A handler that was called by another one has thrown.
@usableFromInline
struct HandlerFailure: Error, Sendable {
    @usableFromInline let handler: String
    @usableFromInline let reason: String

    @inlinable
    init(handler: String, reason: String) {
        self.handler = handler
        self.reason = reason
    }
}

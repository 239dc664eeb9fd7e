/// A turn in the life of a run.
@frozen
public enum Lifecycle: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// The set-up: strategies start.
    case start = 1
    /// The feed has ended: strategies end.
    case endOfFeed = 2
}

/// A wish for a step at a time.
@frozen
public struct Wake: Hashable, Sendable, Codable {
    /// The time of the step.
    public let time: Timestamp
    /// Who wishes it: the number of a timer, or a number the wisher knows.
    public let requester: UInt64

    /// Makes the wish.
    @inlinable
    public init(time: Timestamp, requester: UInt64) {
        self.time = time
        self.requester = requester
    }
}

/// A stop of trading, or its end.
///
/// With the reason ``OrderReason/halted`` trading pauses: new orders are refused, and those that
/// work stay. With ``OrderReason/none`` what the event names is cleared. Every other reason pulls
/// the kill switch: what works is cancelled, and nothing passes until it is cleared.
@frozen
public struct Halt: Hashable, Sendable, Codable {
    /// The instrument; nil for all.
    public let scope: InstrumentID?
    /// The account; nil for all.
    public let account: AccountID?
    /// Why.
    public let reason: OrderReason
    /// Whether the positions are closed too.
    public let flatten: Bool

    /// Makes the halt.
    @inlinable
    public init(
        reason: OrderReason, scope: InstrumentID? = nil, account: AccountID? = nil,
        flatten: Bool = false
    ) {
        self.reason = reason
        self.scope = scope
        self.flatten = flatten
        self.account = account
    }

    /// Whether it pulls the kill switch: neither a pause nor the end of a halt.
    @inlinable
    public var kills: Bool { reason != .none && reason != .halted }
}

/// A figure a strategy writes down.
@frozen
public struct Note: Hashable, Sendable, Codable {
    /// The strategy.
    public let strategy: StrategyID
    /// What the figure is, interned.
    public let name: SymbolID
    /// The figure.
    public let value: Double

    /// Makes the note.
    @inlinable
    public init(strategy: StrategyID, name: SymbolID, value: Double) {
        self.strategy = strategy
        self.name = name
        self.value = value
    }
}

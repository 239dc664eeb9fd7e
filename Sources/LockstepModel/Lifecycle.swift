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

/// A stop of trading.
@frozen
public struct Halt: Hashable, Sendable, Codable {
    /// Why.
    public let reason: OrderReason
    /// The instrument; nil for all.
    public let scope: InstrumentID?
    /// Whether the positions are closed too.
    public let flatten: Bool

    /// Makes the halt.
    @inlinable
    public init(reason: OrderReason, scope: InstrumentID? = nil, flatten: Bool = false) {
        self.reason = reason
        self.scope = scope
        self.flatten = flatten
    }
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

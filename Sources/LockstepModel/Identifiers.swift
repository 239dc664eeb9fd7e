/// An identity that is a number; of two, the one with the smaller number came or stands first.
public protocol OrderedIdentity: Hashable, Comparable, Sendable {
    /// What the number is stored as.
    associatedtype RawValue: FixedWidthInteger

    /// The number.
    var rawValue: RawValue { get }
}

extension OrderedIdentity {
    /// Whether the left number is the smaller one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The identity of an instrument in a run: its position, from 1, among the configured instruments.
@frozen
public struct InstrumentID: OrderedIdentity, Codable {
    /// The position, from 1.
    public let rawValue: UInt32

    /// Makes the identity with a position.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The identity of a series, one instrument at one interval: its position, from 1, in the data.
///
/// An instrument's first series is its primary one: fills and marks use it alone.
@frozen
public struct SeriesID: OrderedIdentity, Codable {
    /// The position, from 1.
    public let rawValue: UInt32

    /// Makes the identity with a position.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The identity of an account: its position, from 1, among the configured accounts.
@frozen
public struct AccountID: OrderedIdentity, Codable {
    /// The position, from 1.
    public let rawValue: UInt32

    /// Makes the identity with a position.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The identity of a venue: its position, from 1, among the configured venues.
@frozen
public struct VenueID: OrderedIdentity, Codable {
    /// The position, from 1.
    public let rawValue: UInt16

    /// Makes the identity with a position.
    @inlinable
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// The identity of a strategy: its position, from 1 to 2²⁰ − 1, among the configured strategies.
@frozen
public struct StrategyID: OrderedIdentity, Codable {
    /// The greatest position a strategy may have.
    public static let greatest: UInt32 = 1 << 20 - 1

    /// The position, from 1.
    public let rawValue: UInt32

    /// Makes the identity with a position.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The identity of an order, which is also its client identity.
///
/// The strategy's position stands in the upper half, the number of its intent, from 1, in the
/// lower half. So a handle exists before anything is published, no strategy shifts another's
/// numbers, and the value fits 2⁵³.
@frozen
public struct OrderID: OrderedIdentity, Codable {
    /// Strategy shifted left by 32 bits, or-ed with the ordinal.
    public let rawValue: UInt64

    /// Makes the identity with its number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Makes the identity of a strategy's intent.
    ///
    /// - Parameters:
    ///   - strategy: The strategy that asks.
    ///   - ordinal: The number of the intent among that strategy's, from 1.
    @inlinable
    public init(strategy: StrategyID, ordinal: UInt32) {
        rawValue = UInt64(strategy.rawValue) << 32 | UInt64(ordinal)
    }

    /// The strategy that asked.
    @inlinable
    public var strategy: StrategyID {
        StrategyID(UInt32(truncatingIfNeeded: rawValue >> 32) & 0x7FFF_FFFF)
    }

    /// The number of the intent among that strategy's, from 1.
    @inlinable
    public var ordinal: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

/// The identity of a service on a run's bus: its place in the order of registration.
///
/// 0 driver, 1 simulator, 2 accountant, 3 risk, 4 strategies, then user services and observers in
/// the order of configuration, the audit last.
@frozen
public struct ServiceID: OrderedIdentity, Codable {
    /// The place, from 0.
    public let rawValue: UInt16

    /// Makes the identity with a place.
    @inlinable
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// The number of an envelope in its run, from 1, and of its record in the audit log.
@frozen
public struct SequenceNumber: OrderedIdentity, Codable {
    /// The number; 0 stands for no envelope.
    public let rawValue: UInt64

    /// Makes the number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// No envelope: the cause of what nothing caused.
    @inlinable
    public static var none: Self { Self(0) }
}

/// The number of a step, from 1; the set-up is step 0.
@frozen
public struct StepNumber: OrderedIdentity, Codable {
    /// The number.
    public let rawValue: UInt64

    /// Makes the number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// The set-up.
    @inlinable
    public static var setUp: Self { Self(0) }
}

/// The number of a text that was interned in a run, from 1.
@frozen
public struct SymbolID: OrderedIdentity, Codable {
    /// The number.
    public let rawValue: UInt32

    /// Makes the identity with its number.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The identity of a timer, unique in a run.
@frozen
public struct TimerID: OrderedIdentity, Codable {
    /// The strategy shifted left by 32 bits, or-ed with the number of the timer, from 1.
    public let rawValue: UInt64

    /// Makes the identity with its number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

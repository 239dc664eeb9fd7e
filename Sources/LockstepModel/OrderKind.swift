/// How long an order rests.
@frozen
public enum RestingTimeInForce: Hashable, Sendable, Codable {
    /// Until it is cancelled.
    case goodTilCancelled
    /// To the end of the session; without a calendar, to 24:00 UTC.
    case day
    /// To an instant: it meets bars that end then or before.
    case goodTilDate(Timestamp)
}

/// How an order takes that does not rest.
@frozen
public enum TakingTimeInForce: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// What can be had at its first point; the rest is cancelled.
    case immediateOrCancel = 1
    /// All at its first point, or nothing.
    case fillOrKill = 2
}

/// How far a trailing stop follows the price.
@frozen
public enum Trail: Hashable, Sendable, Codable {
    /// A fixed number of ticks.
    case distance(ticks: Int64)
    /// A share of the price.
    case share(Rate)
}

/// How much an order asks for.
@frozen
public enum OrderSize: Hashable, Sendable, Codable {
    /// So many lots.
    case quantity(Quantity)
    /// What a share of the free margin pays for, resolved at the fill.
    case fractionOfFreeMargin(Rate)
}

/// What kind of order it is, with the prices and the time in force that kind needs.
@frozen
public enum OrderKind: Hashable, Sendable, Codable {
    /// At the market; without a time in force its rest waits for volume.
    case market(TakingTimeInForce? = nil)
    /// At the market, at the opening.
    case marketOnOpen
    /// At the market, at the close.
    case marketOnClose
    /// At the opening, at the price or better.
    case limitOnOpen(Price)
    /// At the close, at the price or better.
    case limitOnClose(Price)
    /// At the price or better, resting; post-only never takes.
    case limit(Price, RestingTimeInForce = .goodTilCancelled, postOnly: Bool = false)
    /// At the price or better, at once.
    case limitTaking(Price, TakingTimeInForce)
    /// At the market once the price is reached from the better side.
    case stop(Price, RestingTimeInForce = .goodTilCancelled)
    /// At the limit or better once the stop is reached; it rests unless `then` says otherwise.
    case stopLimit(
        stop: Price, limit: Price, RestingTimeInForce = .goodTilCancelled,
        then: TakingTimeInForce? = nil)
    /// A stop that follows the price at a distance.
    case trailingStop(Trail, RestingTimeInForce = .goodTilCancelled)
    /// At the market, or at the limit or better, once the price is reached from the worse side.
    case ifTouched(
        Price, limit: Price? = nil, RestingTimeInForce = .goodTilCancelled,
        then: TakingTimeInForce? = nil)

    /// The limit, if the kind has one.
    @inlinable
    public var limitPrice: Price? {
        switch self {
        case .limitOnOpen(let price), .limitOnClose(let price), .limit(let price, _, _),
            .limitTaking(let price, _), .stopLimit(_, let price, _, _):
            price
        case .ifTouched(_, let price, _, _): price
        case .market, .marketOnOpen, .marketOnClose, .stop, .trailingStop: nil
        }
    }

    /// The price that triggers, if the kind has a fixed one.
    @inlinable
    public var triggerPrice: Price? {
        switch self {
        case .stop(let price, _), .stopLimit(let price, _, _, _), .ifTouched(let price, _, _, _):
            price
        case .market, .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .limit,
            .limitTaking, .trailingStop:
            nil
        }
    }

    /// How long it rests, if the kind says so.
    @inlinable
    public var resting: RestingTimeInForce? {
        switch self {
        case .limit(_, let time, _), .stop(_, let time), .stopLimit(_, _, let time, _),
            .trailingStop(_, let time), .ifTouched(_, _, let time, _):
            time
        case .market, .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .limitTaking:
            nil
        }
    }

    /// How it takes, at once or after its trigger, if the kind says so.
    @inlinable
    public var taking: TakingTimeInForce? {
        switch self {
        case .market(let time), .stopLimit(_, _, _, let time), .ifTouched(_, _, _, let time): time
        case .limitTaking(_, let time): time
        case .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .limit, .stop,
            .trailingStop:
            nil
        }
    }
}

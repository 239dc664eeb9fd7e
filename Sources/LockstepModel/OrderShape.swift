/// The kind of an order in 26 bytes: its number, two prices, a date and how long it works.
///
/// What a kind does not have is zero, so equal kinds have equal shapes.
@usableFromInline @frozen
struct OrderShape: Hashable, Sendable {
    /// The limit; the trigger price of a kind without one; the distance of a trailing stop.
    @usableFromInline var price: Int64 = 0
    /// The trigger price of a kind that has a limit, too.
    @usableFromInline var trigger: Int64 = 0
    /// The end of an order that is good until a date.
    @usableFromInline var date: Int64 = 0
    /// The number of the kind, in the order of the declaration of ``OrderKind``, from 1.
    @usableFromInline var number: UInt8 = OrderShape.market
    /// From the lowest bit: two for resting, two for taking, then the flags.
    @usableFromInline var bits: UInt8 = 0

    @inlinable static var market: UInt8 { 1 }
    @inlinable static var trailing: UInt8 { 10 }

    /// The shape of a market order.
    @inlinable
    init() {}

    /// The shape of a kind.
    @inlinable
    init(_ kind: OrderKind) {
        switch kind {
        case .market(let taking): take(taking)
        case .marketOnOpen: number = 2
        case .marketOnClose: number = 3
        case .limitOnOpen(let limit):
            number = 4
            price = limit.ticks
        case .limitOnClose(let limit):
            number = 5
            price = limit.ticks
        case .limit(let limit, let resting, let postOnly):
            number = 6
            price = limit.ticks
            if postOnly { bits |= Self.postOnly }
            rest(resting)
        case .limitTaking(let limit, let taking):
            number = 7
            price = limit.ticks
            take(taking)
        case .stop(let stop, let resting):
            number = 8
            price = stop.ticks
            rest(resting)
        case .stopLimit(let stop, let limit, let resting, let taking):
            number = 9
            price = limit.ticks
            trigger = stop.ticks
            rest(resting)
            take(taking)
        case .trailingStop(let trail, let resting):
            number = 10
            switch trail {
            case .distance(let ticks): price = ticks
            case .share(let rate):
                price = rate.trillionths
                bits |= Self.share
            }
            rest(resting)
        case .ifTouched(let stop, let limit, let resting, let taking):
            number = 11
            trigger = stop.ticks
            if let limit {
                price = limit.ticks
                bits |= Self.limited
            }
            rest(resting)
            take(taking)
        }
    }

    /// The kind.
    @inlinable
    var kind: OrderKind {
        switch number {
        case 2: .marketOnOpen
        case 3: .marketOnClose
        case 4: .limitOnOpen(Price(ticks: price))
        case 5: .limitOnClose(Price(ticks: price))
        case 6: .limit(Price(ticks: price), resting, postOnly: bits & Self.postOnly != 0)
        case 7: .limitTaking(Price(ticks: price), taking ?? .immediateOrCancel)
        case 8: .stop(Price(ticks: price), resting)
        case 9:
            .stopLimit(
                stop: Price(ticks: trigger), limit: Price(ticks: price), resting, then: taking)
        case 10: .trailingStop(trail, resting)
        case 11:
            .ifTouched(
                Price(ticks: trigger), limit: bits & Self.limited != 0 ? Price(ticks: price) : nil,
                resting, then: taking)
        default: .market(taking)
        }
    }

    /// The limit, if the kind has one.
    @inlinable
    var limitPrice: Price? {
        switch number {
        case 4...7, 9: Price(ticks: price)
        case 11: bits & Self.limited != 0 ? Price(ticks: price) : nil
        default: nil
        }
    }

    /// The price that triggers, if the kind has a fixed one.
    @inlinable
    var triggerPrice: Price? {
        switch number {
        case 8: Price(ticks: price)
        case 9, 11: Price(ticks: trigger)
        default: nil
        }
    }

    /// How it takes, at once or after its trigger.
    @inlinable
    var taking: TakingTimeInForce? {
        switch bits & Self.takingBits {
        case 4: .immediateOrCancel
        case 8: .fillOrKill
        default: nil
        }
    }

    @inlinable
    var resting: RestingTimeInForce {
        switch bits & Self.restingBits {
        case 1: .day
        case 2: .goodTilDate(Timestamp(nanoseconds: date))
        default: .goodTilCancelled
        }
    }

    @inlinable
    var trail: Trail {
        bits & Self.share != 0
            ? .share(Rate(trillionths: price)) : .distance(ticks: price)
    }

    @inlinable
    mutating func take(_ taking: TakingTimeInForce?) { bits |= (taking?.rawValue ?? 0) &<< 2 }

    @inlinable
    mutating func rest(_ resting: RestingTimeInForce) {
        switch resting {
        case .goodTilCancelled: break
        case .day: bits |= 1
        case .goodTilDate(let end):
            bits |= 2
            date = end.nanoseconds
        }
    }

    @inlinable static var restingBits: UInt8 { 3 }
    @inlinable static var takingBits: UInt8 { 12 }
    /// It never takes.
    @inlinable static var postOnly: UInt8 { 16 }
    /// An if-touched order has a limit.
    @inlinable static var limited: UInt8 { 32 }
    /// The distance of a trailing stop is a share.
    @inlinable static var share: UInt8 { 64 }
}

import LockstepBus
import LockstepModel

/// The kind of an order as flat fields, in which the record has it.
///
/// The numbers are those of the declaration of ``OrderKind``, from 1.
struct OrderKindFields: Equatable, Sendable {
    /// The number of the kind.
    var number: UInt8
    /// The limit.
    var price: Price?
    /// The price that triggers.
    var stop: Price?
    /// The distance of a trailing stop in ticks.
    var trail: Int64?
    /// The distance of a trailing stop as a share, in 10⁻¹².
    var trailShare: Int64?
    /// 0 none, 1 to 3 resting, 4 and 5 taking.
    var timeInForce: UInt8 = 0
    /// How it takes after its trigger: 0 it rests, or a number of ``TakingTimeInForce``.
    var then: UInt8 = 0
    /// The end of an order that is good until an instant.
    var until: Timestamp?
    /// Whether it never takes; it stands among the flags.
    var isPostOnly = false

    /// The names of the kinds.
    static let kinds = RecordSchema.FieldType.cases(
        from: 1, "market", "marketOnOpen", "marketOnClose", "limitOnOpen", "limitOnClose",
        "limit", "limitTaking", "stop", "stopLimit", "trailingStop", "ifTouched")
    /// The names of the times in force.
    static let timesInForce = RecordSchema.FieldType.cases(
        from: 0, "none", "goodTilCancelled", "day", "goodTilDate", "immediateOrCancel",
        "fillOrKill")
    /// The names of the ways to take after a trigger.
    static let takingAfterwards = RecordSchema.FieldType.cases(
        from: 0, "none", "immediateOrCancel", "fillOrKill")

    /// Begins with the number of a kind alone.
    init(number: UInt8) { self.number = number }

    @inline(__always)
    init(_ kind: OrderKind) {
        switch kind {
        case .market(let taking):
            number = 1
            take(taking)
        case .marketOnOpen: number = 2
        case .marketOnClose: number = 3
        case .limitOnOpen(let limit):
            number = 4
            price = limit
        case .limitOnClose(let limit):
            number = 5
            price = limit
        case .limit(let limit, let resting, let postOnly):
            number = 6
            price = limit
            isPostOnly = postOnly
            rest(resting)
        case .limitTaking(let limit, let taking):
            number = 7
            price = limit
            take(taking)
        case .stop(let trigger, let resting):
            number = 8
            stop = trigger
            rest(resting)
        case .stopLimit(let trigger, let limit, let resting, let taking):
            number = 9
            price = limit
            stop = trigger
            then = taking?.rawValue ?? 0
            rest(resting)
        case .trailingStop(let distance, let resting):
            number = 10
            switch distance {
            case .distance(let ticks): trail = ticks
            case .share(let share): trailShare = share.trillionths
            }
            rest(resting)
        case .ifTouched(let trigger, let limit, let resting, let taking):
            number = 11
            price = limit
            stop = trigger
            then = taking?.rawValue ?? 0
            rest(resting)
        }
    }

    @inline(__always)
    mutating func rest(_ resting: RestingTimeInForce) {
        switch resting {
        case .goodTilCancelled: timeInForce = 1
        case .day: timeInForce = 2
        case .goodTilDate(let time):
            timeInForce = 3
            until = time
        }
    }

    @inline(__always)
    mutating func take(_ taking: TakingTimeInForce?) {
        if let taking { timeInForce = 3 &+ taking.rawValue }
    }

    /// The kind with exactly these fields.
    ///
    /// - Returns: The kind.
    /// - Throws: ``RecordError/outOfRange(field:)`` when a field is missing, or one too many.
    func kind() throws(RecordError) -> OrderKind {
        let kind: OrderKind
        switch number {
        case 1: kind = .market(timeInForce == 0 ? nil : try taking())
        case 2: kind = .marketOnOpen
        case 3: kind = .marketOnClose
        case 4: kind = .limitOnOpen(try required(price, "price"))
        case 5: kind = .limitOnClose(try required(price, "price"))
        case 6: kind = .limit(try required(price, "price"), try resting(), postOnly: isPostOnly)
        case 7: kind = .limitTaking(try required(price, "price"), try taking())
        case 8: kind = .stop(try required(stop, "stop"), try resting())
        case 9:
            kind = .stopLimit(
                stop: try required(stop, "stop"), limit: try required(price, "price"),
                try resting(), then: try takingAfterTrigger())
        case 10:
            let distance: Trail =
                if let trail { .distance(ticks: trail) } else {
                    .share(Rate(trillionths: try required(trailShare, "trail")))
                }
            kind = .trailingStop(distance, try resting())
        case 11:
            kind = .ifTouched(
                try required(stop, "stop"), limit: price, try resting(),
                then: try takingAfterTrigger())
        default: throw .outOfRange(field: "kind")
        }
        guard Self(kind) == self else { throw .outOfRange(field: "kind") }
        return kind
    }

    private func resting() throws(RecordError) -> RestingTimeInForce {
        switch timeInForce {
        case 1: .goodTilCancelled
        case 2: .day
        case 3: .goodTilDate(try required(until, "until"))
        default: throw .outOfRange(field: "tif")
        }
    }

    private func taking() throws(RecordError) -> TakingTimeInForce {
        switch timeInForce {
        case 4: .immediateOrCancel
        case 5: .fillOrKill
        default: throw .outOfRange(field: "tif")
        }
    }

    private func takingAfterTrigger() throws(RecordError) -> TakingTimeInForce? {
        if then == 0 { return nil }
        return try required(TakingTimeInForce(rawValue: then), "then")
    }

    private func required<Value>(
        _ value: Value?, _ field: String
    ) throws(RecordError) -> Value {
        guard let value else { throw .outOfRange(field: field) }
        return value
    }
}

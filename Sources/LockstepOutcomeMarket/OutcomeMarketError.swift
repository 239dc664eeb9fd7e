/// What a market refuses as a whole; the state is then as it was.
@nonexhaustive
package enum OutcomeMarketError: Error, Hashable, Sendable {
    /// A parameter is outside its range.
    case parameterOutOfRange(name: String, value: String, range: String)
    /// A batch or a round is earlier than what came before.
    case timeGoesBack(now: Int64, last: Int64)
    /// An order is stamped after its batch.
    case orderAfterBatch(order: UInt64, time: Int64, now: Int64)
    /// A user's number is too high.
    case userOutOfRange(user: UInt32, limit: UInt32)
    /// No such outcome is left in the event.
    case noSuchOutcome(outcome: Int)
    /// An elimination names none, names one twice, or leaves none.
    case badElimination(outcomes: [Int])
    /// The market is settled.
    case settled
    /// The amounts given for a state are not those of a market.
    case badState(reason: String)
    /// An amount is more than the market can count.
    case amountTooLarge(what: String)
    /// A rule that always holds does not: a defect of the market.
    case brokenInvariant(rule: String, detail: String)
}

extension OutcomeMarketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .parameterOutOfRange(let name, let value, let range):
            "The market's \(name) is \(value). Give it a value in this range: \(range)."
        case .timeGoesBack(let now, let last):
            "The time \(now) ns comes after \(last) ns. Hand batches in by time."
        case .orderAfterBatch(let order, let time, let now):
            "Order \(order) is stamped \(time) ns, after its batch of \(now) ns. "
                + "Hand it in with a later batch."
        case .userOutOfRange(let user, let limit):
            "User \(user) is beyond the limit of \(limit). Number the users from 0 upwards."
        case .noSuchOutcome(let outcome):
            "Outcome \(outcome) is not in the event, or not any more. Name an active outcome."
        case .badElimination(let outcomes):
            "The outcomes \(outcomes) cannot be eliminated. "
                + "Name each once, at least one, and leave at least one."
        case .settled: "The market is settled. Nothing can be done to it any more."
        case .badState(let reason): "This is not a state of a market: \(reason). Correct it."
        case .amountTooLarge(let what):
            "The \(what) is more than the market can count. Use smaller amounts."
        case .brokenInvariant(let rule, let detail):
            "\(rule) does not hold: \(detail). This is a defect of the market; report it with "
                + "the configuration and the seed."
        }
    }
}

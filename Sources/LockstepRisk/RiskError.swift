public import LockstepModel

/// What can be wrong with the settings of risk, or with what it is told.
@nonexhaustive
public enum RiskError: Error, Hashable, Sendable {
    /// A limit that is not above zero.
    case limitNotPositive(key: String, value: ExactDecimal)
    /// A limit beyond what exact arithmetic holds, or with more decimals than its unit.
    case limitOutOfRange(key: String, value: ExactDecimal)
    /// Two limits of which the first permits what the second always refuses.
    case contradictoryLimits(key: String, value: ExactDecimal, other: String, bound: ExactDecimal)
    /// A share that is not above zero, or more than it can be.
    case invalidShare(key: String, rate: Rate)
    /// A rate of orders that cannot be read, or out of range.
    case invalidOrderRate(text: String)
    /// An account that does not stand at the position its identity says.
    case misplacedAccount(account: AccountID, position: Int)
    /// A sum that left 64 bits after orders were accepted.
    case overflow(account: AccountID, instrument: InstrumentID, what: String)
}

extension RiskError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .limitNotPositive(let key, let value):
            "risk.\(key) is \(value). Write a number above zero, or leave it out for no limit."
        case .limitOutOfRange(let key, let value):
            "risk.\(key) is \(value), which is no exact number of its unit. Sizes and positions "
                + "are whole lots below 2^53, money has the decimals of its currency."
        case .contradictoryLimits(let key, let value, let other, let bound):
            "risk.\(key) is \(value), but risk.\(other) of \(bound) refuses every such order. "
                + "Lower risk.\(key) or raise risk.\(other)."
        case .invalidShare(let key, let rate):
            "risk.\(key) is \(rate). Write a share above zero, such as \"0.05\" for 5 %"
                + (key == "drawdown" ? ", and at most 1." : ".")
        case .invalidOrderRate(let text):
            "risk.order_rate is \"\(text)\". Write how many orders in how much time, such as "
                + "\"100/1s\": from 1 to \(OrderRate.greatestCount) in whole s, m, h or d."
        case .misplacedAccount(let account, let position):
            "The account \(account.rawValue) stands at position \(position). "
                + "Number the accounts from 1 in their order."
        case .overflow(let account, let instrument, let what):
            "The \(what) of account \(account.rawValue) in instrument \(instrument.rawValue) is "
                + "too large for exact arithmetic. Use smaller sizes, or a coarser tick size, lot "
                + "or currency unit."
        }
    }
}

public import LockstepModel

/// What the portfolio was doing when something went wrong.
@nonexhaustive
public enum PortfolioOperation: String, Hashable, Sendable {
    /// Booking money from outside.
    case deposit = "booking a deposit"
    /// Booking a fill.
    case fill = "booking a fill"
    /// Booking what a venue pays or charges.
    case venue = "booking what a venue pays or charges"
    /// Booking a dated event.
    case event = "booking a dated event"
    /// Valuing what is held.
    case valuation = "valuing positions"
}

/// Where something went wrong: the account, the instrument and what was being done.
public struct PortfolioPlace: Hashable, Sendable, CustomStringConvertible {
    /// The account.
    public let account: AccountID
    /// The instrument; 0 where there is none.
    public let instrument: InstrumentID
    /// What was being done.
    public let operation: PortfolioOperation

    /// Makes the place.
    package init(
        _ operation: PortfolioOperation, _ account: AccountID,
        _ instrument: InstrumentID = InstrumentID(0)
    ) {
        self.account = account
        self.instrument = instrument
        self.operation = operation
    }

    /// The place of a fill.
    init(of fill: Lent<Fill>) {
        self.init(.fill, fill.value.account, fill.value.instrument)
    }

    public var description: String {
        let of = instrument.rawValue == 0 ? "" : ", instrument \(instrument.rawValue)"
        return "\(operation.rawValue) (account \(account.rawValue)\(of))"
    }
}

/// What can go wrong with money and positions.
@nonexhaustive
public enum PortfolioError: Error, Hashable, Sendable {
    /// An amount does not fit.
    case arithmetic(ArithmeticError, PortfolioPlace)
    /// A fill for an account that was not declared.
    case unknownAccount(PortfolioPlace)
    /// A fill of an instrument that was not declared.
    case unknownInstrument(PortfolioPlace)
    /// A fill of nothing, of less than nothing, or of 2⁵³ lots and more.
    case invalidFill(PortfolioPlace, quantity: Quantity)
    /// Debits and credits differ by some units.
    case unbalanced(PortfolioPlace, difference: Int128)
    /// The lots do not sum to the position or to its cost.
    case lotsDisagree(PortfolioPlace)
    /// An account's number is not its position in the list, from 1.
    case misplacedAccount(name: String, id: AccountID, position: Int)
    /// An account begins with less than nothing.
    case negativeCash(account: String)
    /// An account cannot hold an instrument of another currency.
    case currencyMismatch(account: String, symbol: String, expected: String, found: String)
}

extension PortfolioError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .arithmetic(let error, let place):
            "While \(place): \(error)"
        case .unknownAccount(let place):
            "While \(place): there is no such account. Declare it."
        case .unknownInstrument(let place):
            "While \(place): there is no such instrument. Declare it."
        case .invalidFill(let place, let quantity):
            "While \(place): a fill of \(quantity.lots) lots is impossible. Correct the engine."
        case .unbalanced(let place, let difference):
            "While \(place): debits and credits differ by \(difference) units of money. "
                + "This is a defect; please report it with the log of the run."
        case .lotsDisagree(let place):
            "While \(place): the lots do not sum to the position. "
                + "This is a defect; please report it with the log of the run."
        case .misplacedAccount(let name, let id, let position):
            "Account '\(name)' has number \(id.rawValue) but is number \(position) in the list. "
                + "Number accounts from 1 in order."
        case .negativeCash(let account):
            "Account '\(account)' begins with less than nothing. Give it cash of zero or more."
        case .currencyMismatch(let account, let symbol, let expected, let found):
            "Account '\(account)' is kept in \(expected), instrument '\(symbol)' in \(found). "
                + "Declare both in one currency with the same decimals."
        }
    }
}

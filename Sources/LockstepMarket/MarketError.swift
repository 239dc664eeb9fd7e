public import LockstepModel

/// What was computed when a number left the range of exact arithmetic.
public enum MarketOperation: String, Hashable, Sendable, Codable, CaseIterable {
    /// The worth of a fill.
    case notional
    /// The fee of a fill.
    case fee
    /// The price of a fill after slippage.
    case slippage
    /// The cash of an account.
    case cash
    /// The position of an account.
    case position
    /// What an account is worth.
    case equity
}

/// What ends a run: a market that cannot be declared so, or that went wrong.
@nonexhaustive
public enum MarketError: Error, Hashable, Sendable {
    /// Something does not hold that always must.
    case brokenInvariant(venue: VenueID, what: String)
    /// A number left the range of exact arithmetic.
    case overflow(instrument: InstrumentID, operation: MarketOperation)
    /// A command or a booking names an account that the venue does not know.
    case unknownAccount(venue: VenueID, account: AccountID)
    /// The market's books and the ledger differ.
    case booksDisagree(venue: VenueID, account: AccountID, what: String)
    /// The data of a step cannot be: a venue cannot do what they say.
    case impossibleData(venue: VenueID, time: Timestamp, why: String)
    /// A setting has a value that makes no sense.
    case invalidSetting(name: String, why: String)
}

extension MarketError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .brokenInvariant(let venue, let what):
            "Venue \(venue.rawValue) is broken: \(what). "
                + "The run cannot go on; report it together with its configuration."
        case .overflow(let instrument, let operation):
            "The \(operation.rawValue) of instrument \(instrument.rawValue) is too large for exact "
                + "arithmetic. Use smaller sizes, or a coarser tick size, lot or currency unit."
        case .unknownAccount(let venue, let account):
            "Venue \(venue.rawValue) does not know account \(account.rawValue). "
                + "Declare the account before the run."
        case .booksDisagree(let venue, let account, let what):
            "Account \(account.rawValue) has \(what) at venue \(venue.rawValue): market and ledger "
                + "differ. The run cannot go on; report it together with its configuration."
        case .impossibleData(let venue, let time, let why):
            "At \(time), venue \(venue.rawValue): \(why)."
        case .invalidSetting(let name, let why):
            "The setting \(name) is refused: \(why)."
        }
    }
}

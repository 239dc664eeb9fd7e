/// What an account may do.
@nonexhaustive
public enum AccountKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// No debt and no short positions.
    case cash
    /// Short positions are allowed, with a margin of 100 %.
    case margin
}

/// Which lots a fill closes, where several are open.
public enum LotMatching: String, Hashable, Sendable, Codable, CaseIterable {
    /// The oldest first.
    case fifo
    /// The newest first.
    case lifo
    /// One lot at the average cost of all: a fill that opens more joins it.
    case average
}

/// An account as it is declared: its name, its currency and what it begins with.
public struct Account: Hashable, Sendable, Codable {
    /// The identity: the position in the list of accounts, from 1.
    public let id: AccountID
    /// The name, as strategies and reports use it.
    public let name: String
    /// The currency of all its amounts.
    public let currency: Currency
    /// The cash it begins with, zero or more, in units of the currency.
    public let startingCash: Money
    /// What it may do.
    public let kind: AccountKind
    /// Which of its lots a fill closes.
    public let lots: LotMatching
    /// The venue that keeps its cash and tokens, and at which alone it trades.
    ///
    /// Nil for an account that the run keeps: it trades at every other venue. Where a venue that
    /// keeps accounts is the only one of its run, every account is its.
    public var venue: VenueID?

    /// Makes the account.
    ///
    /// - Parameters:
    ///   - id: The position in the list of accounts, from 1.
    ///   - name: The name.
    ///   - currency: The currency of all its amounts.
    ///   - startingCash: The cash it begins with, zero or more.
    ///   - kind: What it may do.
    ///   - lots: Which of its lots a fill closes.
    ///   - venue: The venue that keeps it, and at which alone it trades; nil for none.
    public init(
        id: AccountID, name: String, currency: Currency, startingCash: Money,
        kind: AccountKind = .cash, lots: LotMatching = .fifo, venue: VenueID? = nil
    ) {
        self.id = id
        self.name = name
        self.currency = currency
        self.startingCash = startingCash
        self.kind = kind
        self.lots = lots
        self.venue = venue
    }
}

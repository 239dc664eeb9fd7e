/// How an outcome stands.
@frozen
public enum OutcomeStatus: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// It is traded.
    case open = 1
    /// Trading is stopped for a while.
    case frozen = 2
    /// It has left the event; its NO holders were paid.
    case eliminated = 3
    /// It has won; its YES holders were paid.
    case won = 4
    /// It has not won; its NO holders were paid.
    case lost = 5
}

/// What rests in a book at one price.
@frozen
public struct QuoteLevel: Hashable, Sendable, Codable {
    /// The price.
    public let price: Price
    /// How much rests there; zero where nothing does.
    public let quantity: Quantity

    /// Makes a level.
    ///
    /// - Parameters:
    ///   - price: The price.
    ///   - quantity: How much rests there.
    @inlinable
    public init(price: Price, quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }

    /// Nothing.
    @inlinable
    public static var none: Self { Self(price: .zero, quantity: .zero) }
}

/// The prices of one outcome: what its market maker stands at, and the best orders that rest.
///
/// It is published when any of it has changed.
@frozen
public struct OutcomeQuote: Hashable, Sendable, Codable {
    /// The venue.
    public let venue: VenueID
    /// How the outcome stands.
    public let status: OutcomeStatus
    /// The outcome, from 1 in the order of the venue.
    public let outcome: UInt32
    /// The token that pays 1 when the outcome wins.
    public let yes: InstrumentID
    /// The token that pays 1 when it does not.
    public let no: InstrumentID
    /// The market maker's price of YES, rounded down; what it pays once the outcome is out.
    public let yesPrice: Rate
    /// The market maker's price of NO, rounded down; what it pays once the outcome is out.
    public let noPrice: Rate
    /// The best bid for YES.
    public let yesBid: QuoteLevel
    /// The best ask for YES.
    public let yesAsk: QuoteLevel
    /// The best bid for NO.
    public let noBid: QuoteLevel
    /// The best ask for NO.
    public let noAsk: QuoteLevel
    /// The market maker's liquidity.
    public let liquidity: Money

    /// Makes a quote.
    ///
    /// - Parameters:
    ///   - venue: The venue.
    ///   - status: How the outcome stands.
    ///   - outcome: The outcome, from 1.
    ///   - yes: The token that pays 1 when the outcome wins.
    ///   - no: The token that pays 1 when it does not.
    ///   - yesPrice: The market maker's price of YES.
    ///   - noPrice: The market maker's price of NO.
    ///   - yesBid: The best bid for YES.
    ///   - yesAsk: The best ask for YES.
    ///   - noBid: The best bid for NO.
    ///   - noAsk: The best ask for NO.
    ///   - liquidity: The market maker's liquidity.
    public init(
        venue: VenueID, status: OutcomeStatus, outcome: UInt32, yes: InstrumentID,
        no: InstrumentID, yesPrice: Rate, noPrice: Rate, yesBid: QuoteLevel = .none,
        yesAsk: QuoteLevel = .none, noBid: QuoteLevel = .none, noAsk: QuoteLevel = .none,
        liquidity: Money
    ) {
        self.venue = venue
        self.status = status
        self.outcome = outcome
        self.yes = yes
        self.no = no
        self.yesPrice = yesPrice
        self.noPrice = noPrice
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.noBid = noBid
        self.noAsk = noAsk
        self.liquidity = liquidity
    }
}

/// What happens at a venue beside orders and fills.
@frozen
public enum VenueEventKind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Resting orders for one token met: `price` is the bid's, `otherPrice` the ask's, `fee` what
    /// the house took and `rest` what stays as liquidity.
    case direct = 1
    /// Buyers of both tokens got new pairs: `price` is that of YES, `otherPrice` that of NO, `fee`
    /// what the house took and `rest` what stays as liquidity.
    case mint = 2
    /// Sellers of both tokens gave pairs back; the figures are those of a mint.
    case merge = 3
    /// The market maker filled bids that opted in after a purchase elsewhere: `price` is theirs,
    /// `amount` the market maker's, `rest` the market's share of the surplus, `fee` the holders'.
    case autoFilledBids = 4
    /// The market maker filled asks that opted in after a sale elsewhere; the figures are those of
    /// bids.
    case autoFilledAsks = 5
    /// Trading stops; only cancels pass.
    case frozen = 6
    /// Trading goes on.
    case resumed = 7
    /// An outcome left: `amount` is what its NO holders got, `rest` the liquidity set free.
    case eliminated = 8
    /// The virtual YES supply of a survivor is `amount`, in millionths of a token.
    case renormalised = 9
    /// An outcome was paid: `amount` is what its holders got, `rest` what was left for the house;
    /// `count` is 1 for the winner.
    case settled = 10
    /// An account's tokens were burned: `quantity` of them, for `amount`.
    case payout = 11
    /// An account paid `amount` for `count` submissions.
    case gas = 12
    /// A limit order rests through the market maker's price: `price` is its own, `otherPrice` the
    /// market maker's; it is hit at its own.
    case throughMaker = 13
    /// A batch: `count` orders were accepted, `otherCount` refused, `quantity` is the number of
    /// accounts with a fill, `amount` the gas, `fee` the fees, `rest` the market's share of
    /// surpluses.
    case batch = 14
    /// What one source did in a batch: `otherCount` is the number of the ``FillPoint``, `count` of
    /// the fills, `quantity` and `amount` are theirs, `fee` what the house took.
    case source = 15
    /// What sets of tokens cost at the market maker's prices: `amount` a YES of every outcome,
    /// `rest` a NO of every outcome, `fee` the cheapest pair; `count` outcomes are left.
    case setCosts = 16
    /// How the house stands: `amount` is what is left when the dearest outcome wins, `rest` the
    /// posted subsidy that may still be lost.
    case house = 17
    /// What an account holds of a token, `quantity`, is worth: `amount` at the market maker's
    /// price, `rest` what the market maker would pay for all of it, fee taken off.
    case valuation = 18
    /// An agent alone, by its account, is told how likely an outcome is: `amount`, in millionths.
    case signal = 19
}

/// Something that happened at a venue beside orders and fills; its kind says what its figures mean.
@frozen
public struct VenueEvent: Hashable, Sendable, Codable {
    /// What happened.
    public var kind: VenueEventKind
    /// The venue.
    public var venue: VenueID
    /// The outcome, from 1; 0 for none.
    public var outcome: UInt32
    /// The token; 0 for none.
    public var instrument: InstrumentID
    /// The account; 0 for none.
    public var account: AccountID
    /// The order; 0 for none.
    public var order = OrderID(rawValue: 0)
    /// A price.
    public var price = Price.zero
    /// A second price.
    public var otherPrice = Price.zero
    /// How much.
    public var quantity = Quantity.zero
    /// An amount of money.
    public var amount = Money.zero
    /// A fee.
    public var fee = Money.zero
    /// Another amount of money.
    public var rest = Money.zero
    /// How many.
    public var count: Int64 = 0
    /// How many others.
    public var otherCount: Int64 = 0

    /// Makes an event; figures that it has are set afterwards.
    ///
    /// - Parameters:
    ///   - kind: What happened.
    ///   - venue: The venue.
    ///   - outcome: The outcome, from 1; 0 for none.
    ///   - instrument: The token; 0 for none.
    ///   - account: The account; 0 for none.
    public init(
        _ kind: VenueEventKind, at venue: VenueID, outcome: UInt32 = 0,
        instrument: InstrumentID = InstrumentID(0), account: AccountID = AccountID(0)
    ) {
        self.kind = kind
        self.venue = venue
        self.outcome = outcome
        self.instrument = instrument
        self.account = account
    }
}

extension VenueEvent {
    /// A payout as what it does to the lots of its account: a sale of the tokens for what they pay.
    ///
    /// - Parameter time: When they are paid.
    /// - Returns: A fill of no order, at the point of a settlement.
    package func redemption(at time: Timestamp) -> Fill {
        Fill(
            order: OrderID(rawValue: 0), strategy: StrategyID(0), account: account,
            instrument: instrument, side: .sell, liquidity: .maker, point: .settlement,
            rule: .batch, price: price, reference: price, quantity: quantity, leaves: .zero,
            notional: amount, executedAt: time, label: time, reportAt: time)
    }
}

/// Why an account was booked.
@frozen
public enum BookingKind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// A fill.
    case trade = 1
    /// Money from outside, or to it.
    case deposit = 2
    /// Funding of a perpetual.
    case funding = 3
    /// The cost of borrowing.
    case borrow = 4
    /// A dividend.
    case dividend = 5
    /// Gas of a venue.
    case gas = 6
    /// A settlement.
    case settlement = 7
    /// A transfer between accounts.
    case transfer = 8
    /// A fill that made new pairs of opposite tokens: a purchase from another buyer.
    case mint = 9
    /// A fill that took pairs of opposite tokens out: a sale to another seller.
    case merge = 10
    /// Interest on cash below zero.
    case interest = 11
    /// A split: other lots at the same cost, and what is left of them in cash.
    case split = 12
    /// The fee of a liquidation.
    case liquidation = 13
    /// A loss beyond zero that an insurance bore.
    case insurance = 14
    /// An exchange of currencies.
    case conversion = 15
}

extension BookingKind {
    /// Whether only runs with an outcome market have it.
    package var isOfTokens: Bool { self == .mint || self == .merge }

    /// Whether only runs with dated events or margin calls have it.
    package var isDated: Bool { rawValue >= Self.interest.rawValue }

    /// Whether ``Booking/fee`` is what the kind itself costs, and no fee.
    package var costsItself: Bool {
        switch self {
        case .funding, .borrow, .dividend, .interest, .liquidation, .insurance, .conversion: true
        case .trade, .deposit, .gas, .settlement, .transfer, .mint, .merge, .split: false
        }
    }

    /// Whether it is the booking of a fill.
    @inlinable
    public var isOfFill: Bool { self == .trade || self == .mint || self == .merge }

    /// How a fill is booked: one that matched opposite tokens has a kind of its own.
    ///
    /// - Parameters:
    ///   - point: Where the fill happened.
    ///   - side: Its side.
    @inlinable
    public init(of point: FillPoint, _ side: Side) {
        self = point != .cross ? .trade : side == .buy ? .mint : .merge
    }
}

/// One change of an account, and how the account stands after it.
@frozen
public struct Booking: Hashable, Sendable, Codable {
    /// The envelope of the fill; ``SequenceNumber/none`` where there is none.
    public let fill: SequenceNumber
    /// The account.
    public let account: AccountID
    /// The strategy; 0 where there is none.
    public let strategy: StrategyID
    /// The instrument; 0 where there is none.
    public let instrument: InstrumentID
    /// Why.
    public let kind: BookingKind
    /// By how much the cash changed, the fee included.
    public let cashChange: Money
    /// The fee paid.
    ///
    /// Of funding, borrow, interest and dividends it is what they cost, below zero where they
    /// brought money: on the day it falls due, which need not be the one on which cash moves.
    public let fee: Money
    /// The cash after it.
    public let cashAfter: Money
    /// The position after it.
    public let positionAfter: SignedQuantity
    /// The profit it realised, before fees.
    public let realised: Money

    /// Makes the booking.
    ///
    /// - Parameters:
    ///   - fill: The envelope of the fill.
    ///   - account: The account.
    ///   - strategy: The strategy; 0 where there is none.
    ///   - instrument: The instrument; 0 where there is none.
    ///   - kind: Why.
    ///   - cashChange: By how much the cash changed, the fee included.
    ///   - fee: The fee paid.
    ///   - cashAfter: The cash after it.
    ///   - positionAfter: The position after it.
    ///   - realised: The profit it realised, before fees.
    @inlinable
    public init(
        fill: SequenceNumber = .none, account: AccountID, strategy: StrategyID,
        instrument: InstrumentID, kind: BookingKind, cashChange: Money, fee: Money = .zero,
        cashAfter: Money, positionAfter: SignedQuantity, realised: Money = .zero
    ) {
        self.fill = fill
        self.account = account
        self.strategy = strategy
        self.instrument = instrument
        self.kind = kind
        self.cashChange = cashChange
        self.fee = fee
        self.cashAfter = cashAfter
        self.positionAfter = positionAfter
        self.realised = realised
    }
}

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
}

extension BookingKind {
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

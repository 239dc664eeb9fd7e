/// Why something happened to an order: a closed set whose numbers never change.
///
/// Risk evaluates its rules in ascending number and tells the first that refuses.
@frozen
public enum OrderReason: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing to tell.
    case none = 0

    // Reasons to reject an order.

    /// The run has no such instrument.
    case unknownInstrument = 1
    /// The instrument cannot be traded now.
    case notTradable = 2
    /// Trading is halted.
    case halted = 3
    /// The quantity is zero, negative, off the lot, or beyond the venue's bounds.
    case invalidQuantity = 4
    /// A price is off the grid or out of range.
    case offTickPrice = 5
    /// A price is outside the venue's bands.
    case outsideBands = 6
    /// The notional is below the venue's least.
    case belowMinNotional = 7
    /// The terms contradict each other.
    case invalidCombination = 8
    /// The trigger price is already passed.
    case stopAlreadyThrough = 9
    /// A post-only order would take.
    case wouldTake = 10
    /// The identity was used with other content.
    case duplicateClientId = 11
    /// The account's cash does not pay for it.
    case insufficientFunds = 12
    /// The account's free margin does not carry it.
    case insufficientMargin = 13
    /// The account may not be short.
    case shortNotAllowed = 14
    /// Nothing is left to borrow.
    case noBorrow = 15
    /// The position would pass its limit.
    case positionLimit = 16
    /// The gross exposure would pass its limit.
    case grossLimit = 17
    /// The net exposure would pass its limit.
    case netLimit = 18
    /// The order's notional passes its limit.
    case notionalLimit = 19
    /// The price is too far from the last one.
    case priceCollar = 20
    /// Too many orders in the time.
    case orderRate = 21
    /// The day's loss reached its limit.
    case dailyLoss = 22
    /// The drawdown reached its limit.
    case drawdown = 23
    /// The kill switch is on.
    case killed = 24
    /// The mark is too old for new exposure.
    case staleMark = 25
    /// The notional does not fit exact arithmetic.
    case sizeTooLarge = 26
    /// The price is outside what a token can redeem for.
    case priceOutsideRedemption = 27
    /// The run is ending.
    case endOfRun = 28

    // Reasons of a cancel.

    /// The strategy asked for it.
    case byStrategy = 40
    /// The rest of an immediate-or-cancel order.
    case immediateRest = 41
    /// A fill-or-kill order could not be filled whole.
    case notFillable = 42
    /// Another order of its group was filled.
    case ocoPeer = 43
    /// The parent ended unfilled.
    case parentEnded = 44
    /// Nothing is left to reduce.
    case reduceOnly = 45
    /// It would have traded with its own account.
    case selfTrade = 46
    /// The true cost was more than the account had.
    case insufficientAtFill = 47
    /// A corporate action ended it.
    case corporateAction = 48
    /// The account was liquidated.
    case liquidation = 49
    /// The data of the instrument ended.
    case endOfData = 50
    /// The instrument has no data.
    case noData = 51
    /// The market was resolved.
    case resolved = 52

    // Reasons to expire.

    /// The day ended.
    case day = 60
    /// Its date passed.
    case date = 61
    /// The session ended.
    case session = 62

    // Reasons to refuse a cancel or an amendment.

    /// There is no such order.
    case unknownOrder = 70
    /// The order is filled.
    case alreadyFilled = 71
    /// The order has ended.
    case alreadyEnded = 72

    // Reasons of outcome venues.

    /// The market is frozen.
    case frozen = 80
    /// The outcome is not active.
    case inactiveOutcome = 81
    /// The gas does not pay for it.
    case insufficientGas = 82
    /// The venue's balance does not pay for it.
    case insufficientBalance = 83
    /// The venue holds too few tokens of the account.
    case insufficientTokens = 84
    /// The price moved further than the order allows.
    case slippage = 85
    /// The automated market maker cannot give so much.
    case ammDepleted = 86
    /// The size is not allowed at the venue.
    case invalidSize = 87
    /// The price is not allowed at the venue.
    case invalidPrice = 88

    /// The name, as reports tell it.
    public var name: String { String(describing: self) }
}

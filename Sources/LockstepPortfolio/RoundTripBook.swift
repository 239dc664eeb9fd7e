package import LockstepModel

/// A position's life from flat to flat.
///
/// Strategies that share an account share its positions; the round trip is the account's, and its
/// strategy is the one that opened it.
package struct RoundTrip: Hashable, Sendable {
    /// The account.
    package let account: AccountID
    /// The strategy that opened it.
    package let strategy: StrategyID
    /// The instrument.
    package let instrument: InstrumentID
    /// The side that opened it: buy for a long one.
    package let side: Side
    /// How much was closed in all.
    package let quantity: Quantity
    /// When it was opened.
    package let enteredAt: Timestamp
    /// When it was flat again.
    package let exitedAt: Timestamp
    /// The profit before fees.
    package let grossProfit: Money
    /// The fees of entries and exits, less rebates.
    package let fees: Money
    /// The profit after fees.
    package let netProfit: Money
}

/// The open round trip of one instrument in one account; it keeps sums, never a list.
package struct RoundTripBook: Sendable {
    private var strategy = StrategyID(0)
    private var enteredAt = Timestamp.epoch
    private var quantity: Int64 = 0
    private var gross: Int64 = 0
    private var fees: Int64 = 0

    /// Makes a book without a round trip.
    package init() {}

    /// Notes that a fill opened a position.
    @inline(__always)
    package mutating func open(_ fill: Lent<Fill>) {
        strategy = fill.value.strategy
        enteredAt = fill.value.executedAt
        (quantity, gross, fees) = (0, 0, 0)
    }

    /// Adds a closed slice.
    ///
    /// - Parameter slice: A slice of the position's lots; it is only read, where it lies.
    /// - Throws: ``ArithmeticError/overflow``.
    @inline(__always)
    package mutating func add(_ slice: inout LotClosed) throws(ArithmeticError) {
        quantity = try FixedPoint.add(quantity, slice.quantity.lots)
        gross = try FixedPoint.add(gross, slice.grossProfit.units)
        fees = try FixedPoint.add(
            fees, FixedPoint.add(slice.openFee.units, slice.closeFee.units))
    }

    /// Adds what left the position without a slice, as the fraction of a split does.
    ///
    /// - Parameters:
    ///   - profit: The profit before fees.
    ///   - fee: The fees.
    /// - Throws: ``ArithmeticError/overflow``.
    mutating func add(_ profit: Int64, fee: Int64) throws(ArithmeticError) {
        gross = try FixedPoint.add(gross, profit)
        fees = try FixedPoint.add(fees, fee)
    }

    /// The profit after fees.
    @inline(__always)
    package var net: Int64 {
        get throws(ArithmeticError) { try FixedPoint.subtract(gross, fees) }
    }

    /// The round trip, which ended with a slice.
    ///
    /// - Parameter slice: The last slice of the position's lots.
    /// - Returns: The finished round trip.
    package func ended(by slice: LotClosed) -> RoundTrip {
        RoundTrip(
            account: slice.account, strategy: strategy, instrument: slice.instrument,
            side: slice.side, quantity: Quantity(lots: quantity), enteredAt: enteredAt,
            exitedAt: slice.closedAt, grossProfit: Money(units: gross), fees: Money(units: fees),
            // Its net profit was made before, so it fits.
            netProfit: Money(units: gross &- fees))
    }
}

/// Running totals of finished round trips, net of fees.
package struct TradeTotals: Hashable, Sendable {
    /// How many ended with a profit.
    package private(set) var wins = 0
    /// How many ended with a loss.
    package private(set) var losses = 0
    /// How many ended with neither.
    package private(set) var scratches = 0
    /// The sum of the profits.
    package private(set) var won = Money.zero
    /// The sum of the losses, not negative.
    package private(set) var lost = Money.zero

    /// Makes totals of nothing.
    package init() {}

    /// How many round trips ended.
    package var count: Int { wins + losses + scratches }

    /// Adds the profit of a finished round trip.
    @inline(__always)
    mutating func add(_ netProfit: Int64) throws(ArithmeticError) {
        if netProfit > 0 {
            wins &+= 1
            won = Money(units: try FixedPoint.add(won.units, netProfit))
        } else if netProfit < 0 {
            losses &+= 1
            lost = Money(units: try FixedPoint.subtract(lost.units, netProfit))
        } else {
            scratches &+= 1
        }
    }
}

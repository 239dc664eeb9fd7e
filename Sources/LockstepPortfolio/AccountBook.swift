package import LockstepModel

/// The books of one account.
struct AccountBook: ~Copyable, Sendable {
    let id: AccountID
    var ledger = Ledger()
    /// The positions that are not flat.
    var held = Column<HeldPosition>()
    var slippage = Money.zero
    /// What is held at the last valuation: its value and the sum of magnitudes.
    var value: Int64 = 0
    var gross: Int64 = 0
    var fills: UInt64 = 0
    var snapshots: UInt64 = 0
    var heldSteps: UInt64 = 0
    var trades = TradeTotals()
    /// Whether all that was ever held has a whole value at any price, and the account has no margin
    /// put aside and was never owed anything, nor owed anything itself.
    var isPlain = true
    /// Whether something was booked since the last valuation.
    var isDirty = true
    /// The step of the last snapshot.
    var publishedIn = StepNumber.setUp
    var last: Snapshot

    init(_ id: AccountID) {
        self.id = id
        last = Snapshot(
            account: id, cash: .zero, equity: .zero, realised: .zero, unrealised: .zero,
            fees: .zero, grossExposure: .zero, netExposure: .zero)
    }

    /// Posts a trade.
    ///
    /// - Returns: Whether the books add up.
    @inline(__always)
    mutating func post(
        _ fill: Lent<Fill>, cash: Int64, cost: Int64, profit: Int64
    ) throws(ArithmeticError) -> Bool {
        slippage = Money(units: try FixedPoint.add(slippage.units, fill.value.slippage.units))
        fills &+= 1
        isDirty = true
        return try ledger.postTrade(
            cash: cash, cost: cost, profit: profit, fee: fill.value.fee.units,
            rebate: fill.value.rebate.units)
    }

    /// Makes the snapshot of a step.
    @inline(__always)
    mutating func publish(in step: StepNumber) throws(ArithmeticError) {
        last = Snapshot(
            account: id, cash: Money(units: ledger[.cash]),
            equity: Money(units: try FixedPoint.add(ledger[.cash], value)),
            realised: Money(units: try FixedPoint.negate(ledger[.realisedPrice])),
            unrealised: Money(units: try FixedPoint.subtract(value, ledger[.inventory])),
            fees: Money(units: ledger[.fees]), grossExposure: Money(units: gross),
            netExposure: Money(units: value))
        snapshots &+= 1
        publishedIn = step
        isDirty = false
    }

    /// Adds what is neither cash nor a position to the equity of the last snapshot.
    @inline(never)
    mutating func addClaims() throws(ArithmeticError) {
        let claims = try ledger.claims
        if claims == 0 { return }
        last = Snapshot(
            account: id, cash: last.cash,
            equity: Money(units: try FixedPoint.add(last.equity.units, claims)),
            realised: last.realised, unrealised: last.unrealised, fees: last.fees,
            grossExposure: last.grossExposure, netExposure: last.netExposure)
    }
}

/// How an account stands after a run, with its running totals.
package struct AccountSummary: Hashable, Sendable {
    /// The account as it was declared.
    package let settings: Account
    /// Money from outside, the starting cash included: also the equity at the start.
    package let deposited: Money
    /// The last snapshot; its cash and equity are those at the end.
    package let last: Snapshot
    /// The rebates received.
    package let rebates: Money
    /// Funding paid, less funding received.
    package let funding: Money
    /// What borrowing cost, less the rebate on short proceeds.
    package let borrow: Money
    /// Interest on cash below zero.
    package let interest: Money
    /// Dividends received, less those paid on short positions.
    package let dividends: Money
    /// Fees of liquidations.
    package let liquidationFees: Money
    /// What slippage cost, as noted in the fills; no entry of the ledger.
    package let slippage: Money
    /// How many fills were booked.
    package let fills: UInt64
    /// How many snapshots were published.
    package let snapshots: UInt64
    /// How many steps were settled.
    package let steps: UInt64
    /// How many of them ended with an open position.
    package let heldSteps: UInt64
    /// The finished round trips.
    package let trades: TradeTotals

    /// The share of steps that ended with an open position; nil without a step.
    package var exposure: Double? { steps == 0 ? nil : Double(heldSteps) / Double(steps) }
}

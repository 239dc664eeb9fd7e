package import LockstepModel

/// The books of one account.
struct AccountBook: Sendable {
    let settings: Account
    var ledger = Ledger()
    /// The places of the holdings that are not flat.
    var held: ContiguousArray<Int> = []
    var slippage = Money.zero
    var fills: UInt64 = 0
    var snapshots: UInt64 = 0
    var heldSteps: UInt64 = 0
    var trades = TradeTotals()
    /// Whether something was booked since the last valuation.
    var isDirty = true
    /// The step of the last snapshot.
    var publishedIn = StepNumber.setUp
    var last: Snapshot

    init(_ settings: Account) {
        self.settings = settings
        last = Snapshot(
            account: settings.id, cash: .zero, equity: .zero, realised: .zero, unrealised: .zero,
            fees: .zero, grossExposure: .zero, netExposure: .zero)
    }

    /// Notes that a snapshot was told in a step.
    @inline(__always)
    mutating func note(_ snapshot: Snapshot, in step: StepNumber) {
        last = snapshot
        snapshots += 1
        publishedIn = step
        isDirty = false
    }

    /// The snapshot at a value of what is held.
    @inline(__always)
    func snapshot(value: Int64, gross: Int64) throws(ArithmeticError) -> Snapshot {
        let cash = ledger[.cash]
        return Snapshot(
            account: settings.id, cash: Money(units: cash),
            equity: Money(units: try FixedPoint.add(cash, value)),
            realised: Money(units: try FixedPoint.negate(ledger[.realisedPrice])),
            unrealised: Money(units: try FixedPoint.subtract(value, ledger[.inventory])),
            fees: Money(units: ledger[.fees]), grossExposure: Money(units: gross),
            netExposure: Money(units: value))
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

package import LockstepModel

/// What becomes of an account that a liquidation has left with less than nothing.
package enum BankruptcyRule: Sendable {
    /// It keeps the loss; whoever gave the body hears of it.
    case keep(@Sendable (AccountID, Money) -> Void)
    /// The insurance fund pays it.
    case insured
}

extension Portfolio {
    /// What an account owes that holds nothing any more; nil where it owes nothing.
    func shortfall(of id: AccountID) -> Money? {
        guard let place = place(of: id) else { return nil }
        let isFlat = accounts[place].held.indices.allSatisfy {
            holdings[Int(accounts[place].held[$0].place)].lots.position.isZero
        }
        let cash = accounts[place].ledger[.cash]
        return isFlat && cash < 0 ? Money(units: cash) : nil
    }

    /// Lets the insurance fund pay what an account owes.
    mutating func insure(_ id: AccountID, _ shortfall: Money) throws(PortfolioError) -> Booking {
        let at = PortfolioPlace(.venue, id)
        guard let place = place(of: id) else { throw .unknownAccount(at) }
        var entry = Ledger.Entry()
        do throws(ArithmeticError) {
            entry[.cash] = try FixedPoint.negate(shortfall.units)
        } catch {
            throw .arithmetic(error, at)
        }
        entry[.insurance] = shortfall.units
        try post(entry, to: place, at)
        return Booking(
            account: id, strategy: .house, instrument: InstrumentID(0), kind: .transfer,
            cashChange: Money(units: entry[.cash]),
            cashAfter: Money(units: accounts[place].ledger[.cash]), positionAfter: .zero)
    }
}

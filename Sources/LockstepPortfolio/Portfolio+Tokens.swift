package import LockstepModel

/// What outcome markets pay, charge and are worth.
extension Portfolio {
    /// Takes the prices of an outcome.
    ///
    /// - Parameter quote: The quote.
    package mutating func take(_ quote: OutcomeQuote) { tokens?.take(quote) }

    /// Values the tokens of every account whose holdings, or whose tokens' prices, have changed.
    ///
    /// - Throws: ``PortfolioError/arithmetic(_:_:)`` when a value does not fit.
    package mutating func markTokens() throws(PortfolioError) {
        guard let tokens else { return }
        for account in accounts.indices
        where !accounts[account].held.isEmpty
            && (tokens.hasChanged || accounts[account].isDirty)
        {
            for entry in accounts[account].held.indices {
                let place = Int(accounts[account].held[entry].place)
                let instrument = Int(holdings[place].instrument.rawValue) - 1
                guard let token = tokens.byInstrument[instrument] else { continue }
                let other = Int(places[account * terms.count + token.other])
                let value: Int64
                do throws(ArithmeticError) {
                    value = try tokens.value(
                        instrument, lots: holdings[place].lots.position.lots,
                        beside: other < 0 ? 0 : holdings[other].lots.position.lots)
                } catch {
                    throw .arithmetic(
                        error,
                        PortfolioPlace(
                            .valuation, accounts[account].id, holdings[place].instrument))
                }
                if value != accounts[account].held[entry].value {
                    accounts[account].isDirty = true
                    accounts[account].held[entry].value = value
                }
                // The value stands; no frame marks it.
                accounts[account].held[entry].valuedAt = accounts[account].held[entry].mark
            }
        }
        self.tokens?.hasChanged = false
    }

    /// Books the burning of tokens for what they pay.
    ///
    /// - Parameters:
    ///   - payout: A payout.
    ///   - time: When.
    /// - Returns: The booking; closed slices are in ``closed``.
    /// - Throws: ``PortfolioError``.
    package mutating func redeem(
        _ payout: VenueEvent, at time: Timestamp
    ) throws(PortfolioError) -> Booking {
        let at = PortfolioPlace(.venue, payout.account, payout.instrument)
        guard let account = place(of: payout.account) else { throw .unknownAccount(at) }
        let fill = payout.redemption(at: time)
        let entry = try Lent.of(fill) { (fill) throws(PortfolioError) in try change(fill) }
        // It is no fill of an order.
        accounts[account].fills &-= 1
        return Booking(
            account: payout.account, strategy: StrategyID(0), instrument: payout.instrument,
            kind: .settlement, cashChange: Money(units: entry.cash),
            cashAfter: Money(units: entry.cashAfter),
            positionAfter: SignedQuantity(lots: entry.position),
            realised: Money(units: entry.profit))
    }

    /// Books what submissions cost.
    ///
    /// - Parameter gas: The charge.
    /// - Returns: The booking.
    /// - Throws: ``PortfolioError``.
    package mutating func charge(_ gas: VenueEvent) throws(PortfolioError) -> Booking {
        let at = PortfolioPlace(.venue, gas.account)
        guard let place = place(of: gas.account) else { throw .unknownAccount(at) }
        var entry = Ledger.Entry()
        do throws(ArithmeticError) {
            entry[.cash] = try FixedPoint.negate(gas.amount.units)
        } catch {
            throw .arithmetic(error, at)
        }
        entry[.fees] = gas.amount.units
        try post(entry, to: place, at)
        return Booking(
            account: gas.account, strategy: StrategyID(0), instrument: InstrumentID(0),
            kind: .gas, cashChange: Money(units: entry[.cash]), fee: gas.amount,
            cashAfter: Money(units: accounts[place].ledger[.cash]), positionAfter: .zero)
    }
}

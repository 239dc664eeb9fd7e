import LockstepModel

/// What accounts pay for time: funding, borrowed shares and borrowed money.
extension Portfolio {
    /// Books what positions pay or get by the rate of an event.
    mutating func fund(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        for account in accounts.indices {
            guard let place = holdingPlace(event.instrument, account) else { continue }
            let at = PortfolioPlace(.event, accounts[account].id, event.instrument)
            let last = accounts[account].held[holdings[place].heldPlace].mark
            let mark = event.price ?? lastPrice(event.instrument) ?? Price(ticks: last)
            let cost = try share(
                Money(units: value(place, mark, at)), event.rate, dayCount: 1, at)
            try charge(cost, .funding, .funding, account, event.instrument, place, tell)
        }
    }

    /// Books a day of borrow fees and of interest on debts.
    mutating func accrue(
        _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        guard let books = dated else { return }
        let days = books.financing.dayCount.rawValue
        for account in accounts.indices {
            for instrument in terms.indices {
                let rate = books.borrowRates[instrument]
                if rate == .zero, books.financing.shortRebate == .zero { continue }
                let id = InstrumentID(UInt32(instrument + 1))
                guard let place = holdingPlace(id, account),
                    holdings[place].lots.position.lots < 0
                else { continue }
                let at = PortfolioPlace(.event, accounts[account].id, id)
                let last = accounts[account].held[holdings[place].heldPlace].mark
                let mark = lastPrice(id) ?? Price(ticks: last)
                let held = try value(place, mark, at)
                let (net, worth): (Rate, Money)
                do throws(ArithmeticError) {
                    net = try rate.subtracting(books.financing.shortRebate)
                    worth = try Money(units: held).negated()
                } catch { throw PortfolioError.arithmetic(error, at) }
                let cost = try share(worth, net, dayCount: days, at)
                try charge(cost, .borrow, .borrow, account, id, place, tell)
            }
            let cash = accounts[account].ledger[.cash]
            guard cash < 0, let rate = books.financing.debitRates[accounts[account].id],
                rate != .zero
            else { continue }
            let at = PortfolioPlace(.event, accounts[account].id)
            let owed: Money
            do throws(ArithmeticError) { owed = try Money(units: cash).negated() } catch {
                throw PortfolioError.arithmetic(error, at)
            }
            let cost = try share(owed, rate, dayCount: days, at)
            try charge(cost, .interest, .interest, account, InstrumentID(0), nil, tell)
        }
    }

    /// Books a cost that is paid at once.
    private mutating func charge(
        _ cost: Int64, _ column: Ledger.Column, _ kind: BookingKind, _ account: Int,
        _ instrument: InstrumentID, _ place: Int?,
        _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        if cost == 0 { return }
        var entry = Ledger.Entry()
        entry[column] = cost
        entry[.cash] = -cost
        try post(entry, to: account, PortfolioPlace(.event, accounts[account].id, instrument))
        slices.removeAll()
        try tell(
            booking(
                kind, account, instrument, cash: -cost, cost: cost,
                position: place.map { holdings[$0].lots.position } ?? .zero), slices)
    }
}

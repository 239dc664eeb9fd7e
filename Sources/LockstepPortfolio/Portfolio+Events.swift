import LockstepModel

/// What dated events do to accounts.
extension Portfolio {
    /// Books a dated event for every account that it concerns.
    ///
    /// - Parameters:
    ///   - event: The event; fills of its time are booked.
    ///   - tell: Gets each booking; the slices it closed are in ``closed`` then.
    /// - Throws: ``PortfolioError``, or what `tell` throws.
    @inline(never)
    mutating func apply(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        guard dated != nil else { return }
        switch event.kind {
        case .split: try split(event, tell)
        case .dividend: try distribute(event, tell)
        case .payment: try pay(event, tell)
        case .funding: try fund(event, tell)
        case .accrual: try accrue(tell)
        case .settlement: try settle(event, tell)
        case .borrow:
            let place = Int(event.instrument.rawValue) - 1
            if terms.indices.contains(place) { dated?.borrowRates[place] = event.rate }
        case .endOfData: break
        }
    }

    // MARK: Splits

    private mutating func split(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        for account in accounts.indices {
            guard let place = holdingPlace(event.instrument, account) else { continue }
            let at = PortfolioPlace(.event, accounts[account].id, event.instrument)
            let held = holdings[place].heldPlace
            let mark =
                lastPrice(event.instrument) ?? Price(ticks: accounts[account].held[held].mark)
            let value = try standing(place, mark, at)
            let fraction: LotBook.Fraction
            do throws(ArithmeticError) {
                fraction = try holdings[place].lots.split(
                    event, at: mark, holdings[place].terms.ratio)
                try holdings[place].trips.add(fraction.profit, fee: fraction.fee)
            } catch { throw PortfolioError.arithmetic(error, at) }
            var entry = Ledger.Entry()
            entry[.cash] = fraction.cash
            entry[.inventory] = fraction.cost
            entry[.realisedPrice] = -fraction.profit
            try post(entry, to: account, at)
            let position = holdings[place].lots.position
            if !holdings[place].lots.isSound { throw PortfolioError.lotsDisagree(at) }
            if position.isZero {
                do throws(ArithmeticError) {
                    try accounts[account].trades.add(holdings[place].trips.net)
                } catch { throw PortfolioError.arithmetic(error, at) }
                release(place, account)
            } else {
                accounts[account].held[held].change(
                    position.lots, holdings[place].lots.cost.units, holdings[place].terms.ratio)
                if accounts[account].held[held].perTick == 0 { accounts[account].isPlain = false }
                // What left as cash was worth as much: equity stays as it is.
                try stand(account, held, mark, event, value &- fraction.cash, at)
            }
            slices.removeAll()
            try tell(
                booking(
                    .split, account, event.instrument, cash: fraction.cash, position: position,
                    realised: fraction.profit), slices)
        }
        try move(event)
    }

    // MARK: Dividends

    private mutating func distribute(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        guard let books = dated, let instrument = books.instruments[event.instrument] else {
            return
        }
        let due = event.payment.flatMap { $0 > event.time ? $0 : nil }
        for account in accounts.indices {
            guard let place = holdingPlace(event.instrument, account) else { continue }
            let at = PortfolioPlace(.event, accounts[account].id, event.instrument)
            let held = holdings[place].heldPlace
            let position = holdings[place].lots.position
            let mark =
                lastPrice(event.instrument) ?? Price(ticks: accounts[account].held[held].mark)
            let value = try standing(place, mark, at)
            let amount: Int64
            do throws(ArithmeticError) {
                amount = try instrument.amount(
                    of: event.rate, for: position, increment: books.increment
                ).units
            } catch { throw PortfolioError.arithmetic(error, at) }
            if amount == 0 { continue }
            var entry = Ledger.Entry()
            entry[amount > 0 ? .dividendIncome : .dividendExpense] = -amount
            if let due {
                entry[amount > 0 ? .receivable : .payable] = amount
                dated?.payments.append(
                    DatedBooks.Payment(
                        due: due, instrument: event.instrument, account: account, amount: amount))
            } else {
                entry[.cash] = amount
            }
            try post(entry, to: account, at)
            try stand(account, held, mark, event, value &- amount, at)
            slices.removeAll()
            try tell(
                booking(
                    .dividend, account, event.instrument, cash: due == nil ? amount : 0,
                    cost: -amount, position: position), slices)
        }
        try move(event)
    }

    private mutating func pay(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        guard let payments = dated?.payments, !payments.isEmpty else { return }
        dated?.payments = payments.filter { $0.due > event.time }
        for payment in payments where payment.due <= event.time {
            let at = PortfolioPlace(.event, accounts[payment.account].id, payment.instrument)
            var entry = Ledger.Entry()
            entry[.cash] = payment.amount
            entry[payment.amount > 0 ? .receivable : .payable] = -payment.amount
            try post(entry, to: payment.account, at)
            let place = holdingPlace(payment.instrument, payment.account)
            slices.removeAll()
            try tell(
                booking(
                    .dividend, payment.account, payment.instrument, cash: payment.amount,
                    position: place.map { holdings[$0].lots.position } ?? .zero), slices)
        }
    }

    // MARK: Settlement

    /// Settles what is held of an instrument that has ended, as a sale or purchase at its price.
    private mutating func settle(
        _ event: MarketEvent, _ tell: (Booking, borrowing Column<LotClosed>) throws -> Void
    ) throws {
        guard let price = event.price else { return }
        for account in accounts.indices {
            guard let place = holdingPlace(event.instrument, account) else { continue }
            let at = PortfolioPlace(.event, accounts[account].id, event.instrument)
            let position = holdings[place].lots.position
            let notional: Money
            do throws(ArithmeticError) {
                notional = try holdings[place].terms.ratio.notional(price, position.magnitude)
            } catch { throw PortfolioError.arithmetic(error, at) }
            let fill = Fill(
                order: OrderID(rawValue: 0), strategy: StrategyID(0),
                account: accounts[account].id, instrument: event.instrument,
                side: position.lots > 0 ? .sell : .buy, liquidity: .maker, point: .settlement,
                rule: .batch, price: price, reference: price, quantity: position.magnitude,
                leaves: .zero, notional: notional, executedAt: event.time, label: event.time,
                reportAt: event.time)
            let entry = try Lent.of(fill) { (fill) throws(PortfolioError) in try change(fill) }
            // It is no fill of an order.
            accounts[account].fills &-= 1
            try tell(
                booking(
                    .settlement, account, event.instrument, cash: entry.cash,
                    position: SignedQuantity(lots: entry.position), realised: entry.profit),
                slices)
        }
        try move(event)
    }

    // MARK: Parts

    /// The place of what an account holds of an instrument; nil where it holds nothing.
    func holdingPlace(_ instrument: InstrumentID, _ account: Int) -> Int? {
        let column = Int(instrument.rawValue) - 1
        guard terms.indices.contains(column) else { return nil }
        let place = Int(places[account * terms.count + column])
        return place >= 0 && holdings[place].heldPlace >= 0 ? place : nil
    }

    /// The last price of an instrument at this point of the step.
    func lastPrice(_ instrument: InstrumentID) -> Price? {
        let place = Int(instrument.rawValue) - 1
        if let books = bookMarks, books.indices.contains(place), let mark = books[place] {
            return Price(ticks: mark)
        }
        guard let books = dated, books.marks.indices.contains(place) else { return nil }
        return books.marks[place]
    }

    func value(
        _ place: Int, _ mark: Price, _ at: PortfolioPlace
    ) throws(PortfolioError) -> Int64 {
        do throws(ArithmeticError) {
            return try holdings[place].terms.ratio.value(mark, holdings[place].lots.position).units
        } catch { throw .arithmetic(error, at) }
    }

    /// What a position is worth, which is what it stands at where it has not traded since an event.
    private func standing(
        _ place: Int, _ mark: Price, _ at: PortfolioPlace
    ) throws(PortfolioError) -> Int64 {
        let held = accounts[holdings[place].account].held[holdings[place].heldPlace]
        let instrument = Int(holdings[place].instrument.rawValue) - 1
        if dated?.stands[instrument] == true, held.valuedAt == held.mark { return held.value }
        return try value(place, mark, at)
    }

    func share(
        _ amount: Money, _ rate: Rate, dayCount: Int64, _ at: PortfolioPlace
    ) throws(PortfolioError) -> Int64 {
        do throws(ArithmeticError) {
            return try amount.share(rate, dayCount: dayCount, increment: dated?.increment ?? 1)
                .units
        } catch { throw .arithmetic(error, at) }
    }

    /// Lets a position stand at a value until its instrument trades again, under the price that
    /// comes nearest.
    private mutating func stand(
        _ account: Int, _ held: Int, _ mark: Price, _ event: MarketEvent, _ value: Int64,
        _ at: PortfolioPlace
    ) throws(PortfolioError) {
        guard let instrument = dated?.instruments[event.instrument] else { return }
        do throws(ArithmeticError) {
            accounts[account].held[held].mark = try event.lastPrice(after: mark, of: instrument)
                .ticks
        } catch { throw .arithmetic(error, at) }
        accounts[account].held[held].value = value
        accounts[account].held[held].valuedAt = accounts[account].held[held].mark
    }

    /// Moves the last price of an instrument, where it has one.
    private mutating func move(_ event: MarketEvent) throws(PortfolioError) {
        let place = Int(event.instrument.rawValue) - 1
        guard let books = dated, let instrument = books.instruments[event.instrument] else {
            return
        }
        do throws(ArithmeticError) {
            if let mark = books.marks[place] {
                dated?.marks[place] = try event.lastPrice(after: mark, of: instrument)
            }
            if let mark = bookMarks?[place] {
                bookMarks?[place] = try event.lastPrice(after: Price(ticks: mark), of: instrument)
                    .ticks
            }
        } catch { throw .arithmetic(error, PortfolioPlace(.event, AccountID(0), event.instrument)) }
        dated?.stands[place] = true
        if !books.moved.contains(place) { dated?.moved.append(place) }
    }

    func booking(
        _ kind: BookingKind, _ account: Int, _ instrument: InstrumentID, cash: Int64,
        cost: Int64 = 0, position: SignedQuantity, realised: Int64 = 0
    ) -> Booking {
        Booking(
            account: accounts[account].id, strategy: StrategyID(0), instrument: instrument,
            kind: kind, cashChange: Money(units: cash), fee: Money(units: cost),
            cashAfter: Money(units: accounts[account].ledger[.cash]), positionAfter: position,
            realised: Money(units: realised))
    }
}

/// Last prices in runs with dated events.
extension Portfolio {
    /// Takes the closes of a step before its events happen.
    mutating func note(_ frame: borrowing Frame) {
        for place in terms.indices {
            let slot = terms[place].slot
            guard slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded
            else { continue }
            dated?.marks[place] = frame.slots[slot].bar.close
            revalue(place)
        }
    }

    /// Takes the mark of a book, in whose place a price stood until now.
    mutating func noteTop(_ top: BookTop) {
        take(top)
        let place = Int(top.instrument.rawValue) - 1
        if terms.indices.contains(place), top.markPrice != nil { revalue(place) }
    }

    /// Values what is held of an instrument anew, where a price stood in place of a traded one.
    private mutating func revalue(_ instrument: Int) {
        guard dated?.stands[instrument] == true else { return }
        dated?.stands[instrument] = false
        for account in accounts.indices {
            let place = Int(places[account * terms.count + instrument])
            guard place >= 0, holdings[place].heldPlace >= 0 else { continue }
            accounts[account].held[holdings[place].heldPlace].valuedAt = HeldPosition.never
        }
    }

    /// The slots whose closes an event of the step came after: they mark nothing any more.
    mutating func passedSlots() -> [Int] {
        guard let moved = dated?.moved, !moved.isEmpty else { return [] }
        dated?.moved.removeAll()
        return moved.map { terms[$0].slot }.filter { $0 >= 0 }
    }
}

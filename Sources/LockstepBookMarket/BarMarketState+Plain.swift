import LockstepMarket
import LockstepModel

/// The short way of the commonest orders: market orders of cash accounts at fixed costs.
///
/// Whatever is unusual makes it give up before anything has changed; then the long way decides.
extension BarMarketState {
    /// Takes a market order that nothing is wrong with.
    ///
    /// - Returns: Whether it was one.
    @inline(__always)
    mutating func placePlainly(
        _ request: Lent<Order>, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) -> Bool {
        guard case .place(let terms) = request.value.intent.action, terms.isPlainMarket
        else { return false }
        let id = request.value.intent.id
        let account = request.value.intent.account
        let accountPlace = Int(account.rawValue) &- 1
        let place = Int(terms.instrument.rawValue) &- 1
        guard accounts.contains(accountPlace), accounts[accountPlace].id == account,
            books.contains(place), books[place].takesAll, !terms.lots.isZero,
            terms.lots.isInRange, OrderFates.isValid(id), fates.begin(id, on: place)
        else { return false }
        arrivals &+= 1
        Self.take(request, arrival, number: arrivals, &books[place])
        noteBusy(place)
        busy &+= 1
        lastPlace = place
        outputs.append(update: {
            let intent = request.value.intent
            return OrderUpdate(
                order: intent.id, strategy: intent.strategy, account: intent.account,
                instrument: terms.instrument, change: .accepted, leaves: terms.lots,
                reportAt: now)
        })
        return true
    }

    /// Puts a market order into a book that is reached once.
    @inline(__always)
    private static func take(
        _ request: Lent<Order>, _ arrival: Timestamp, number: UInt64, _ book: inout BarBook
    ) {
        guard case .place(let terms) = request.value.intent.action else { return }
        let isPlain = book.isPlain
        book.orders.append(made: {
            WorkingOrder(
                id: request.value.intent.id, strategy: request.value.intent.strategy,
                account: request.value.intent.account, instrument: terms.instrument,
                side: terms.side, kind: .market, takingNumber: terms.takingNumber,
                reduceOnly: terms.reduceOnly, quantity: terms.lots, arrival: arrival,
                expiry: .distantFuture, level: .zero, number: number,
                accountPlace: Int(request.value.intent.account.rawValue) &- 1,
                expiryReason: .none, isPlain: isPlain && !terms.reduceOnly)
        })
    }

    /// Lets the only working order meet the open of its bar, if it fills there whole.
    ///
    /// - Returns: Whether it did.
    @inline(__always)
    mutating func meetPlainly(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) -> Bool {
        let (place, width) = (lastPlace, books.count)
        let isFilled = Self.meetPlainly(
            &books[place], place, &accounts, &positions, width, plainFee, frame, &outputs)
        if !isFilled { return false }
        if books[place].changes.isEmpty { noteIdle(place) }
        busy = 0
        return true
    }

    /// Lets the only order of a book that is reached once meet the open of its bar.
    @inline(__always)
    private static func meetPlainly(
        _ book: inout BarBook, _ place: Int, _ accounts: inout OwnedRow<AccountView>,
        _ positions: inout OwnedRow<Int64>, _ width: Int, _ plainFee: ProportionalFee,
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) -> Bool {
        guard book.orders.count == 1, book.orders[0].isPlain else { return false }
        let slot = book.slot
        guard UInt(bitPattern: slot) < UInt(bitPattern: frame.slots.count),
            frame.slots[slot].coverage == .traded
        else { return false }
        let bar = frame.slots[slot].bar
        let isFilled = fillPlainly(
            0, &book, place, &accounts, &positions, width, plainFee, bar, frame.time, &outputs)
        if !isFilled { return false }
        book.lastEnd = bar.end
        book.orders.removeAll()
        return true
    }

    /// Fills a plain order whole at the open of a bar.
    ///
    /// - Returns: Whether it did.
    @inline(__always)
    static func fillPlainly(
        _ position: Int, _ book: inout BarBook, _ place: Int,
        _ accounts: inout OwnedRow<AccountView>, _ positions: inout OwnedRow<Int64>,
        _ width: Int, _ plainFee: ProportionalFee, _ bar: Bar, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) -> Bool {
        #if PLANTED_DEFECTS
            // The defects are in the long way.
            if PlantedDefect.current != nil { return false }
        #endif
        guard book.orders[position].arrival <= bar.start else { return false }
        let lots = book.orders[position].quantity.lots
        let notional = bar.open.ticks.multipliedReportingOverflow(by: lots)
        if notional.overflow { return false }
        let worth = notional.partialValue.multipliedReportingOverflow(by: book.ratio.numerator)
        if worth.overflow || worth.partialValue < 0 { return false }
        guard let fee = shortFee(plainFee, on: worth.partialValue) else { return false }
        let account = book.orders[position].accountPlace
        let moved = move(
            &accounts[account], &positions[account &* width &+ place],
            book.orders[position].side, lots, worth.partialValue, fee)
        if !moved { return false }
        append(
            &book.orders[position], Money(units: worth.partialValue), Money(units: fee), bar, time,
            &outputs)
        return true
    }

    /// Tells the fill of an order at the open of a bar.
    @inline(__always)
    private static func append(
        _ order: inout WorkingOrder, _ worth: Money, _ fee: Money, _ bar: Bar,
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) {
        outputs.append(fill: {
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: .taker, point: .open,
                rule: .market, price: bar.open, reference: bar.open, quantity: order.quantity,
                leaves: .zero, notional: worth, fee: fee, executedAt: bar.start,
                label: bar.label, reportAt: time)
        })
    }

    /// Moves cash and position by a fill, if both can carry it.
    @inline(__always)
    private static func move(
        _ account: inout AccountView, _ position: inout Int64, _ side: Side, _ lots: Int64,
        _ worth: Int64, _ fee: Int64
    ) -> Bool {
        let isBuy = side == .buy
        let after = isBuy ? position &+ lots : position &- lots
        if after < 0 || after >= Quantity.limit { return false }
        // The worth is not negative, so its opposite fits.
        let paid = (isBuy ? 0 &- worth : worth).subtractingReportingOverflow(fee)
        if paid.overflow { return false }
        let cash = account.cash.units.addingReportingOverflow(paid.partialValue)
        if cash.overflow || cash.partialValue < 0 { return false }
        account.cash = Money(units: cash.partialValue)
        position = after
        return true
    }

    /// The fee where it is fixed, or a share that needs no wide arithmetic; nil otherwise.
    @inline(__always)
    private static func shortFee(_ plainFee: ProportionalFee, on worth: Int64) -> Int64? {
        if plainFee.rate == .zero { return plainFee.fixed.units }
        let product = worth.multipliedReportingOverflow(by: plainFee.rate.trillionths)
        if product.overflow { return nil }
        let share = try? FixedPoint.divide(
            product.partialValue, by: Rate.one.trillionths, .halfEven)
        let fee = (share ?? 0).addingReportingOverflow(plainFee.fixed.units)
        return fee.overflow || fee.partialValue < 0 ? nil : fee.partialValue
    }
}

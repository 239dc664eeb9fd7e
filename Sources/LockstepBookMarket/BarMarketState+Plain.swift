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
        _ terms: OrderTerms, _ request: Order, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) -> Bool {
        let id = request.intent.id
        let account = request.intent.account
        let accountPlace = Int(account.rawValue) &- 1
        let place = Int(terms.instrument.rawValue) &- 1
        let quantity = terms.lots
        guard terms.isPlainMarket, accounts.contains(accountPlace),
            accounts[accountPlace].id == account,
            books.contains(place), books[place].takesAll, !quantity.isZero,
            quantity.isInRange, OrderFates.isValid(id), fates.begin(id, on: place)
        else { return false }
        arrivals &+= 1
        books[place].orders.append(
            WorkingOrder(
                id: id, strategy: request.intent.strategy, account: account,
                instrument: terms.instrument, side: terms.side, kind: .market,
                takingNumber: terms.takingNumber, reduceOnly: terms.reduceOnly, quantity: quantity,
                arrival: arrival, expiry: .distantFuture, level: .zero, number: arrivals,
                accountPlace: accountPlace, expiryReason: .none,
                isPlain: books[place].isPlain && !terms.reduceOnly))
        noteBusy(place)
        busy &+= 1
        lastPlace = place
        outputs.append(
            OrderUpdate(
                order: id, strategy: request.intent.strategy, account: account,
                instrument: terms.instrument, change: .accepted, leaves: quantity, reportAt: now))
        return true
    }

    /// Lets the only working order meet the open of its bar, if it fills there whole.
    ///
    /// - Returns: Whether it did.
    @inline(__always)
    mutating func meetPlainly(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) -> Bool {
        let place = lastPlace
        guard books[place].orders.count == 1, books[place].orders[0].isPlain else { return false }
        let slot = books[place].slot
        guard UInt(bitPattern: slot) < UInt(bitPattern: frame.slots.count),
            frame.slots[slot].coverage == .traded,
            fillPlainly(0, place, frame.slots[slot].bar, frame.time, &outputs)
        else { return false }
        books[place].lastEnd = frame.slots[slot].bar.end
        books[place].orders.removeAll()
        noteIdle(place)
        busy = 0
        return true
    }

    /// Fills a plain order whole at the open of a bar.
    ///
    /// - Returns: Whether it did.
    @inline(__always)
    mutating func fillPlainly(
        _ position: Int, _ place: Int, _ bar: Bar, _ time: Timestamp,
        _ outputs: inout MarketOutputs
    ) -> Bool {
        #if PLANTED_DEFECTS
            // The defects are in the long way.
            if PlantedDefect.current != nil { return false }
        #endif
        let order = books[place].orders[position]
        guard order.arrival <= bar.start else { return false }
        let lots = order.quantity.lots
        let notional = bar.open.ticks.multipliedReportingOverflow(by: lots)
        let worth = notional.partialValue.multipliedReportingOverflow(
            by: books[place].ratio.numerator)
        guard !notional.overflow, !worth.overflow, let fee = shortFee(on: worth.partialValue)
        else { return false }
        let isBuy = order.side == .buy
        let row = cell(order.accountPlace, place)
        let held = positions[row]
        let after = isBuy ? held &+ lots : held &- lots
        let change = isBuy ? 0 &- worth.partialValue : worth.partialValue
        let paid = change.subtractingReportingOverflow(fee)
        let cash = accounts[order.accountPlace].cash.units.addingReportingOverflow(
            paid.partialValue)
        guard worth.partialValue >= 0, !paid.overflow, !cash.overflow, cash.partialValue >= 0,
            after >= 0, after < Quantity.limit
        else { return false }
        accounts[order.accountPlace].cash = Money(units: cash.partialValue)
        positions[row] = after
        outputs.append(
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: .taker,
                point: .open, rule: .market, price: bar.open, reference: bar.open,
                quantity: order.quantity, leaves: .zero, notional: Money(units: worth.partialValue),
                fee: Money(units: fee), executedAt: bar.start, label: bar.label, reportAt: time))
        return true
    }

    /// The fee where it is fixed, or a share that needs no wide arithmetic; nil otherwise.
    @inline(__always)
    private func shortFee(on worth: Int64) -> Int64? {
        if plainFee.rate == .zero { return plainFee.fixed.units }
        let product = worth.multipliedReportingOverflow(by: plainFee.rate.trillionths)
        if product.overflow { return nil }
        let share = try? FixedPoint.divide(
            product.partialValue, by: Rate.one.trillionths, .halfEven)
        let fee = (share ?? 0).addingReportingOverflow(plainFee.fixed.units)
        return fee.overflow || fee.partialValue < 0 ? nil : fee.partialValue
    }
}

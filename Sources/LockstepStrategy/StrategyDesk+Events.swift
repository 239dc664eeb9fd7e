package import LockstepModel

/// What strategies make of dated events: last prices and open orders as they are after them.
extension StrategyDispatch {
    /// Takes a dated event; last prices move at the next turn, after the closes of its time.
    package mutating func take(_ event: MarketEvent) throws {
        desk.value.moves.append(event)
        guard event.kind == .split else { return }
        for seat in desk.value.seats { try seat.value.orders.split(event) }
    }

    /// Takes what a booking says of claims and debts, which are no cash.
    package mutating func note(_ booking: borrowing Booking) throws {
        if booking.kind.costsItself { try desk.value.claim(booking) }
    }
}

extension StrategyDesk {
    /// Takes what an account gets or owes that is not paid yet.
    mutating func claim(_ booking: borrowing Booking) throws(ArithmeticError) {
        let account = Int(booking.account.rawValue) - 1
        guard account >= 0, account < cash.count else { return }
        while claims.count <= account { claims.append(.zero) }
        claims[account] = try claims[account].subtracting(booking.fee)
            .subtracting(booking.cashChange)
    }

    /// Moves last prices by the events of the step, behind whose time its closes lie.
    @inline(never)
    mutating func moveLastPrices() {
        for event in moves {
            let place = Int(event.instrument.rawValue) - 1
            guard place >= 0, place < lastPrices.count, let last = lastPrices[place],
                let instrument = instruments[event.instrument]
            else { continue }
            // One that would leave the range stays: whoever books the event has refused it.
            lastPrices[place] = (try? event.lastPrice(after: last, of: instrument)) ?? last
        }
        moves.removeAll(keepingCapacity: true)
    }
}

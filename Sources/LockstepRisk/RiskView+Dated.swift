import LockstepModel

/// What dated events do to what risk knows.
extension RiskView {
    /// Takes a dated event: last prices move with it, and a split moves the prices of open orders.
    ///
    /// Quantities come with what the venue tells of each order.
    @inline(never)
    mutating func apply(
        _ event: MarketEvent, _ instruments: Instruments
    ) throws(RiskError) {
        guard let place = place(of: event.instrument),
            let instrument = instruments[event.instrument]
        else { return }
        do throws(ArithmeticError) {
            if hasMark(place) {
                prices[listings[place].source].ticks = try event.lastPrice(
                    after: Price(ticks: mark(place)), of: instrument
                ).ticks
            }
            switch event.kind {
            case .split:
                for order in orders.places where Int(orders[order].instrument) == place {
                    try orders.split(order, event)
                }
                if !borrowable.isEmpty, let lots = borrowable[place] {
                    borrowable[place] = try event.lots(after: lots)
                }
            case .borrow:
                if borrowable.isEmpty {
                    borrowable = ContiguousArray(repeating: nil, count: listings.count)
                }
                borrowable[place] = event.quantity?.lots
            case .dividend, .payment, .funding, .accrual, .settlement, .endOfData: break
            }
        } catch {
            throw .overflow(
                account: AccountID(0), instrument: event.instrument, what: "a dated event")
        }
    }
}

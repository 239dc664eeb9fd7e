import LockstepModel

extension RiskView {
    /// What an account may come to hold, valued at the last prices.
    struct Exposure: Sendable {
        /// The sum of the greater magnitudes that each position may have.
        var gross: Int128 = 0
        /// The sum of the positions if all purchases are filled and no sale.
        var afterBuys: Int128 = 0
        /// The sum of the positions if all sales are filled and no purchase.
        var afterSells: Int128 = 0

        /// The greater magnitude of the two sums.
        var net: Int128 { max(afterBuys, -afterBuys, afterSells, -afterSells) }
    }

    /// The exposure of an account with its working orders.
    ///
    /// An instrument without a last price counts at the price of the order in hand, or as nothing.
    /// Cost: O(instruments the account ever used).
    ///
    /// - Parameters:
    ///   - order: The order in hand.
    ///   - isAdded: Whether it counts too, instead of what it replaces.
    /// - Returns: The exposure, or nil when a value leaves 64 bits.
    func exposure(with order: OrderCandidate, isAdded: Bool) -> Exposure? {
        var exposure = Exposure()
        let own = cell(order.account, order.instrument)
        do throws(ArithmeticError) {
            var place = Int(funds[order.account].firstCell)
            while place >= 0 {
                if place != own {
                    let instrument = place - cell(order.account, 0)
                    try add(cells[place], instrument, mark(instrument), to: &exposure)
                }
                place = Int(cells[place].next)
            }
            var changed = cells[own]
            if isAdded {
                let change = order.leaves &- order.replaced.lots
                changed.add(OpenOrder.Claim(lots: change, value: 0), order.side)
            }
            let ticks = hasMark(order.instrument) ? mark(order.instrument) : order.ticks
            try add(changed, order.instrument, ticks, to: &exposure)
        } catch {
            return nil
        }
        return exposure
    }

    private func add(
        _ cell: Cell, _ instrument: Int, _ ticks: Int64, to exposure: inout Exposure
    ) throws(ArithmeticError) {
        let buys = try FixedPoint.add(cell.position, cell.buys.lots)
        let sells = try FixedPoint.subtract(cell.position, cell.sells.lots)
        let price = Price(ticks: ticks)
        let ratio = listings[instrument].ratio
        let after = try ratio.value(price, SignedQuantity(lots: buys)).units
        let before = try ratio.value(price, SignedQuantity(lots: sells)).units
        exposure.gross += Int128(max(after.magnitude, before.magnitude))
        exposure.afterBuys += Int128(after)
        exposure.afterSells += Int128(before)
    }

    /// Whether an order, with what works on its side, only brings the position closer to nothing.
    func onlyReduces(_ order: OrderCandidate) -> Bool {
        if order.isReduceOnly { return true }
        let cell = cells[cell(order.account, order.instrument)]
        let working = Int128(cell.claim(order.side).lots &- order.replaced.lots)
        let lots = working + Int128(order.leaves)
        let position = Int128(cell.position)
        return order.side == .buy ? position + lots <= 0 : position - lots >= 0
    }
}

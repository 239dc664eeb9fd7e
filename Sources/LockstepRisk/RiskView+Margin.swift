import LockstepModel

extension RiskView {
    /// The equity of an account less what its positions and working orders need: all of their
    /// worth, or the part that their venue asks for.
    ///
    /// A long position is its own cover; a short one needs its value beside the proceeds, which
    /// are in the cash. Working orders need the greater of what their purchases and their sales
    /// would add to the position's magnitude. Cost: O(instruments the account ever used).
    ///
    /// - Parameters:
    ///   - account: The account's position from 0.
    ///   - change: What is added to the working orders of one side.
    ///   - instrument: The instrument's position from 0.
    ///   - side: The side.
    /// - Returns: The free margin, or nil when a value leaves 64 bits.
    func freeMargin(
        _ account: Int, adding change: OpenOrder.Claim, _ instrument: Int, _ side: Side
    ) -> Int128? {
        let own = cell(account, instrument)
        var free = Int128(funds[account].cash) + Int128(funds[account].unbooked)
        do throws(ArithmeticError) {
            var place = Int(funds[account].firstCell)
            while place >= 0 {
                if place != own {
                    free += try effect(
                        of: cells[place], place - cell(account, 0))
                }
                place = Int(cells[place].next)
            }
            var changed = cells[own]
            if side == .buy {
                changed.buys.lots &+= change.lots
                changed.buys.value &+= change.value
            } else {
                changed.sells.lots &+= change.lots
                changed.sells.value &+= change.value
            }
            return free + (try effect(of: changed, instrument))
        } catch {
            return nil
        }
    }

    /// What a cell adds to the free margin beside cash: nothing or less.
    private func effect(
        of cell: Cell, _ instrument: Int
    ) throws(ArithmeticError) -> Int128 {
        let position = cell.position
        let need = max(
            try need(of: cell.buys, position, 1), try need(of: cell.sells, position, -1))
        if listings[instrument].isLevered { return try levered(cell, instrument, need) }
        if position >= 0 { return -Int128(need) }
        let value = try listings[instrument].ratio.value(
            Price(ticks: mark(instrument)), SignedQuantity(lots: position))
        return 2 * Int128(value.units) - Int128(need)
    }

    /// The share of a side's worth by which it would make the position larger.
    private func need(
        of side: OpenOrder.Claim, _ position: Int64, _ sign: Int128
    ) throws(ArithmeticError) -> Int64 {
        let after = (Int128(position) + sign * Int128(side.lots)).magnitude
        let now = UInt128(position.magnitude)
        if after <= now || side.lots <= 0 { return 0 }
        let opening = Int64(clamping: after - now)
        return try FixedPoint.multiplyDivide(side.value, opening, den: side.lots, .ceiling)
    }

    /// The same where other terms hold: the worth of the position, less what it and orders need.
    @inline(never)
    private func levered(
        _ cell: Cell, _ instrument: Int, _ need: Int64
    ) throws(ArithmeticError) -> Int128 {
        let (margin, position) = (listings[instrument].margin, cell.position)
        let value = try listings[instrument].ratio.value(
            Price(ticks: mark(instrument)), SignedQuantity(lots: position))
        let held = try margin.initial(on: value, position)
        let asked: Int64 =
            switch margin.initial {
            case .share(let rate):
                try FixedPoint.proportion(of: need, rate: rate, .ceiling)
            case .perLot(let amount):
                try FixedPoint.multiply(
                    amount.units,
                    max(opening(cell.buys, position, 1), opening(cell.sells, position, -1)))
            case nil: need
            }
        return Int128(value.units) - Int128(held.units) - Int128(asked)
    }

    /// The lots by which a side would make the position larger.
    private func opening(_ side: OpenOrder.Claim, _ position: Int64, _ sign: Int128) -> Int64 {
        let after = (Int128(position) + sign * Int128(side.lots)).magnitude
        return max(0, Int64(clamping: Int128(after) - Int128(position.magnitude)))
    }
}

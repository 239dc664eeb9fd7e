import LockstepModel

/// A margin account is short no more than may be borrowed, if all its working sales are filled.
///
/// Orders that only reduce borrow nothing. The figure is what may be borrowed, in lots.
struct BorrowRule: RiskRule {
    static let reason = OrderReason.noBorrow

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if view.borrowable.isEmpty { return nil }
        return shortage(of: order, view)
    }

    @inline(never)
    private func shortage(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard order.side == .sell, !order.isReduceOnly, !order.isHeldByVenue,
            view.funds[order.account].kind == .margin,
            let most = view.borrowable[order.instrument]
        else { return nil }
        let cell = view.cells[view.cell(order.account, order.instrument)]
        let working = Int128(cell.sells.lots &- order.replaced.lots)
        let short = working + Int128(order.leaves) - Int128(cell.position)
        return short > Int128(most) ? most : nil
    }
}

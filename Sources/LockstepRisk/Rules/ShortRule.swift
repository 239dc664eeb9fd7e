import LockstepModel

/// A cash account sells only what it holds and does not offer already.
///
/// Orders that only reduce offer nothing. The figure is what is free, in lots.
struct ShortRule: RiskRule {
    static let reason = OrderReason.shortNotAllowed

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard order.side == .sell, !order.isHeldByVenue, let claim = order.claim,
            view.funds[order.account].kind == .cash
        else { return nil }
        let cell = view.cells[view.cell(order.account, order.instrument)]
        let free = cell.position &- (cell.sells.lots &- order.replaced.lots)
        return claim.lots > free ? free : nil
    }
}

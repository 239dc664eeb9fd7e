import LockstepModel

/// A margin account covers what it holds and what may be filled, in full.
///
/// Orders that only reduce are always accepted. The figure is the free margin without the order.
struct MarginRule: RiskRule {
    static let reason = OrderReason.insufficientMargin

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let claim = order.claim, claim.lots > 0,
            view.funds[order.account].kind == .margin
        else { return nil }
        if view.onlyReduces(order) { return nil }
        let change = OpenOrder.Claim(
            lots: claim.lots &- order.replaced.lots, value: claim.value &- order.replaced.value)
        guard
            let after = view.freeMargin(
                order.account, adding: change, order.instrument, order.side)
        else { return 0 }
        if after >= 0 { return nil }
        let now = view.freeMargin(order.account, adding: .none, order.instrument, order.side)
        return Int64(clamping: now ?? 0)
    }
}

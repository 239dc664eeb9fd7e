import LockstepModel

/// The account has not lost a share of its greatest equity.
///
/// The loss is that of the last snapshot, so it acts from the next step. Orders that only reduce
/// always pass. The figure is the limit, in trillionths.
struct DrawdownRule: RiskRule {
    static let reason = OrderReason.drawdown
    let share: Rate?

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let share, view.losses[order.account].hasLost(share) else { return nil }
        return view.onlyReduces(order) ? nil : share.trillionths
    }
}

import LockstepModel

/// The account has not lost its limit since the UTC day began.
///
/// The loss is that of the last snapshot, so it acts from the next step. Orders that only reduce
/// always pass. The figure is the limit, in units of money.
struct DailyLossRule: RiskRule {
    static let reason = OrderReason.dailyLoss
    /// By account.
    let most: ContiguousArray<Money?>

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let most = most[order.account],
            view.losses[order.account].lossOfDay(at: view.now) >= Int128(most.units)
        else { return nil }
        return view.onlyReduces(order) ? nil : most.units
    }
}

import LockstepModel

/// The net exposure of the account keeps its limit if the working orders of one side are filled.
///
/// An order that does not make it greater keeps it. The figure is the limit, in units of money.
struct NetLimitRule: RiskRule {
    static let reason = OrderReason.netLimit
    /// By account.
    let most: ContiguousArray<Money?>

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let most = most[order.account], !order.isReduceOnly else { return nil }
        guard let after = view.exposure(with: order, isAdded: true),
            let now = view.exposure(with: order, isAdded: false)
        else { return most.units }
        return after.net > Int128(most.units) && after.net > now.net ? most.units : nil
    }
}

import LockstepModel

/// The gross exposure of the account keeps its limit if working orders are filled.
///
/// An order that does not make it greater keeps it. The figure is the limit, in units of money.
struct GrossLimitRule: RiskRule {
    static let reason = OrderReason.grossLimit
    /// By account.
    let most: ContiguousArray<Money?>

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let most = most[order.account], !view.onlyReduces(order) else { return nil }
        guard let after = view.exposure(with: order, isAdded: true),
            let now = view.exposure(with: order, isAdded: false)
        else { return most.units }
        return after.gross > Int128(most.units) && after.gross > now.gross ? most.units : nil
    }
}

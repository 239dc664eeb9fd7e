import LockstepModel

/// The position keeps its limit if all working orders of the side are filled.
///
/// Orders that only reduce always keep it. The figure is the limit, in lots.
struct PositionLimitRule: RiskRule {
    static let reason = OrderReason.positionLimit
    let most: Quantity?

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let most, !order.isReduceOnly else { return nil }
        let cell = view.cells[view.cell(order.account, order.instrument)]
        let working = Int128(cell.claim(order.side).lots &- order.replaced.lots)
        let lots = working + Int128(order.leaves)
        let reached = Int128(cell.position) * Int128(order.side.sign) + lots
        return reached > Int128(most.lots) ? most.lots : nil
    }
}

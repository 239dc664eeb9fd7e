import LockstepModel

/// The order keeps the limit of sizes, and exact arithmetic holds it.
///
/// The figure is the limit in lots, or the bound of what can be added up.
struct OrderSizeRule: RiskRule {
    static let reason = OrderReason.sizeTooLarge
    let most: Quantity?

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if let most, order.terms.quantity > most.lots { return most.lots }
        if order.isReduceOnly { return nil }
        guard let claim = order.claim else { return .max }
        let cell = view.cells[view.cell(order.account, order.instrument)]
        let side = cell.claim(order.side)
        // Not less what an amendment replaces: until it is answered both may count.
        let lots = side.lots.addingReportingOverflow(claim.lots)
        if lots.overflow || lots.partialValue >= Quantity.limit { return Quantity.limit }
        let reserved = view.funds[order.account].reserved
        let worth = max(side.value, reserved).addingReportingOverflow(claim.value)
        return worth.overflow ? .max : nil
    }
}

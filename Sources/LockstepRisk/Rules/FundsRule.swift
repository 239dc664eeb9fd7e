import LockstepModel

/// A cash account pays for its purchases: cash less what is reserved covers price and fee.
///
/// Sales and orders that only reduce need nothing. The figure is the cash that is free.
struct FundsRule: RiskRule {
    static let reason = OrderReason.insufficientFunds

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard order.side == .buy, let claim = order.claim else { return nil }
        let funds = view.funds[order.account]
        if funds.kind != .cash || claim.value <= 0 { return nil }
        let others = funds.reserved &- order.replaced.value
        let (cash, over) = funds.cash.addingReportingOverflow(funds.unbooked)
        let (free, under) = cash.subtractingReportingOverflow(others)
        if over || under { return 0 }
        return claim.value > free ? free : nil
    }
}

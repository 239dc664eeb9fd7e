import LockstepModel

/// The account has sent fewer orders and amendments than its rate allows; cancels always pass.
///
/// The figure is the number that is allowed.
struct OrderRateRule: RiskRule {
    static let reason = OrderReason.orderRate
    let rate: OrderRate?

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let rate, !view.rates[order.account].admits(at: view.now) else { return nil }
        return Int64(rate.count)
    }
}

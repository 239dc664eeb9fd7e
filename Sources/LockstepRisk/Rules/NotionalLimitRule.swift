import LockstepModel

/// The notional of the order keeps its limit, which is the figure.
struct NotionalLimitRule: RiskRule {
    static let reason = OrderReason.notionalLimit
    /// By instrument.
    let most: ContiguousArray<Money?>

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let notional = order.notional, let most = most[order.instrument] else { return nil }
        return notional > most.units ? most.units : nil
    }
}

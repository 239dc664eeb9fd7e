import LockstepModel

/// The limit, the trigger price and the trailing distance are above zero and in range.
///
/// The figure is the bound: the first tick, the first one out of range, or for a trailing share
/// 0 or 1 in trillionths.
struct PriceRule: RiskRule {
    static let reason = OrderReason.offTickPrice

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if let fault = order.trailFault { return fault }
        return bound(passedBy: order.terms.limit) ?? bound(passedBy: order.terms.trigger)
    }

    private func bound(passedBy ticks: Int64?) -> Int64? {
        guard let ticks else { return nil }
        if ticks <= 0 { return 1 }
        return ticks >= Price.limit ? Price.limit : nil
    }
}

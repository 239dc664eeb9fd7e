import LockstepModel

/// The notional reaches the least of the venue, which is the figure.
struct SmallestNotionalRule: RiskRule {
    static let reason = OrderReason.belowMinNotional

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let notional = order.notional,
            let least = view.listings[order.instrument].limits.smallestNotional?.units
        else { return nil }
        return notional < least ? least : nil
    }
}

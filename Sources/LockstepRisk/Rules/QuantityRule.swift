import LockstepModel

/// The quantity is above zero and within the bounds of the range and of the venue.
///
/// The figure is the bound, in lots.
struct QuantityRule: RiskRule {
    static let reason = OrderReason.invalidQuantity

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if !order.hasQuantity { return nil }
        let quantity = Quantity(lots: order.terms.quantity)
        let limits = view.listings[order.instrument].limits
        let least = limits.smallestQuantity?.lots ?? 1
        if quantity.lots <= 0 || quantity.lots < least { return max(1, least) }
        if !quantity.isInRange { return Quantity.limit }
        if let most = limits.greatestQuantity?.lots, quantity.lots > most { return most }
        return nil
    }
}

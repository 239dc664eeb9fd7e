import LockstepModel

/// Limit and trigger are not further from the last price than a share of it.
///
/// Before there is a last price, and where it is zero or below, every price keeps it. The figure is
/// the bound that was passed, in ticks.
struct PriceCollarRule: RiskRule {
    static let reason = OrderReason.priceCollar
    let share: Rate?

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let share, view.hasMark(order.instrument) else { return nil }
        let last = view.mark(order.instrument)
        if last <= 0 { return nil }
        for price in [order.terms.limit, order.terms.trigger] {
            guard let price else { continue }
            if let bound = Self.bound(price, share, last) { return bound }
        }
        return nil
    }

    /// The bound that a price has passed; nil for one between the bounds.
    private static func bound(_ price: Int64, _ share: Rate, _ last: Int64) -> Int64? {
        // The last whole tick within the share; a share may be greater than the price itself.
        let width = Int128(last) * Int128(share.trillionths) / Int128(Rate.one.trillionths)
        let distance = Int128(price) - Int128(last)
        if distance > width { return Int64(clamping: Int128(last) + width) }
        return -distance > width ? Int64(clamping: Int128(last) - width) : nil
    }
}

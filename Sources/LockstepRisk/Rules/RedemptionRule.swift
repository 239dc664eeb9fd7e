import LockstepModel

/// No order to buy a token names a price above what it redeems for; the figure is that price in
/// ticks.
///
/// What a market order will cost is known only where it is carried out, and refused there.
struct RedemptionRule: RiskRule {
    static let reason = OrderReason.priceOutsideRedemption

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let keepers = view.keepers, keepers.isGuarded(order.instrument), order.side == .buy,
            let limit = order.terms.limit
        else { return nil }
        let most = view.listings[order.instrument].wholePrice
        return limit > most ? most : nil
    }
}

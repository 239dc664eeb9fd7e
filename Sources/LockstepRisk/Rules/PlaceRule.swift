import LockstepModel

/// An account that a venue keeps trades there and nowhere else, and no other account trades there;
/// the figure is the number of the account.
struct PlaceRule: RiskRule {
    static let reason = OrderReason.notTradable

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        guard let keepers = view.keepers else { return nil }
        return keepers.areTogether(order.account, order.instrument) ? nil : Int64(order.account) + 1
    }
}

import LockstepModel

/// No order of this identity is open.
///
/// There is no figure.
struct IdentityRule: RiskRule {
    static let reason = OrderReason.duplicateClientId

    func refusal(of order: OrderCandidate, _ view: RiskView) -> Int64? {
        !order.isAmendment && view.orders.place(of: order.id.rawValue) != nil ? 0 : nil
    }
}

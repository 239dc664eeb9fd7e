import LockstepModel

/// No order of this identity is open.
///
/// There is no figure.
struct IdentityRule: RiskRule {
    static let reason = OrderReason.duplicateClientId

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if order.isAmendment { return nil }
        return view.orders.place(of: order.id.rawValue) == nil ? nil : 0
    }
}

import LockstepModel

/// The feed has not ended: after its end nothing can fill any more.
///
/// Changes of orders that rest are left to their venue. There is no figure.
struct EndOfRunRule: RiskRule {
    static let reason = OrderReason.endOfRun

    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        view.hasEnded && !order.isAmendment ? 0 : nil
    }
}

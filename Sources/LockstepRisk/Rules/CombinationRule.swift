import LockstepModel

/// The terms can stand together: what types cannot exclude.
///
/// That is an account the run does not have, an identity or a link that is not the strategy's, a
/// size as a share of the free margin, a slippage below zero, and an amendment of nothing or of a
/// price the order does not have. There is no figure.
struct CombinationRule: RiskRule {
    static let reason = OrderReason.invalidCombination

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        order.isConsistent && order.account >= 0 ? nil : 0
    }
}

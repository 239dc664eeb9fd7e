import LockstepModel

/// There is a price to value the order at: its own, or the last one of the instrument.
///
/// Before the first traded bar an order at the market is worth nobody knows what. Orders that only
/// reduce need no worth. There is no figure.
struct MarkRule: RiskRule {
    static let reason = OrderReason.staleMark

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        order.hasPrice || order.isReduceOnly ? nil : 0
    }
}

import LockstepModel

/// The instrument is not halted; the figure is the number of the reason of the halt.
struct HaltRule: RiskRule {
    static let reason = OrderReason.halted

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        view.halts.reason(at: order.instrument).map { Int64($0.rawValue) }
    }
}

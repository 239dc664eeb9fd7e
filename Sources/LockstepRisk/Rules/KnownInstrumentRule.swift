import LockstepModel

/// The instrument is one of the run; the figure is how many there are.
struct KnownInstrumentRule: RiskRule {
    static let reason = OrderReason.unknownInstrument

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        order.instrument < 0 ? Int64(view.listings.count) : nil
    }
}

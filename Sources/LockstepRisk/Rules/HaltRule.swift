import LockstepModel

/// Trading of the instrument does not pause; the figure is the number of the reason of the pause.
struct HaltRule: RiskRule {
    static let reason = OrderReason.halted

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if view.halts.isClear { return nil }
        let (instrument, account) = order.scope
        return view.halts.pause(instrument, account).map { Int64($0.reason.rawValue) }
    }
}

/// The kill switch is not pulled; the figure is the number of the reason for which it was.
struct KilledRule: RiskRule {
    static let reason = OrderReason.killed

    @inline(__always)
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64? {
        if view.halts.isClear { return nil }
        let (instrument, account) = order.scope
        return view.halts.kill(instrument, account).map { Int64($0.reason.rawValue) }
    }
}

extension OrderCandidate {
    /// The instrument and the account, by their identities.
    fileprivate var scope: (InstrumentID, AccountID) {
        (
            InstrumentID(UInt32(truncatingIfNeeded: instrument &+ 1)),
            AccountID(UInt32(truncatingIfNeeded: account &+ 1))
        )
    }
}

import LockstepModel

/// The losses that pull the kill switch of an account.
struct LossSwitch: Sendable {
    /// The loss of a day, by account.
    let dailyLoss: ContiguousArray<Money?>
    /// The share of the greatest equity.
    let drawdown: Rate?
    /// Whether positions are closed too.
    let flattens: Bool

    /// The halt for what an account has lost; nil when that is bearable.
    func halt(_ account: Int, _ watch: LossWatch, at now: Int64) -> Halt? {
        var reason = OrderReason.none
        if let most = dailyLoss[account], watch.lossOfDay(at: now) >= Int128(most.units) {
            reason = .dailyLoss
        } else if let drawdown, watch.hasLost(drawdown) {
            reason = .drawdown
        }
        if reason == .none { return nil }
        return Halt(
            reason: reason, account: AccountID(UInt32(truncatingIfNeeded: account &+ 1)),
            flatten: flattens)
    }
}

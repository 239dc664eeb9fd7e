import LockstepMarket
import LockstepModel
import Synchronization

/// The first account that a liquidation has left with less than nothing, if there is one.
final class Ruin: Sendable {
    private let found = Mutex<(account: AccountID, equity: Money)?>(nil)
    private let flag = Atomic<Bool>(false)

    /// Whether there is one.
    var hasCome: Bool { flag.load(ordering: .relaxed) }

    /// The account and what it has.
    var content: (account: AccountID, equity: Money)? { found.withLock { $0 } }

    func note(_ account: AccountID, _ equity: Money) {
        found.withLock { found in
            if found == nil { found = (account, equity) }
        }
        flag.store(true, ordering: .relaxed)
    }
}

extension BacktestConfiguration {
    /// Whether accounts may be liquidated.
    var liquidates: Bool {
        accounts.contains { $0.kind == .margin }
            && (venues.contains { $0.market.marginRules.maintenance != nil }
                || instruments.contains { $0.margin.maintenance != nil })
    }
}

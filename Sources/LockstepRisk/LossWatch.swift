import LockstepModel

/// What an account has lost, as far as snapshots tell.
struct LossWatch: Sendable {
    /// The equity of the last snapshot.
    private(set) var equity: Int64 = 0
    /// The greatest equity so far.
    private(set) var greatest: Int64 = 0
    /// The equity with which the UTC day of the last snapshot began.
    private var atStartOfDay: Int64 = 0
    private var day: Int64 = .min
    private var hasBegun = false

    /// Takes the equity at the end of a step.
    mutating func take(_ equity: Int64, at now: Int64) {
        let today = Timestamp(nanoseconds: now).day
        if !hasBegun {
            (hasBegun, atStartOfDay, greatest) = (true, equity, equity)
        } else if today != day {
            atStartOfDay = self.equity
        }
        day = today
        self.equity = equity
        greatest = max(greatest, equity)
    }

    /// Counts losses from the last equity on.
    mutating func restart() {
        (atStartOfDay, greatest) = (equity, equity)
    }

    /// What was lost since the UTC day began; below zero for a gain.
    func lossOfDay(at now: Int64) -> Int128 {
        let today = Timestamp(nanoseconds: now).day
        return Int128(today == day ? atStartOfDay : equity) - Int128(equity)
    }

    /// Whether a share of the greatest equity is lost.
    func hasLost(_ share: Rate) -> Bool {
        if !hasBegun || greatest <= 0 { return equity < 0 }
        let lost = Int128(greatest) - Int128(equity)
        return lost * Int128(Rate.one.trillionths)
            >= Int128(greatest) * Int128(share.trillionths)
    }
}

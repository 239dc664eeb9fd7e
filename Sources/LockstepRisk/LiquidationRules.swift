import LockstepModel

/// The prices at which accounts are looked at for liquidations at the end of the market phase.
public enum LiquidationCheck: String, Hashable, Sendable, Codable, CaseIterable {
    /// The last prices.
    case close
    /// The worst price of each instrument's bar, all at once.
    case extreme
}

/// What becomes of the loss beyond zero of an account that was liquidated.
public enum BeyondZero: String, Hashable, Sendable, Codable, CaseIterable {
    /// The account keeps it, and the run ends.
    case keep
    /// An insurance fund pays it.
    case insured
}

/// How accounts are liquidated.
public struct LiquidationRules: Hashable, Sendable {
    /// The prices at which accounts are looked at.
    public var check: LiquidationCheck
    /// What becomes of the loss beyond zero.
    public var beyondZero: BeyondZero

    /// Makes rules.
    ///
    /// - Parameters:
    ///   - check: The prices at which accounts are looked at.
    ///   - beyondZero: What becomes of the loss beyond zero.
    public init(check: LiquidationCheck = .close, beyondZero: BeyondZero = .keep) {
        self.check = check
        self.beyondZero = beyondZero
    }
}

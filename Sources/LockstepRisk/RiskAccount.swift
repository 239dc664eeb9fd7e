public import LockstepModel

/// What risk has to know of an account before the run; its cash arrives as bookings.
public struct RiskAccount: Hashable, Sendable, Codable {
    /// How an account may be used.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// No shorts, no debt.
        case cash
        /// Shorts, covered in full by the free margin.
        case margin
    }

    /// The account.
    public let id: AccountID
    /// How it may be used.
    public let kind: Kind

    /// Makes the account.
    public init(_ id: AccountID, _ kind: Kind) {
        self.id = id
        self.kind = kind
    }
}

public import LockstepModel

/// What an account may do.
public enum AccountKind: Hashable, Sendable, Codable {
    /// It buys what its cash pays for and sells what it holds: no shorts, no debt.
    case cash
    /// It may be short, and needs the initial rate of the worth of what it holds as equity.
    ///
    /// A rate of one means no leverage.
    case margin(initial: Rate)
}

/// An account as a market is told of it before the run.
public struct MarketAccount: Hashable, Sendable, Codable {
    /// The account.
    public var id: AccountID
    /// What it may do.
    public var kind: AccountKind
    /// What it begins with.
    public var cash: Money

    /// Declares the account.
    ///
    /// - Parameters:
    ///   - id: The account.
    ///   - kind: What it may do.
    ///   - cash: What it begins with.
    public init(id: AccountID, kind: AccountKind = .cash, cash: Money) {
        self.id = id
        self.kind = kind
        self.cash = cash
    }
}

/// The engine's own view of an account: its fills at once, other bookings as they come.
struct AccountView: Hashable, Sendable, Codable {
    let id: AccountID
    let isMargin: Bool
    let initialRate: Rate
    var cash: Money

    init(_ account: MarketAccount) {
        id = account.id
        cash = account.cash
        switch account.kind {
        case .cash:
            isMargin = false
            initialRate = .one
        case .margin(let initial):
            isMargin = true
            initialRate = initial
        }
    }
}

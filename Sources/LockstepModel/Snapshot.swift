/// How an account stands at the end of a step.
@frozen
public struct Snapshot: Hashable, Sendable, Codable {
    /// The account.
    public let account: AccountID
    /// The cash.
    public let cash: Money
    /// Cash and positions at the last marks.
    public let equity: Money
    /// The profit realised since the start, before fees.
    public let realised: Money
    /// The profit of what is held at the last marks.
    public let unrealised: Money
    /// The fees paid since the start.
    public let fees: Money
    /// The sum of the magnitudes of the positions' values.
    public let grossExposure: Money
    /// The sum of the positions' values.
    public let netExposure: Money

    /// Makes the snapshot.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - cash: The cash.
    ///   - equity: Cash and positions at the last marks.
    ///   - realised: The profit realised since the start, before fees.
    ///   - unrealised: The profit of what is held at the last marks.
    ///   - fees: The fees paid since the start.
    ///   - grossExposure: The sum of the magnitudes of the positions' values.
    ///   - netExposure: The sum of the positions' values.
    @inlinable
    public init(
        account: AccountID, cash: Money, equity: Money, realised: Money, unrealised: Money,
        fees: Money, grossExposure: Money, netExposure: Money
    ) {
        self.account = account
        self.cash = cash
        self.equity = equity
        self.realised = realised
        self.unrealised = unrealised
        self.fees = fees
        self.grossExposure = grossExposure
        self.netExposure = netExposure
    }
}

public import LockstepModel

/// How often an assumption that is kind or unkind to the trader decided a fill.
public struct FillTally: Hashable, Sendable, Codable {
    /// What cutting slipped prices at the bar's edge saved.
    public internal(set) var slippageCut: Money = .zero
    /// The fills whose slipped price was cut.
    public internal(set) var cutFills = 0
    /// The limits that filled at an open better than their limit.
    public internal(set) var gapFills = 0
    /// The limits that filled on a mere touch of the bar's extreme.
    public internal(set) var touchFills = 0
    /// The bars in which the adverse path was not open, high, low, close.
    public internal(set) var lowFirstBars = 0
    /// The cancels and amendments that a bar in progress came before.
    public internal(set) var lateChanges = 0
    /// Positions that were liquidated on the path of a bar.
    public internal(set) var liquidations = 0

    /// Nothing decided.
    public init() {}
}

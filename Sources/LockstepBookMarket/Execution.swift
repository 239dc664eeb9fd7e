import LockstepModel

/// Whose rules of filling a run follows.
public enum Compatibility: String, Hashable, Sendable, Codable, CaseIterable {
    /// Lockstep's own.
    case none
    /// backtesting.py 0.6.
    case backtestingPy
    /// backtrader 1.9.
    case backtrader
    /// NautilusTrader 1.231 on bars.
    case nautilusBars
    /// zipline-reloaded.
    case zipline
}

/// Settings by name.
public enum Execution: Sendable {
    /// The settings under which a bar market fills as a peer does.
    ///
    /// Each is a setting of its own, so what comes back can be read, changed and compared. Costs and
    /// margin are left as they are: peers leave them to the user, too. Some of these rules look
    /// ahead or fill at prices in an order that never happened; they exist to compare with results
    /// of the peer, not to believe in.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: Its settings.
    public static func compatible(with peer: Compatibility) -> EngineSettings {
        var settings = EngineSettings()
        switch peer {
        case .none: break
        case .backtestingPy:
            settings.slippageRange = .beyondBar
            settings.rules.matcher = .queueOrder
            settings.rules.queue = .reduceFirst
            settings.rules.children = .afterMarketEntry
            settings.rules.stopLimit = .bothMet
            settings.rules.fundsMark = .lookAheadClose
        case .backtrader:
            settings.rules.matcher = .queueOrder
            settings.rules.children = .nextBar
            settings.rules.stopLimit = .closeGuess
            settings.rules.trailing = .close
        case .nautilusBars:
            settings.path = .ohlc
            settings.gapLimit = .atLimit
            settings.rules.sameClose = .lookAheadAll
            settings.rules.passedStop = .reject
        case .zipline:
            settings.rules.matcher = .closeOnly
            settings.rules.trailing = .close
            settings.rules.participation = Rate(trillionths: 25_000_000_000)
        }
        return settings
    }
}

public import LockstepModel

/// The way prices are assumed to go inside a bar.
///
/// Levels are met in the order of the path; nothing reaches back along it.
public enum IntrabarPath: String, Hashable, Sendable, Codable, CaseIterable {
    /// For each account that of the two orders which leaves it worth less at the close; on a tie
    /// open, high, low, close.
    case adverse
    /// Open, high, low, close.
    case ohlc
    /// Open, low, high, close.
    case olhc
    /// First to the extreme that is nearer to the open; on a tie the low.
    case nearestFirst

    /// Whether the high comes before the low in a bar; nil when that depends on the account.
    ///
    /// - Parameter bar: The bar.
    /// - Returns: Whether it does.
    @inlinable
    public func goesHighFirst(in bar: Bar) -> Bool? {
        switch self {
        case .adverse: nil
        case .ohlc: true
        case .olhc: false
        case .nearestFirst: bar.high - bar.open < bar.open - bar.low
        }
    }
}

/// What a limit gets that the open has already passed.
public enum GapLimit: String, Hashable, Sendable, Codable, CaseIterable {
    /// The open.
    case open
    /// Its limit: stricter, for markets round the clock, where a resting order is hit on the way.
    case atLimit
}

/// How far slippage may carry a price.
public enum SlippageRange: String, Hashable, Sendable, Codable, CaseIterable {
    /// To the bar's high for a purchase and its low for a sale; what is cut off is counted.
    case withinBar
    /// Anywhere.
    case beyondBar
}

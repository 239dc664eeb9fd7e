/// The side of an order or a fill.
@frozen
public enum Side: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// A purchase.
    case buy = 1
    /// A sale, of what is held or short.
    case sell = 2

    /// 1 for a purchase, -1 for a sale.
    @inlinable
    public var sign: Int64 { self == .buy ? 1 : -1 }

    /// The other side.
    @inlinable
    public var opposite: Self { self == .buy ? .sell : .buy }
}

/// Whether a fill gave liquidity or took it.
@frozen
public enum Liquidity: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// It gave: the order rested.
    case maker = 1
    /// It took.
    case taker = 2
}

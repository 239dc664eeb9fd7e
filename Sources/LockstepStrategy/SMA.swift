public import LockstepModel

/// The simple moving average of prices: the exact average of the last ones.
///
/// It keeps an integer sum of ticks and divides once, so equal averages compare equal.
public struct SMA: Hashable, Sendable {
    @usableFromInline var window: History<Price>
    @usableFromInline var sum: Int128 = 0

    /// Makes the average of some prices.
    ///
    /// - Parameter period: How many prices; from 1.
    /// - Throws: ``StrategyError/invalidPeriod(indicator:period:)``.
    public init(_ period: Int) throws(StrategyError) {
        guard (1...History<Price>.greatestLength).contains(period) else {
            throw .invalidPeriod(indicator: "SMA", period: period)
        }
        window = try History(period)
    }

    /// How many prices it averages.
    @inlinable
    public var period: Int { window.length }

    /// Takes the next price.
    ///
    /// - Parameter price: The price.
    /// - Returns: The average in ticks; nil until there were enough prices.
    /// - Complexity: O(1), whatever the period.
    @inlinable @inline(__always)
    public mutating func update(_ price: Price) -> Average? {
        guard window.isFull else { return warmUp(price) }
        let gone = window.replaceOldest(price)
        sum &+= Int128(price.ticks) &- Int128(gone.ticks)
        return Average(sum: sum, count: Int64(window.length))
    }

    @usableFromInline @inline(never)
    mutating func warmUp(_ price: Price) -> Average? {
        sum &+= Int128(price.ticks)
        window.append(price)
        return value
    }

    /// The average in ticks; nil until there were enough prices.
    @inlinable
    public var value: Average? {
        window.isFull ? Average(sum: sum, count: Int64(window.length)) : nil
    }
}

extension SMA: Codable {
    public init(from decoder: any Decoder) throws {
        window = try decoder.singleValueContainer().decode(History<Price>.self)
        for price in window.inOrder { sum &+= Int128(price.ticks) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(window)
    }
}

public import LockstepModel

/// The simple moving average of prices: the exact average of the last ones.
///
/// It keeps an integer sum of ticks and divides once, so equal averages compare equal. Up to 64
/// prices are kept in the value itself, so that a new one asks nobody who else has the storage.
public struct SMA: Sendable {
    /// How many prices it averages.
    public let period: Int
    /// The sum of the prices while ``isSteady`` holds; of 64 prices in range it has 60 bits.
    @usableFromInline var sum: Int64 = 0
    /// Where the next price goes: of a full window, where the oldest one is.
    @usableFromInline var next = 0
    /// Whether there were as many prices as the period has.
    private var isFull = false
    /// Whether there were enough prices, they are kept here, and all of them are in range.
    @usableFromInline var isSteady = false
    /// The last prices of a short period; those not there yet are zero.
    @usableFromInline var recent = InlineArray<64, Price>(repeating: .zero)
    /// The last prices of a long period, and their sum.
    private var long: LongWindow?

    /// Makes the average of some prices.
    ///
    /// - Parameter period: How many prices; from 1.
    /// - Throws: ``StrategyError/invalidPeriod(indicator:period:)``.
    public init(_ period: Int) throws(StrategyError) {
        guard (1...History<Price>.greatestLength).contains(period) else {
            throw .invalidPeriod(indicator: "SMA", period: period)
        }
        self.period = period
        if period > recent.count { long = LongWindow(prices: try History(period)) }
    }

    /// Takes the next price.
    ///
    /// - Parameter price: The price.
    /// - Returns: The average in ticks; nil until there were enough prices.
    /// - Complexity: O(1), whatever the period.
    @inlinable @inline(__always)
    public mutating func update(_ price: Price) -> Average? {
        // One price is weighed in several averages: what is alike for all of them comes first.
        let isWide = UInt64(bitPattern: price.ticks &+ Price.limit) >= 2 * UInt64(Price.limit)
        guard !isWide, isSteady else { return take(price) }
        let place = next & 63
        sum &+= price.ticks &- recent[place].ticks
        recent[place] = price
        next = next &+ 1 == period ? 0 : next &+ 1
        return Average(sum: sum, count: Int64(period))
    }

    /// Takes a price before there are enough, of a long period, and out of range.
    @usableFromInline @inline(never)
    mutating func take(_ price: Price) -> Average? {
        if long != nil { return long?.update(price) }
        recent[next] = price
        next += 1
        if next == period {
            next = 0
            isFull = true
        }
        isSteady = isFull && prices.allSatisfy(\.isInRange)
        if isSteady { sum = Int64(truncatingIfNeeded: total) }
        return value
    }

    /// The average in ticks; nil until there were enough prices.
    @inlinable
    public var value: Average? {
        isSteady ? Average(sum: sum, count: Int64(period)) : unsteadyValue
    }

    @usableFromInline var unsteadyValue: Average? {
        if let long { return long.value }
        return isFull ? Average(sum: total, count: Int64(period)) : nil
    }

    /// The sum of a short period, added up.
    private var total: Int128 {
        prices.reduce(0) { $0 + Int128($1.ticks) }
    }

    /// The prices, the oldest first.
    private var prices: [Price] {
        if let long { return long.prices.inOrder }
        let places = isFull ? Array(next..<period) + Array(0..<next) : Array(0..<next)
        return places.map { recent[$0] }
    }
}

/// The prices of a long period.
private struct LongWindow {
    var prices: History<Price>
    var sum: Int128 = 0

    @inline(__always)
    mutating func update(_ price: Price) -> Average? {
        sum &+= Int128(price.ticks)
        if let gone = prices.append(price) { sum &-= Int128(gone.ticks) }
        return value
    }

    var value: Average? {
        prices.isFull ? Average(sum: sum, count: Int64(prices.length)) : nil
    }
}

extension SMA: Hashable {
    /// Whether two averages are of one period and have the same prices in one order.
    public static func == (left: Self, right: Self) -> Bool {
        left.period == right.period && left.prices == right.prices
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(period)
        hasher.combine(prices)
    }
}

extension SMA: Codable {
    public init(from decoder: any Decoder) throws {
        let window = try decoder.singleValueContainer().decode(History<Price>.self)
        try self.init(window.length)
        for price in window.inOrder { _ = update(price) }
    }

    public func encode(to encoder: any Encoder) throws {
        var window = try History<Price>(period)
        for price in prices { window.append(price) }
        var container = encoder.singleValueContainer()
        try container.encode(window)
    }
}

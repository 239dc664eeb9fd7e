/// The exact average of whole numbers: a sum and a count, divided only when asked.
///
/// Averages over different counts compare exactly, so equal ones are equal and ties are ties.
@frozen
public struct Average: Sendable {
    /// The lower half of the sum: all of it, where it fits 64 bits.
    @usableFromInline let low: Int64
    /// What the upper half has besides the sign of the lower one; zero for most sums.
    @usableFromInline let excess: Int64
    /// How many numbers were summed; from 1.
    public let count: Int64

    /// Makes the average of what was summed.
    @inlinable
    init(sum: Int128, count: Int64) {
        low = Int64(truncatingIfNeeded: sum)
        excess = Int64(truncatingIfNeeded: sum >> 64) &- low >> 63
        self.count = count
    }

    /// Makes the average of what has a sum of 64 bits.
    @inlinable @inline(__always)
    init(sum: Int64, count: Int64) {
        low = sum
        excess = 0
        self.count = count
    }

    /// The sum.
    @inlinable
    public var sum: Int128 { Int128(low) &+ Int128(excess) << 64 }

    /// The average as the nearest double to the double of the sum over the count.
    @inlinable
    public var double: Double { Double(sum) / Double(count) }
}

extension Average: Comparable {
    /// Whether the left average is the smaller one, exactly.
    @inlinable @inline(__always)
    public static func < (left: Self, right: Self) -> Bool {
        // Most sums fit 64 bits, and their products with a count 128.
        left.excess | right.excess == 0
            ? left.product(right.count) < right.product(left.count) : isLess(left, right)
    }

    /// Whether the left average is the greater one, exactly.
    @inlinable @inline(__always)
    public static func > (left: Self, right: Self) -> Bool {
        // The same products in the same places as for `<`: asked after it, they are there.
        left.excess | right.excess == 0
            ? left.product(right.count) > right.product(left.count) : isLess(right, left)
    }

    /// A sum of 64 bits times a count.
    @inlinable @inline(__always)
    func product(_ count: Int64) -> Int128 { Int128(low) &* Int128(count) }

    /// Compares averages of any size.
    @usableFromInline @inline(never)
    static func isLess(_ left: Self, _ right: Self) -> Bool {
        let first = left.sum.multipliedFullWidth(by: Int128(right.count))
        let second = right.sum.multipliedFullWidth(by: Int128(left.count))
        return (first.high, first.low) < (second.high, second.low)
    }

    /// Whether two averages are equal, whatever their counts.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool {
        let first = left.sum.multipliedFullWidth(by: Int128(right.count))
        let second = right.sum.multipliedFullWidth(by: Int128(left.count))
        return first.high == second.high && first.low == second.low
    }
}

extension Average: Hashable {
    /// Hashes the quotient and the reduced rest, so that equal averages hash alike.
    public func hash(into hasher: inout Hasher) {
        var (left, right) = (sum.magnitude, UInt128(count))
        while right != 0 { (left, right) = (right, left % right) }
        let divisor = Int128(max(left, 1))
        hasher.combine(sum / divisor)
        hasher.combine(Int128(count) / divisor)
    }
}

extension Average: Codable {
    private enum CodingKeys: String, CodingKey { case high, low, count }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let high = try container.decode(Int64.self, forKey: .high)
        let low = try container.decode(UInt64.self, forKey: .low)
        let count = try container.decode(Int64.self, forKey: .count)
        guard count >= 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container, debugDescription: "an average of nothing")
        }
        self.init(sum: Int128(high) << 64 | Int128(low), count: count)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Int64(truncatingIfNeeded: sum >> 64), forKey: .high)
        try container.encode(UInt64(truncatingIfNeeded: sum), forKey: .low)
        try container.encode(count, forKey: .count)
    }
}

/// The exact average of whole numbers: a sum and a count, divided only when asked.
///
/// Averages over different counts compare exactly, so equal ones are equal and ties are ties.
@frozen
public struct Average: Sendable {
    /// The sum.
    public let sum: Int128
    /// How many numbers were summed; from 1.
    public let count: Int64

    /// Makes the average of what was summed.
    @inlinable
    init(sum: Int128, count: Int64) {
        self.sum = sum
        self.count = count
    }

    /// The average as the nearest double to the double of the sum over the count.
    @inlinable
    public var double: Double { Double(sum) / Double(count) }
}

extension Average: Comparable {
    /// Whether the left average is the smaller one, exactly.
    @inlinable @inline(__always)
    public static func < (left: Self, right: Self) -> Bool {
        // Most sums and their products with a count fit 64 bits.
        if let leftSum = Int64(exactly: left.sum), let rightSum = Int64(exactly: right.sum) {
            let (first, isFirstWide) = leftSum.multipliedReportingOverflow(by: right.count)
            let (second, isSecondWide) = rightSum.multipliedReportingOverflow(by: left.count)
            if !isFirstWide && !isSecondWide { return first < second }
        }
        return isLess(left, right)
    }

    /// Whether the left average is the greater one, exactly.
    @inlinable @inline(__always)
    public static func > (left: Self, right: Self) -> Bool { right < left }

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

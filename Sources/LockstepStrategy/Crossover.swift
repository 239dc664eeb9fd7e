/// Tells when one value crosses another.
///
/// It fires when the side changes. Equal values keep the side they came from, and the first side
/// there is fires nothing.
@frozen
public struct Crossover: Hashable, Sendable, Codable {
    /// Which way a value crossed the other.
    @frozen
    public enum Direction: UInt8, Hashable, Sendable, Codable, CaseIterable {
        /// From below to above.
        case up = 1
        /// From above to below.
        case down = 2
    }

    @usableFromInline var isAbove: Bool?

    /// Makes one that has seen nothing.
    @inlinable
    public init() {}

    /// Takes the next values.
    ///
    /// - Parameters:
    ///   - fast: The value that crosses; nil while it is not warm.
    ///   - slow: The value that is crossed; nil while it is not warm.
    /// - Returns: Which way it crossed; nil when it did not.
    @inlinable
    public mutating func update<Value: Comparable>(_ fast: Value?, _ slow: Value?) -> Direction? {
        guard let fast, let slow else { return nil }
        let side: Bool
        if fast > slow {
            side = true
        } else if fast < slow {
            side = false
        } else {
            return nil
        }
        defer { isAbove = side }
        guard let isAbove, isAbove != side else { return nil }
        return side ? .up : .down
    }
}

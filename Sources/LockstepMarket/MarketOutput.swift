public import LockstepModel

/// Something a market has to tell.
@nonexhaustive
public enum MarketOutput: Hashable, Sendable, Codable {
    /// Something happened to an order that is no fill.
    case update(OrderUpdate)
    /// An execution.
    case fill(Fill)
}

/// The outputs of a market in the order they happened: a buffer that is used again.
///
/// Emptied, it keeps its memory, so in the long run nothing is allocated.
@frozen
public struct MarketOutputs: Sendable {
    /// The outputs, and behind them old ones whose places are used again.
    @usableFromInline var list: ContiguousArray<MarketOutput>

    @usableFromInline var used = 0

    /// Makes an empty buffer.
    ///
    /// - Parameter capacity: How many outputs it holds before it grows.
    @inlinable
    public init(capacity: Int = 64) {
        list = []
        list.reserveCapacity(capacity)
    }

    /// How many there are.
    @inlinable
    public var count: Int { used }

    /// Whether there is none.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The positions, from 0.
    @inlinable
    public var indices: Range<Int> { 0..<count }

    /// The output at a position, from 0.
    @inlinable
    public subscript(position: Int) -> MarketOutput {
        precondition(position < count, "a position beyond the outputs")
        return list[position]
    }

    /// Appends an output.
    @inlinable
    public mutating func append(_ output: MarketOutput) {
        if used < list.count { list[used] = output } else { list.append(output) }
        used &+= 1
    }

    /// Appends all outputs of another buffer, in their order.
    @inlinable
    public mutating func append(contentsOf other: borrowing Self) {
        for position in 0..<other.count { append(other.list[position]) }
    }

    /// Appends an update.
    @inlinable
    public mutating func append(_ update: OrderUpdate) { append(.update(update)) }

    /// Appends a fill.
    @inlinable
    public mutating func append(_ fill: Fill) { append(.fill(fill)) }

    /// Removes all outputs and keeps the memory.
    @inlinable
    public mutating func removeAll() { used = 0 }

    /// Removes the outputs behind the first ones and keeps the memory.
    ///
    /// - Parameter count: How many stay; not more than there are.
    @inlinable
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "more outputs than there are")
        used = count
    }
}

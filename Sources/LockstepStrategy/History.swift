/// The last values of something, as many as were asked for.
///
/// It allocates once; a value that is added beyond the length pushes the oldest one out.
public struct History<Element> {
    /// The greatest length a window may have.
    public static var greatestLength: Int { 1 << 24 }

    /// How many values it holds when full.
    public let length: Int
    @usableFromInline var values: ContiguousArray<Element>
    /// Where the oldest value stands once the window is full.
    @usableFromInline var oldest = 0

    /// Makes an empty window.
    ///
    /// - Parameter length: How many values it holds when full; from 1.
    /// - Throws: ``StrategyError/invalidPeriod(indicator:period:)``.
    public init(_ length: Int) throws(StrategyError) {
        guard (1...Self.greatestLength).contains(length) else {
            throw .invalidPeriod(indicator: "a history", period: length)
        }
        self.length = length
        values = []
        values.reserveCapacity(length)
    }

    /// How many values it holds.
    @inlinable
    public var count: Int { values.count }

    /// Whether adding a value pushes one out.
    @inlinable
    public var isFull: Bool { values.count == length }

    /// The newest value.
    @inlinable
    public var newest: Element? { self[0] }

    /// The value some places before the newest one, which is 0; nil where there is none.
    @inlinable
    public subscript(ago: Int) -> Element? {
        guard ago >= 0, ago < values.count else { return nil }
        let place = oldest - 1 - ago
        return values[place < 0 ? place + values.count : place]
    }

    /// Adds a value.
    ///
    /// - Parameter value: The newest value.
    /// - Returns: The oldest value, if it was pushed out.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(_ value: Element) -> Element? {
        if values.count == length { return replaceOldest(value) }
        values.append(value)
        return nil
    }

    /// Takes a value for the oldest one of a full window.
    @inlinable @inline(__always)
    mutating func replaceOldest(_ value: Element) -> Element {
        let place = oldest
        oldest = place &+ 1 == length ? 0 : place &+ 1
        var values = values.mutableSpan
        let gone = values[place]
        values[place] = value
        return gone
    }
}

extension History: Sendable where Element: Sendable {}

extension History: Equatable where Element: Equatable {
    /// Whether two windows have one length and hold equal values in one order.
    public static func == (left: Self, right: Self) -> Bool {
        left.length == right.length && left.inOrder == right.inOrder
    }
}

extension History: Hashable where Element: Hashable {
    public func hash(into hasher: inout Hasher) {
        hasher.combine(length)
        hasher.combine(inOrder)
    }
}

extension History: Codable where Element: Codable {
    private enum CodingKeys: String, CodingKey { case length, values }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(container.decode(Int.self, forKey: .length))
        for value in try container.decode([Element].self, forKey: .values) { append(value) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(length, forKey: .length)
        try container.encode(inOrder, forKey: .values)
    }
}

extension History {
    /// The values, the oldest first.
    public var inOrder: [Element] { Array(values[oldest...] + values[..<oldest]) }
}

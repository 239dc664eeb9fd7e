/// A message as bytes: its kind and side, then numbers of eight bytes, the lowest first.
///
/// The first byte is the kind, and sixteen times the number of the side. A level or a trade has its
/// price and quantity behind it, a cancel or an execution the order and the quantity, all else the
/// order, the price and the quantity.
extension BookMessage {
    /// Appends the message to bytes.
    ///
    /// - Parameter bytes: The bytes.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue | (side?.rawValue ?? 0) << 4)
        if kind.hasOrder { Self.append(order, to: &bytes) }
        if kind.hasPrice { Self.append(UInt64(bitPattern: price.ticks), to: &bytes) }
        Self.append(UInt64(bitPattern: quantity.lots), to: &bytes)
    }

    /// Reads a message, and goes on behind it.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - place: Where it begins; behind it afterwards, unchanged where there is none.
    /// - Returns: The message; nil where the bytes are none.
    // Safe because: each load is checked to lie within the bytes, and any bits are a number.
    @inlinable @inline(__always) @safe
    public init?(in bytes: borrowing [UInt8], at place: inout Int) {
        guard place >= 0, place < bytes.count else { return nil }
        let first = bytes[place]
        guard let kind = Kind(rawValue: first & 15), first >> 4 <= 2 else { return nil }
        let side = Side(rawValue: first >> 4)
        let end = place &+ kind.length
        guard end <= bytes.count, side != nil || !kind.needsSide else { return nil }
        let words = unsafe bytes.span.bytes
        var next = place &+ 1
        var order: UInt64 = 0
        var ticks: Int64 = 0
        if kind.hasOrder {
            order = unsafe words.unsafeLoadUnaligned(fromByteOffset: next, as: UInt64.self)
            next &+= 8
        }
        if kind.hasPrice {
            ticks = unsafe words.unsafeLoadUnaligned(fromByteOffset: next, as: Int64.self)
            next &+= 8
        }
        let lots = unsafe words.unsafeLoadUnaligned(fromByteOffset: next, as: Int64.self)
        let (price, quantity) = (
            Price(ticks: .init(littleEndian: ticks)), Int64(littleEndian: lots)
        )
        guard price.isInRange, quantity >= 0, quantity < Quantity.limit else { return nil }
        self.init(
            kind: kind, side: side, price: price, quantity: Quantity(lots: quantity),
            order: UInt64(littleEndian: order))
        place = end
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in 0..<8 as Range<UInt64> {
            bytes.append(UInt8(truncatingIfNeeded: word >> (shift * 8)))
        }
    }
}

extension BookMessage.Kind {
    @inlinable @inline(__always) var hasOrder: Bool { rawValue >= 3 }

    @inlinable @inline(__always) var hasPrice: Bool { rawValue <= 4 }

    @inlinable @inline(__always) var needsSide: Bool { self == .level || self == .add }

    @inlinable @inline(__always)
    var length: Int { 9 + (hasOrder ? 8 : 0) + (hasPrice ? 8 : 0) }
}

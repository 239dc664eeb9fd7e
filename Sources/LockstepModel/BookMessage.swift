/// What happened in an order book: one change of a level, one trade, or one event of an order.
///
/// Messages travel in the bytes of a ``MarketDatum``: those of one datum are one change of the
/// book, after which orders are matched.
@frozen
public struct BookMessage: Hashable, Sendable {
    /// What a message tells.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// All that is displayed at a price of a side is so much now; 0 for nothing.
        case level = 1
        /// So much was traded at a price; the side is that of the one who took, if it is known.
        case trade = 2
        /// An order of the market with an identity came to stand at a price.
        case add = 3
        /// An order of the market has another price or another quantity now.
        case modify = 4
        /// So much of an order of the market was taken back; all of it where the quantity is 0.
        case cancel = 5
        /// So much of an order of the market was executed; all of it where the quantity is 0.
        case execute = 6
    }

    /// What it tells.
    public let kind: Kind
    /// The side of the book; of a trade the taker's, nil where that is unknown.
    public let side: Side?
    /// The price; zero where the kind has none.
    public let price: Price
    /// The quantity.
    public let quantity: Quantity
    /// The identity of the market's order; 0 where the kind has none.
    public let order: UInt64

    @inlinable @inline(__always)
    init(kind: Kind, side: Side?, price: Price, quantity: Quantity, order: UInt64) {
        self.kind = kind
        self.side = side
        self.price = price
        self.quantity = quantity
        self.order = order
    }
}

extension BookMessage {
    /// What is displayed at a price; nothing any more where the quantity is zero.
    @inlinable
    public static func level(_ side: Side, _ price: Price, _ quantity: Quantity) -> Self {
        Self(kind: .level, side: side, price: price, quantity: quantity, order: 0)
    }

    /// A trade; the side is that of the one who took, nil where it is unknown.
    @inlinable
    public static func trade(_ side: Side?, _ price: Price, _ quantity: Quantity) -> Self {
        Self(kind: .trade, side: side, price: price, quantity: quantity, order: 0)
    }

    /// A new order of the market.
    @inlinable
    public static func add(
        _ order: UInt64, _ side: Side, _ price: Price, _ quantity: Quantity
    ) -> Self {
        Self(kind: .add, side: side, price: price, quantity: quantity, order: order)
    }

    /// Another price or quantity of an order of the market.
    ///
    /// Less at the same price keeps its place in the queue; all else goes to the back.
    @inlinable
    public static func modify(_ order: UInt64, _ price: Price, _ quantity: Quantity) -> Self {
        Self(kind: .modify, side: nil, price: price, quantity: quantity, order: order)
    }

    /// What is taken back of an order of the market; all of it where the quantity is zero.
    @inlinable
    public static func cancel(_ order: UInt64, _ quantity: Quantity = .zero) -> Self {
        Self(kind: .cancel, side: nil, price: .zero, quantity: quantity, order: order)
    }

    /// What is executed of an order of the market; all of it where the quantity is zero.
    @inlinable
    public static func execute(_ order: UInt64, _ quantity: Quantity = .zero) -> Self {
        Self(kind: .execute, side: nil, price: .zero, quantity: quantity, order: order)
    }
}

extension MarketDatum {
    /// The kinds of data that are messages of an order book.
    public enum BookKind: UInt8, Hashable, Sendable, CaseIterable {
        /// Changes: what they do not name stays.
        case changes = 1
        /// The levels of a book: what they do not name is gone, or beyond what is known.
        case snapshot = 2
    }

    /// Messages of an order book that are one change of it.
    ///
    /// - Parameters:
    ///   - kind: Whether they change the book or replace it.
    ///   - instrument: The instrument.
    ///   - messages: The messages, in order.
    public init(
        book kind: BookKind = .changes, of instrument: InstrumentID, _ messages: [BookMessage]
    ) {
        self.init(kind: kind.rawValue, instrument: instrument, bytes: [])
        bytes.reserveCapacity(25 * messages.count)
        for message in messages { message.append(to: &bytes) }
    }

    /// The messages of an order book; nil where it holds something else.
    public var bookMessages: [BookMessage]? {
        guard BookKind(rawValue: kind) != nil else { return nil }
        var (messages, place): ([BookMessage], Int) = ([], 0)
        while place < bytes.count {
            guard let message = BookMessage(in: bytes, at: &place) else { return nil }
            messages.append(message)
        }
        return messages
    }
}

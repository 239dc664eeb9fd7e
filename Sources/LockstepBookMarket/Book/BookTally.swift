/// What was odd in the data of an order-book market.
public struct BookTally: Hashable, Sendable, Codable {
    /// The changes that left a book crossed or locked.
    public internal(set) var crossedInputs = 0
    /// The messages about orders that were not there, or were there already.
    public internal(set) var strangeOrders = 0
    /// The bytes that were no messages, by datum; what follows in it is left out.
    public internal(set) var unreadable = 0

    /// Nothing odd.
    public init() {}
}

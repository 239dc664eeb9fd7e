/// The best prices of an order book, and its last trade.
@frozen
public struct BookTop: Hashable, Sendable, Codable {
    /// The instrument.
    public let instrument: InstrumentID
    /// The highest bid; nil without one.
    public let bid: Price?
    /// What is displayed there.
    public let bidQuantity: Quantity
    /// The lowest ask; nil without one.
    public let ask: Price?
    /// What is displayed there.
    public let askQuantity: Quantity
    /// The price of the last trade; nil before the first.
    public let last: Price?
    /// What was traded at it.
    public let lastQuantity: Quantity
    /// When the venue had it.
    public let time: Timestamp
    /// When strategies hear of it.
    public let reportAt: Timestamp

    /// Makes the value.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - bid: The highest bid; nil without one.
    ///   - bidQuantity: What is displayed there.
    ///   - ask: The lowest ask; nil without one.
    ///   - askQuantity: What is displayed there.
    ///   - last: The price of the last trade; nil before the first.
    ///   - lastQuantity: What was traded at it.
    ///   - time: When the venue had it.
    ///   - reportAt: When strategies hear of it.
    @inlinable
    public init(
        instrument: InstrumentID, bid: Price?, bidQuantity: Quantity, ask: Price?,
        askQuantity: Quantity, last: Price? = nil, lastQuantity: Quantity = .zero,
        time: Timestamp, reportAt: Timestamp
    ) {
        self.instrument = instrument
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
        self.last = last
        self.lastQuantity = lastQuantity
        self.time = time
        self.reportAt = reportAt
    }

    /// What holdings are marked at: the middle of the book, else the last trade.
    ///
    /// A middle between two ticks is the even one of them.
    @inlinable
    public var markPrice: Price? {
        guard let bid, let ask else { return last }
        return Self.middle(bid, ask)
    }

    /// The tick nearest to the middle of two prices in range, the even one of two.
    @inlinable
    package static func middle(_ bid: Price, _ ask: Price) -> Price {
        let sum = bid.ticks &+ ask.ticks
        let floor = sum &>> 1
        return Price(ticks: sum & 1 == 0 || floor & 1 == 0 ? floor : floor &+ 1)
    }
}

public import LockstepModel

/// Rests an order at the best bid and one at the best ask, and follows them.
public struct TopQuoter: Strategy {
    /// What a configuration may set.
    public struct Parameters: StrategyParameters {
        /// The instrument.
        public var symbol = "BOOK"
        /// How many lots each order has.
        public var lots: Int64 = 1
        /// How many lots may be held, long or short.
        public var greatestPosition: Int64 = 5

        /// The defaults.
        public init() {}
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let greatestPosition: Int64
    private var bid: Quote?
    private var ask: Quote?

    /// An order that rests, and where.
    private struct Quote: Codable {
        let order: OrderHandle
        var price: Price
    }

    /// Makes the strategy.
    public init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        greatestPosition = parameters.greatestPosition
    }

    public var subscriptions: Subscriptions { Book(instrument) }

    public mutating func onBook(_ top: BookTop, _ context: inout Context) {
        let held = context.position(instrument).lots
        quote(.buy, top.bid, held < greatestPosition, &bid, &context)
        quote(.sell, top.ask, held > -greatestPosition, &ask, &context)
    }

    /// Places, moves or takes back the order of a side.
    private func quote(
        _ side: Side, _ best: Price?, _ isWanted: Bool, _ quote: inout Quote?,
        _ context: inout Context
    ) {
        if let order = quote?.order, context.order(order) == nil { quote = nil }
        guard isWanted, let best else {
            if let order = quote?.order { context.cancel(order) }
            return
        }
        guard let old = quote else {
            let order = context.submit(
                OrderTerms(
                    side, lots, of: instrument,
                    .limit(best, .goodTilCancelled, postOnly: true)), tag: "quote")
            return quote = Quote(order: order, price: best)
        }
        if old.price != best {
            context.amend(old.order, OrderAmendment(price: best))
            quote?.price = best
        }
    }
}

import LockstepModel

/// What risk keeps of an order that may still be filled.
struct OpenOrder: Sendable {
    /// What the order asks for, as far as it can be amended.
    struct Terms: Hashable, Sendable {
        /// The quantity, what is filled included.
        var quantity: Int64
        /// The limit in ticks, if it has one.
        var limit: Int64?
        /// The trigger price in ticks, if it has one.
        var trigger: Int64?

        /// The terms after an amendment.
        func amended(by amendment: OrderAmendment) -> Self {
            var terms = self
            if let quantity = amendment.quantity { terms.quantity = quantity.lots }
            if let price = amendment.price { terms.limit = price.ticks }
            if let stop = amendment.stop { terms.trigger = stop.ticks }
            return terms
        }
    }

    /// What an order may still cost: lots of its side, and their worth with the largest fee.
    struct Claim: Hashable, Sendable {
        var lots: Int64
        var value: Int64

        static var none: Self { Self(lots: 0, value: 0) }
    }

    var id: UInt64
    var strategy: UInt32
    /// The positions of account and instrument, from 0.
    var account: Int32
    var instrument: Int32
    var side: Side
    var isReduceOnly: Bool
    /// What the venue was last known to hold.
    var terms: Terms
    /// The price an order without one of its own is valued at, in ticks.
    var basis: Int64
    var filled: Int64
    /// What it counts for now; amendments under way included.
    var claim: Claim
    /// The first amendment that was not answered yet; none is -1.
    var amendments: Int32

    /// What stands in a place that is free.
    ///
    /// - Parameter next: The next free place.
    /// - Returns: No order.
    static func vacant(next: Int32) -> Self {
        Self(
            id: 0, strategy: 0, account: 0, instrument: 0, side: .buy, isReduceOnly: false,
            terms: Terms(quantity: 0, limit: nil, trigger: nil), basis: 0, filled: 0,
            claim: .none, amendments: next)
    }
}

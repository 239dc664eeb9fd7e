import LockstepModel

/// What all bounds on the size and the worth of one order come to, for one instrument.
///
/// An order within them passes every rule that has such a bound; the rules themselves are asked
/// only about an order that is not, for the first reason against it.
struct OrderBounds: Sendable {
    /// In lots.
    private(set) var leastLots: Int64
    private(set) var mostLots: Int64
    /// In units of money.
    private(set) var leastNotional: Int64
    private(set) var mostNotional: Int64 = .max

    /// The bounds of exact arithmetic and of the venue.
    init(_ venue: Instrument.Limits) {
        leastLots = max(1, venue.smallestQuantity?.lots ?? 1)
        mostLots = min(Quantity.limit - 1, venue.greatestQuantity?.lots ?? .max)
        leastNotional = max(0, venue.smallestNotional?.units ?? 0)
    }

    /// Takes the limits of the run too.
    mutating func tighten(most lots: Quantity?, _ notional: Money?) {
        if let lots { mostLots = min(mostLots, lots.lots) }
        if let notional { mostNotional = notional.units }
    }

    /// Lets no order pass without asking the rules.
    mutating func admitNothing() { leastLots = .max }

    @inline(__always)
    mutating func admits(lots: Int64) -> Bool { lots >= leastLots && lots <= mostLots }

    @inline(__always)
    mutating func admits(notional: Int64) -> Bool {
        notional >= leastNotional && notional <= mostNotional
    }
}

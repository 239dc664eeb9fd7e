import LockstepModel

/// What a bar market keeps of an order that is more than a market order, a limit or a stop, or
/// that stands in a book with such a one.
struct OrderDetail: Hashable, Sendable, Codable, BitwiseCopyable {
    /// The next place that is free, of a place that is.
    var next: Int32 = -1
    /// How it takes once it has triggered; 0 when it rests.
    var thenNumber: UInt8 = 0
    var isPostOnly = false
    /// Whether the trail is a share, in trillionths.
    var trailsByShare = false
    /// Whether a price was seen that the trail follows.
    var hasExtreme = false
    /// Whether it acts for what its parent has filled alone.
    var followsParent = false
    var isTriggered = false
    /// Whether it was tried for the first time.
    var isTried = false

    // Of the bar in hand.

    /// Whether the bar may fill it.
    var isEligible = false
    /// Whether it has become active at the price in hand.
    var isFresh = false
    /// Whether nothing is left in this bar that fills it.
    var isStalled = false
    /// What became of it.
    var fate = OrderFate.working

    /// The limit of an order that has a trigger price, too.
    var limit: Int64 = 0
    /// The distance of a trailing stop in ticks, or its share.
    var trail: Int64 = 0
    /// The best price since a trailing stop is active.
    var extreme: Int64 = 0
    /// The number of the order it follows; 0 for none.
    var parent: UInt64 = 0
    /// The number of its group; 0 for none.
    var group: UInt64 = 0
    /// The lots that were filled.
    var filled: Int64 = 0
    /// The lots that the fills of its group took off.
    var cut: Int64 = 0
    /// The lots of its parent that were filled.
    var released: Int64 = 0
    /// The lots of its parent that were filled, for the next bar.
    var held: Int64 = 0
    /// The share of the free margin it asks for, in trillionths; 0 where it has a quantity.
    var share: Int64 = 0
    /// The start of the bar in which it became a limit that rests.
    var since = Timestamp.distantPast

    /// What was asked; what has happened since is left out.
    var content: Self {
        var asked = Self()
        asked.thenNumber = thenNumber
        asked.isPostOnly = isPostOnly
        asked.trailsByShare = trailsByShare
        asked.limit = limit
        asked.trail = trail
        asked.parent = parent
        asked.group = group
        asked.share = share
        return asked
    }

    /// How it takes once it has triggered; nil when it rests.
    var then: TakingTimeInForce? { TakingTimeInForce(rawValue: thenNumber) }

    /// The level of a trailing stop, rounded away from the market; nil before it has seen a price.
    func trailingLevel(_ side: Side) -> Int64? {
        if !hasExtreme { return nil }
        var distance = trail
        if trailsByShare {
            // A share beneath one of a price in range is in range.
            let part = try? FixedPoint.proportion(
                of: extreme < 0 ? -extreme : extreme, rate: Rate(trillionths: trail), .up)
            distance = part ?? 0
        }
        return side == .sell ? extreme - distance : extreme + distance
    }

    /// Lets a trailing stop follow a price.
    mutating func follow(_ price: Int64, _ side: Side) {
        extreme = !hasExtreme ? price : side == .sell ? max(extreme, price) : min(extreme, price)
        hasExtreme = true
    }
}

extension BarBook {
    /// Gives an order at a place details of its own.
    mutating func addDetail(_ detail: OrderDetail, to position: Int) {
        if freeDetail >= 0 {
            let place = freeDetail
            freeDetail = details[Int(place)].next
            details[Int(place)] = detail
            orders[position].detail = place
        } else {
            orders[position].detail = Int32(truncatingIfNeeded: details.count)
            details.append(detail)
        }
        special += 1
    }

    /// Takes the details of an order that has ended away.
    mutating func removeDetail(_ place: Int32) {
        details[Int(place)].next = freeDetail
        freeDetail = place
        special -= 1
    }

    /// The details of the order at a place, which has some.
    subscript(detail position: Int) -> OrderDetail {
        get { details[Int(orders[position].detail)] }
        _modify { yield &details[Int(orders[position].detail)] }
    }

    /// The lots that an order may fill now: of a child, what its parent has.
    func active(_ position: Int) -> Int64 {
        let (lots, detail) = (orders[position].quantity.lots, self[detail: position])
        if detail.share != 0 { return 1 }
        if !detail.followsParent { return lots }
        return max(0, min(lots, detail.released - detail.filled - detail.cut))
    }

    /// What an order asked for in all, what was filled included.
    func total(_ position: Int) -> Int64 {
        let place = orders[position].detail
        let lots = orders[position].quantity.lots
        return place < 0 ? lots : lots + details[Int(place)].filled
    }
}

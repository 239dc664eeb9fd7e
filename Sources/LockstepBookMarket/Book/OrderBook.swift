import LockstepMarket
import LockstepModel

/// What a book market keeps of one instrument.
struct OrderBook: ~Copyable {
    let instrument: InstrumentID
    let ratio: NotionalRatio
    let limits: Instrument.Limits
    /// Whether it trades here.
    let trades: Bool
    /// Bids and asks as the market shows them.
    var sides = OwnedRow<DisplayedSide>()
    /// Whether the feed tells the market's orders one by one.
    var isByOrder = false
    var market = MarketOrders()
    /// One overlay for each account, or one for all.
    var overlays = OwnedRow<Overlay>()
    /// The places of the overlays in which there is something, ascending.
    var active = OwnedRow<Int32>()
    /// Whether the best bid is not below the best ask.
    var isCrossed = false
    /// Whether the instrument has ended: nothing trades any more.
    var isClosed = false
    /// The last trade.
    var last: Price?
    var lastQuantity: Int64 = 0
    /// The highest and the lowest trade of the change in hand.
    var highest = Int64.min
    var lowest = Int64.max
    /// Whether it was touched in the step in hand, and whether there was a trade.
    var isTouched = false
    var hasTraded = false
    /// The top that was told last.
    var told: Told?
    /// The way of its data to strategies.
    var line: LatencyLine

    /// The top of a book.
    struct Told: Hashable, Sendable, Codable, BitwiseCopyable {
        let bid: BookLevel?
        let ask: BookLevel?
    }

    init(_ instrument: Instrument, trades: Bool, overlays count: Int, line: LatencyLine) {
        self.instrument = instrument.id
        ratio = instrument.ratio
        limits = instrument.limits
        self.trades = trades
        self.line = line
        sides.append(DisplayedSide())
        sides.append(DisplayedSide())
        for _ in 0..<(trades ? count : 0) { overlays.append(Overlay()) }
    }

    /// The best level of a side.
    @inline(__always)
    func best(_ side: Int) -> BookLevel? { sides[side].levels.last }

    /// The price of a key of a side, and the other way round.
    @inline(__always)
    static func price(_ key: Int64, _ side: Int) -> Int64 { side == 0 ? key : 0 &- key }

    /// What holdings are marked at: the middle, else the last trade.
    var mark: Price? {
        guard let bid = best(0), let ask = best(1) else { return last }
        return BookTop.middle(Price(ticks: bid.key), Price(ticks: 0 &- ask.key))
    }

    /// Puts an overlay among the active ones.
    mutating func activate(_ overlay: Int) {
        if overlays[overlay].isActive { return }
        overlays[overlay].isActive = true
        overlays[overlay].prepare()
        var place = active.count
        while place > 0, Int(active[place &- 1]) > overlay { place &-= 1 }
        active.insert(Int32(truncatingIfNeeded: overlay), at: place)
    }

    /// Removes the overlays in which nothing is left from the active ones.
    mutating func tidy() {
        var kept = 0
        for place in active.indices {
            let overlay = Int(active[place])
            if overlays[overlay].isIdle {
                overlays[overlay].isActive = false
            } else {
                active[kept] = active[place]
                kept &+= 1
            }
        }
        active.truncate(to: kept)
    }
}

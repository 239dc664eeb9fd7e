import LockstepModel

/// What a bar market keeps of one instrument.
struct BarBook: Sendable, Codable {
    let instrument: InstrumentID
    let ratio: NotionalRatio
    let limits: Instrument.Limits
    /// The place of the primary series in a frame; -1 when the instrument does not trade here.
    let slot: Int
    /// The orders that work, by arrival number.
    var orders: ContiguousArray<WorkingOrder> = []
    /// The changes that wait for a bar, by arrival.
    var changes: ContiguousArray<PendingChange> = []
    /// The end of the last bar that was looked at.
    var lastEnd: Timestamp = .distantPast
    /// The last price, where marks are kept.
    var mark: Price?

    init(_ instrument: Instrument, slot: Int) {
        self.instrument = instrument.id
        ratio = instrument.ratio
        limits = instrument.limits
        self.slot = slot
    }

    /// Removes all orders, when all have ended.
    @inline(__always)
    mutating func removeAll() {
        while !orders.isEmpty { orders.removeLast() }
    }

    /// Removes the orders that have ended; the others keep their order.
    mutating func removeEnded() {
        var kept = 0
        for place in orders.indices where !orders[place].ended {
            if kept != place { orders[kept] = orders[place] }
            kept += 1
        }
        while orders.count > kept { orders.removeLast() }
    }
}

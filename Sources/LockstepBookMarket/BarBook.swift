import LockstepModel

/// What a bar market keeps of one instrument.
struct BarBook: ~Copyable {
    let instrument: InstrumentID
    let ratio: NotionalRatio
    let limits: Instrument.Limits
    /// The place of the primary series in a frame; -1 when the instrument does not trade here.
    let slot: Int
    /// Whether market orders go the short way here: costs are plain, and a fill is worth a whole
    /// number of units without rounding.
    let isPlain: Bool
    /// Whether it trades here, any quantity.
    let takesAll: Bool
    /// The orders that work, by arrival number.
    var orders = OwnedRow<WorkingOrder>()
    /// Whether an order has ended that is still among them.
    var hasEnded = false
    /// The changes that wait for a bar, by arrival.
    var changes = OwnedRow<PendingChange>()
    /// The end of the last bar that was looked at.
    var lastEnd: Timestamp = .distantPast
    /// The last price, where marks are kept.
    var mark: Price?

    init(_ instrument: Instrument, slot: Int, hasPlainCosts: Bool) {
        self.instrument = instrument.id
        ratio = instrument.ratio
        limits = instrument.limits
        self.slot = slot
        isPlain = hasPlainCosts && ratio.denominator == 1
        takesAll = slot >= 0 && limits == .none
    }

    init(_ record: Record, hasPlainCosts: Bool) {
        instrument = record.instrument
        ratio = record.ratio
        limits = record.limits
        slot = record.slot
        isPlain = hasPlainCosts && ratio.denominator == 1
        takesAll = slot >= 0 && limits == .none
        orders = OwnedRow(record.orders)
        changes = OwnedRow(record.changes)
        lastEnd = record.lastEnd
        mark = record.mark
    }

    /// Whether nothing works here and nothing waits.
    @inline(__always)
    var isIdle: Bool { orders.isEmpty && changes.isEmpty }

    /// Removes the orders that have ended; the others keep their order.
    mutating func removeEnded() {
        if !hasEnded { return }
        hasEnded = false
        var kept = 0
        for place in orders.indices where !orders[place].ended {
            if kept != place { orders[kept] = orders[place] }
            kept += 1
        }
        orders.truncate(to: kept)
    }

    /// Removes the first changes.
    mutating func removeChanges(_ count: Int) {
        for place in count..<changes.count { changes[place - count] = changes[place] }
        changes.truncate(to: changes.count - count)
    }

    /// The place of an order that works, by its identity.
    func position(of order: OrderID) -> Int? {
        for place in orders.indices where orders[place].id == order && !orders[place].ended {
            return place
        }
        return nil
    }

    /// A book, as it is encoded.
    struct Record: Codable {
        let instrument: InstrumentID
        let ratio: NotionalRatio
        let limits: Instrument.Limits
        let slot: Int
        let orders: ContiguousArray<WorkingOrder>
        let changes: ContiguousArray<PendingChange>
        let lastEnd: Timestamp
        let mark: Price?
    }

    /// What is encoded of it.
    var record: Record {
        Record(
            instrument: instrument, ratio: ratio, limits: limits, slot: slot,
            orders: orders.values, changes: changes.values, lastEnd: lastEnd, mark: mark)
    }
}

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
    var takesAll: Bool
    /// Whether the instrument has ended: nothing trades any more.
    var isClosed = false
    /// The orders that a bar is compared with, by arrival number.
    var orders = OwnedRow<WorkingOrder>()
    /// The other ones that work: limits and stops which the last bar they met did not reach.
    var resting = RestingOrders()
    /// The details of orders that have some, and the first place among them that is free.
    var details = OwnedRow<OrderDetail>()
    var freeDetail: Int32 = -1
    /// How many orders have details.
    var special = 0
    /// Whether an order has ended that is still among them.
    var hasEnded = false
    /// The changes that wait for a bar, by arrival.
    var changes = OwnedRow<PendingChange>()
    /// The end of the last bar that was looked at.
    var lastEnd: Timestamp = .distantPast
    /// The last price, where marks are kept.
    var mark: Price?
    /// The last traded bar, where something may happen to an order when it arrives.
    var lastBar: Bar?

    init(_ instrument: Instrument, slot: Int, hasPlainCosts: Bool, takesPlainly: Bool) {
        self.instrument = instrument.id
        ratio = instrument.ratio
        limits = instrument.limits
        self.slot = slot
        isPlain = hasPlainCosts && ratio.denominator == 1
        takesAll = slot >= 0 && limits == .none && takesPlainly
    }

    init(_ record: Record, hasPlainCosts: Bool, takesPlainly: Bool) {
        instrument = record.instrument
        ratio = record.ratio
        limits = record.limits
        slot = record.slot
        isPlain = hasPlainCosts && ratio.denominator == 1
        isClosed = record.isClosed
        takesAll = slot >= 0 && limits == .none && takesPlainly && !record.isClosed
        orders = OwnedRow(record.orders)
        details = OwnedRow(record.details)
        freeDetail = record.freeDetail
        special = record.orders.count { $0.detail >= 0 }
        lastBar = record.lastBar
        changes = OwnedRow(record.changes)
        lastEnd = record.lastEnd
        mark = record.mark
    }

    /// Whether nothing works here and nothing waits.
    @inline(__always)
    var isIdle: Bool { orders.isEmpty && changes.isEmpty && resting.count == 0 }

    /// Removes the orders that have ended; the others keep their order.
    mutating func removeEnded() {
        if !hasEnded { return }
        hasEnded = false
        var kept = 0
        for place in orders.indices {
            if orders[place].ended {
                if orders[place].detail >= 0 { removeDetail(orders[place].detail) }
                continue
            }
            if kept != place { orders[kept] = orders[place] }
            kept += 1
        }
        orders.truncate(to: kept)
    }

    /// Forgets all orders, which have ended.
    @inline(__always)
    mutating func removeAll() {
        orders.removeAll()
        hasEnded = false
        if resting.count != 0 { resting.removeAll() }
        if special != 0 { removeDetails() }
    }

    @inline(never)
    private mutating func removeDetails() {
        details.removeAll()
        (freeDetail, special) = (-1, 0)
    }

    /// Whether a bar moves none of the orders.
    @inline(__always)
    func isQuiet(_ bar: Bar) -> Bool {
        orders.isEmpty && bar.low.ticks > resting.floor && bar.high.ticks < resting.ceiling
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
        let details: ContiguousArray<OrderDetail>
        let freeDetail: Int32
        let lastBar: Bar?
        let changes: ContiguousArray<PendingChange>
        let lastEnd: Timestamp
        let mark: Price?
        let isClosed: Bool
    }

    /// All orders that work, by arrival number.
    private var allOrders: ContiguousArray<WorkingOrder> {
        resting.count == 0
            ? orders.values
            : ContiguousArray((orders.values + resting.values).sorted { $0.number < $1.number })
    }

    /// What is encoded of it.
    var record: Record {
        Record(
            instrument: instrument, ratio: ratio, limits: limits, slot: slot,
            orders: allOrders, details: details.values, freeDetail: freeDetail,
            lastBar: lastBar, changes: changes.values, lastEnd: lastEnd, mark: mark,
            isClosed: isClosed)
    }
}

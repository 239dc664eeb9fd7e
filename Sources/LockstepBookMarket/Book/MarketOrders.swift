import LockstepModel

/// An order of the market, where its feed tells orders one by one.
struct MarketOrder: Hashable, Sendable, Codable, BitwiseCopyable {
    var id: UInt64
    /// The side: 0 for bids, 1 for asks.
    var side: Int8
    /// The price's key.
    var key: Int64
    /// How much is left; 0 for a slot that is free.
    var quantity: Int64
    /// When it got its place in the queue, as a number.
    var number: UInt64
}

/// The orders of the market in one book.
struct MarketOrders: ~Copyable {
    private(set) var slots = OwnedRow<MarketOrder>()
    private var free = OwnedRow<Int32>()
    private var table = IdentityTable()
    /// The number of the next place in a queue.
    private(set) var next: UInt64 = 0

    init() {}

    init(_ orders: ContiguousArray<MarketOrder>, next: UInt64) {
        for order in orders {
            table.insert(order.id, slots.count)
            slots.append(order)
        }
        self.next = next
    }

    /// The orders, by their number.
    var values: ContiguousArray<MarketOrder> {
        ContiguousArray(slots.values.filter { $0.quantity > 0 }.sorted { $0.number < $1.number })
    }

    /// The slot of an order; negative where there is none.
    func slot(of id: UInt64) -> Int { table.slot(of: id) }

    /// Takes an order that is new; it stands last.
    mutating func add(_ id: UInt64, _ side: Int, _ key: Int64, _ quantity: Int64) {
        let order = MarketOrder(
            id: id, side: Int8(truncatingIfNeeded: side), key: key, quantity: quantity,
            number: next)
        next &+= 1
        if let last = free.last {
            free.truncate(to: free.count &- 1)
            slots[Int(last)] = order
            table.insert(id, Int(last))
        } else {
            slots.append(order)
            table.insert(id, slots.count &- 1)
        }
    }

    /// Takes a part of an order away, or all of it.
    mutating func reduce(_ slot: Int, by quantity: Int64) {
        slots[slot].quantity &-= quantity
        if slots[slot].quantity > 0 { return }
        table.remove(slots[slot].id)
        free.append(Int32(truncatingIfNeeded: slot))
    }
}

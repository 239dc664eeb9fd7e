import LockstepModel

/// The open orders by their identity, in storage that is used again.
///
/// Open addressing with linear probing, at most half full; removal moves later entries back, so
/// there are no tombstones. Cost: O(1); memory grows to twice the most orders ever open.
struct OpenOrders: Sendable {
    private struct Waiting: Sendable {
        var amendment: OrderAmendment
        var next: Int32
    }

    private var keys: ContiguousArray<UInt64>
    private var slots: ContiguousArray<Int32>
    private var shift: UInt64
    private(set) var count = 0

    private var orders: ContiguousArray<OpenOrder> = []
    private var free: ContiguousArray<Int32> = []
    private var waiting: ContiguousArray<Waiting> = []
    private var freeWaiting: Int32 = -1

    init() {
        keys = ContiguousArray(repeating: 0, count: 64)
        slots = ContiguousArray(repeating: 0, count: 64)
        shift = 64 - 6
    }

    subscript(place: Int) -> OpenOrder {
        @inline(__always) _read { yield orders[place] }
        @inline(__always) _modify { yield &orders[place] }
    }

    /// Where an order is kept until it is removed.
    @inline(__always)
    func place(of id: UInt64) -> Int? {
        var slot = home(of: id)
        while keys[slot] != 0 {
            if keys[slot] == id { return Int(slots[slot]) }
            slot = (slot &+ 1) & (keys.count &- 1)
        }
        return nil
    }

    /// Where the orders are kept, in the order of their places.
    var places: [Int] {
        keys.indices.filter { keys[$0] != 0 }.map { Int(slots[$0]) }.sorted()
    }

    /// Keeps an order; its identity is not 0 and not kept yet.
    mutating func insert(_ order: OpenOrder) {
        if (count &+ 1) &* 2 > keys.count { grow() }
        let place: Int32
        if !free.isEmpty {
            place = free.removeLast()
            orders[Int(place)] = order
        } else {
            place = Int32(truncatingIfNeeded: orders.count)
            orders.append(order)
        }
        occupy(order.id, place)
        count &+= 1
    }

    /// Forgets an order and the amendments that wait.
    mutating func remove(_ id: UInt64) {
        var slot = home(of: id)
        while keys[slot] != id {
            if keys[slot] == 0 { return }
            slot = (slot &+ 1) & (keys.count &- 1)
        }
        let place = Int(slots[slot])
        if orders[place].amendments >= 0 { removeAmendments(of: place) }
        free.append(Int32(truncatingIfNeeded: place))
        count &-= 1
        close(slot)
    }

    // MARK: Amendments under way

    @inline(never)
    private mutating func removeAmendments(of place: Int) {
        while removeFirstAmendment(of: place) != nil {}
    }

    mutating func append(_ amendment: OrderAmendment, to place: Int) {
        let link: Int32
        if freeWaiting >= 0 {
            link = freeWaiting
            freeWaiting = waiting[Int(link)].next
            waiting[Int(link)] = Waiting(amendment: amendment, next: -1)
        } else {
            link = Int32(truncatingIfNeeded: waiting.count)
            waiting.append(Waiting(amendment: amendment, next: -1))
        }
        var last = orders[place].amendments
        if last < 0 {
            orders[place].amendments = link
            return
        }
        while waiting[Int(last)].next >= 0 { last = waiting[Int(last)].next }
        waiting[Int(last)].next = link
    }

    @discardableResult
    mutating func removeFirstAmendment(of place: Int) -> OrderAmendment? {
        let first = orders[place].amendments
        if first < 0 { return nil }
        orders[place].amendments = waiting[Int(first)].next
        waiting[Int(first)].next = freeWaiting
        freeWaiting = first
        return waiting[Int(first)].amendment
    }

    /// Calls a body with the terms as they are, and after each amendment under way.
    @inline(__always)
    func forEachTerms<Failure: Error>(
        of place: Int, _ body: (OpenOrder.Terms) throws(Failure) -> Void
    ) throws(Failure) {
        var terms = orders[place].terms
        try body(terms)
        var link = orders[place].amendments
        while link >= 0 {
            terms = terms.amended(by: waiting[Int(link)].amendment)
            try body(terms)
            link = waiting[Int(link)].next
        }
    }

    // MARK: Slots

    @inline(__always)
    private func home(of id: UInt64) -> Int {
        Int(truncatingIfNeeded: (id &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }

    @inline(__always)
    private mutating func occupy(_ id: UInt64, _ place: Int32) {
        var slot = home(of: id)
        while keys[slot] != 0 { slot = (slot &+ 1) & (keys.count &- 1) }
        keys[slot] = id
        slots[slot] = place
    }

    private mutating func close(_ first: Int) {
        let mask = keys.count &- 1
        var (hole, slot) = (first, (first &+ 1) & mask)
        while keys[slot] != 0 {
            // An entry may move back to the hole when its home is not between the two.
            if (slot &- home(of: keys[slot])) & mask >= (slot &- hole) & mask {
                keys[hole] = keys[slot]
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot &+ 1) & mask
        }
        keys[hole] = 0
    }

    private mutating func grow() {
        let (oldKeys, oldPlaces) = (keys, slots)
        keys = ContiguousArray(repeating: 0, count: oldKeys.count * 2)
        slots = ContiguousArray(repeating: 0, count: oldKeys.count * 2)
        shift &-= 1
        for slot in oldKeys.indices where oldKeys[slot] != 0 {
            occupy(oldKeys[slot], oldPlaces[slot])
        }
    }
}

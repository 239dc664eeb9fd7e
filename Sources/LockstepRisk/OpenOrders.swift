import LockstepModel

/// The open orders by their identity, in storage that is used again.
///
/// Open addressing with linear probing, at most half full; removal moves later entries back, so
/// there are no tombstones. Cost: O(1); memory grows to twice the most orders ever open.
struct OpenOrders: ~Copyable, Sendable {
    struct Waiting: Sendable {
        var amendment: OrderAmendment
        var next: Int32
    }

    struct Slot: Sendable {
        var key: UInt64
        var place: Int32
    }

    private var slots: Column<Slot>
    private var mask: Int
    private var shift: UInt64
    private(set) var count = 0

    private var orders = Column<OpenOrder>()
    /// The first place that is free; the next one stands where the amendments of an order do.
    private var free: Int32 = -1
    private var waiting = Column<Waiting>()
    private var freeWaiting: Int32 = -1

    init() {
        slots = Column(repeating: Slot(key: 0, place: -1), count: 64)
        mask = 63
        shift = 64 - 6
        addPlaces(32)
    }

    /// Adds places that are free, where none is; the first of them is taken next.
    private mutating func addPlaces(_ count: Int) {
        let first = orders.count
        for place in first..<first + count {
            let next = place + 1 == first + count ? -1 : place + 1
            orders.append(OpenOrder.vacant(next: Int32(truncatingIfNeeded: next)))
        }
        free = Int32(truncatingIfNeeded: first)
    }

    /// Whether there is no room for another order before ``makeRoom()``.
    ///
    /// There are half as many places as slots.
    @inline(__always)
    var isFull: Bool { free < 0 }

    /// Makes room for as many orders again as there are.
    @inline(never)
    mutating func makeRoom() {
        let kept = slots.values
        slots = Column(repeating: Slot(key: 0, place: -1), count: kept.count * 2)
        mask = kept.count * 2 - 1
        shift &-= 1
        for slot in kept where slot.key != 0 { occupy(slot.key, slot.place) }
        addPlaces(kept.count - orders.count)
    }

    subscript(place: Int) -> OpenOrder {
        @inline(__always) _read { yield orders[place] }
        @inline(__always) _modify { yield &orders[place] }
    }

    /// Where an order is kept until it is removed.
    @inline(__always)
    func place(of id: UInt64) -> Int? {
        guard let slot = slot(of: id) else { return nil }
        return place(at: slot)
    }

    /// The slot that names an order, until another order comes or goes.
    @inline(__always)
    func slot(of id: UInt64) -> Int? {
        var slot = home(of: id)
        while true {
            let key = slots[slot].key
            if key == 0 { return nil }
            if key == id { return slot }
            slot = (slot &+ 1) & mask
        }
    }

    /// Where the order of a slot is kept.
    @inline(__always)
    func place(at slot: Int) -> Int { Int(slots[slot].place) }

    /// Where the orders are kept, in the order of their places.
    var places: [Int] {
        slots.indices.filter { slots[$0].key != 0 }.map { Int(slots[$0].place) }.sorted()
    }

    /// The slot for a new order; nil when an order of the identity is kept.
    @inline(__always)
    mutating func vacancy(for id: UInt64) -> Int? {
        var slot = home(of: id)
        while true {
            let key = slots[slot].key
            if key == 0 { return slot }
            if key == id { return nil }
            slot = (slot &+ 1) & mask
        }
    }

    /// Keeps an order in the slot found for it; its identity is not 0, and there is room.
    @inline(__always)
    mutating func insert(_ id: UInt64, at slot: Int, made order: () -> OpenOrder) {
        let place = free
        Self.put(&orders[Int(place)], &free, order)
        Self.fill(&slots[slot], id, place)
        count &+= 1
    }

    @inline(__always)
    private static func put(
        _ place: inout OpenOrder, _ free: inout Int32, _ order: () -> OpenOrder
    ) {
        free = place.amendments
        place = order()
    }

    @inline(__always)
    private static func fill(_ slot: inout Slot, _ key: UInt64, _ place: Int32) {
        slot.key = key
        slot.place = place
    }

    /// Forgets the order of a slot, if it is of an account and an instrument and no amendment of
    /// it waits.
    ///
    /// - Returns: What it claimed and its side; nil when nothing has changed.
    @inline(__always)
    mutating func take(
        at slot: Int, _ account: Int, _ instrument: Int
    ) -> (claim: OpenOrder.Claim, side: Side)? {
        let place = slots[slot].place
        guard
            let taken = Self.take(
                &orders[Int(place)], Int32(truncatingIfNeeded: account),
                Int32(truncatingIfNeeded: instrument), next: free)
        else { return nil }
        free = place
        count &-= 1
        close(slot)
        return taken
    }

    @inline(__always)
    private static func take(
        _ order: inout OpenOrder, _ account: Int32, _ instrument: Int32, next: Int32
    ) -> (claim: OpenOrder.Claim, side: Side)? {
        guard order.account == account, order.instrument == instrument, order.amendments < 0
        else { return nil }
        order.amendments = next
        return (order.claim, order.side)
    }

    /// Forgets the order of a slot and its amendments that wait.
    @inline(__always)
    mutating func remove(at slot: Int) {
        let place = slots[slot].place
        if orders[Int(place)].amendments >= 0 { removeAmendments(of: Int(place)) }
        orders[Int(place)].amendments = free
        free = place
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

    /// Gives an order, and its amendments under way, the prices that they have after a split.
    mutating func split(_ place: Int, _ event: MarketEvent) throws(ArithmeticError) {
        let side = orders[place].side
        var terms = orders[place].terms
        if let limit = terms.limit { terms.limit = try event.limit(after: limit, side) }
        if let trigger = terms.trigger {
            terms.trigger = try event.trigger(after: trigger, rises: side == .buy)
        }
        orders[place].terms = terms
        // Dearer rather than cheaper.
        orders[place].basis = try event.trigger(after: orders[place].basis, rises: true)
        var link = Int(orders[place].amendments)
        while link >= 0 {
            var amendment = waiting[link].amendment
            if let quantity = amendment.quantity {
                amendment.quantity = Quantity(lots: try event.lots(after: quantity.lots))
            }
            if let price = amendment.price {
                amendment.price = Price(ticks: try event.limit(after: price.ticks, side))
            }
            if let stop = amendment.stop {
                amendment.stop = Price(
                    ticks: try event.trigger(after: stop.ticks, rises: side == .buy))
            }
            waiting[link].amendment = amendment
            link = Int(waiting[link].next)
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
        while slots[slot].key != 0 { slot = (slot &+ 1) & mask }
        slots[slot] = Slot(key: id, place: place)
    }

    @inline(__always)
    private mutating func close(_ slot: Int) {
        slots[slot].key = 0
        if slots[(slot &+ 1) & mask].key != 0 { moveBack(to: slot) }
    }

    /// Moves entries back to a slot that has become empty.
    @inline(never)
    private mutating func moveBack(to first: Int) {
        var (hole, slot) = (first, (first &+ 1) & mask)
        while slots[slot].key != 0 {
            // An entry may move back to the hole when its home is not between the two.
            if (slot &- home(of: slots[slot].key)) & mask >= (slot &- hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot &+ 1) & mask
        }
        slots[hole].key = 0
    }
}

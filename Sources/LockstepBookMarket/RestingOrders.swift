import LockstepModel

/// The resting orders of a book that no bar has reached, by the levels at which they act.
///
/// A bar asks for those it reaches alone, the nearest first, so the others cost it nothing. To put
/// one in or to take a reached one out costs the logarithm of their number; to find one by its
/// identity, a look at each.
struct RestingOrders: ~Copyable {
    /// Where an order lies, by the level at which it acts; stale when another stamp is there.
    private struct Entry: BitwiseCopyable {
        let key: Int64
        let stamp: UInt64
        let row: Int32
    }

    private var rows = OwnedRow<WorkingOrder>()
    /// What was last put into each row; 0 for a free one.
    private var stamps = OwnedRow<UInt64>()
    private var free = OwnedRow<Int32>()
    /// Heaps with the least key first: of orders that act when prices come down to a level its
    /// opposite, of those that act when prices go up to it the level itself.
    private var falling = OwnedRow<Entry>()
    private var rising = OwnedRow<Entry>()
    private var lastStamp: UInt64 = 0
    /// How many orders there are.
    private(set) var count = 0

    /// A bar whose low is above this level, and whose high is below ``ceiling``, reaches none.
    @inline(__always)
    var floor: Int64 { falling.isEmpty ? .min : -falling[0].key }

    /// See ``floor``.
    @inline(__always)
    var ceiling: Int64 { rising.isEmpty ? .max : rising[0].key }

    /// Puts an order in.
    ///
    /// - Parameters:
    ///   - order: A limit or a stop.
    ///   - level: The level at which it acts.
    mutating func put(_ order: WorkingOrder, at level: Int64) {
        lastStamp &+= 1
        let row: Int32
        if let place = free.last {
            row = place
            free.truncate(to: free.count - 1)
            rows[Int(row)] = order
            stamps[Int(row)] = lastStamp
        } else {
            row = Int32(rows.count)
            rows.append(order)
            stamps.append(lastStamp)
        }
        count += 1
        if order.actsUpward {
            Self.push(Entry(key: level, stamp: lastStamp, row: row), &rising)
        } else {
            Self.push(Entry(key: -level, stamp: lastStamp, row: row), &falling)
        }
        if falling.count + rising.count > 2 * count + 64 { forgetStale() }
    }

    /// Takes out an order that a bar reaches; nil when it reaches none.
    mutating func takeReached(low: Int64, high: Int64) -> WorkingOrder? {
        while !falling.isEmpty && falling[0].key <= -low {
            let entry = Self.pop(&falling)
            if stamps[Int(entry.row)] == entry.stamp { return take(entry.row) }
        }
        while !rising.isEmpty && rising[0].key <= high {
            let entry = Self.pop(&rising)
            if stamps[Int(entry.row)] == entry.stamp { return take(entry.row) }
        }
        return nil
    }

    /// Takes out the order of an identity; nil when it is not here.
    mutating func take(_ id: OrderID) -> WorkingOrder? {
        for row in rows.indices where stamps[row] != 0 && rows[row].id == id {
            return take(Int32(row))
        }
        return nil
    }

    /// Takes out an order whose time has come; nil when there is none.
    mutating func takeExpired(at time: Timestamp, from row: inout Int) -> WorkingOrder? {
        while row < rows.count {
            defer { row += 1 }
            if stamps[row] != 0 && rows[row].expiry <= time { return take(Int32(row)) }
        }
        return nil
    }

    /// The orders, in no order.
    var values: ContiguousArray<WorkingOrder> {
        var values: ContiguousArray<WorkingOrder> = []
        forEach { values.append($0) }
        return values
    }

    /// Calls with each order.
    func forEach(_ body: (WorkingOrder) throws -> Void) rethrows {
        for row in rows.indices where stamps[row] != 0 { try body(rows[row]) }
    }

    /// Forgets all orders.
    mutating func removeAll() {
        rows.removeAll()
        stamps.removeAll()
        free.removeAll()
        falling.removeAll()
        rising.removeAll()
        count = 0
    }

    private mutating func take(_ row: Int32) -> WorkingOrder {
        stamps[Int(row)] = 0
        free.append(row)
        count -= 1
        return rows[Int(row)]
    }

    // MARK: Heaps

    private static func push(_ entry: Entry, _ heap: inout OwnedRow<Entry>) {
        heap.append(entry)
        var place = heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if heap[parent].key <= entry.key { break }
            heap[place] = heap[parent]
            place = parent
        }
        heap[place] = entry
    }

    private static func pop(_ heap: inout OwnedRow<Entry>) -> Entry {
        let first = heap[0]
        let last = heap[heap.count - 1]
        heap.truncate(to: heap.count - 1)
        if !heap.isEmpty { sink(last, from: 0, &heap) }
        return first
    }

    private static func sink(_ entry: Entry, from place: Int, _ heap: inout OwnedRow<Entry>) {
        var place = place
        while true {
            var child = 2 * place + 1
            if child >= heap.count { break }
            if child + 1 < heap.count && heap[child + 1].key < heap[child].key { child += 1 }
            if heap[child].key >= entry.key { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = entry
    }

    /// Forgets where orders lay that were taken out in another way.
    private mutating func forgetStale() {
        Self.forgetStale(&falling, stamps)
        Self.forgetStale(&rising, stamps)
    }

    private static func forgetStale(
        _ heap: inout OwnedRow<Entry>, _ stamps: borrowing OwnedRow<UInt64>
    ) {
        var kept = 0
        for place in heap.indices where stamps[Int(heap[place].row)] == heap[place].stamp {
            heap[kept] = heap[place]
            kept += 1
        }
        heap.truncate(to: kept)
        for place in stride(from: kept / 2 - 1, through: 0, by: -1) {
            sink(heap[place], from: place, &heap)
        }
    }
}

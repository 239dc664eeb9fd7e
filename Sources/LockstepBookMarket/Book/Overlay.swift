import LockstepModel

/// An own order in its queue.
struct QueueEntry: Hashable, Sendable, Codable, BitwiseCopyable {
    let key: Int64
    let slot: Int32
}

/// What was taken of a level that displays it still.
struct UsedLevel: Hashable, Sendable, Codable, BitwiseCopyable {
    let key: Int64
    var used: Int64
}

/// One side of an overlay: own orders that rest there, and what was taken of what is displayed.
struct OwnSide: ~Copyable {
    /// By price, then by arrival; the first in the queue last.
    var queue = OwnedRow<QueueEntry>()
    /// By price, the best one last.
    var used = OwnedRow<UsedLevel>()

    init() {}

    /// The first place whose key is not less.
    @inline(__always)
    func place(of key: Int64) -> Int {
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low &+ high) >> 1
            if queue[middle].key < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Puts an order behind all at its price.
    mutating func join(_ key: Int64, _ slot: Int) {
        queue.insert(
            QueueEntry(key: key, slot: Int32(truncatingIfNeeded: slot)), at: place(of: key))
    }

    /// The slot of the last order at a price; negative where there is none.
    func last(at key: Int64) -> Int {
        let place = place(of: key)
        return place < queue.count && queue[place].key == key ? Int(queue[place].slot) : -1
    }

    /// Takes an order out.
    mutating func leave(_ key: Int64, _ slot: Int) {
        if let last = queue.last, Int(last.slot) == slot {
            return queue.truncate(to: queue.count &- 1)
        }
        var place = place(of: key)
        while place < queue.count, queue[place].key == key {
            if Int(queue[place].slot) == slot {
                _ = queue.remove(at: place)
                return
            }
            place &+= 1
        }
    }

    /// The first place among what was taken whose key is not less.
    @inline(__always)
    private func usedPlace(_ key: Int64) -> Int {
        var (low, high) = (0, used.count)
        while low < high {
            let middle = (low &+ high) >> 1
            if used[middle].key < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// What was taken at a price.
    @inline(__always)
    func used(at key: Int64) -> Int64 {
        if used.isEmpty { return 0 }
        let place = usedPlace(key)
        return place < used.count && used[place].key == key ? used[place].used : 0
    }

    /// Notes what is taken.
    mutating func use(_ quantity: Int64, at key: Int64) {
        let place = usedPlace(key)
        if place < used.count, used[place].key == key {
            used[place].used &+= quantity
        } else {
            used.insert(UsedLevel(key: key, used: quantity), at: place)
        }
    }

    /// Lets what was taken follow a change of what is displayed.
    mutating func renew(_ key: Int64, from before: Int64, to now: Int64) {
        let place = usedPlace(key)
        guard place < used.count, used[place].key == key else { return }
        if now < before { used[place].used &-= before &- now }
        // A level that comes back from where it was not known may show less than was taken.
        used[place].used = min(used[place].used, now)
        if used[place].used <= 0 { _ = used.remove(at: place) }
    }
}

/// A stop that waits for its trigger price.
struct StopEntry: Hashable, Sendable, Codable, BitwiseCopyable {
    /// The trigger price, with the sign that puts the one that is met first last.
    let key: Int64
    let slot: Int32
}

/// What an account, or all of them in a shared world, lay over a book: own orders, and what they
/// have taken.
struct Overlay: ~Copyable {
    /// Bids and asks; none before the first order.
    var sides = OwnedRow<OwnSide>()
    /// The orders that wait for something to take, in their order.
    var waiting = OwnedRow<Int32>()
    /// Stops that act when the price rises, and those that act when it falls.
    var rising = OwnedRow<StopEntry>()
    var falling = OwnedRow<StopEntry>()
    /// Whether it stands among the active ones.
    var isActive = false

    init() {}

    /// Whether there is nothing in it.
    var isIdle: Bool {
        if !waiting.isEmpty || !rising.isEmpty || !falling.isEmpty { return false }
        for place in sides.indices
        where !sides[place].queue.isEmpty || !sides[place].used.isEmpty {
            return false
        }
        return true
    }

    /// Makes its sides.
    mutating func prepare() {
        if !sides.isEmpty { return }
        sides.append(OwnSide())
        sides.append(OwnSide())
    }

    /// Puts a stop aside.
    mutating func putAside(_ trigger: Int64, _ slot: Int, rises: Bool) {
        let entry = StopEntry(
            key: rises ? 0 &- trigger : trigger, slot: Int32(truncatingIfNeeded: slot))
        if rises { Self.insert(entry, in: &rising) } else { Self.insert(entry, in: &falling) }
    }

    /// Takes a stop out.
    mutating func takeAway(_ slot: Int, rises: Bool) {
        if rises { Self.remove(slot, from: &rising) } else { Self.remove(slot, from: &falling) }
    }

    private static func insert(_ entry: StopEntry, in row: inout OwnedRow<StopEntry>) {
        var (low, high) = (0, row.count)
        while low < high {
            let middle = (low &+ high) >> 1
            if row[middle].key < entry.key { low = middle &+ 1 } else { high = middle }
        }
        row.insert(entry, at: low)
    }

    private static func remove(_ slot: Int, from row: inout OwnedRow<StopEntry>) {
        for place in row.indices where Int(row[place].slot) == slot {
            _ = row.remove(at: place)
            return
        }
    }
}

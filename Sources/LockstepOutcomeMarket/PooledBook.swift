import LockstepModel

/// A resting order.
struct BookEntry: Hashable, Sendable, Codable {
    var order: UInt64 = 0
    /// What is left of it, in lots.
    var remaining: Int64 = 0
    /// Its part of the fill in hand, in lots; zero between fills.
    var allocation: Int64 = 0
    var user: UInt32 = 0
    var level: Int32 = -1
    var next: Int32 = -1
    var previous: Int32 = -1
    var isOptedIn = false
}

/// All resting orders of one outcome, token and side at one price.
struct BookLevel: Hashable, Sendable, Codable {
    /// In ticks.
    var price: Int64 = 0
    /// What is left of all entries, in lots.
    var total: Int64 = 0
    /// What is left of those that opted in, in lots.
    var optedIn: Int64 = 0
    var first: Int32 = -1
    var last: Int32 = -1
    /// The side of the book: see ``PooledBook/side(_:_:_:)``.
    var side: Int32 = 0
}

/// The resting orders of all outcomes, pooled by price: a level is filled in proportion.
///
/// Prices are in ticks and quantities in lots, so their product is millionths of a USDC.
struct PooledBook: Hashable, Sendable, Codable {
    private(set) var levels: [BookLevel] = []
    var entries: [BookEntry] = []
    private var freeLevels: [Int32] = []
    private var freeEntries: [Int32] = []
    private var prices: PriceTree
    private var orders = OrderIndex()

    init(outcomes: Int, highestPrice: Int) {
        prices = PriceTree(sides: outcomes * 4, highestPrice: highestPrice)
    }

    /// The index of a side of the book.
    @inline(__always)
    static func side(_ outcome: Int, _ token: OutcomeToken, _ side: Side) -> Int {
        outcome * 4 + Int(token.rawValue) * 2 + (side == .buy ? 0 : 1)
    }

    @inline(__always)
    private static func isBid(_ side: Int) -> Bool { side & 1 == 0 }

    /// The best level of a side; -1 for none.
    @inline(__always)
    func best(_ side: Int, _ sight: PriceTree.Sight = .all) -> Int32 {
        Self.isBid(side) ? prices.highest(side, sight) : prices.lowest(side, sight)
    }

    /// The next worse level of a side; -1 for none.
    func worse(than price: Int64, _ side: Int, _ sight: PriceTree.Sight = .all) -> Int32 {
        prices.next(side, beyond: Int(price), up: !Self.isBid(side), sight)
    }

    /// The levels of a side by rising price.
    func levels(of side: Int) -> [BookLevel] {
        var found: [BookLevel] = []
        var level = prices.lowest(side)
        while level >= 0 {
            found.append(levels[Int(level)])
            level = prices.next(side, beyond: Int(levels[Int(level)].price), up: true)
        }
        return found
    }

    /// What rests at a price, in lots.
    func total(_ side: Int, at price: Int64) -> Int64 {
        let level = prices.level(side, at: Int(price))
        return level < 0 ? 0 : levels[Int(level)].total
    }

    /// How many orders rest.
    var count: Int { entries.count - freeEntries.count }

    /// The entry of a live order; -1 for none.
    func entry(of order: UInt64) -> Int32 { orders.entry(order) }

    /// Adds an order at the end of its level.
    mutating func add(_ entry: BookEntry, _ side: Int, at price: Int64) {
        let level = level(side, at: price)
        let index = newEntry()
        var added = entry
        added.level = level
        added.next = -1
        added.previous = levels[Int(level)].last
        entries[Int(index)] = added
        if added.previous >= 0 {
            entries[Int(added.previous)].next = index
        } else {
            levels[Int(level)].first = index
        }
        levels[Int(level)].last = index
        levels[Int(level)].total += added.remaining
        if added.isOptedIn {
            if levels[Int(level)].optedIn == 0 {
                prices.setOptedIn(side, at: Int(price), true)
            }
            levels[Int(level)].optedIn += added.remaining
        }
        orders.insert(added.order, index)
    }

    /// Takes lots off a level that were taken off its entries.
    mutating func reduce(_ level: Int32, by lots: Int64, optedIn: Int64) {
        levels[Int(level)].total -= lots
        guard optedIn > 0 else { return }
        levels[Int(level)].optedIn -= optedIn
        if levels[Int(level)].optedIn == 0 {
            let (side, price) = (Int(levels[Int(level)].side), Int(levels[Int(level)].price))
            prices.setOptedIn(side, at: price, false)
        }
    }

    /// Removes an entry of which nothing is left, and its level when that is empty.
    mutating func remove(_ index: Int32) {
        let entry = entries[Int(index)]
        let level = Int(entry.level)
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            levels[level].first = entry.next
        }
        if entry.next >= 0 {
            entries[Int(entry.next)].previous = entry.previous
        } else {
            levels[level].last = entry.previous
        }
        orders.remove(entry.order)
        entries[Int(index)] = BookEntry()
        freeEntries.append(index)
        if levels[level].first < 0 {
            prices.remove(Int(levels[level].side), at: Int(levels[level].price))
            levels[level] = BookLevel()
            freeLevels.append(entry.level)
        }
    }

    /// The entries of an outcome by the numbers of their orders.
    func entries(of outcome: Int) -> [Int32] {
        var found: [Int32] = []
        for side in outcome * 4..<outcome * 4 + 4 {
            for level in levels(of: side) {
                var index = level.first
                while index >= 0 {
                    found.append(index)
                    index = entries[Int(index)].next
                }
            }
        }
        return found.sorted { entries[Int($0)].order < entries[Int($1)].order }
    }

    private mutating func level(_ side: Int, at price: Int64) -> Int32 {
        let found = prices.level(side, at: Int(price))
        if found >= 0 { return found }
        let index: Int32
        if let free = freeLevels.popLast() {
            index = free
        } else {
            index = Int32(levels.count)
            levels.append(BookLevel())
        }
        levels[Int(index)].price = price
        levels[Int(index)].side = Int32(side)
        prices.insert(index, side, at: Int(price))
        return index
    }

    private mutating func newEntry() -> Int32 {
        if let free = freeEntries.popLast() { return free }
        entries.append(BookEntry())
        return Int32(entries.count - 1)
    }
}

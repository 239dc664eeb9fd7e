import LockstepModel

/// What is displayed at a price of a side of a book.
struct BookLevel: Hashable, Sendable, Codable, BitwiseCopyable {
    /// The price in ticks, with the sign that makes a better price the greater key.
    var key: Int64
    /// How much is displayed; above zero.
    var displayed: Int64
}

/// One side of a book as the market shows it: levels in a row, the best one last.
///
/// Nearly everything happens at the best prices, so they are looked for from the end.
struct DisplayedSide: ~Copyable {
    var levels = OwnedRow<BookLevel>()

    init() {}

    init(_ levels: ContiguousArray<BookLevel>) { self.levels = OwnedRow(levels) }

    /// The first place whose key is not less, which may be the end.
    @inline(__always)
    func place(of key: Int64) -> Int {
        var place = levels.count
        let near = max(0, place &- 8)
        while place > near {
            if levels[place &- 1].key < key { return place }
            place &-= 1
        }
        return place == 0 ? 0 : search(key, below: place)
    }

    @inline(never)
    private func search(_ key: Int64, below end: Int) -> Int {
        var (low, high) = (0, end)
        while low < high {
            let middle = (low &+ high) >> 1
            if levels[middle].key < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// What is displayed at a key.
    func displayed(_ key: Int64) -> Int64 {
        let place = place(of: key)
        return place < levels.count && levels[place].key == key ? levels[place].displayed : 0
    }

    /// Shows another quantity at a key.
    ///
    /// - Returns: What was displayed before.
    @inline(__always)
    mutating func show(_ quantity: Int64, at key: Int64) -> Int64 {
        let place = place(of: key)
        if place < levels.count, levels[place].key == key {
            let before = levels[place].displayed
            if quantity > 0 {
                levels[place].displayed = quantity
            } else {
                _ = levels.remove(at: place)
            }
            return before
        }
        if quantity > 0 { levels.insert(BookLevel(key: key, displayed: quantity), at: place) }
        return 0
    }
}

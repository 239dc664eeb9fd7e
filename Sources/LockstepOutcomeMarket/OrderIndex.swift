/// Where a live order rests, by its number: open addressing with linear probing.
///
/// For lookups alone; it is never walked, so its order never shows.
struct OrderIndex: Hashable, Sendable, Codable {
    private var numbers: [UInt64]
    /// The entry of each number; -1 where nothing is.
    private var entries: [Int32]
    private var count = 0
    private var shift: UInt64

    init() {
        numbers = [UInt64](repeating: 0, count: 64)
        entries = [Int32](repeating: -1, count: 64)
        shift = 58
    }

    @inline(__always)
    private func home(_ number: UInt64) -> Int {
        Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The place of a number, or the empty place where it would go.
    @inline(__always)
    private func place(_ number: UInt64) -> Int {
        var place = home(number)
        while entries[place] >= 0 && numbers[place] != number {
            place = (place &+ 1) & (entries.count &- 1)
        }
        return place
    }

    /// The entry of an order; -1 for none.
    func entry(_ number: UInt64) -> Int32 { entries[place(number)] }

    mutating func insert(_ number: UInt64, _ entry: Int32) {
        if (count + 1) * 2 > entries.count { grow() }
        let place = place(number)
        if entries[place] < 0 { count += 1 }
        numbers[place] = number
        entries[place] = entry
    }

    /// Removes a number; what was moved aside by it moves back.
    mutating func remove(_ number: UInt64) {
        var hole = place(number)
        if entries[hole] < 0 { return }
        count -= 1
        let last = entries.count - 1
        var place = (hole + 1) & last
        while entries[place] >= 0 {
            let distance = (place &- home(numbers[place])) & last
            if distance >= (place &- hole) & last {
                numbers[hole] = numbers[place]
                entries[hole] = entries[place]
                hole = place
            }
            place = (place + 1) & last
        }
        numbers[hole] = 0
        entries[hole] = -1
    }

    private mutating func grow() {
        let (oldNumbers, oldEntries) = (numbers, entries)
        numbers = [UInt64](repeating: 0, count: oldNumbers.count * 2)
        entries = [Int32](repeating: -1, count: oldEntries.count * 2)
        shift -= 1
        for (index, entry) in oldEntries.enumerated() where entry >= 0 {
            let place = place(oldNumbers[index])
            numbers[place] = oldNumbers[index]
            entries[place] = entry
        }
    }
}

/// The numbers of all orders that ever came: one bit each, in words found by the rest.
///
/// Numbers that follow one another share a word, so a long run stays small.
struct SeenOrders: Hashable, Sendable, Codable {
    private var keys: [UInt64]
    /// A word of 64 numbers; zero where nothing is.
    private var words: [UInt64]
    private var count = 0
    private var shift: UInt64

    init() {
        keys = [UInt64](repeating: 0, count: 64)
        words = keys
        shift = 58
    }

    @inline(__always)
    private func place(_ key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while words[place] != 0 && keys[place] != key {
            place = (place &+ 1) & (words.count &- 1)
        }
        return place
    }

    /// Whether a number came.
    func contains(_ number: UInt64) -> Bool {
        words[place(number >> 6)] >> (number & 63) & 1 == 1
    }

    /// Notes a number and says whether it is new.
    mutating func insert(_ number: UInt64) -> Bool {
        var place = place(number >> 6)
        if words[place] == 0 {
            if (count + 1) * 2 > words.count {
                grow()
                place = self.place(number >> 6)
            }
            count += 1
            keys[place] = number >> 6
        }
        let bit: UInt64 = 1 << (number & 63)
        if words[place] & bit != 0 { return false }
        words[place] |= bit
        return true
    }

    private mutating func grow() {
        let (oldKeys, oldWords) = (keys, words)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        words = keys
        shift -= 1
        for (index, word) in oldWords.enumerated() where word != 0 {
            let place = place(oldKeys[index])
            keys[place] = oldKeys[index]
            words[place] = word
        }
    }
}

import LockstepModel

/// Finds the slot of an order by its identity.
///
/// A row of entries in which each one stands at the place its identity is mixed to, or behind it,
/// with no gap between: contiguous, and without allocation once it has its size.
struct IdentityTable: ~Copyable {
    private struct Entry: BitwiseCopyable {
        var key: UInt64
        /// The slot; negative where nothing stands.
        var slot: Int32
    }

    private var entries = OwnedRow<Entry>()
    private(set) var count = 0
    private var shift: UInt64 = 60

    init() { makeRoom(16) }

    private mutating func makeRoom(_ size: Int) {
        entries = OwnedRow(repeatElement(Entry(key: 0, slot: -1), count: size))
        shift = UInt64(size.leadingZeroBitCount + 1)
    }

    @inline(__always)
    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }

    @inline(__always)
    private var mask: Int { entries.count &- 1 }

    /// The slot of an identity; negative where there is none.
    @inline(__always)
    func slot(of key: UInt64) -> Int {
        var place = home(key)
        while entries[place].slot >= 0 {
            if entries[place].key == key { return Int(entries[place].slot) }
            place = (place &+ 1) & mask
        }
        return -1
    }

    /// Notes the slot of an identity that has none.
    mutating func insert(_ key: UInt64, _ slot: Int) {
        if count &* 2 >= entries.count { grow() }
        var place = home(key)
        while entries[place].slot >= 0 { place = (place &+ 1) & mask }
        entries[place] = Entry(key: key, slot: Int32(truncatingIfNeeded: slot))
        count &+= 1
    }

    /// Forgets an identity.
    mutating func remove(_ key: UInt64) {
        var place = home(key)
        while entries[place].key != key || entries[place].slot < 0 {
            if entries[place].slot < 0 { return }
            place = (place &+ 1) & mask
        }
        count &-= 1
        // Those behind move up where they then stand no longer before their place.
        var next = place
        while true {
            next = (next &+ 1) & mask
            if entries[next].slot < 0 { break }
            let home = home(entries[next].key)
            if (next &- home) & mask >= (next &- place) & mask {
                entries[place] = entries[next]
                place = next
            }
        }
        entries[place].slot = -1
    }

    @inline(never)
    private mutating func grow() {
        let old = entries.values
        makeRoom(old.count * 2)
        count = 0
        for entry in old where entry.slot >= 0 { insert(entry.key, Int(entry.slot)) }
    }
}

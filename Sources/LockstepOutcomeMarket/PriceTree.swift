/// The occupied prices of all sides of the book: a tree of 64-bit masks with a root for each side.
///
/// Finding, adding and removing a price and its neighbours takes one mask per digit of base 64 of
/// the largest price, so the cost grows with the logarithm of the number of prices. Nodes are made
/// where prices appear and kept.
struct PriceTree: Hashable, Sendable, Codable {
    /// Which levels a search sees.
    enum Sight {
        /// Every level.
        case all
        /// Levels with entries that may be filled by the market maker.
        case optedIn
    }

    private let depth: Int
    /// The occupied children of each node.
    private var masks: [UInt64]
    /// The children in which something opted in.
    private var optedIn: [UInt64]
    /// Child nodes, or at the lowest depth levels; 64 for each node.
    private var children: [Int32]

    init(sides: Int, highestPrice: Int) {
        var depth = 1
        while highestPrice >> (6 * depth) > 0 { depth += 1 }
        self.depth = depth
        masks = [UInt64](repeating: 0, count: sides)
        optedIn = masks
        children = [Int32](repeating: -1, count: sides * 64)
    }

    @inline(__always)
    private func digit(_ price: Int, _ height: Int) -> Int { (price >> (6 * height)) & 63 }

    @inline(__always)
    private func mask(_ node: Int, _ sight: Sight) -> UInt64 {
        sight == .all ? masks[node] : optedIn[node]
    }

    /// The level at a price of a side; -1 for none.
    @inline(__always)
    func level(_ side: Int, at price: Int) -> Int32 {
        var node = side
        var height = depth - 1
        while true {
            let digit = digit(price, height)
            if masks[node] >> UInt64(digit) & 1 == 0 { return -1 }
            let child = children[node * 64 + digit]
            if height == 0 { return child }
            node = Int(child)
            height -= 1
        }
    }

    mutating func insert(_ level: Int32, _ side: Int, at price: Int) {
        var node = side
        for height in stride(from: depth - 1, to: 0, by: -1) {
            let digit = digit(price, height)
            masks[node] |= 1 << UInt64(digit)
            if children[node * 64 + digit] < 0 {
                children[node * 64 + digit] = Int32(masks.count)
                masks.append(0)
                optedIn.append(0)
                children.append(contentsOf: repeatElement(-1, count: 64))
            }
            node = Int(children[node * 64 + digit])
        }
        masks[node] |= 1 << UInt64(digit(price, 0))
        children[node * 64 + digit(price, 0)] = level
    }

    mutating func remove(_ side: Int, at price: Int) {
        _ = clear(side, price, depth - 1, .all)
        children[leaf(side, price) * 64 + digit(price, 0)] = -1
    }

    /// Notes whether something at a price opted in.
    mutating func setOptedIn(_ side: Int, at price: Int, _ isOptedIn: Bool) {
        if !isOptedIn {
            _ = clear(side, price, depth - 1, .optedIn)
            return
        }
        var node = side
        for height in stride(from: depth - 1, through: 0, by: -1) {
            let digit = digit(price, height)
            optedIn[node] |= 1 << UInt64(digit)
            node = Int(children[node * 64 + digit])
        }
    }

    private func leaf(_ side: Int, _ price: Int) -> Int {
        var node = side
        for height in stride(from: depth - 1, to: 0, by: -1) {
            node = Int(children[node * 64 + digit(price, height)])
        }
        return node
    }

    /// Clears a price and the nodes that are empty then; says whether the node is.
    private mutating func clear(_ node: Int, _ price: Int, _ height: Int, _ sight: Sight) -> Bool {
        let digit = digit(price, height)
        if height > 0 {
            let child = Int(children[node * 64 + digit])
            if !clear(child, price, height - 1, sight) { return false }
        }
        let rest = mask(node, sight) & ~(1 << UInt64(digit))
        if sight == .all { masks[node] = rest } else { optedIn[node] = rest }
        return rest == 0
    }

    /// The level at the highest price of a side; -1 for none.
    @inline(__always)
    func highest(_ side: Int, _ sight: Sight = .all) -> Int32 {
        if mask(side, sight) == 0 { return -1 }
        return descend(side, depth - 1, up: true, sight)
    }

    /// The level at the lowest price of a side; -1 for none.
    @inline(__always)
    func lowest(_ side: Int, _ sight: Sight = .all) -> Int32 {
        if mask(side, sight) == 0 { return -1 }
        return descend(side, depth - 1, up: false, sight)
    }

    /// The level at the next price above or below another; -1 for none.
    func next(_ side: Int, beyond price: Int, up: Bool, _ sight: Sight = .all) -> Int32 {
        next(side, price, depth - 1, up, sight)
    }

    @inline(__always)
    private func descend(_ start: Int, _ from: Int, up: Bool, _ sight: Sight) -> Int32 {
        var (node, height) = (start, from)
        while true {
            let mask = mask(node, sight)
            let digit = up ? 63 - mask.leadingZeroBitCount : mask.trailingZeroBitCount
            let child = children[node * 64 + digit]
            if height == 0 { return child }
            node = Int(child)
            height -= 1
        }
    }

    private func next(
        _ node: Int, _ price: Int, _ height: Int, _ up: Bool, _ sight: Sight
    ) -> Int32 {
        let digit = digit(price, height)
        let mask = mask(node, sight)
        if height > 0, mask >> UInt64(digit) & 1 == 1 {
            let child = Int(children[node * 64 + digit])
            let found = next(child, price, height - 1, up, sight)
            if found >= 0 { return found }
        }
        let rest = up ? mask & ~((2 << UInt64(digit)) &- 1) : mask & ((1 << UInt64(digit)) &- 1)
        if rest == 0 { return -1 }
        let other = up ? rest.trailingZeroBitCount : 63 - rest.leadingZeroBitCount
        let child = children[node * 64 + other]
        return height == 0 ? child : descend(Int(child), height - 1, up: !up, sight)
    }
}

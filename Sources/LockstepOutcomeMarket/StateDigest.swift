/// A number that equal states share: 64-bit FNV-1a over the words of what a state means.
///
/// Not over how it is kept: where an order lies in memory does not show.
private struct WordHash {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        var rest = word
        for _ in 0..<8 {
            value = (value ^ (rest & 0xFF)) &* 0x0000_0100_0000_01B3
            rest >>= 8
        }
    }

    mutating func add(_ word: Int64) { add(UInt64(bitPattern: word)) }
}

extension OutcomeMarketEngine {
    /// A number that equal states share.
    ///
    /// It covers liquidity, supplies, the book in order of arrival, all accounts and the house; not
    /// the list of numbers that came.
    package var digest: UInt64 {
        var hash = WordHash()
        for word in [now, Int64(round), isFrozen ? 1 : 0, isSettled ? 1 : 0] { hash.add(word) }
        let house = state.house
        for word in [house.fees, house.gas, house.dust, house.released] { hash.add(word) }
        for pool in state.maker.pools {
            let words = [
                pool.contributed, pool.yes, pool.no, pool.virtualYes, pool.pairs,
                pool.seigniorage, pool.isActive ? 1 : 0,
            ]
            for word in words { hash.add(word) }
        }
        for side in 0..<parameters.outcomes * 4 {
            for level in state.book.levels(of: side) { add(level, &hash) }
        }
        for user in 0..<userCount {
            guard let account = account(user) else { continue }
            for word in [Int64(user), account.cash, account.escrow] { hash.add(word) }
            for outcome in 0..<parameters.outcomes {
                for token in OutcomeToken.allCases {
                    let holding = holding(user, outcome, token)
                    hash.add(holding.free)
                    hash.add(holding.escrow)
                }
            }
        }
        return hash.value
    }

    private func add(_ level: BookLevel, _ hash: inout WordHash) {
        hash.add(Int64(level.side))
        hash.add(level.price)
        var index = level.first
        while index >= 0 {
            let entry = state.book.entries[Int(index)]
            hash.add(entry.order)
            for word in [Int64(entry.user), entry.remaining, entry.isOptedIn ? 1 : 0] {
                hash.add(word)
            }
            index = entry.next
        }
    }
}

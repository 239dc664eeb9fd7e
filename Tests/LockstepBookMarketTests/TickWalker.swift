import LockstepModel

/// A slow and plain market that visits each price of a bar's path and asks every order in turn.
///
/// It shares nothing with the engine but the model's words.
struct TickWalker {
    struct Entry {
        let number: Int
        let side: Side
        let isStop: Bool
        let level: Int64
        let lots: Int64
    }

    struct Trade: Equatable {
        let number: Int
        let price: Int64
        let atOpen: Bool
    }

    var entries: [Entry] = []
    var cash: Int64
    var position: Int64
    let through: Int64
    var trades: [Trade] = []
    var dropped: [Int] = []

    /// The prices of a bar, each next to the one before.
    static func prices(_ corners: [Int64]) -> [Int64] {
        var prices = [corners[0]]
        for corner in corners.dropFirst() {
            while let last = prices.last, last != corner {
                prices.append(last < corner ? last + 1 : last - 1)
            }
        }
        return prices
    }

    mutating func walk(_ corners: [Int64]) {
        for (visit, price) in Self.prices(corners).enumerated() {
            var left: [Entry] = []
            for entry in entries {
                let buys = entry.side == .buy
                let isMet =
                    entry.isStop
                    ? (buys ? price >= entry.level : price <= entry.level)
                    : (buys ? price <= entry.level - through : price >= entry.level + through)
                if !isMet {
                    left.append(entry)
                    continue
                }
                let paid = visit == 0 || entry.isStop ? price : entry.level
                let clamped = min(max(paid, corners.min() ?? paid), corners.max() ?? paid)
                let affordable = buys ? clamped * entry.lots <= cash : position >= entry.lots
                if affordable {
                    cash += (buys ? -1 : 1) * clamped * entry.lots
                    position += (buys ? 1 : -1) * entry.lots
                    trades.append(Trade(number: entry.number, price: clamped, atOpen: visit == 0))
                } else {
                    dropped.append(entry.number)
                }
            }
            entries = left
        }
    }
}

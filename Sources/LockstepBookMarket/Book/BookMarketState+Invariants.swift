import LockstepMarket
import LockstepModel

extension BookMarketState {
    /// Checks what must hold between any two calls.
    func checkInvariants() throws(MarketError) {
        var working = 0
        for slot in orders.indices where orders[slot].location != .free {
            working += 1
            let order = orders[slot]
            try check(order.location != .hand, "an order was left in hand")
            try check(order.leaves > 0 && order.leaves <= order.total, "an order has odd leaves")
            try check(table.slot(of: order.id.rawValue) == slot, "a working order is not known")
            try check(order.number <= arrivals, "an arrival number was never given")
            try check(order.expiry >= nextExpiry, "the next expiry is wrong")
            try check(order.ahead >= 0, "less than nothing stands before an order")
        }
        try check(working == table.count, "the number of working orders is wrong")
        var standing = 0
        for place in books.indices {
            for side in 0..<2 { try checkLevels(place, side) }
            for overlay in books[place].overlays.indices {
                standing += try checkOverlay(place, overlay)
            }
        }
        try check(standing == working, "an order stands nowhere, or twice")
        for row in accounts.indices where !accounts[row].isMargin {
            try check(accounts[row].cash >= .zero, "a cash account is in debt")
            for place in books.indices {
                try check(positions[cell(row, place)] >= 0, "a cash account is short")
            }
        }
    }

    private func checkLevels(_ place: Int, _ side: Int) throws(MarketError) {
        var last: Int64?
        for level in books[place].sides[side].levels.indices {
            let shown = books[place].sides[side].levels[level]
            try check(last.map { $0 < shown.key } ?? true, "levels stand out of order")
            try check(shown.displayed > 0, "an empty level is displayed")
            last = shown.key
        }
    }

    private func checkOverlay(_ place: Int, _ overlay: Int) throws(MarketError) -> Int {
        guard !books[place].overlays[overlay].sides.isEmpty else { return 0 }
        var count = books[place].overlays[overlay].waiting.count
        count += books[place].overlays[overlay].rising.count
        count += books[place].overlays[overlay].falling.count
        for side in 0..<2 {
            let queue = books[place].overlays[overlay].sides[side].queue.values
            count += queue.count
            for (worse, better) in zip(queue, queue.dropFirst()) {
                let (later, earlier) = (orders[Int(worse.slot)], orders[Int(better.slot)])
                try check(worse.key <= better.key, "own orders stand out of order")
                if worse.key != better.key { continue }
                try check(later.number > earlier.number, "own orders stand out of their arrival")
                try check(later.ahead >= earlier.ahead, "an own order overtook another one")
            }
            for entry in queue {
                let order = orders[Int(entry.slot)]
                try check(
                    order.location == .resting && order.key == entry.key
                        && order.sidePlace == side, "an own order stands at a wrong price")
            }
            for level in books[place].overlays[overlay].sides[side].used.values {
                let displayed = books[place].sides[side].displayed(level.key)
                try check(
                    level.used > 0 && (displayed == 0 || level.used <= displayed),
                    "more was taken than was displayed")
            }
        }
        if let bid = books[place].overlays[overlay].sides[0].queue.last,
            let ask = books[place].overlays[overlay].sides[1].queue.last
        {
            try check(bid.key < 0 &- ask.key, "own orders cross each other")
        }
        return count
    }

    private func check(_ holds: Bool, _ what: String) throws(MarketError) {
        if !holds { throw .brokenInvariant(venue: venue, what: what) }
    }
}

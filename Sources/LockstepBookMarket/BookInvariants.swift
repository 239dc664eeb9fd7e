import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// Checks what must hold between any two calls.
    func checkInvariants() throws(MarketError) {
        var (count, earliest) = (0, Timestamp.distantFuture)
        for place in books.indices {
            count += books[place].orders.count + books[place].changes.count
            count += books[place].resting.count
            try check(
                books[place].isIdle == (busyBooks[place >> 6] >> UInt64(place & 63) & 1 == 0),
                "a busy instrument is not known")
            var last: UInt64 = 0
            for position in books[place].orders.indices {
                let order = books[place].orders[position]
                let isShare =
                    order.detail >= 0 && books[place].details[Int(order.detail)].share != 0
                try check(isShare || !order.quantity.isZero, "a working order has no quantity")
                try check(order, after: last)
                last = order.number
                earliest = min(earliest, order.expiry)
            }
            for order in books[place].resting.values {
                let level = order.actingLevel(through: through)
                try check(
                    order.actsUpward
                        ? level >= books[place].resting.ceiling
                        : level <= books[place].resting.floor,
                    "a resting order is nearer than the nearest one")
                try check(order, after: 0)
                last = max(last, order.number)
                earliest = min(earliest, order.expiry)
            }
            try check(last <= arrivals, "an arrival number was never given")
        }
        try check(count == busy, "the number of working orders is wrong")
        try check(earliest == nextExpiry, "the next expiry is wrong")
        for row in accounts.indices where !accounts[row].isMargin {
            try check(accounts[row].cash >= .zero, "a cash account is in debt")
            for place in books.indices {
                try check(positions[cell(row, place)] >= 0, "a cash account is short")
            }
        }
    }

    private func check(_ order: WorkingOrder, after last: UInt64) throws(MarketError) {
        try check(!order.ended, "an order that ended still works")
        try check(order.number > last, "orders stand out of their arrival")
        try check(order.quantity.isInRange, "a working order has an odd quantity")
        try check(fates.fate(of: order.id).fate == .filled, "a working order is not known")
        try check(
            accounts.indices.contains(order.accountPlace)
                && accounts[order.accountPlace].id == order.account,
            "a working order has a strange account")
    }

    private func check(_ holds: Bool, _ what: String) throws(MarketError) {
        if !holds { throw .brokenInvariant(venue: venue, what: what) }
    }
}

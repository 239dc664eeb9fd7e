public import LockstepMarket
import LockstepModel

extension BarMarketEngine {
    public func checkInvariants() throws(MarketError) {
        var (count, earliest) = (0, Timestamp.distantFuture)
        for book in books {
            count += book.orders.count + book.changes.count
            var last: UInt64 = 0
            for order in book.orders {
                try check(!order.ended, "an order that ended still works")
                try check(order.number > last, "orders stand out of their arrival")
                try check(
                    !order.quantity.isZero && order.quantity.isInRange,
                    "a working order has no quantity")
                try check(
                    fates.fate(of: order.id).fate == .working, "a working order is not known")
                try check(
                    accounts.indices.contains(order.accountPlace)
                        && accounts[order.accountPlace].id == order.account,
                    "a working order has a strange account")
                last = order.number
                earliest = min(earliest, order.expiry)
            }
            try check(last <= arrivals, "an arrival number was never given")
        }
        try check(count == busy, "the number of working orders is wrong")
        try check(earliest == nextExpiry, "the next expiry is wrong")
        for (row, account) in accounts.enumerated() where !account.isMargin {
            try check(account.cash >= .zero, "a cash account is in debt")
            for place in books.indices {
                try check(
                    positions[row * books.count + place] >= 0, "a cash account is short")
            }
        }
    }

    private func check(_ holds: Bool, _ what: String) throws(MarketError) {
        if !holds { throw .brokenInvariant(venue: venue, what: what) }
    }
}

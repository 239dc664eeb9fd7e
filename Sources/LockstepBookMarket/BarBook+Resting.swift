import LockstepModel

/// Orders that bars need not be compared with.
extension BarBook {
    /// Lets the orders rest that a bar has left as they were.
    ///
    /// They are found again by the levels at which they act. Orders with details stay, and where some
    /// hang on others all do.
    @inline(never)
    mutating func rest(through: Int64) {
        if special != 0 && hasLinks { return }
        var kept = 0
        for place in orders.indices {
            let order = orders[place]
            let rests =
                order.detail < 0 && order.takingNumber == 0 && !order.ended
                && (order.kind == .limit || order.kind == .stop)
            if rests {
                resting.put(order, at: order.actingLevel(through: through))
            } else {
                if kept != place { orders[kept] = order }
                kept += 1
            }
        }
        orders.truncate(to: kept)
    }

    /// Whether an order hangs on others.
    private var hasLinks: Bool {
        for place in orders.indices where orders[place].detail >= 0 {
            let detail = details[Int(orders[place].detail)]
            if detail.group != 0 || detail.parent != 0 { return true }
        }
        return false
    }

    /// Brings the orders back that a bar reaches.
    @inline(never)
    mutating func bringBack(reachedBy bar: Bar) {
        let before = orders.count
        while let order = resting.takeReached(low: bar.low.ticks, high: bar.high.ticks) {
            orders.append(order)
        }
        if orders.count > before { sortByArrival() }
    }

    /// Brings an order back by its identity.
    ///
    /// - Returns: Its place; nil when it does not rest.
    @inline(never)
    mutating func bringBack(_ id: OrderID) -> Int? {
        if resting.count == 0 { return nil }
        guard let order = resting.take(id) else { return nil }
        orders.append(order)
        sortByArrival()
        return position(of: id)
    }

    /// Brings all orders back.
    @inline(never)
    mutating func bringAllBack() {
        if resting.count == 0 { return }
        resting.forEach { orders.append($0) }
        resting.removeAll()
        sortByArrival()
    }

    /// Brings the orders back whose time has come.
    @inline(never)
    mutating func bringBack(expiredAt time: Timestamp) {
        if resting.count == 0 { return }
        var row = 0
        let before = orders.count
        while let order = resting.takeExpired(at: time, from: &row) { orders.append(order) }
        if orders.count > before { sortByArrival() }
    }

    private mutating func sortByArrival() {
        for place in orders.indices.dropFirst()
        where orders[place].number < orders[place - 1].number {
            orders.sort { $0.number < $1.number }
            return
        }
    }
}

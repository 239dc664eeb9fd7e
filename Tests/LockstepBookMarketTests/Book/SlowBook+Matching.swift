/// How the slow book lets orders meet.
extension SlowBook {
    var worlds: [Int] { Array(Set(own.map { world($0.wish.owner) })).sorted() }

    func world(_ owner: Int) -> Int { isShared ? 0 : owner }

    var isCrossed: Bool {
        guard let bid = shown[true]?.keys.max(), let ask = shown[false]?.keys.min() else {
            return false
        }
        return bid >= ask
    }

    func isMet(_ order: Own) -> Bool {
        guard let trigger = order.wish.trigger else { return true }
        let isBuy = order.wish.isBuy
        if prints.contains(where: { isBuy ? $0 >= trigger : $0 <= trigger }) { return true }
        if isCrossed { return false }
        let best = isBuy ? shown[false]?.keys.min() : shown[true]?.keys.max()
        guard let best else { return false }
        return isBuy ? best >= trigger : best <= trigger
    }

    func free(_ world: Int, _ isBuy: Bool, _ price: Int) -> Int {
        (shown[isBuy]?[price] ?? 0) - (used[world]?[isBuy]?[price] ?? 0)
    }

    /// The prices at which an order would find something, the best one first.
    func prices(for order: Own) -> [Int] {
        let isBuy = !order.wish.isBuy
        let world = world(order.wish.owner)
        var all = Set((shown[isBuy] ?? [:]).keys)
        for place in priority(isBuy, world) { all.insert(own[place].wish.limit ?? 0) }
        return
            all
            .filter { price in
                order.wish.limit.map { order.wish.isBuy ? price <= $0 : price >= $0 } ?? true
            }
            .sorted { order.wish.isBuy ? $0 < $1 : $0 > $1 }
    }

    func takes(_ order: Own) -> Bool {
        let world = world(order.wish.owner)
        return prices(for: order).contains {
            free(world, !order.wish.isBuy, $0) > 0 || !queued(!order.wish.isBuy, $0, world).isEmpty
        }
    }

    func queued(_ isBuy: Bool, _ price: Int, _ world: Int) -> [Int] {
        queue(isBuy, price).filter { self.world(own[$0].wish.owner) == world }
    }

    /// What an order meets, in order: lots of others, or an own order.
    enum Piece {
        case others(lots: Int, price: Int)
        case own(id: Int)
    }

    func pieces(for order: Own) -> [Piece] {
        let (world, isBuy) = (world(order.wish.owner), !order.wish.isBuy)
        var pieces: [Piece] = []
        for price in prices(for: order) {
            var taken = used[world]?[isBuy]?[price] ?? 0
            let shown = shown[isBuy]?[price] ?? 0
            for place in queued(isBuy, price, world) {
                let before = min(shown, Int(aheadOf(own[place]).rounded(.down)))
                if before > taken {
                    pieces.append(.others(lots: before - taken, price: price))
                    taken = before
                }
                pieces.append(.own(id: own[place].wish.id))
            }
            if shown > taken { pieces.append(.others(lots: shown - taken, price: price)) }
        }
        return pieces
    }

    func aheadOf(_ order: Own) -> Double {
        if !isByOrder { return order.ahead }
        return Double(order.marketAhead.reduce(0) { $0 + (market[$1]?.lots ?? 0) })
    }

    mutating func work(_ id: Int) {
        guard let place = own.firstIndex(where: { $0.wish.id == id }) else { return }
        if isCrossed { return }
        let order = own[place]
        if order.wish.postOnly, takes(order) { return cancel(id) }
        let pieces = pieces(for: order)
        if order.wish.taking == 2, !isWhole(order, pieces) { return cancel(id) }
        for piece in pieces {
            guard let now = own.firstIndex(where: { $0.wish.id == id }), own[now].left > 0 else {
                break
            }
            switch piece {
            case .others(let lots, let price):
                let done = fill(now, min(lots, own[now].left), price, false)
                let world = world(order.wish.owner)
                used[world, default: [:]][!order.wish.isBuy, default: [:]][price, default: 0] +=
                    done
            case .own(let other): meet(id, other)
            }
        }
        guard let rest = own.firstIndex(where: { $0.wish.id == id }), own[rest].left > 0 else {
            return
        }
        if order.wish.taking != 0 { return cancel(id) }
        guard let limit = own[rest].wish.limit else {
            if !waitsBeyondDepth { cancel(id) }
            return
        }
        serial += 1
        let ahead = queued(order.wish.isBuy, limit, world(order.wish.owner)).last
        let displayed = Double(shown[order.wish.isBuy]?[limit] ?? 0)
        own[rest].ahead = max(displayed, ahead.map { own[$0].ahead } ?? 0)
        own[rest].traded = 0
        own[rest].serial = serial
        own[rest].place = .resting
        own[rest].marketAhead = Set(
            market.filter { $0.value.isBuy == order.wish.isBuy && $0.value.price == limit }.keys)
    }

    func isWhole(_ order: Own, _ pieces: [Piece]) -> Bool {
        var sum = 0
        for piece in pieces {
            switch piece {
            case .others(let lots, _): sum += lots
            case .own(let id):
                guard let other = own.first(where: { $0.wish.id == id }) else { continue }
                if other.wish.owner != order.wish.owner || selfTrade == "allow" {
                    sum += other.left
                } else if selfTrade != "cancelOldest" {
                    return sum >= order.left
                }
            }
        }
        return sum >= order.left
    }

    mutating func meet(_ id: Int, _ other: Int) {
        guard let new = own.firstIndex(where: { $0.wish.id == id }),
            let old = own.firstIndex(where: { $0.wish.id == other })
        else { return }
        if own[new].wish.owner == own[old].wish.owner, selfTrade != "allow" {
            switch selfTrade {
            case "cancelNewest": cancel(id)
            case "cancelOldest": cancel(other)
            case "cancelBoth":
                cancel(id)
                cancel(other)
            default:
                let both = min(own[new].left, own[old].left)
                own[new].wish.lots -= both
                own[old].wish.lots -= both
                own.removeAll { $0.left == 0 }
            }
            return
        }
        let lots = min(own[new].left, own[old].left)
        let price = own[old].wish.limit ?? 0
        _ = fill(old, lots, price, true)
        _ = fill(new, lots, price, false)
        own.removeAll { $0.wish.id == other && $0.left == 0 }
    }

    mutating func crossing(_ isBuy: Bool, _ world: Int) {
        for place in priority(isBuy, world) {
            guard let limit = own[place].wish.limit else { continue }
            let levels = (shown[!isBuy] ?? [:]).keys
                .filter { isBuy ? $0 <= limit : $0 >= limit }
                .sorted { isBuy ? $0 < $1 : $0 > $1 }
            var sum = 0
            for price in levels {
                let lots = min(free(world, !isBuy, price), own[place].left - sum)
                if lots <= 0 { continue }
                used[world, default: [:]][!isBuy, default: [:]][price, default: 0] += lots
                sum += lots
            }
            _ = fill(place, sum, limit, true)
        }
    }

    mutating func fill(_ place: Int, _ lots: Int, _ price: Int, _ isMaker: Bool) -> Int {
        if lots <= 0 { return 0 }
        own[place].wish.filled += lots
        trades.append(
            Trade(id: own[place].wish.id, lots: lots, price: price, isMaker: isMaker))
        return lots
    }

    /// Removes what is filled.
    mutating func sweep() { own.removeAll { $0.left == 0 } }
}

/// An order-book market written for clarity alone: plain lists, searched from end to end.
///
/// It shares no code with the engine. Funds are not its matter.
struct SlowBook {
    /// What somebody wants.
    struct Wish: Equatable {
        var id: Int
        var owner: Int
        var isBuy: Bool
        /// nil: any price.
        var limit: Int?
        var lots: Int
        var filled = 0
        /// 0 rests, 1 immediate-or-cancel, 2 fill-or-kill.
        var taking = 0
        var postOnly = false
        var trigger: Int?
    }

    struct Trade: Equatable {
        let id, lots, price: Int
        let isMaker: Bool
    }

    enum Place { case resting, waiting, aside }

    struct Own {
        var wish: Wish
        var place: Place
        var serial: Int
        var ahead = 0.0
        var traded = 0
        var marketAhead: Set<Int> = []
        var left: Int { wish.lots - wish.filled }
    }

    struct MarketOrder {
        var isBuy: Bool
        var price, lots: Int
    }

    /// The exponent of the power model; 0 for the risk-averse one.
    var exponent = 0
    var selfTrade = "cancelNewest"
    var isShared = false
    var waitsBeyondDepth = false
    var isByOrder = false

    var shown: [Bool: [Int: Int]] = [true: [:], false: [:]]
    /// By world, side and price.
    var used: [Int: [Bool: [Int: Int]]] = [:]
    var own: [Own] = []
    var market: [Int: MarketOrder] = [:]
    var trades: [Trade] = []
    var serial = 0
    var prints: [Int] = []

    // MARK: The market's data

    mutating func level(_ isBuy: Bool, _ price: Int, _ lots: Int) {
        let before = shown[isBuy]?[price] ?? 0
        shown[isBuy]?[price] = lots == 0 ? nil : lots
        if before == lots { return }
        for world in used.keys {
            guard let taken = used[world]?[isBuy]?[price] else { continue }
            // A level that comes back may show less than was taken.
            var left = lots < before ? max(0, taken - (before - lots)) : min(taken, lots)
            if lots == 0 { left = 0 }
            used[world]?[isBuy]?[price] = left == 0 ? nil : left
        }
        if isByOrder { return }
        var least: [Int: Double] = [:]
        for place in queue(isBuy, price) {
            let ahead = moved(own[place], before, lots)
            let world = world(own[place].wish.owner)
            own[place].ahead = max(ahead, least[world] ?? 0)
            least[world] = own[place].ahead
            own[place].traded = 0
        }
    }

    /// The resting orders at a price, the first one in the queue first.
    func queue(_ isBuy: Bool, _ price: Int) -> [Int] {
        own.indices
            .filter {
                own[$0].place == .resting && own[$0].wish.isBuy == isBuy
                    && own[$0].wish.limit == price
            }
            .sorted { own[$0].serial < own[$1].serial }
    }

    func moved(_ order: Own, _ before: Int, _ now: Int) -> Double {
        let gone = Double(before - order.traded - now)
        if gone <= 0 || exponent == 0 { return min(order.ahead, Double(now)) }
        let back = max(0, Double(before - order.traded) - order.ahead)
        var (a, b) = (1.0, 1.0)
        for _ in 0..<exponent {
            a *= order.ahead
            b *= back
        }
        let share = order.ahead == 0 && back == 0 ? 1 : b / (b + a)
        let ahead = order.ahead - (1 - share) * gone + min(back - share * gone, 0)
        return max(0, min(ahead, Double(now)))
    }

    mutating func snapshot(_ levels: [(isBuy: Bool, price: Int, lots: Int)]) {
        for isBuy in [true, false] {
            let new = levels.filter { $0.isBuy == isBuy && $0.lots > 0 }
            let deepest = isBuy ? new.map(\.price).min() : new.map(\.price).max()
            for (price, _) in shown[isBuy] ?? [:]
            where !new.contains(where: { $0.price == price }) {
                if let deepest, isBuy ? price < deepest : price > deepest {
                    // Beyond what is known: not displayed, and nothing else.
                    shown[isBuy]?[price] = nil
                } else {
                    level(isBuy, price, 0)
                }
            }
            for one in new { level(isBuy, one.price, one.lots) }
        }
    }

    mutating func trade(soldByTaker isSale: Bool, _ price: Int, _ lots: Int) {
        prints.append(price)
        for world in worlds {
            var filled = 0
            for place in priority(isSale, world) {
                guard let limit = own[place].wish.limit else { continue }
                if isSale ? limit > price : limit < price {
                    filled += fill(place, min(lots - filled, own[place].left), limit, true)
                } else if limit == price, !isByOrder {
                    let beyond = (Double(lots) - own[place].ahead - Double(filled)).rounded(.down)
                    filled += fill(place, min(max(0, Int(beyond)), own[place].left), price, true)
                    own[place].ahead = max(0, own[place].ahead - Double(lots))
                    own[place].traded += lots
                }
            }
        }
        sweep()
    }

    // The market's orders, one by one.

    mutating func add(_ id: Int, _ isBuy: Bool, _ price: Int, _ lots: Int) {
        market[id] = MarketOrder(isBuy: isBuy, price: price, lots: lots)
        level(isBuy, price, (shown[isBuy]?[price] ?? 0) + lots)
    }

    mutating func cancelMarket(_ id: Int, _ lots: Int) {
        guard let order = market[id] else { return }
        let gone = min(lots, order.lots)
        market[id]?.lots -= gone
        if order.lots == gone { market[id] = nil }
        level(order.isBuy, order.price, (shown[order.isBuy]?[order.price] ?? 0) - gone)
    }

    mutating func execute(_ id: Int, _ lots: Int) {
        guard let order = market[id] else { return }
        let done = min(lots, order.lots)
        prints.append(order.price)
        for world in worlds {
            var filled = 0
            for place in priority(order.isBuy, world) {
                guard let limit = own[place].wish.limit else { continue }
                let isBetter = order.isBuy ? limit > order.price : limit < order.price
                let isBefore = limit == order.price && !own[place].marketAhead.contains(id)
                if isBetter || isBefore {
                    filled += fill(place, min(done - filled, own[place].left), limit, true)
                }
            }
        }
        sweep()
        cancelMarket(id, done)
    }

    /// The resting orders of a side and world, by price, then by their queue.
    func priority(_ isBuy: Bool, _ world: Int) -> [Int] {
        own.indices
            .filter {
                own[$0].place == .resting && own[$0].wish.isBuy == isBuy
                    && self.world(own[$0].wish.owner) == world
            }
            .sorted { first, second in
                let (a, b) = (own[first].wish.limit ?? 0, own[second].wish.limit ?? 0)
                return a == b ? own[first].serial < own[second].serial : isBuy ? a > b : a < b
            }
    }

    // MARK: Wishes

    mutating func place(_ wish: Wish) {
        serial += 1
        own.append(Own(wish: wish, place: .waiting, serial: serial))
        if wish.postOnly, !isCrossed, takes(own[own.count - 1]) {
            own.removeLast()
        } else if wish.trigger != nil, !isMet(own[own.count - 1]) {
            own[own.count - 1].place = .aside
        } else {
            work(wish.id)
        }
        sweep()
        prints = []
    }

    mutating func cancel(_ id: Int) { own.removeAll { $0.wish.id == id } }

    mutating func amend(_ id: Int, lots: Int?, limit: Int?) {
        guard let place = own.firstIndex(where: { $0.wish.id == id }) else { return }
        let old = own[place].wish
        if let lots, lots <= old.filled { return cancel(id) }
        if limit != nil && old.limit == nil { return }
        var new = old
        new.lots = lots ?? old.lots
        new.limit = limit ?? old.limit
        if new.limit == old.limit && new.lots <= old.lots {
            own[place].wish = new
            return
        }
        if old.postOnly, own[place].place == .resting, !isCrossed {
            var moved = own[place]
            moved.wish.limit = new.limit
            if takes(moved) { return }
        }
        own[place].wish = new
        let isAside = own[place].place == .aside
        serial += 1
        own[place].serial = serial
        if isAside { return }
        own[place].place = .waiting
        let order = own.remove(at: place)
        own.append(order)
        work(id)
        sweep()
    }

    /// What a change of the book brings.
    mutating func settle() {
        if !isCrossed {
            for world in worlds {
                for isBuy in [true, false] { crossing(isBuy, world) }
                sweep()
                for id in own.filter({ $0.place == .waiting && self.world($0.wish.owner) == world })
                    .map(\.wish.id)
                {
                    work(id)
                }
            }
        }
        sweep()
        let met = own.filter { $0.place == .aside && isMet($0) }
            .sorted { $0.serial < $1.serial }.map(\.wish.id)
        for id in met {
            guard let place = own.firstIndex(where: { $0.wish.id == id }) else { continue }
            var order = own.remove(at: place)
            serial += 1
            order.serial = serial
            order.place = .waiting
            order.wish.trigger = nil
            own.append(order)
            work(id)
        }
        sweep()
        prints = []
    }
}

import LockstepMarket
import LockstepModel

/// What the long way of matching uses again in each step; without meaning between two.
struct SpecialWalk: ~Copyable {
    var attempts = OwnedRow<SpecialAttempt>()
    /// The lots that may still fill, by active bar, then by account.
    var budgets = OwnedRow<Int64>()
    /// What they were at the beginning, by active bar; more than there are bars have no meaning.
    var grants = OwnedRow<Int64>()
    /// A book before its bar, and after the first of two walks.
    var before = KeptBook()
    var after = KeptBook()
}

/// The orders of a book, kept while another way is tried.
struct KeptBook: ~Copyable {
    private var orders = OwnedRow<WorkingOrder>()
    private var details = OwnedRow<OrderDetail>()

    /// Keeps the orders of a book.
    mutating func keep(_ book: borrowing BarBook) {
        orders.assign(book.orders)
        details.assign(book.details)
    }

    /// Gives a book the orders that were kept.
    func restore(_ book: inout BarBook) {
        book.orders.assign(orders)
        book.details.assign(details)
    }
}

/// An order that is tried at a point that several instruments share.
struct SpecialAttempt: Sendable, BitwiseCopyable {
    let active: Int
    let order: Int
    let start: Timestamp
    let comesFirst: Bool
    let number: UInt64

    /// Whether it comes first: by the beginning of its bar, then by the rule of the queue.
    func comesBefore(_ other: Self) -> Bool {
        if start != other.start { return start < other.start }
        if comesFirst != other.comesFirst { return comesFirst }
        return number < other.number
    }
}

/// Where on a bar an order is tried.
struct Spot: Sendable, BitwiseCopyable {
    /// The bar, by its place among the active ones.
    let bar: Int
    let place: Int
    let price: Int64
    let point: FillPoint
    let time: Timestamp
}

/// How an order acts now.
enum OrderMode: Sendable {
    /// At any price.
    case market
    /// At a limit or better.
    case limit(Int64)
    /// When a level is reached.
    case trigger(Int64, upward: Bool)
    /// Not along the path.
    case waiting
}

extension BarMarketState {
    /// Whether a book goes the long way.
    @inline(__always)
    func isSpecial(_ place: Int) -> Bool { concernsAll || books[place].special != 0 }

    /// Whether one of the bars in hand does.
    func hasSpecial() -> Bool {
        for position in active.indices where books[active[position].place].special != 0 {
            return true
        }
        return false
    }

    /// Lets the bars of a step meet orders of which some are more than plain.
    @inline(never)
    mutating func meetSpecially(
        _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        try findBudgets()
        for position in active.indices where isSpecial(active[position].place) {
            prepare(position)
        }
        switch settings.rules.matcher {
        case .path:
            try meetOpensSpecially(time, &outputs)
            for position in active.indices where isSpecial(active[position].place) {
                for account in accounts.indices {
                    try walkAccount(account, position, time, &outputs)
                }
            }
        case .queueOrder: try matchQueue(time, &outputs)
        case .closeOnly: try matchCloses(time, &outputs)
        }
        for position in active.indices where isSpecial(active[position].place) {
            if settings.rules.trailing == .close { followClose(position) }
            commit(active[position].place)
        }
    }

    /// Finds what each account may fill of each bar.
    private mutating func findBudgets() throws(MarketError) {
        walk.budgets.removeAll()
        walk.grants.removeAll()
        for position in active.indices {
            var lots = Int64.max
            if settings.rules.participation != nil || settings.slippage.needsVolume {
                guard let volume = active[position].bar.volume else {
                    throw .invalidSetting(
                        name: settings.rules.participation != nil ? "participation" : "slippage",
                        why: "instrument \(books[active[position].place].instrument.rawValue) has "
                            + "a bar without volume, so no share of it is known")
                }
                // Of nothing there is no share: a bar without any volume fills nothing.
                let share = settings.rules.participation
                if share == nil && volume.isZero { lots = 0 }
                if let share {
                    do {
                        lots = try FixedPoint.proportion(of: volume.lots, rate: share, .floor)
                    } catch {
                        throw .overflow(
                            instrument: books[active[position].place].instrument,
                            operation: .notional)
                    }
                }
            }
            walk.grants.append(lots)
            for _ in accounts.indices { walk.budgets.append(lots) }
        }
    }

    /// Readies the orders of a bar's book: all of them have details meanwhile.
    private mutating func prepare(_ position: Int) {
        let (place, bar) = (active[position].place, active[position].bar)
        let halted = isHalted(place, at: bar.start)
        for order in books[place].orders.indices where !books[place].orders[order].ended {
            if books[place].orders[order].detail < 0 {
                books[place].addDetail(OrderDetail(), to: order)
            }
            let isEligible = !halted && books[place].orders[order].isEligible(for: bar)
            books[place][detail: order].isEligible = isEligible
            books[place][detail: order].isFresh = false
            books[place][detail: order].isStalled = false
            books[place][detail: order].fate = .working
            if books[place][detail: order].held != 0 {
                if books[place].active(order) == 0 {
                    books[place][detail: order].hasExtreme = false
                }
                books[place][detail: order].released += books[place][detail: order].held
                books[place][detail: order].held = 0
            }
        }
    }

    /// Ends the orders that have ended, and takes details away that say nothing.
    mutating func commit(_ place: Int) {
        for position in books[place].orders.indices {
            let detail = books[place].orders[position].detail
            if books[place].orders[position].ended || detail < 0 { continue }
            let fate = books[place].details[Int(detail)].fate
            if fate != .working {
                end(position, place, fate)
                continue
            }
            books[place].details[Int(detail)].isEligible = false
            books[place].details[Int(detail)].isFresh = false
            books[place].details[Int(detail)].isStalled = false
            if books[place].orders[position].kind.isSimple,
                books[place].details[Int(detail)] == OrderDetail()
            {
                books[place].removeDetail(detail)
                books[place].orders[position].detail = -1
            }
        }
    }

    // MARK: What an order is about to do

    /// Whether an order may act now.
    @inline(__always)
    func canAct(_ position: Int, _ place: Int) -> Bool {
        if books[place].orders[position].ended { return false }
        let detail = books[place].details[Int(books[place].orders[position].detail)]
        return detail.isEligible && detail.fate == .working && !detail.isStalled
            && books[place].active(position) > 0
    }

    /// How an order acts now.
    func mode(_ position: Int, _ place: Int) -> OrderMode {
        let order = books[place].orders[position]
        let detail = books[place][detail: position]
        let buys = order.side == .buy
        switch order.kind {
        case .market: return .market
        case .limit: return .limit(order.level.ticks)
        case .stop:
            return detail.isTriggered ? .market : .trigger(order.level.ticks, upward: buys)
        case .stopLimit:
            return detail.isTriggered
                ? .limit(detail.limit) : .trigger(order.level.ticks, upward: buys)
        case .touched:
            return detail.isTriggered ? .market : .trigger(order.level.ticks, upward: !buys)
        case .touchedLimit:
            return detail.isTriggered
                ? .limit(detail.limit) : .trigger(order.level.ticks, upward: !buys)
        case .trailing:
            if detail.isTriggered { return .market }
            guard let level = detail.trailingLevel(order.side) else { return .waiting }
            return .trigger(level, upward: buys)
        case .marketOnOpen, .limitOnOpen, .marketOnClose, .limitOnClose: return .waiting
        }
    }

    /// The level at which an order acts, and whether prices must rise to it; nil for one that asks
    /// for no level.
    func acting(_ position: Int, _ place: Int) -> (level: Int64, upward: Bool)? {
        switch mode(position, place) {
        case .market, .waiting: return nil
        case .limit(let limit):
            let buys = books[place].orders[position].side == .buy
            return (buys ? limit - through : limit + through, !buys)
        case .trigger(let level, let upward): return (level, upward)
        }
    }

    /// Whether an order acts at a price.
    func isMet(_ position: Int, _ place: Int, at price: Int64) -> Bool {
        if case .market = mode(position, place) { return true }
        guard let (level, upward) = acting(position, place) else { return false }
        return upward ? price >= level : price <= level
    }

    /// The number that the orders of a group share; an order without a group is its own.
    func groupKey(_ position: Int, _ place: Int) -> UInt64 {
        let group = books[place][detail: position].group
        return group != 0 ? group : books[place].orders[position].id.rawValue
    }

    /// Whether an order protects: at one point it acts before the others of its group.
    func isStop(_ position: Int, _ place: Int) -> Bool {
        switch books[place].orders[position].kind {
        case .stop, .stopLimit, .trailing: true
        default: false
        }
    }

    /// The stop of an order's group that acts at a price, too.
    func stopBefore(_ position: Int, _ place: Int, at price: Int64) -> Int? {
        if isStop(position, place) { return nil }
        let key = groupKey(position, place)
        return books[place].orders.indices.first {
            $0 != position && isStop($0, place) && canAct($0, place)
                && books[place].orders[$0].accountPlace
                    == books[place].orders[position].accountPlace
                && groupKey($0, place) == key && isMet($0, place, at: price)
        }
    }

    // MARK: Acting

    /// Lets an order do what it does at a price that meets it.
    mutating func act(
        _ position: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = spot.place
        let price = Price(ticks: spot.price)
        switch mode(position, place) {
        case .waiting: return
        case .market: try fillPart(position, spot, at: price, &outputs)
        case .limit(let limit):
            let reference = reference(position, limit, spot)
            try fillPart(position, spot, at: reference, &outputs)
        case .trigger:
            books[place][detail: position].isTriggered = true
            let order = books[place].orders[position]
            guard order.kind == .stopLimit || order.kind == .touchedLimit else {
                return try fillPart(position, spot, at: price, &outputs, isTriggering: true)
            }
            outputs.append(order.update(.triggered, at: spot.time))
            books[place][detail: position].since = active[spot.bar].bar.start
            if isMet(position, place, at: spot.price) {
                return try fillPart(position, spot, at: price, &outputs)
            }
            switch books[place][detail: position].then {
            case .immediateOrCancel: endPart(position, place, .immediateRest, spot, &outputs)
            case .fillOrKill: endPart(position, place, .notFillable, spot, &outputs)
            case nil: break
            }
        }
    }

    /// What a limit gets at a price that meets it.
    private mutating func reference(_ position: Int, _ limit: Int64, _ spot: Spot) -> Price {
        let bar = active[spot.bar].bar
        if books[spot.place][detail: position].isFresh { return Price(ticks: spot.price) }
        if spot.point == .interior {
            return min(max(Price(ticks: limit), bar.low), bar.high)
        }
        return settings.gapLimit == .atLimit ? Price(ticks: limit) : Price(ticks: spot.price)
    }

    /// Ends what is left of an order, and what hangs on it.
    mutating func endPart(
        _ position: Int, _ place: Int, _ reason: OrderReason, _ spot: Spot,
        _ outputs: inout MarketOutputs, change: OrderChange = .cancelled, limit: Int64 = 0
    ) {
        let order = books[place].orders[position]
        outputs.append(order.update(change, reason, limit: limit, at: spot.time))
        books[place][detail: position].fate = .ended
        endChildren(of: position, place, spot.time, &outputs)
    }

    /// Asks a post-only order whether it would take where it is first tried.
    ///
    /// - Returns: Whether it goes on.
    mutating func checkPostOnly(
        _ position: Int, _ spot: Spot, _ outputs: inout MarketOutputs
    ) -> Bool {
        let place = spot.place
        let detail = books[place][detail: position]
        if !detail.isPostOnly || detail.isTried { return true }
        books[place][detail: position].isTried = true
        let order = books[place].orders[position]
        let takes =
            order.side == .buy ? spot.price <= order.level.ticks : spot.price >= order.level.ticks
        if !takes { return true }
        if settings.rules.postOnly == .reject {
            endPart(position, place, .wouldTake, spot, &outputs, change: .rejected)
            return false
        }
        let level = spot.price - order.side.sign
        books[place].orders[position].level = Price(ticks: level)
        outputs.append(
            books[place].orders[position].update(
                .amended, .wouldTake, limit: level, at: spot.time))
        return true
    }
}

extension WorkingOrder.Kind {
    /// Whether an order of this kind may go without details.
    var isSimple: Bool { self == .market || self == .limit || self == .stop }
}

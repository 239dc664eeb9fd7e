import LockstepBookMarket
import LockstepMarket
import LockstepModel

/// Random data and orders, played to the engine and to the slow book alike.
struct RandomBookPlay {
    var stage: BookStage
    var slow: SlowBook
    /// The last actions, for messages.
    var log: [String] = []
    /// The limit of each order, of several the one that allows most.
    var limits: [OrderID: Int64] = [:]
    let isShared: Bool
    /// An account whose orders are not sent.
    var silent: UInt32 = 0
    /// By what all quantities are multiplied.
    var scale = 1
    private var random: RandomStream
    private let isByOrder: Bool
    private let isMirrored: Bool
    private var time: Int64 = 0
    private var ids: [Int: OrderID] = [:]
    private var asked: [Int: SlowBook.Wish] = [:]
    private var nextMarket = 1

    init(
        seed: Int, _ mode: SelfTrade, isByOrder: Bool, isMirrored: Bool = false,
        isShared chosen: Bool? = nil
    ) throws {
        random = RandomStream(seed: UInt64(seed), component: "book")
        self.isByOrder = isByOrder
        self.isMirrored = isMirrored
        let drawn = random.next(below: 2) == 0
        isShared = chosen ?? drawn
        let exponent = Int(random.next(below: 3))
        let waits = random.next(below: 2) == 0
        slow = SlowBook()
        slow.exponent = exponent
        slow.selfTrade = mode.rawValue
        slow.isShared = isShared
        slow.waitsBeyondDepth = waits
        slow.isByOrder = isByOrder
        var settings = BookSettings()
        settings.selfTrade = mode
        settings.fees = .makerTaker(
            MakerTakerFee(maker: try Rate("-0.002"), taker: try Rate("0.01")))
        settings.world = isShared ? .shared : .perAccount
        settings.beyondDepth = waits ? .wait : .cancel
        if exponent > 0,
            let power = QueueExponent(Rate(trillionths: Int64(exponent) * 1_000_000_000_000))
        {
            settings.queue = .power(power)
        }
        stage = try BookStage(settings, accounts: 2)
    }

    private mutating func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next(below: UInt64(range.count)))
    }

    /// What both say: fills by account, and what works.
    var comparison: (mine: [[Int]], slow: [[Int]]) {
        let mine = stage.fills
            .map {
                [
                    Int($0.account.rawValue), Int($0.order.ordinal), Int($0.quantity.lots),
                    Int($0.price.ticks), $0.liquidity == .maker ? 1 : 0,
                ]
            }
        let other = slow.trades.map { trade in
            [
                asked[trade.id]?.owner ?? 0, Int(ids[trade.id]?.ordinal ?? 0), trade.lots,
                trade.price, trade.isMaker ? 1 : 0,
            ]
        }
        let counts = (
            [[stage.engine.workingOrders]], [[slow.own.count]]
        )
        func grouped(_ fills: [[Int]]) -> [[Int]] {
            isShared ? fills : fills.filter { $0[0] == 1 } + fills.filter { $0[0] == 2 }
        }
        return (grouped(mine) + counts.0, grouped(other) + counts.1)
    }

    /// One random action.
    mutating func act() throws {
        time += 1
        switch draw(0...9) {
        case 0...4: try showData()
        case 5...7: try placeOrder()
        case 8: try cancelOrder()
        default: try amendOrder()
        }
    }

    private func side(_ isBuy: Bool) -> Side { isBuy != isMirrored ? .buy : .sell }

    private func ticks(_ price: Int) -> Int { isMirrored ? 200 - price : price }

    private func price(_ price: Int) -> Price { Price(ticks: Int64(ticks(price))) }

    private func lots(_ lots: Int) -> Quantity { Quantity(lots: Int64(lots * scale)) }

    private mutating func levelPrice(_ isBuy: Bool) -> Int {
        // Mostly on its own side of 100.
        draw(0...19) == 0 ? draw(94...106) : isBuy ? draw(94...99) : draw(101...106)
    }

    private mutating func showData() throws {
        if isByOrder { return try showOrders() }
        if draw(0...7) == 0 { return try showSnapshot() }
        var messages: [BookMessage] = []
        for _ in 0..<draw(1...3) {
            let isBuy = draw(0...1) == 0
            if draw(0...2) == 0 {
                let (at, size) = (draw(95...105), draw(1...15))
                messages.append(.trade(side(!isBuy), price(at), lots(size)))
                if !isMirrored {
                    slow.trade(soldByTaker: isBuy, at, size)
                }
            } else {
                let (at, size) = (levelPrice(isBuy), max(0, draw(-4...20)))
                messages.append(.level(side(isBuy), price(at), lots(size)))
                if !isMirrored { slow.level(isBuy, at, size) }
            }
        }
        log.append("\(messages)")
        try stage.show([messages], at: time)
        if !isMirrored { slow.settle() }
    }

    private mutating func showSnapshot() throws {
        var levels: [(isBuy: Bool, price: Int, lots: Int)] = []
        for isBuy in [true, false] {
            let prices = Set((0..<draw(0...4)).map { _ in levelPrice(isBuy) })
            for one in prices.sorted() { levels.append((isBuy, one, draw(1...20))) }
        }
        let messages = levels.map {
            BookMessage.level(side($0.isBuy), price($0.price), lots($0.lots))
        }
        log.append("snapshot \(messages)")
        try stage.show([messages], as: .snapshot, at: time)
        slow.snapshot(levels)
        slow.settle()
    }

    private mutating func showOrders() throws {
        var messages: [BookMessage] = []
        for _ in 0..<draw(1...3) {
            let known = slow.market.keys.sorted()
            let kind = known.isEmpty ? 0 : draw(0...3)
            if kind <= 1 {
                let isBuy = draw(0...1) == 0
                let (at, size) = (levelPrice(isBuy), draw(1...10))
                messages.append(.add(UInt64(nextMarket), side(isBuy), price(at), lots(size)))
                slow.add(nextMarket, isBuy, at, size)
                nextMarket += 1
            } else {
                let id = known[draw(0...(known.count - 1))]
                let size = draw(1...8)
                if kind == 2 {
                    messages.append(.cancel(UInt64(id), lots(size)))
                    slow.cancelMarket(id, size)
                } else {
                    messages.append(.execute(UInt64(id), lots(size)))
                    slow.execute(id, size)
                }
            }
        }
        log.append("\(messages)")
        try stage.show([messages], at: time)
        slow.settle()
    }

    private mutating func placeOrder() throws {
        let id = ids.count + 1
        var wish = SlowBook.Wish(
            id: id, owner: draw(1...2), isBuy: draw(0...1) == 0, limit: draw(95...105),
            lots: draw(1...12))
        let kind: OrderKind
        switch draw(0...9) {
        case 0:
            wish.limit = nil
            kind = .market(nil)
        case 1:
            wish.taking = 1
            kind = .limitTaking(price(wish.limit ?? 0), .immediateOrCancel)
        case 2:
            wish.taking = 2
            kind = .limitTaking(price(wish.limit ?? 0), .fillOrKill)
        case 3:
            wish.postOnly = true
            kind = .limit(price(wish.limit ?? 0), .goodTilCancelled, postOnly: true)
        case 4:
            wish.trigger = wish.limit
            wish.limit = nil
            kind = .stop(price(wish.trigger ?? 0))
        default: kind = .limit(price(wish.limit ?? 0), .goodTilCancelled)
        }
        log.append("\(wish)")
        asked[id] = wish
        if wish.owner == Int(silent) {
            ids[id] = OrderID(strategy: StrategyID(9), ordinal: UInt32(id))
            return
        }
        let order = OrderID(
            strategy: StrategyID(UInt32(wish.owner)), ordinal: UInt32(id))
        ids[id] = order
        limits[order] = wish.limit.map { Int64(ticks($0)) }
        let terms = OrderTerms(side(wish.isBuy), lots(wish.lots), of: InstrumentID(1), kind)
        try stage.send(.place(terms), as: order, at: time, account: UInt32(wish.owner))
        if !isMirrored { slow.place(wish) }
    }

    private mutating func cancelOrder() throws {
        guard !ids.isEmpty else { return }
        let id = draw(1...ids.count)
        guard let order = ids[id], let wish = asked[id], wish.owner != Int(silent) else { return }
        log.append("cancel \(id)")
        // Cancels and amendments have numbers of their own, beyond those of orders.
        try stage.send(
            .cancel(order), as: number(wish), at: time, account: UInt32(wish.owner))
        slow.cancel(id)
    }

    private mutating func amendOrder() throws {
        guard !ids.isEmpty else { return }
        let id = draw(1...ids.count)
        let (size, at) = (draw(0...1) == 0 ? draw(1...15) : nil, draw(95...105))
        guard let order = ids[id], let wish = asked[id], wish.owner != Int(silent) else { return }
        let limit = wish.limit == nil ? nil : at
        log.append("amend \(id) \(size ?? -1) \(limit ?? -1)")
        try stage.send(
            .amend(
                order,
                OrderAmendment(
                    quantity: size.map { lots($0) }, price: limit.map { price($0) })),
            as: number(wish), at: time, account: UInt32(wish.owner))
        if let limit {
            let (old, new) = (limits[order] ?? 0, Int64(ticks(limit)))
            limits[order] = side(wish.isBuy) == .buy ? max(old, new) : min(old, new)
        }
        slow.amend(id, lots: size, limit: limit)
    }

    private func number(_ wish: SlowBook.Wish) -> OrderID {
        OrderID(strategy: StrategyID(UInt32(wish.owner)), ordinal: UInt32(1000 + time))
    }
}

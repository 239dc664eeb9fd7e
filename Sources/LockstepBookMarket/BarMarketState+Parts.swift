import LockstepMarket
import LockstepModel

/// Fills of parts, and what they do to the orders that hang on the one that was filled.
extension BarMarketState {
    /// Fills as much of an order at a price of the market as the bar's volume, its position and
    /// its account allow.
    @inline(never)
    mutating func fillPart(
        _ position: Int, _ spot: Spot, at reference: Price, _ outputs: inout MarketOutputs,
        isTriggering: Bool = false
    ) throws(MarketError) {
        let place = spot.place
        if books[place][detail: position].share != 0 {
            guard try resolveShare(position, spot, at: reference, &outputs) else { return }
        }
        let order = books[place].orders[position]
        let detail = books[place][detail: position]
        let bar = active[spot.bar].bar
        let asked = books[place].active(position)
        var lots = asked
        let held = positions[cell(order.accountPlace, place)]
        let reducible = held != 0 && (held > 0) == (order.side == .sell)
        let reduction = reducible ? SignedQuantity(lots: held).magnitude : .zero
        if order.reduceOnly {
            if reduction.isZero {
                return endPart(position, place, .reduceOnly, spot, &outputs)
            }
            lots = min(lots, reduction.lots)
        }
        let taking = order.taking ?? (detail.isTriggered ? detail.then : nil)
        let purse = spot.bar &* accounts.count &+ order.accountPlace
        if lots > walk.budgets[purse] {
            if taking == .fillOrKill {
                return endPart(position, place, .notFillable, spot, &outputs)
            }
            if isTriggering {
                outputs.append(order.update(.triggered, at: spot.time))
            }
            lots = walk.budgets[purse]
            if lots == 0 {
                books[place][detail: position].isStalled = true
                if taking == .immediateOrCancel {
                    endPart(position, place, .immediateRest, spot, &outputs)
                }
                return
            }
        }
        let trial = Trial(
            bar: spot.bar, place: place, reference: reference,
            liquidity: isMaker(position, place, bar) ? .maker : .taker,
            executedAt: spot.point == .open ? bar.start : bar.end, reduction: reduction)
        if costs.mayChange { keepCosts() }
        var rest = OrderReason.none
        var pricing = try price(Quantity(lots: lots), order, trial)
        if order.strategy == .house { pricing = try withLiquidationFee(pricing, order) }
        let isMargin = accounts[order.accountPlace].isMargin
        let fits =
            isMargin && lots <= reduction.lots ? true : try isAffordable(pricing, order, trial)
        if !fits {
            if costs.mayChange { restoreCosts() }
            let part =
                taking == .fillOrKill ? 0 : try affordable(lots, order, trial)
            guard part > 0 || isMargin && !reduction.isZero && taking != .fillOrKill else {
                let cash = accounts[order.accountPlace].cash.units
                let limit = order.side == .sell && !isMargin ? held : cash
                return endPart(
                    position, place, .insufficientAtFill, spot, &outputs, limit: limit)
            }
            // The part that closes fills; what would open does not.
            (lots, rest) = (max(part, reduction.lots), .insufficientAtFill)
            pricing = try priceAgain(Quantity(lots: lots), order, trial)
        }
        try book(pricing, order, place)
        walk.budgets[purse] -= lots
        let leaves = Quantity(lots: order.quantity.lots &- lots)
        books[place].orders[position].quantity = leaves
        books[place][detail: position].filled += lots
        books[place].orders[position].isPlain = false
        outputs.append(
            Fill(
                order: order.id, strategy: order.strategy, account: order.account,
                instrument: order.instrument, side: order.side, liquidity: trial.liquidity,
                point: spot.point, rule: order.rule, price: pricing.price, reference: reference,
                quantity: pricing.quantity, leaves: leaves, notional: pricing.notional,
                fee: max(pricing.fee, .zero),
                slippage: pricing.price == reference
                    ? .zero : try slippageCost(pricing, reference, place),
                rebate: pricing.fee < .zero ? Money(units: -pricing.fee.units) : .zero,
                executedAt: trial.executedAt, label: bar.label, reportAt: spot.time))
        count(order, detail, reference, spot, isWhole: leaves.isZero)
        if leaves.isZero {
            books[place][detail: position].fate = .filled
        } else if rest == .none {
            if order.reduceOnly && lots == reduction.lots && asked > lots {
                rest = .reduceOnly
            } else if taking == .immediateOrCancel {
                rest = .immediateRest
            } else if asked > lots || !detail.followsParent {
                books[place][detail: position].isStalled = true
            }
        }
        if rest != .none {
            outputs.append(books[place].orders[position].update(.cancelled, rest, at: spot.time))
            books[place][detail: position].fate = .ended
        }
        settleLinks(position, lots, spot, &outputs)
        if books[place][detail: position].fate != .working {
            endChildren(of: position, place, spot.time, &outputs)
        }
    }

    /// Whether an order had rested before a bar began.
    private func isMaker(_ position: Int, _ place: Int, _ bar: Bar) -> Bool {
        let order = books[place].orders[position]
        let detail = books[place][detail: position]
        if detail.isPostOnly { return true }
        guard case .limit = mode(position, place) else { return false }
        return order.arrival < bar.start && detail.since < bar.start
    }

    /// Counts a fill that an assumption decided.
    private mutating func count(
        _ order: WorkingOrder, _ detail: OrderDetail, _ reference: Price, _ spot: Spot,
        isWhole: Bool
    ) {
        guard isWhole, order.kind == .limit, !detail.isFresh else { return }
        if spot.point == .open {
            if settings.gapLimit == .open && reference != order.level { tally.gapFills += 1 }
        } else if spot.point == .interior {
            let bar = active[spot.bar].bar
            let extreme = order.side == .sell ? bar.high : bar.low
            if order.level == extreme { tally.touchFills += 1 }
        }
    }

    // MARK: Orders that hang together

    /// Tells a fill to the other orders of its group, and to those that follow it.
    private mutating func settleLinks(
        _ position: Int, _ lots: Int64, _ spot: Spot, _ outputs: inout MarketOutputs
    ) {
        let place = spot.place
        let order = books[place].orders[position]
        let key = groupKey(position, place)
        for other in books[place].orders.indices where other != position {
            let peer = books[place].orders[other]
            if peer.ended || peer.accountPlace != order.accountPlace
                || books[place][detail: other].fate != .working
            {
                continue
            }
            if groupKey(other, place) == key {
                let isExit = peer.reduceOnly || books[place][detail: other].followsParent
                if isExit || settings.rules.oco == .reduce {
                    reduce(other, lots, spot, &outputs)
                } else {
                    endPart(other, place, .ocoPeer, spot, &outputs)
                }
            } else if books[place][detail: other].followsParent,
                books[place][detail: other].parent == order.id.rawValue
            {
                release(other, lots, order.kind, spot, &outputs)
            }
        }
    }

    /// Takes what another order of the group got off an order.
    private mutating func reduce(
        _ position: Int, _ lots: Int64, _ spot: Spot, _ outputs: inout MarketOutputs
    ) {
        let place = spot.place
        let left = books[place].orders[position].quantity.lots - lots
        if left <= 0 { return endPart(position, place, .ocoPeer, spot, &outputs) }
        books[place].orders[position].quantity = Quantity(lots: left)
        books[place].orders[position].isPlain = false
        books[place][detail: position].cut += lots
        outputs.append(
            books[place].orders[position].update(.amended, .ocoPeer, at: spot.time))
    }

    /// Makes a child active for what its parent got.
    private mutating func release(
        _ position: Int, _ lots: Int64, _ parent: WorkingOrder.Kind, _ spot: Spot,
        _ outputs: inout MarketOutputs
    ) {
        let place = spot.place
        let isAtOnce =
            switch settings.rules.children {
            case .atFill: true
            case .nextBar: false
            case .afterMarketEntry: parent == .market
            }
        if !isAtOnce {
            books[place][detail: position].held += lots
            return
        }
        // One that had nothing to act for begins to follow the price anew.
        if books[place].active(position) == 0 { books[place][detail: position].hasExtreme = false }
        books[place][detail: position].released += lots
        books[place][detail: position].isFresh = true
        books[place][detail: position].isStalled = false
        let bar = active[spot.bar].bar
        books[place][detail: position].since = bar.start
        if !books[place][detail: position].isEligible { return }
        let order = books[place].orders[position]
        if order.kind == .trailing, !books[place][detail: position].hasExtreme {
            books[place][detail: position].follow(spot.price, order.side)
        }
        if !checkPostOnly(position, spot, &outputs) { return }
        if let taking = order.taking, order.kind == .limit,
            !isMet(position, place, at: spot.price)
        {
            endPart(
                position, place, taking == .fillOrKill ? .notFillable : .immediateRest, spot,
                &outputs)
        }
    }

    /// Cuts the children of an order that has ended to what it got; those of one that got nothing
    /// end with it.
    @inline(never)
    mutating func endChildren(
        of position: Int, _ place: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let parent = books[place].orders[position].id.rawValue
        for other in books[place].orders.indices where other != position {
            let order = books[place].orders[other]
            if order.ended || order.detail < 0 { continue }
            let detail = books[place][detail: other]
            guard detail.fate == .working, detail.followsParent, detail.parent == parent else {
                continue
            }
            let most = max(0, detail.released + detail.held - detail.filled - detail.cut)
            if order.quantity.lots <= most { continue }
            books[place].orders[other].quantity = Quantity(lots: most)
            if most > 0 {
                outputs.append(
                    books[place].orders[other].update(.amended, .parentEnded, at: time))
                continue
            }
            outputs.append(order.update(.cancelled, .parentEnded, at: time))
            books[place].orders[other].quantity = order.quantity
            books[place][detail: other].fate = .ended
            endChildren(of: other, place, time, &outputs)
        }
    }

    // MARK: Sizes that are resolved at the fill

    /// Gives an order that asks for a share of the free margin its quantity.
    ///
    /// - Returns: Whether it is worth one lot at least; else it has ended.
    private mutating func resolveShare(
        _ position: Int, _ spot: Spot, at reference: Price, _ outputs: inout MarketOutputs
    ) throws(MarketError) -> Bool {
        let place = spot.place
        let order = books[place].orders[position]
        let share = books[place][detail: position].share
        let lots = try affordableLots(order, share, spot, at: reference)
        if lots <= 0 {
            endPart(position, place, .insufficientAtFill, spot, &outputs)
            return false
        }
        books[place][detail: position].share = 0
        books[place].orders[position].quantity = Quantity(lots: lots)
        return true
    }

    /// The lots that a share of an account's free margin pays for, with slippage and fee.
    private mutating func affordableLots(
        _ order: WorkingOrder, _ share: Int64, _ spot: Spot, at reference: Price
    ) throws(MarketError) -> Int64 {
        let place = spot.place
        let bar = active[spot.bar].bar
        let own = settings.rules.fundsMark == .lookAheadClose ? bar.close : reference
        let row = cell(order.accountPlace, 0)
        var free = Int128(accounts[order.accountPlace].cash.units)
        do {
            for other in books.indices {
                let held = SignedQuantity(lots: positions[row + other])
                guard !held.isZero, let mark = other == place ? own : books[other].mark else {
                    continue
                }
                let value = try books[other].ratio.value(mark, held)
                let magnitude = value < .zero ? try value.negated() : value
                free += Int128(value.units)
                free -= Int128(try margins[other].initial(on: magnitude, held.lots).units)
            }
        } catch { throw .overflow(instrument: order.instrument, operation: .equity) }
        if free <= 0 { return 0 }
        let trial = Trial(
            bar: spot.bar, place: place, reference: reference, liquidity: .taker,
            executedAt: bar.start, reduction: .zero)
        let one = try price(Quantity(lots: 1), order, trial)
        // Shares and rates are trillionths: what a lot costs is the price, and the rate of its raw
        // worth, exactly.
        let unit = Int128(Rate.one.trillionths)
        var cost = Int128(one.notional.units) * unit
        do {
            let raw = try books[place].ratio.notional(reference, Quantity(lots: 1))
            let rate = costs.plainFee?.rate.trillionths ?? 0
            cost += Int128(raw.units) * Int128(rate)
            if costs.plainFee == nil { cost += Int128(one.fee.units) * unit }
        } catch { throw .overflow(instrument: order.instrument, operation: .notional) }
        if cost <= 0 { return 0 }
        var margin = unit
        switch margins[place].initial {
        case .share(let rate): margin = Int128(rate.trillionths)
        case .perLot(let amount):
            cost = (Int128(amount.units) + Int128(one.fee.units)) * unit
            if cost <= 0 { return 0 }
        case nil: break
        }
        // Leverage is one over the initial margin.
        let (funds, isWide) = free.multipliedReportingOverflow(by: Int128(share))
        let (levered, isWider) = funds.multipliedReportingOverflow(by: unit)
        if isWide { throw .overflow(instrument: order.instrument, operation: .equity) }
        let lots = isWider ? funds / margin * unit / cost : levered / margin / cost
        return Int64(clamping: min(lots, Int128(Quantity.limit - 1)))
    }
}

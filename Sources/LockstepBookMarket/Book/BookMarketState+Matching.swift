import LockstepMarket
import LockstepModel

/// How an order takes what stands against it.
extension BookMarketState {
    /// Works an order in hand: it takes what it may, and the rest goes where it belongs.
    mutating func work(
        _ slot: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let place = Int(orders[slot].book)
        books[place].activate(Int(orders[slot].overlay))
        if books[place].isCrossed { return wait(slot) }
        if orders[slot].postOnly, wouldTake(slot) {
            guard settings.postOnly == .reprice, standBehind(slot) else {
                return cancel(slot, .wouldTake, time, &outputs)
            }
        }
        if orders[slot].taking == .fillOrKill, fillable(slot) < orders[slot].leaves {
            return cancel(slot, .notFillable, time, &outputs)
        }
        if try !take(slot, time, &outputs) { return }
        if orders[slot].taking != nil {
            cancel(slot, .immediateRest, time, &outputs)
        } else if orders[slot].isLimited {
            rest(slot)
        } else if settings.beyondDepth == .wait {
            wait(slot)
        } else {
            cancel(slot, .notFillable, time, &outputs)
        }
    }

    /// Lets an order wait until there is something to take.
    mutating func wait(_ slot: Int) {
        orders[slot].location = .waiting
        books[Int(orders[slot].book)].overlays[Int(orders[slot].overlay)].waiting
            .append(Int32(truncatingIfNeeded: slot))
    }

    /// Puts an order at its price, behind all that stand there.
    mutating func rest(_ slot: Int) {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        let (side, key) = (orders[slot].sidePlace, orders[slot].key)
        let last = books[place].overlays[overlay].sides[side].last(at: key)
        let displayed = Double(books[place].sides[side].displayed(key))
        orders[slot].location = .resting
        orders[slot].ahead = last < 0 ? displayed : max(displayed, orders[last].ahead)
        orders[slot].traded = 0
        orders[slot].since = books[place].market.next
        books[place].overlays[overlay].sides[side].join(key, slot)
    }

    /// The key on the opposite side down to which an order takes.
    @inline(__always)
    private func takingLimit(_ slot: Int) -> Int64 {
        orders[slot].isLimited ? 0 &- orders[slot].key : .min
    }

    /// Whether an order would take something.
    func wouldTake(_ slot: Int) -> Bool {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        let opposite = 1 &- orders[slot].sidePlace
        let limit = takingLimit(slot)
        if let own = books[place].overlays[overlay].sides[opposite].queue.last, own.key >= limit {
            return true
        }
        return available(place, overlay, opposite, to: limit, atMost: 1) > 0
    }

    /// Moves a post-only order one tick behind what it would take; false where there is no price.
    private mutating func standBehind(_ slot: Int) -> Bool {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        let opposite = 1 &- orders[slot].sidePlace
        var best = books[place].overlays[overlay].sides[opposite].queue.last?.key ?? .min
        var level = books[place].sides[opposite].levels.count &- 1
        while level >= 0, books[place].sides[opposite].levels[level].key > best {
            let shown = books[place].sides[opposite].levels[level]
            let used = books[place].overlays[overlay].sides[opposite].used(at: shown.key)
            if shown.displayed > used { best = shown.key }
            level &-= 1
        }
        let price = OrderBook.price(best, opposite) &- orders[slot].side.sign
        let isSound = Price(ticks: price).isInRange
        if !isSound || (price <= 0 && !settings.allowsNonPositivePrices) { return false }
        orders[slot].price = price
        return true
    }

    /// How much of an order would fill at once.
    private func fillable(_ slot: Int) -> Int64 {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        let opposite = 1 &- orders[slot].sidePlace
        let (limit, wanted) = (takingLimit(slot), orders[slot].leaves)
        var sum: Int64 = 0
        var level = books[place].sides[opposite].levels.count &- 1
        var own = books[place].overlays[overlay].sides[opposite].queue.count &- 1
        while sum < wanted {
            let levelKey =
                level >= 0 ? books[place].sides[opposite].levels[level].key : Int64.min
            let ownKey =
                own >= 0
                ? books[place].overlays[overlay].sides[opposite].queue[own].key : Int64.min
            if max(levelKey, ownKey) < limit || (level < 0 && own < 0) { break }
            if own < 0 || levelKey > ownKey {
                sum &+= there(place, overlay, opposite, level)
                level &-= 1
                continue
            }
            let other = Int(books[place].overlays[overlay].sides[opposite].queue[own].slot)
            own &-= 1
            if orders[other].account != orders[slot].account || settings.selfTrade == .allow {
                sum &+= orders[other].leaves
            } else if settings.selfTrade != .cancelOldest {
                // It ends, or grows less, when it gets to its own order.
                if levelKey == ownKey {
                    sum &+= min(
                        there(place, overlay, opposite, level),
                        before(other, place, overlay, opposite, ownKey))
                }
                break
            }
        }
        return sum
    }

    /// What may be taken of a level.
    @inline(__always)
    private func there(_ place: Int, _ overlay: Int, _ side: Int, _ level: Int) -> Int64 {
        let (key, displayed) = (
            books[place].sides[side].levels[level].key,
            books[place].sides[side].levels[level].displayed
        )
        return displayed &- books[place].overlays[overlay].sides[side].used(at: key)
    }

    /// What may be taken of a level before an own order there is next.
    private func before(
        _ slot: Int, _ place: Int, _ overlay: Int, _ side: Int, _ key: Int64
    ) -> Int64 {
        let ahead = Int64(orders[slot].ahead.rounded(.down))
        return max(0, ahead &- books[place].overlays[overlay].sides[side].used(at: key))
    }

    /// Takes what stands against an order, the best price first.
    ///
    /// - Returns: Whether the order is still there, with something left.
    private mutating func take(
        _ slot: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) -> Bool {
        let (place, overlay) = (Int(orders[slot].book), Int(orders[slot].overlay))
        let opposite = 1 &- orders[slot].sidePlace
        let limit = takingLimit(slot)
        var level = books[place].sides[opposite].levels.count &- 1
        while true {
            var quantity: Int64 = 0
            while level >= 0 {
                if books[place].sides[opposite].levels[level].key < limit {
                    level = -1
                    break
                }
                quantity = there(place, overlay, opposite, level)
                if quantity > 0 { break }
                level &-= 1
            }
            let own = books[place].overlays[overlay].sides[opposite].queue.last
            let levelKey =
                level >= 0 ? books[place].sides[opposite].levels[level].key : Int64.min
            if let own, own.key >= limit, level < 0 || own.key >= levelKey {
                let other = Int(own.slot)
                if level >= 0, own.key == levelKey {
                    quantity = min(quantity, before(other, place, overlay, opposite, own.key))
                } else {
                    quantity = 0
                }
                if quantity == 0 {
                    if try !meet(slot, other, time, &outputs) { return false }
                    continue
                }
            } else if level < 0 {
                return true
            }
            let filled = try fill(
                slot, quantity, at: OrderBook.price(levelKey, opposite), .taker, .book,
                orders[slot].rule, time, &outputs)
            if filled > 0 {
                books[place].overlays[overlay].sides[opposite].use(filled, at: levelKey)
            }
            if orders[slot].location == .free { return false }
        }
    }

    /// Lets an order meet one that rests in the same overlay and is next in the queue.
    ///
    /// - Returns: Whether the order that came is still there.
    private mutating func meet(
        _ slot: Int, _ other: Int, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) -> Bool {
        if orders[slot].account == orders[other].account {
            switch settings.selfTrade {
            case .allow: break
            case .cancelNewest:
                cancel(slot, .selfTrade, time, &outputs)
                return false
            case .cancelOldest:
                cancel(other, .selfTrade, time, &outputs)
                return true
            case .cancelBoth:
                cancel(other, .selfTrade, time, &outputs)
                cancel(slot, .selfTrade, time, &outputs)
                return false
            case .decrement:
                let quantity = min(orders[slot].leaves, orders[other].leaves)
                lessen(other, by: quantity, time, &outputs)
                return lessen(slot, by: quantity, time, &outputs)
            }
        }
        let price = orders[other].price
        let most = min(orders[slot].leaves, orders[other].leaves)
        let resting = try fit(other, most, at: price, .maker)
        if resting.lots == 0 {
            cancel(other, resting.reason, limit: resting.limit, time, &outputs)
            return true
        }
        let coming = try fit(slot, resting.lots, at: price, .taker)
        if coming.lots == 0 {
            cancel(slot, coming.reason, limit: coming.limit, time, &outputs)
            return false
        }
        let filled = try fill(
            other, coming.lots, at: price, .maker, .book, .limit, time, &outputs)
        _ = try fill(
            slot, filled, at: price, .taker, .book, orders[slot].rule, time, &outputs)
        return orders[slot].location != .free
    }

    /// Takes a part of an order away without a fill.
    ///
    /// - Returns: Whether something is left.
    @discardableResult
    private mutating func lessen(
        _ slot: Int, by quantity: Int64, _ time: Timestamp, _ outputs: inout MarketOutputs
    ) -> Bool {
        if quantity == orders[slot].leaves {
            cancel(slot, .selfTrade, time, &outputs)
            return false
        }
        orders[slot].leaves &-= quantity
        orders[slot].total &-= quantity
        tell(slot, .amended, .selfTrade, time, &outputs)
        return true
    }
}

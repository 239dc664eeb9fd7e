import LockstepMarket
import LockstepModel

/// Commands for orders that have details.
extension BarMarketState {
    /// Gives the newest order of a book its details, and ties it to its parent.
    @inline(never)
    mutating func addDetail(_ detail: OrderDetail, _ place: Int) {
        var detail = detail
        if detail.parent != 0 {
            let (_, _, parent) = find(OrderID(rawValue: detail.parent))
            if let parent {
                detail.followsParent = true
                let row = books[place].orders[parent].detail
                if row >= 0 { detail.released = books[place].details[Int(row)].filled }
            }
        }
        books[place].addDetail(detail, to: books[place].orders.count - 1)
        seenSpecial = true
    }

    /// Why an order is refused for what it hangs on; nil when it is not.
    @inline(never)
    mutating func linkRefusal(of terms: OrderTerms, _ place: Int, _ request: Order) -> Refusal? {
        let intent = request.intent
        if let parent = terms.link.parent {
            let (fate, parentPlace, position) = find(parent)
            switch fate {
            case .unknown, .ended: return Refusal(reason: .parentEnded)
            case .filled: break
            case .working:
                guard let position, parentPlace == place,
                    books[place].orders[position].strategy == intent.strategy,
                    books[place].orders[position].account == intent.account
                else { return Refusal(reason: .invalidCombination) }
            }
        }
        if let group = terms.link.group {
            let (_, groupPlace, position) = find(group)
            if let position,
                groupPlace != place || books[place].orders[position].account != intent.account
            {
                return Refusal(reason: .invalidCombination)
            }
        }
        return nil
    }

    /// Rejects an order whose identity is its own already.
    @inline(never)
    mutating func reject(
        _ request: Order, _ terms: OrderTerms, _ place: Int, _ refusal: Refusal,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        fates.note(.ended, of: request.intent.id, on: place)
        outputs.append(
            OrderUpdate(
                order: request.intent.id, strategy: request.intent.strategy,
                account: request.intent.account, instrument: terms.instrument, change: .rejected,
                reason: refusal.reason, limit: refusal.limit, leaves: .zero, reportAt: now))
    }

    /// Whether a working order is what another would be.
    func isSame(
        _ position: Int, _ place: Int, as order: WorkingOrder, _ detail: OrderDetail
    ) -> Bool {
        let own = books[place].orders[position]
        if own.detail < 0 { return own.isSame(as: order) && detail == OrderDetail() }
        let kept = books[place].details[Int(own.detail)]
        var first = own
        first.quantity = Quantity(lots: own.quantity.lots + kept.filled + kept.cut)
        return first.isSame(as: order) && kept.content == detail.content
    }

    /// Whether an amendment asks for no more than what was filled.
    func isOver(_ quantity: Quantity?, _ order: WorkingOrder, _ place: Int) -> Bool {
        guard let quantity else { return false }
        let detail = books[place].details[Int(order.detail)]
        return quantity.lots <= detail.filled + detail.cut
    }

    /// Gives an order with details other terms.
    @inline(never)
    mutating func amendSpecially(
        _ position: Int, _ place: Int, _ amendment: OrderAmendment, _ effective: Timestamp,
        _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        var order = books[place].orders[position]
        let old = order
        var hasNewPrice = false
        if let quantity = amendment.quantity {
            let detail = books[place][detail: position]
            order.quantity = Quantity(lots: quantity.lots - detail.filled - detail.cut)
        }
        if let stop = amendment.stop, stop != order.level {
            order.level = stop
            hasNewPrice = true
        }
        if let price = amendment.price {
            if order.kind == .stopLimit || order.kind == .touchedLimit {
                hasNewPrice = hasNewPrice || books[place][detail: position].limit != price.ticks
                books[place][detail: position].limit = price.ticks
            } else if order.level != price {
                order.level = price
                books[place][detail: position].isTried = false
                hasNewPrice = true
            }
        }
        if hasNewPrice || order.quantity > old.quantity {
            arrivals += 1
            order.number = arrivals
            order.arrival = max(effective, order.arrival)
            _ = books[place].orders.remove(at: position)
            books[place].orders.append(order)
        } else {
            books[place].orders[position] = order
        }
        outputs.append(order.update(.amended, at: now))
    }
}

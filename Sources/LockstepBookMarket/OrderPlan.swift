import LockstepMarket
import LockstepModel

/// How an order would work at a bar market.
struct OrderPlan: BitwiseCopyable {
    let kind: WorkingOrder.Kind
    let taking: TakingTimeInForce?
    /// The limit or the trigger price; nil for a market order.
    let level: Price?
    let expiry: Timestamp
    let expiryReason: OrderReason
    /// Whether this market takes such orders at all.
    var isTaken = true

    /// The limit of an order that has a trigger price, too.
    var limit: Price?

    /// The plan of an order's terms, which arrive before a session's end.
    @inline(__always)
    init(_ terms: OrderTerms, arrival: Timestamp, rules: borrowing ExecutionRules) {
        if case .market(let taking) = terms.kind {
            self.init(market: taking)
        } else {
            self.init(level: terms.kind, arrival: arrival, sessionEnd: rules.sessionEnd)
        }
        if terms.autoFill || terms.maxSlippage != nil { isTaken = false }
    }

    @inline(__always)
    private init(market taking: TakingTimeInForce?) {
        kind = .market
        self.taking = taking
        level = nil
        expiry = .distantFuture
        expiryReason = .none
    }

    @inline(never)
    private init(level kind: OrderKind, arrival: Timestamp, sessionEnd: TimeOfDay) {
        level = kind.triggerPrice ?? kind.limitPrice
        taking = if case .limitTaking(_, let taking) = kind { taking } else { nil }
        limit = kind.triggerPrice == nil ? nil : kind.limitPrice
        self.kind =
            switch kind {
            case .market: .market
            case .limit, .limitTaking: .limit
            case .stop: .stop
            case .stopLimit: .stopLimit
            case .trailingStop: .trailing
            case .ifTouched(_, let limit, _, _): limit == nil ? .touched : .touchedLimit
            case .marketOnOpen: .marketOnOpen
            case .limitOnOpen: .limitOnOpen
            case .marketOnClose: .marketOnClose
            case .limitOnClose: .limitOnClose
            }
        switch kind.resting {
        case .goodTilCancelled, nil: (expiry, expiryReason) = (.distantFuture, .none)
        case .goodTilDate(let date):
            (expiry, expiryReason) = (date, .date)
            if date <= arrival { isTaken = false }
        case .day:
            let later = try? arrival.advanced(byNanoseconds: 1)
            expiry = later.map { sessionEnd.next(from: $0) } ?? .distantFuture
            expiryReason = .day
        }
    }

    /// Whether an order of these terms has details.
    func isSpecial(_ terms: OrderTerms) -> Bool {
        if !kind.isSimple || terms.link != .none { return true }
        if case .limit(_, _, postOnly: true) = terms.kind { return true }
        if case .fractionOfFreeMargin = terms.size { return true }
        return false
    }

    /// The details of an order of these terms.
    func detail(_ terms: OrderTerms) -> OrderDetail {
        var detail = OrderDetail()
        if case .limit(_, _, let postOnly) = terms.kind { detail.isPostOnly = postOnly }
        if !kind.isSimple { detail.thenNumber = terms.kind.taking?.rawValue ?? 0 }
        detail.limit = limit?.ticks ?? 0
        switch terms.trail {
        case .distance(let ticks): detail.trail = ticks
        case .share(let rate):
            detail.trail = rate.trillionths
            detail.trailsByShare = true
        case nil: break
        }
        detail.parent = terms.link.parent?.rawValue ?? 0
        detail.group = terms.link.group?.rawValue ?? 0
        if case .fractionOfFreeMargin(let share) = terms.size { detail.share = share.trillionths }
        return detail
    }

    /// What is wrong with a trail; nil when nothing is.
    func trailFault(_ terms: OrderTerms) -> Refusal? {
        switch terms.trail {
        case .distance(let ticks):
            (1..<Price.limit).contains(ticks) ? nil : Refusal(reason: .offTickPrice, limit: 1)
        case .share(let rate):
            rate > .zero && rate < .one ? nil : Refusal(reason: .offTickPrice)
        case nil: nil
        }
    }
}

/// Why an order or an amendment is refused.
struct Refusal: BitwiseCopyable {
    let reason: OrderReason
    /// The figure that refused; 0 where the reason has none.
    var limit: Int64 = 0
}

extension BarMarketState {
    /// Why an order is refused: of several faults the one with the lowest number; nil for none.
    @inline(__always)
    func refusal(of terms: OrderTerms, _ plan: OrderPlan, _ id: OrderID) -> Refusal? {
        let place = Int(terms.instrument.rawValue) - 1
        guard place >= 0 && place < books.count else { return Refusal(reason: .unknownInstrument) }
        guard books[place].slot >= 0, !books[place].isClosed else {
            return Refusal(reason: .notTradable)
        }
        guard case .quantity(let quantity) = terms.size else {
            return shareRefusal(terms, plan, id)
        }
        if let fault = fault(quantity, place) { return fault }
        if let level = plan.level, let fault = fault(quantity, level, place) { return fault }
        if !plan.kind.isSimple, let fault = otherFault(quantity, terms, plan, place) {
            return fault
        }
        guard plan.isTaken, OrderFates.isValid(id) else {
            return Refusal(reason: .invalidCombination)
        }
        if let level = plan.level { return sizeFault(level, quantity, place) }
        return nil
    }

    /// What is wrong with a second price, or a trail; nil when nothing is.
    @inline(never)
    private func otherFault(
        _ quantity: Quantity, _ terms: OrderTerms, _ plan: OrderPlan, _ place: Int
    ) -> Refusal? {
        if let limit = plan.limit, let fault = fault(quantity, limit, place) { return fault }
        return plan.trailFault(terms)
    }

    /// Why an order for a share of the free margin is refused; nil when it is not.
    ///
    /// Only market orders that may open ask for one.
    @inline(never)
    private func shareRefusal(
        _ terms: OrderTerms, _ plan: OrderPlan, _ id: OrderID
    ) -> Refusal? {
        guard case .fractionOfFreeMargin(let share) = terms.size, share > .zero, share <= .one
        else { return Refusal(reason: .invalidQuantity) }
        let fits =
            plan.kind == .market && plan.isTaken && !terms.reduceOnly
            && terms.link.parent == nil && OrderFates.isValid(id)
        return fits ? nil : Refusal(reason: .invalidCombination)
    }

    /// Why an amendment is refused; nil when it is not.
    func refusal(
        of amendment: OrderAmendment, _ order: WorkingOrder, _ place: Int
    ) -> Refusal? {
        if order.detail >= 0 { return specialRefusal(of: amendment, order, place) }
        if amendment.price != nil && order.kind != .limit
            || amendment.stop != nil && order.kind != .stop
        {
            return Refusal(reason: .invalidCombination)
        }
        let level = amendment.price ?? amendment.stop ?? (order.kind == .market ? nil : order.level)
        let quantity = amendment.quantity ?? order.quantity
        if let fault = fault(quantity, place) { return fault }
        guard let level else { return nil }
        return fault(quantity, level, place) ?? sizeFault(level, quantity, place)
    }

    /// Why an amendment of an order with details is refused; nil when it is not.
    @inline(never)
    private func specialRefusal(
        of amendment: OrderAmendment, _ order: WorkingOrder, _ place: Int
    ) -> Refusal? {
        let detail = books[place].details[Int(order.detail)]
        let takesPrice =
            switch order.kind {
            case .limit, .limitOnOpen, .limitOnClose, .stopLimit, .touchedLimit: true
            case .market, .stop, .trailing, .touched, .marketOnOpen, .marketOnClose: false
            }
        let takesStop =
            switch order.kind {
            case .stop, .stopLimit, .touched, .touchedLimit: !detail.isTriggered
            default: false
            }
        if amendment.price != nil && !takesPrice || amendment.stop != nil && !takesStop
            || detail.share != 0
        {
            return Refusal(reason: .invalidCombination)
        }
        let quantity = amendment.quantity ?? order.quantity
        if let fault = fault(quantity, place) { return fault }
        for level in [amendment.price, amendment.stop] {
            guard let level else { continue }
            if let fault = fault(quantity, level, place) ?? sizeFault(level, quantity, place) {
                return fault
            }
        }
        return nil
    }

    /// What is wrong with a quantity; nil when nothing is.
    @inline(__always)
    private func fault(_ quantity: Quantity, _ place: Int) -> Refusal? {
        if quantity.isZero || !quantity.isInRange { return Refusal(reason: .invalidQuantity) }
        if let least = books[place].limits.smallestQuantity, quantity < least {
            return Refusal(reason: .invalidQuantity, limit: least.lots)
        }
        if let greatest = books[place].limits.greatestQuantity, quantity > greatest {
            return Refusal(reason: .invalidQuantity, limit: greatest.lots)
        }
        return nil
    }

    /// What is wrong with a price, or with a quantity at it; nil when nothing is.
    ///
    /// The least notional is asked of orders with a price; for market orders it is risk's to ask.
    @inline(never)
    private func fault(_ quantity: Quantity, _ level: Price, _ place: Int) -> Refusal? {
        // The margin keeps the level that must be passed in range, too.
        if level.ticks.magnitude >= (Price.limit - through).magnitude
            || (level <= .zero && !settings.allowsNonPositivePrices)
        {
            return Refusal(reason: .offTickPrice)
        }
        if let least = books[place].limits.smallestNotional,
            let notional = try? books[place].ratio.notional(level, quantity), notional < least
        {
            return Refusal(reason: .belowMinNotional, limit: least.units)
        }
        return nil
    }

    /// Whether what a quantity is worth at a price leaves exact arithmetic.
    @inline(never)
    private func sizeFault(_ level: Price, _ quantity: Quantity, _ place: Int) -> Refusal? {
        if (try? books[place].ratio.notional(level, quantity)) != nil { return nil }
        return Refusal(reason: .sizeTooLarge)
    }
}

extension WorkingOrder {
    /// The order as it works when nothing is wrong with it.
    @inline(__always)
    init(
        _ terms: OrderTerms, _ plan: OrderPlan, _ id: OrderID, _ request: Order,
        _ arrival: Timestamp,
        accountPlace: Int, number: UInt64
    ) {
        let quantity =
            if case .quantity(let quantity) = terms.size { quantity } else { Quantity.zero }
        self.init(
            id: id, strategy: request.intent.strategy, account: request.intent.account,
            instrument: terms.instrument, side: terms.side, kind: plan.kind,
            takingNumber: plan.taking?.rawValue ?? 0,
            reduceOnly: terms.reduceOnly, quantity: quantity, arrival: arrival,
            expiry: plan.expiry, level: plan.level ?? .zero, number: number,
            accountPlace: accountPlace, expiryReason: plan.expiryReason)
    }
}

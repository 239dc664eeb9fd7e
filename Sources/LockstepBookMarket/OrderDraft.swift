import LockstepModel

/// An order as the venue would take it, or why it does not.
struct OrderDraft {
    let order: WorkingOrder?
    let reason: OrderReason
    let limit: Int64

    init(_ order: WorkingOrder) {
        self.order = order
        reason = .none
        limit = 0
    }

    init(rejected reason: OrderReason, limit: Int64 = 0) {
        order = nil
        self.reason = reason
        self.limit = limit
    }
}

extension BarMarketEngine {
    /// Checks the terms of an order; of several faults the one with the lowest number is told.
    func draft(
        _ terms: OrderTerms, _ intent: Intent, _ account: Int, _ arrival: Timestamp
    ) -> OrderDraft {
        let place = Int(terms.instrument.rawValue) - 1
        guard books.indices.contains(place) else {
            return OrderDraft(rejected: .unknownInstrument)
        }
        guard books[place].slot >= 0 else { return OrderDraft(rejected: .notTradable) }
        guard case .quantity(let quantity) = terms.size else {
            return OrderDraft(rejected: .invalidCombination)
        }
        let level = terms.kind.limitPrice ?? terms.kind.triggerPrice
        if let fault = fault(quantity, level, place) {
            return OrderDraft(rejected: fault.reason, limit: fault.limit)
        }
        guard let plan = OrderPlan(terms.kind), plan.isPlain(terms),
            OrderFates.isValid(intent.id),
            let (expiry, reason) = expiry(plan.resting, arrival)
        else { return OrderDraft(rejected: .invalidCombination) }
        if let level, (try? books[place].ratio.notional(level, quantity)) == nil {
            return OrderDraft(rejected: .sizeTooLarge)
        }
        return OrderDraft(
            WorkingOrder(
                id: intent.id, strategy: intent.strategy, account: intent.account,
                accountPlace: account, instrument: terms.instrument, side: terms.side,
                kind: plan.kind, taking: plan.taking, reduceOnly: terms.reduceOnly,
                expiry: expiry, expiryReason: reason, level: level ?? .zero, quantity: quantity,
                arrival: arrival, number: 0))
    }

    /// Why an amendment is refused; nil when it is not.
    func refusal(
        _ amendment: OrderAmendment, _ order: WorkingOrder, _ place: Int
    ) -> (reason: OrderReason, limit: Int64)? {
        if amendment.price != nil && order.kind != .limit
            || amendment.stop != nil && order.kind != .stop
        {
            return (.invalidCombination, 0)
        }
        let level = amendment.price ?? amendment.stop ?? (order.kind == .market ? nil : order.level)
        let quantity = amendment.quantity ?? order.quantity
        if let fault = fault(quantity, level, place) { return fault }
        if let level, (try? books[place].ratio.notional(level, quantity)) == nil {
            return (.sizeTooLarge, 0)
        }
        return nil
    }

    /// What is wrong with a quantity and a price; nil when nothing is.
    ///
    /// The least notional is asked of orders with a price; for market orders it is risk's to ask.
    private func fault(
        _ quantity: Quantity, _ level: Price?, _ place: Int
    ) -> (reason: OrderReason, limit: Int64)? {
        let limits = books[place].limits
        if quantity.isZero || !quantity.isInRange { return (.invalidQuantity, 0) }
        if let least = limits.smallestQuantity, quantity < least {
            return (.invalidQuantity, least.lots)
        }
        if let greatest = limits.greatestQuantity, quantity > greatest {
            return (.invalidQuantity, greatest.lots)
        }
        guard let level else { return nil }
        // The margin keeps the level that must be passed in range, too.
        if level.ticks.magnitude >= (Price.limit - settings.through).magnitude
            || (level <= .zero && !settings.allowsNonPositivePrices)
        {
            return (.offTickPrice, 0)
        }
        if let least = limits.smallestNotional,
            let notional = try? books[place].ratio.notional(level, quantity), notional < least
        {
            return (.belowMinNotional, least.units)
        }
        return nil
    }

    /// Until when an order rests and why it ends then; nil when that is not after its arrival.
    private func expiry(
        _ resting: RestingTimeInForce?, _ arrival: Timestamp
    ) -> (Timestamp, OrderReason)? {
        switch resting {
        case .goodTilCancelled, nil: return (.distantFuture, .none)
        case .goodTilDate(let date): return date > arrival ? (date, .date) : nil
        case .day:
            let (end, overflow) = (arrival.day + 1)
                .multipliedReportingOverflow(by: Timestamp.nanosecondsPerDay)
            return (overflow ? .distantFuture : Timestamp(nanoseconds: end), .day)
        }
    }
}

/// How a kind of order works at a bar market.
struct OrderPlan {
    let kind: WorkingOrder.Kind
    let taking: TakingTimeInForce?
    let resting: RestingTimeInForce?

    /// The plan of a kind; nil for one that this market does not take.
    init?(_ kind: OrderKind) {
        switch kind {
        case .market(let taking): (self.kind, self.taking) = (.market, taking)
        case .limit(_, _, let postOnly):
            if postOnly { return nil }
            (self.kind, taking) = (.limit, nil)
        case .limitTaking(_, let taking): (self.kind, self.taking) = (.limit, taking)
        case .stop: (self.kind, taking) = (.stop, nil)
        case .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .stopLimit,
            .trailingStop, .ifTouched:
            return nil
        }
        resting = kind.resting
    }

    /// Whether the terms ask for nothing beside the kind that this market does not know.
    func isPlain(_ terms: OrderTerms) -> Bool {
        !terms.autoFill && terms.maxSlippage == nil && terms.link == .none
    }
}

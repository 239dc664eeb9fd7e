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

    /// The plan of an order's terms.
    @inline(__always)
    init(_ terms: OrderTerms, arrival: Timestamp) {
        if case .market(let taking) = terms.kind {
            self.init(market: taking)
        } else {
            self.init(level: terms.kind, arrival: arrival)
        }
        if terms.autoFill || terms.maxSlippage != nil || terms.link != .none { isTaken = false }
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
    private init(level kind: OrderKind, arrival: Timestamp) {
        level = kind.limitPrice ?? kind.triggerPrice
        switch kind {
        case .limit(_, _, let postOnly):
            (self.kind, taking) = (.limit, nil)
            isTaken = !postOnly
        case .limitTaking(_, let taking): (self.kind, self.taking) = (.limit, taking)
        case .stop: (self.kind, taking) = (.stop, nil)
        case .market, .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .stopLimit,
            .trailingStop, .ifTouched:
            (self.kind, taking) = (.market, nil)
            isTaken = false
        }
        switch kind.resting {
        case .goodTilCancelled, nil: (expiry, expiryReason) = (.distantFuture, .none)
        case .goodTilDate(let date):
            (expiry, expiryReason) = (date, .date)
            if date <= arrival { isTaken = false }
        case .day:
            let (end, overflow) = (arrival.day + 1)
                .multipliedReportingOverflow(by: Timestamp.nanosecondsPerDay)
            expiry = overflow ? .distantFuture : Timestamp(nanoseconds: end)
            expiryReason = .day
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
        guard books[place].slot >= 0 else { return Refusal(reason: .notTradable) }
        guard case .quantity(let quantity) = terms.size else {
            return Refusal(reason: .invalidCombination)
        }
        if let fault = fault(quantity, place) { return fault }
        if let level = plan.level, let fault = fault(quantity, level, place) { return fault }
        guard plan.isTaken, OrderFates.isValid(id) else {
            return Refusal(reason: .invalidCombination)
        }
        if let level = plan.level { return sizeFault(level, quantity, place) }
        return nil
    }

    /// Why an amendment is refused; nil when it is not.
    func refusal(
        of amendment: OrderAmendment, _ order: WorkingOrder, _ place: Int
    ) -> Refusal? {
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

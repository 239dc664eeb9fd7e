import LockstepMarket
import LockstepModel

/// How an order would work at an order-book market.
struct BookPlan: BitwiseCopyable {
    let rule: FillRule
    let taking: TakingTimeInForce?
    let price: Price?
    let trigger: Price?
    let isPostOnly: Bool
    var expiry = Timestamp.distantFuture
    var expiryReason = OrderReason.none
    /// Whether this market takes such orders at all.
    var isTaken = true

    init(_ terms: OrderTerms, arrival: Timestamp) {
        let kind = terms.kind
        price = kind.limitPrice
        trigger = kind.triggerPrice
        taking = kind.taking
        switch kind {
        case .market: (rule, isPostOnly) = (.market, false)
        case .limit(_, _, let postOnly): (rule, isPostOnly) = (.limit, postOnly)
        case .limitTaking: (rule, isPostOnly) = (.limit, false)
        case .stop: (rule, isPostOnly) = (.stop, false)
        case .stopLimit: (rule, isPostOnly) = (.stopLimit, false)
        case .ifTouched: (rule, isPostOnly) = (.ifTouched, false)
        case .marketOnOpen, .marketOnClose, .limitOnOpen, .limitOnClose, .trailingStop:
            (rule, isPostOnly) = (.market, false)
            isTaken = false
        }
        switch kind.resting {
        case .goodTilCancelled, nil: break
        case .goodTilDate(let date):
            (expiry, expiryReason) = (date, .date)
            if date <= arrival { isTaken = false }
        case .day:
            let (end, overflow) = (arrival.day + 1)
                .multipliedReportingOverflow(by: Timestamp.nanosecondsPerDay)
            expiry = overflow ? .distantFuture : Timestamp(nanoseconds: end)
            expiryReason = .day
        }
        if terms.autoFill || terms.maxSlippage != nil || terms.link != .none { isTaken = false }
    }
}

extension BookMarketState {
    /// Why an order is refused: of several faults the one with the lowest number; nil for none.
    func refusal(of terms: OrderTerms, _ plan: BookPlan, _ id: OrderID) -> Refusal? {
        let place = Int(terms.instrument.rawValue) - 1
        guard books.contains(place) else { return Refusal(reason: .unknownInstrument) }
        guard books[place].trades, !books[place].isClosed else {
            return Refusal(reason: .notTradable)
        }
        guard case .quantity(let quantity) = terms.size else {
            return Refusal(reason: .invalidCombination)
        }
        if let fault = fault(quantity, place) { return fault }
        for price in [plan.price, plan.trigger] {
            if let price, let fault = fault(price) { return fault }
        }
        if let price = plan.price ?? plan.trigger {
            if let fault = worthFault(price, quantity, place), fault.reason == .belowMinNotional {
                return fault
            }
        }
        if !plan.isTaken || !OrderFates.isValid(id) {
            return Refusal(reason: .invalidCombination)
        }
        if let price = plan.price ?? plan.trigger { return worthFault(price, quantity, place) }
        return nil
    }

    /// Why an amendment is refused; nil when it is not.
    func refusal(of amendment: OrderAmendment, _ slot: Int) -> Refusal? {
        let place = Int(orders[slot].book)
        let mayTrigger = orders[slot].location == .stop
        if amendment.price != nil && !orders[slot].isLimited
            || amendment.stop != nil && !mayTrigger
        {
            return Refusal(reason: .invalidCombination)
        }
        let quantity = amendment.quantity ?? Quantity(lots: orders[slot].total)
        if let fault = fault(quantity, place) { return fault }
        for price in [amendment.price, amendment.stop] {
            if let price, let fault = fault(price) { return fault }
        }
        let isPriced = orders[slot].isLimited || mayTrigger
        guard isPriced else { return nil }
        let own = orders[slot].isLimited ? orders[slot].price : orders[slot].trigger
        return worthFault(
            amendment.price ?? (orders[slot].isLimited ? nil : amendment.stop)
                ?? Price(ticks: own),
            quantity, place)
    }

    /// What is wrong with a quantity; nil when nothing is.
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

    /// What is wrong with a price; nil when nothing is.
    private func fault(_ price: Price) -> Refusal? {
        price.isInRange && (price > .zero || settings.allowsNonPositivePrices)
            ? nil : Refusal(reason: .offTickPrice)
    }

    /// Whether a quantity is worth too little at a price, or too much to be told.
    private func worthFault(_ price: Price, _ quantity: Quantity, _ place: Int) -> Refusal? {
        guard let notional = try? books[place].ratio.notional(price, quantity) else {
            return Refusal(reason: .sizeTooLarge)
        }
        if let least = books[place].limits.smallestNotional, notional < least {
            return Refusal(reason: .belowMinNotional, limit: least.units)
        }
        return nil
    }
}

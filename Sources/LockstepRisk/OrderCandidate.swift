import LockstepModel

/// An order as it would stand: a new one, or one with an amendment; worked out once for all rules.
struct OrderCandidate: Sendable {
    let id: OrderID
    let strategy: StrategyID
    let side: Side
    let isReduceOnly: Bool
    /// Whether an order of this identity is kept already.
    let isAmendment: Bool
    /// The positions of account and instrument from 0; below 0 for none of the run's.
    let account: Int
    let instrument: Int
    var terms: OpenOrder.Terms
    /// Whether the size is a number of lots.
    var hasQuantity = true
    /// Whether the terms can stand together.
    var isConsistent = true
    /// The bound a trailing distance passes.
    var trailFault: Int64?
    /// What an order without a price of its own is valued at.
    var basis: Int64 = 0
    /// Whether there is a price to value it at.
    var hasPrice = false
    /// The worth of the whole quantity; nil without a price or beyond 64 bits.
    var notional: Int64?
    /// What it would count for; nil without a price or beyond 64 bits.
    var claim: OpenOrder.Claim?
    /// Whether the venue sees to it that the order is paid for.
    private(set) var isHeldByVenue = false
    /// What the order it amends counts for now.
    var replaced = OpenOrder.Claim.none

    /// A new order.
    @inline(__always)
    init(_ intent: Intent, _ asked: OrderTerms, _ view: borrowing RiskView) {
        id = intent.id
        strategy = intent.strategy
        side = asked.side
        isReduceOnly = asked.reduceOnly
        isAmendment = false
        account = view.place(of: intent.account) ?? -1
        let place = Int(asked.instrument.rawValue) &- 1
        instrument = place < view.listings.count ? place : -1
        terms = OpenOrder.Terms(
            quantity: 0, limit: asked.limitPrice?.ticks,
            trigger: asked.triggerPrice?.ticks)
        if case .quantity(let quantity) = asked.size {
            terms.quantity = quantity.lots
        } else {
            hasQuantity = false
        }
        isConsistent = Self.isConsistent(intent, asked)
        if instrument < 0 { return }
        basis = view.mark(instrument)
        hasPrice = view.hasMark(instrument)
        if let trail = asked.trail { takeBasis(trail) }
        value(view, filled: 0)
    }

    /// An order with an amendment.
    init(_ place: Int, _ amendment: OrderAmendment, _ view: borrowing RiskView) {
        let order = view.orders[place]
        id = OrderID(rawValue: order.id)
        strategy = StrategyID(order.strategy)
        side = order.side
        isReduceOnly = order.isReduceOnly
        isAmendment = true
        account = Int(order.account)
        instrument = Int(order.instrument)
        var newest = order.terms
        view.orders.forEachTerms(of: place) { newest = $0 }
        terms = newest.amended(by: amendment)
        isConsistent =
            amendment != OrderAmendment()
            && (amendment.price == nil || newest.limit != nil)
            && (amendment.stop == nil || newest.trigger != nil)
        basis = order.basis
        hasPrice = view.hasMark(instrument)
        replaced = order.claim
        value(view, filled: order.filled)
    }

    /// The order when it has passed, as it is kept.
    func opened(_ claim: OpenOrder.Claim) -> OpenOrder {
        OpenOrder(
            id: id.rawValue, strategy: strategy.rawValue,
            account: Int32(truncatingIfNeeded: account),
            instrument: Int32(truncatingIfNeeded: instrument), side: side,
            isReduceOnly: isReduceOnly, terms: terms, basis: basis, filled: 0, claim: claim,
            amendments: -1)
    }

    /// What is left to fill; of an order without a price too.
    private(set) var leaves: Int64 = 0

    /// The price it is valued at.
    var ticks: Int64 { terms.limit ?? terms.trigger ?? basis }

    @inline(__always)
    private static func isConsistent(_ intent: Intent, _ asked: OrderTerms)
        -> Bool
    {
        // Recorded orders carry the identities of their venue, with the greatest bit set.
        let isOwn = intent.id.rawValue >> 63 == 1 || intent.id.strategy == intent.strategy
        if !isOwn || intent.id.rawValue == 0 { return false }
        // A share is sized at the fill, so it asks for nothing that could be judged before.
        if case .fractionOfFreeMargin(let share) = asked.size {
            guard share > .zero, share <= .one, asked.kind == .market(), !asked.reduceOnly,
                asked.link.parent == nil
            else { return false }
        }
        if let slip = asked.maxSlippage, slip.trillionths < 0 { return false }
        if let parent = asked.link.parent,
            parent == intent.id || parent.strategy != intent.id.strategy
        {
            return false
        }
        if let group = asked.link.group, group.strategy != intent.id.strategy { return false }
        return true
    }

    /// Market orders are valued at the last price, trailing ones at the level they begin with.
    @inline(never)
    private mutating func takeBasis(_ trail: Trail) {
        do throws(ArithmeticError) {
            switch trail {
            case .distance(let ticks):
                if ticks <= 0 { trailFault = 1 }
                if ticks >= Price.limit { trailFault = Price.limit }
                if side == .buy { basis = try FixedPoint.add(basis, ticks) }
            case .share(let rate):
                if rate.trillionths <= 0 { trailFault = 0 }
                if rate >= .one { trailFault = Rate.one.trillionths }
                if side == .buy {
                    let distance = try FixedPoint.proportion(of: basis, rate: rate, .up)
                    basis = try FixedPoint.add(basis, distance)
                }
            }
        } catch {
            basis = .max
        }
    }

    /// Lots count, money does not: the venue holds it.
    ///
    /// A token is worth one whole at most, so that
    /// is what an order without a limit is valued at.
    @inline(never)
    private mutating func valueHeld(_ view: borrowing RiskView, filled: Int64) {
        isHeldByVenue = true
        hasPrice = true
        leaves = terms.quantity > filled ? terms.quantity &- filled : 0
        claim = OpenOrder.Claim(lots: leaves, value: 0)
        do throws(ArithmeticError) {
            let ratio = view.listings[instrument].ratio
            let most = view.listings[instrument].wholePrice
            notional = try ratio.notional(
                Price(ticks: terms.limit ?? most), Quantity(lots: terms.quantity)
            ).units
        } catch {
            // No worth: the limits of worth let it pass, and the venue refuses it.
        }
    }

    @inline(__always)
    private mutating func value(_ view: borrowing RiskView, filled: Int64) {
        if view.listings[instrument].isHeldByVenue { return valueHeld(view, filled: filled) }
        if terms.limit != nil || terms.trigger != nil { hasPrice = true }
        // What is left is not negative; a quantity out of range is refused by its own rule.
        leaves = terms.quantity > filled ? terms.quantity &- filled : 0
        if isReduceOnly || !hasQuantity { claim = OpenOrder.Claim.none }
        if !hasPrice || !hasQuantity { return }
        do throws(ArithmeticError) {
            let ratio = view.listings[instrument].ratio
            let worth = try ratio.notional(
                Price(ticks: ticks), Quantity(lots: terms.quantity)
            ).units
            notional = worth < 0 ? try FixedPoint.negate(worth) : worth
            if isReduceOnly { return }
            claim = OpenOrder.Claim(
                lots: leaves,
                value: leaves == terms.quantity
                    ? try view.cost(instrument, notional: worth, lots: leaves)
                    : leaves == 0 ? 0 : try view.cost(instrument, ticks: ticks, lots: leaves))
        } catch {
            // No worth: the rule of sizes refuses it.
        }
    }
}

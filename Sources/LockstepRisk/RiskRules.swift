import LockstepModel

/// The rules of a run in ascending number of their reasons.
///
/// Each is a value of its own type in a file of its own; a further one is a property here and a
/// line in ``firstRefusal(of:_:)``.
struct RiskRules: Sendable {
    private let instrument = KnownInstrumentRule()
    private let place = PlaceRule()
    private let halt = HaltRule()
    private let quantity = QuantityRule()
    private let price = PriceRule()
    private let smallestNotional = SmallestNotionalRule()
    private let combination = CombinationRule()
    private let identity = IdentityRule()
    private let funds = FundsRule()
    private let margin = MarginRule()
    private let short = ShortRule()
    private let borrow = BorrowRule()
    private let position: PositionLimitRule
    private let gross: GrossLimitRule
    private let net: NetLimitRule
    private let notional: NotionalLimitRule
    private let collar: PriceCollarRule
    private let rate: OrderRateRule
    private let dailyLoss: DailyLossRule
    private let drawdown: DrawdownRule
    private let killed = KilledRule()
    private let mark = MarkRule()
    private let size: OrderSizeRule
    private let redemption = RedemptionRule()
    private let end = EndOfRunRule()

    private let limits: RiskLimits
    /// What pulls the kill switch; nil where losses only refuse.
    let lossSwitch: LossSwitch?

    init(
        _ limits: RiskLimits, _ instruments: Instruments, _ accounts: [Account]
    ) throws(RiskError) {
        self.limits = limits
        position = PositionLimitRule(most: limits.maxPosition)
        size = OrderSizeRule(most: limits.maxSize)
        var bounds: ContiguousArray<Money?> = []
        for instrument in instruments {
            bounds.append(try limits.maxNotional(in: instrument.currency))
        }
        notional = NotionalLimitRule(most: bounds)
        collar = PriceCollarRule(share: limits.priceCollar)
        rate = OrderRateRule(rate: limits.orderRate)
        let own = limits.account
        gross = GrossLimitRule(
            most: try AccountLimits.amounts(own.maxGross, "max_gross", accounts))
        net = NetLimitRule(most: try AccountLimits.amounts(own.maxNet, "max_net", accounts))
        // Where a loss pulls the kill switch, that refuses, and not the loss.
        let rejects = own.onBreach == .reject
        let losses = try AccountLimits.amounts(own.dailyLoss, "daily_loss", accounts)
        dailyLoss = DailyLossRule(
            most: rejects ? losses : ContiguousArray(repeating: nil, count: losses.count))
        drawdown = DrawdownRule(share: rejects ? own.drawdown : nil)
        lossSwitch =
            rejects || !own.watchesLosses
            ? nil
            : LossSwitch(
                dailyLoss: losses, drawdown: own.drawdown, flattens: own.onBreach == .flatten)
    }

    /// Tells the view what lets an order pass without asking every rule.
    func prepare(_ view: inout RiskView) {
        for place in view.listings.indices {
            view.listings[place].bounds.tighten(most: size.most, notional.most[place])
        }
        for place in view.funds.indices {
            view.funds[place].isPlain =
                view.funds[place].kind == .cash && position.most == nil && limits.isPlain
                && view.keepers?.isKept(place) != true
        }
        if limits.account.watchesLosses {
            view.losses = Column(repeating: LossWatch(), count: view.funds.count)
        }
        if let rate = limits.orderRate {
            view.rates = ContiguousArray(
                repeating: OrderRateWindow(rate), count: view.funds.count)
        }
    }

    /// Asks the rules in order.
    ///
    /// - Parameters:
    ///   - order: The order as it would stand.
    ///   - view: What is known of the run.
    /// - Returns: The first refusal, or nil when all pass.
    @inline(__always)
    func firstRefusal(of order: OrderCandidate, _ view: borrowing RiskView)
        -> RiskRefusal?
    {
        if let no = refusal(instrument, order, view) { return no }
        if let no = refusal(place, order, view) { return no }
        if let no = refusal(halt, order, view) { return no }
        if let no = refusal(quantity, order, view) { return no }
        if let no = refusal(price, order, view) { return no }
        if let no = refusal(smallestNotional, order, view) { return no }
        if let no = refusal(combination, order, view) { return no }
        if let no = refusal(identity, order, view) { return no }
        if let no = refusal(funds, order, view) { return no }
        if let no = refusal(margin, order, view) { return no }
        if let no = refusal(short, order, view) { return no }
        if let no = refusal(borrow, order, view) { return no }
        if let no = refusal(position, order, view) { return no }
        if let no = refusal(gross, order, view) { return no }
        if let no = refusal(net, order, view) { return no }
        if let no = refusal(notional, order, view) { return no }
        if let no = refusal(collar, order, view) { return no }
        if let no = refusal(rate, order, view) { return no }
        if let no = refusal(dailyLoss, order, view) { return no }
        if let no = refusal(drawdown, order, view) { return no }
        if let no = refusal(killed, order, view) { return no }
        if let no = refusal(mark, order, view) { return no }
        if let no = refusal(size, order, view) { return no }
        if let no = refusal(redemption, order, view) { return no }
        if let no = refusal(end, order, view) { return no }
        return nil
    }

    @inline(__always)
    private func refusal<Rule: RiskRule>(
        _ rule: Rule, _ order: OrderCandidate, _ view: borrowing RiskView
    ) -> RiskRefusal? {
        guard let limit = rule.refusal(of: order, view) else { return nil }
        return RiskRefusal(Rule.reason, limit: limit)
    }
}

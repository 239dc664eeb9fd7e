public import LockstepModel

/// Decides whether an intent may reach its venue, and keeps what it has to know for that.
///
/// What passed counts at once: of two orders in one drain the second is judged with the first one
/// working. Cancels pass whatever is halted; the venue answers them.
public struct RiskGate: ~Copyable, Sendable {
    /// What is known of the run.
    public internal(set) var view: RiskView
    private let rules: RiskRules
    /// What the kill switch does.
    var killSwitch: KillSwitch
    /// The prices at which accounts are looked at for liquidations.
    let check: LiquidationCheck

    /// Makes the gate of a run in which nothing has happened yet.
    ///
    /// - Parameters:
    ///   - instruments: The instruments of the run.
    ///   - accounts: The accounts, in the order of their identities.
    ///   - limits: The bounds every order keeps.
    ///   - fees: The largest fees by venue; a venue that is missing takes none.
    ///   - margins: The equity that margin accounts need for what they hold, by venue; a venue that
    ///     is missing asks for all of its worth, and liquidates nothing.
    ///   - holders: The venues that keep the cash and holdings of accounts themselves: they, and not
    ///     risk, see to it that an order is paid for.
    ///   - redeeming: Those of them whose tokens redeem for one at most, and where no order may name
    ///     a higher price.
    ///   - borrowable: By instrument, how much each account may be short; any quantity of one that
    ///     is missing.
    /// - Throws: ``RiskError`` for misplaced accounts and limits that do not fit the currency.
    public init(
        instruments: Instruments, accounts: [Account], limits: RiskLimits = .none,
        fees: [VenueID: LargestFee] = [:], margins: [VenueID: MarginTerms] = [:],
        holders: Set<VenueID> = [], redeeming: Set<VenueID> = [],
        borrowable: [InstrumentID: Quantity] = [:]
    ) throws(RiskError) {
        try RiskView.check(accounts)
        rules = try RiskRules(limits, instruments, accounts)
        killSwitch = KillSwitch(limits.clears, rules.lossSwitch)
        check = limits.liquidation.check
        view = RiskView(
            instruments: instruments, accounts: accounts, fees: fees, margins: margins,
            holders: holders, redeeming: redeeming)
        if !borrowable.isEmpty {
            view.borrowable = ContiguousArray(instruments.map { borrowable[$0.id]?.lots })
        }
        rules.prepare(&view)
    }

    /// Judges an intent.
    ///
    /// - Parameters:
    ///   - intent: What is asked.
    ///   - sequence: The envelope it came in.
    ///   - time: When it was asked.
    /// - Returns: The order for the venue, or the first reason against it in ascending number.
    public mutating func review(
        _ intent: Intent, sequence: SequenceNumber, time: Timestamp
    ) -> RiskVerdict {
        if let refusal = refusal(of: intent) {
            return .refused(refusal.reason, limit: refusal.limit)
        }
        return .passed(Order(intent: intent, intentSequence: sequence, decidedAt: time))
    }

    /// Judges an intent without making its order; what passes counts from now on.
    ///
    /// - Parameter intent: What is asked.
    /// - Returns: The first reason against it in ascending number, or nil when it passes.
    @inline(__always)
    public mutating func refusal(of intent: Intent) -> RiskRefusal? {
        Lent.of(intent) { refusal(of: $0) }
    }

    mutating func refusal(of intent: Lent<Intent>) -> RiskRefusal? {
        passesAtOnce(intent) ? nil : firstRefusal(of: intent.value)
    }

    @inline(never)
    mutating func firstRefusal(of intent: Intent) -> RiskRefusal? {
        // Only the run itself sends in its own name.
        if intent.strategy == .house { return RiskRefusal(CombinationRule.reason, limit: 0) }
        switch intent.action {
        case .place(let terms): return place(intent, terms)
        case .amend(let order, let amendment): return amend(intent, order, amendment)
        case .cancel(let order): return cancel(order, intent)
        case .cancelAll(let instrument): return cancelAll(instrument, intent)
        }
    }

    /// The answer to an intent that was refused.
    ///
    /// - Parameters:
    ///   - intent: What was asked.
    ///   - reason: Why it was refused.
    ///   - limit: The figure that refused.
    ///   - time: When.
    /// - Returns: A rejection of the order, the amendment or the cancel. Nothing is left of a
    ///   rejected order; of another one, what risk knows to be open.
    public func answer(
        to intent: Intent, _ reason: OrderReason, limit: Int64, time: Timestamp
    ) -> OrderUpdate {
        let (order, change): (OrderID, OrderChange) =
            switch intent.action {
            case .place: (intent.id, .rejected)
            case .amend(let target, _): (target, .amendRejected)
            case .cancel(let target): (target, .cancelRejected)
            case .cancelAll: (intent.id, .cancelRejected)
            }
        var instrument = InstrumentID(0)
        var leaves = Quantity.zero
        switch intent.action {
        case .place(let terms): instrument = terms.instrument
        case .cancelAll(let scope): instrument = scope ?? instrument
        case .amend, .cancel:
            if let place = view.orders.place(of: order.rawValue) {
                let kept = view.orders[place]
                instrument = InstrumentID(UInt32(truncatingIfNeeded: kept.instrument) &+ 1)
                leaves = Quantity(lots: max(0, kept.terms.quantity &- kept.filled))
            }
        }
        return OrderUpdate(
            order: order, strategy: intent.strategy, account: intent.account,
            instrument: instrument, change: change, reason: reason, limit: limit, leaves: leaves,
            reportAt: time)
    }

    // MARK: Events

    /// Takes the beginning of the run or the end of its feed, after which no order passes.
    ///
    /// - Parameter event: The event.
    public mutating func apply(_ event: Lifecycle) {
        if event == .endOfFeed { view.hasEnded = true }
    }

    /// Takes the last prices.
    ///
    /// - Parameter frame: The frame of the step.
    @inline(__always)
    public mutating func apply(_ frame: borrowing Frame) { view.apply(frame) }

    /// Takes a fill: cash and position move, and what the order reserved shrinks.
    ///
    /// - Parameters:
    ///   - fill: The fill.
    ///   - sequence: Its envelope, which its booking names.
    /// - Throws: ``RiskError/overflow(account:instrument:what:)`` when a sum leaves 64 bits.
    public mutating func apply(_ fill: Fill, sequence: SequenceNumber) throws(RiskError) {
        try Lent.of(fill) { (fill) throws(RiskError) in
            try view.apply(fill, sequence: sequence)
        }
    }

    /// Takes a booking: the account's books stand over what the fills said.
    ///
    /// - Parameter booking: The booking.
    public mutating func apply(_ booking: Booking) { Lent.of(booking) { view.apply($0) } }

    /// Takes what the venue says of an order; never what risk itself has refused.
    ///
    /// - Parameter update: The update.
    /// - Throws: ``RiskError/overflow(account:instrument:what:)`` when a sum leaves 64 bits.
    public mutating func apply(_ update: OrderUpdate) throws(RiskError) {
        try Lent.of(update) { (update) throws(RiskError) in try view.apply(update) }
    }

    /// Takes the cash at the end of a step.
    ///
    /// - Parameter snapshot: The snapshot.
    public mutating func apply(_ snapshot: Snapshot) { Lent.of(snapshot) { view.apply($0) } }

    // MARK: Intents

    private mutating func place(_ intent: Intent, _ terms: OrderTerms) -> RiskRefusal? {
        let candidate = OrderCandidate(intent, terms, view)
        if let refusal = rules.firstRefusal(of: candidate, view) { return refusal }
        guard let claim = candidate.claim else { return RiskRefusal(.sizeTooLarge, limit: .max) }
        view.open(candidate.opened(claim))
        view.countSent(by: candidate.account)
        return nil
    }

    @inline(never)
    private mutating func amend(
        _ intent: Intent, _ order: OrderID, _ amendment: OrderAmendment
    ) -> RiskRefusal? {
        // An order risk does not know has ended, or never was: the venue answers which.
        guard let place = view.orders.place(of: order.rawValue) else {
            return stranger(order, intent)
        }
        let candidate = OrderCandidate(place, amendment, view)
        if let refusal = rules.firstRefusal(of: candidate, view) { return refusal }
        if let refusal = stranger(order, intent) { return refusal }
        guard let claim = candidate.claim else { return RiskRefusal(.sizeTooLarge, limit: .max) }
        view.amend(place, by: amendment, claim)
        view.countSent(by: candidate.account)
        return nil
    }

    private mutating func cancel(_ order: OrderID, _ intent: Intent) -> RiskRefusal? {
        if let refusal = stranger(order, intent) { return refusal }
        view.cancel(order)
        return nil
    }

    private mutating func cancelAll(
        _ instrument: InstrumentID?, _ intent: Intent
    ) -> RiskRefusal? {
        let count = view.listings.count
        if let instrument, !(1...count).contains(Int(instrument.rawValue)) {
            return RiskRefusal(KnownInstrumentRule.reason, limit: Int64(count))
        }
        view.cancelAll(instrument, of: intent.strategy, in: intent.account)
        return nil
    }

    /// Refuses to touch the order of another strategy.
    private func stranger(_ order: OrderID, _ intent: Intent) -> RiskRefusal? {
        let owner: StrategyID
        if let place = view.orders.place(of: order.rawValue) {
            owner = StrategyID(view.orders[place].strategy)
        } else if order.rawValue >> 63 == 1 {
            return nil
        } else {
            owner = order.strategy
        }
        return owner == intent.strategy ? nil : RiskRefusal(.unknownOrder, limit: 0)
    }
}

public import LockstepMarket
public import LockstepModel

extension OutcomeMarketVenue {
    /// Collects an order or a cancel for the batch in which it arrives.
    public mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let intent = command.order.intent
        let account = Int(intent.account.rawValue) - 1
        guard rules.latency.indices.contains(account) else {
            throw .unknownAccount(venue: venue, account: intent.account)
        }
        let (sum, overflow) = command.arrival.nanoseconds.addingReportingOverflow(
            rules.latency[account])
        let arrival = Timestamp(nanoseconds: overflow ? .max : sum)
        switch intent.action {
        case .place(let terms):
            if !rules.keeps(intent.account) {
                outputs.append(
                    update(intent, intent.id, terms.instrument, .rejected, .notTradable, now))
            } else if !Self.isPossible(terms) {
                outputs.append(
                    update(
                        intent, intent.id, terms.instrument, .rejected, .invalidCombination, now))
            } else {
                pending.append(
                    PendingCommand(
                        intent: intent.id, strategy: intent.strategy, account: intent.account,
                        terms: terms, target: nil, arrival: arrival))
            }
        case .amend(let target, _):
            // Whoever wants other terms cancels and places anew: a level has no places to keep.
            let isKnown = orders.live(target) != nil || isPending(target)
            let reason = isKnown ? .invalidCombination : missing(target)
            outputs.append(
                update(intent, target, instrument(of: target), .amendRejected, reason, now))
        case .cancel(let target):
            cancel(target, intent, arrival, now, &outputs)
        case .cancelAll(let instrument):
            let live = orders.live(of: intent.strategy, in: intent.account, on: instrument)
            let waiting = pending.filter {
                (intent.strategy == .house || $0.strategy == intent.strategy)
                    && $0.account == intent.account && $0.terms != nil
                    && (instrument == nil || $0.terms?.instrument == instrument)
            }
            for target in live.map(\.order) + waiting.map(\.intent) {
                var own = intent
                // Whose order it is hears of it.
                if intent.strategy == .house {
                    own = Intent(
                        id: intent.id, strategy: target.strategy, account: intent.account,
                        action: intent.action)
                }
                cancel(target, own, arrival, now, &outputs)
            }
        }
    }

    /// Whether a market of batches can do what is asked.
    ///
    /// That is: buy or sell at the market, as a whole; or rest at a limit until it is cancelled.
    private static func isPossible(_ terms: OrderTerms) -> Bool {
        if terms.reduceOnly || terms.link != .none { return false }
        guard case .quantity = terms.size else { return false }
        switch terms.kind {
        case .market(nil), .market(.fillOrKill): return true
        case .limit(_, .goodTilCancelled, postOnly: false): return true
        default: return false
        }
    }

    private mutating func cancel(
        _ target: OrderID, _ intent: Intent, _ arrival: Timestamp, _ now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        guard orders.live(target) != nil || isPending(target) else {
            outputs.append(
                update(
                    intent, target, InstrumentID(0), .cancelRejected, missing(target), now))
            return
        }
        pending.append(
            PendingCommand(
                intent: intent.id, strategy: intent.strategy, account: intent.account,
                terms: nil, target: target, arrival: arrival))
    }

    private func isPending(_ order: OrderID) -> Bool {
        pending.contains { $0.intent == order && $0.terms != nil }
    }

    private func instrument(of order: OrderID) -> InstrumentID {
        orders.live(order)?.instrument
            ?? pending.first { $0.intent == order }?.terms?.instrument ?? InstrumentID(0)
    }

    /// Why there is nothing to cancel.
    func missing(_ order: OrderID) -> OrderReason {
        switch orders.end(of: order) {
        case .unknown: .unknownOrder
        case .filled: .alreadyFilled
        case .otherwise: .alreadyEnded
        }
    }

    private func update(
        _ intent: Intent, _ order: OrderID, _ instrument: InstrumentID, _ change: OrderChange,
        _ reason: OrderReason, _ now: Timestamp
    ) -> OrderUpdate {
        OrderUpdate(
            order: order, strategy: intent.strategy, account: intent.account,
            instrument: instrument, change: change, reason: reason, limit: 0, leaves: .zero,
            reportAt: now)
    }
}

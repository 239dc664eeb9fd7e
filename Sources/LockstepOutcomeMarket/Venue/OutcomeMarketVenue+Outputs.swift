import LockstepMarket
import LockstepModel

/// What a batch has to tell.
extension OutcomeMarketVenue {
    /// Tells of orders that were taken in, refused or cancelled.
    mutating func publishUpdates(
        _ cancels: [UInt64: PendingCommand], _ through: [UInt64: Int64], at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        for event in scratch.output.events {
            switch event {
            case .accepted(let number):
                accept(number, at: now, &outputs)
                if let price = through[number], let order = orders[number] {
                    outputs.append(note(order, number, price))
                }
            case .rejected(let number, let refusal):
                refuse(number, refusal, cancels, at: now, &outputs)
            case .cancelled(let number, let size):
                let order = orders[number]?.order
                let house = cancels.values.first {
                    $0.intent.isOfHouse && order != nil && $0.target == order
                }
                cancel(number, size, house?.intent.houseReason ?? .byStrategy, at: now, &outputs)
            default: break
            }
        }
    }

    private mutating func accept(
        _ number: UInt64, at now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        guard let order = orders[number], !order.isAccepted else { return }
        orders.accept(number)
        outputs.append(update(order, .accepted, .none, leaves: order.leaves, now))
    }

    private func note(_ order: VenueOrder, _ number: UInt64, _ maker: Int64) -> VenueEvent {
        var event = VenueEvent(
            .throughMaker, at: venue, outcome: outcomeNumber(order.instrument),
            instrument: order.instrument, account: order.account)
        event.order = order.order
        event.otherPrice = Price(ticks: maker / rules.tick)
        for asked in scratch.batch where asked.id == number {
            if case .limit(let limit) = asked.action {
                event.price = Price(ticks: limit.price / rules.tick)
            }
        }
        return event
    }

    private mutating func refuse(
        _ number: UInt64, _ refusal: OutcomeRefusal, _ cancels: [UInt64: PendingCommand],
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        if let command = cancels[number], let target = command.target {
            outputs.append(
                OrderUpdate(
                    order: target, strategy: command.strategy, account: command.account,
                    instrument: InstrumentID(0), change: .cancelRejected,
                    reason: missing(target), limit: 0, leaves: .zero, reportAt: now))
            return
        }
        guard let order = orders[number] else { return }
        orders.end(number, .otherwise)
        if refusal == .insufficientGas {
            scratch.submissions[Int(order.account.rawValue) - 1] -= 1
        }
        outputs.append(update(order, .rejected, refusal.reason, leaves: 0, now))
    }

    mutating func cancel(
        _ number: UInt64, _ size: Int64, _ reason: OrderReason, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        guard let order = orders[number] else { return }
        orders.end(number, .otherwise)
        outputs.append(update(order, .cancelled, reason, leaves: size / rules.lot, now))
    }

    /// Tells what the submissions of each account cost.
    func publishGas(_ outputs: inout MarketOutputs) {
        let gas = engine.parameters.gas
        if gas == 0 { return }
        for (place, count) in scratch.submissions.enumerated() where count > 0 {
            var event = VenueEvent(
                .gas, at: venue, account: AccountID(UInt32(place + 1)))
            event.count = count
            // The engine has taken it from an account, so it fits.
            event.amount = Money(units: gas * count)
            outputs.append(event)
        }
    }

    /// Tells the executions; a market order is taken in with its first one.
    mutating func publishFills(at now: Timestamp, _ outputs: inout MarketOutputs) {
        scratch.changed.removeAll(keepingCapacity: true)
        var seen: Set<VenueScratch.Held> = []
        for fill in scratch.output.fills {
            let held = VenueScratch.Held(
                user: fill.user, outcome: Int(fill.outcome), token: fill.token)
            if seen.insert(held).inserted { scratch.changed.append(held) }
            if fill.role == .taker { accept(fill.order, at: now, &outputs) }
            let lots = fill.size / rules.lot
            guard let order = orders.reduce(fill.order, by: lots) else { continue }
            ledger.touch(Int(fill.user))
            let price = Price(ticks: Self.rounded(fill.notional, over: lots))
            outputs.append(
                Fill(
                    order: order.order, strategy: order.strategy, account: order.account,
                    instrument: order.instrument, side: fill.side, liquidity: fill.role,
                    point: fill.source.point, rule: fill.rule, price: price, reference: price,
                    quantity: Quantity(lots: lots), leaves: Quantity(lots: order.leaves),
                    notional: Money(units: fill.notional), fee: Money(units: fill.fee),
                    rebate: Money(units: fill.rebate), executedAt: now, label: now,
                    reportAt: now))
        }
    }

    /// A tick of a lot is a unit of money, so this is the price in ticks, rounded half up.
    private static func rounded(_ notional: Int64, over lots: Int64) -> Int64 {
        let (price, rest) = notional.quotientAndRemainder(dividingBy: lots)
        return rest >= lots - rest ? price + 1 : price
    }

    /// Tells which resting orders met, and what the market maker filled.
    func publishMatches(_ outputs: inout MarketOutputs) {
        for event in scratch.output.events {
            switch event {
            case .match(let match): outputs.append(self.event(match))
            case .autoFill(let match): outputs.append(self.event(match))
            default: break
            }
        }
    }

    private func event(_ match: RestingMatch) -> VenueEvent {
        let kind: VenueEventKind =
            switch match.kind {
            case .mint: .mint
            case .merge: .merge
            default: .direct
            }
        let outcome = Int(match.outcome)
        var event = VenueEvent(
            kind, at: venue, outcome: UInt32(outcome + 1),
            instrument: rules.instrument(outcome, match.token ?? .yes))
        event.price = Price(ticks: match.firstPrice / rules.tick)
        event.otherPrice = Price(ticks: match.secondPrice / rules.tick)
        event.quantity = Quantity(lots: match.size / rules.lot)
        event.fee = Money(units: match.fee)
        event.rest = Money(units: match.toPool)
        return event
    }

    private func event(_ match: AutoFillMatch) -> VenueEvent {
        let outcome = Int(match.outcome)
        var event = VenueEvent(
            match.side == .buy ? .autoFilledBids : .autoFilledAsks, at: venue,
            outcome: UInt32(outcome + 1), instrument: rules.instrument(outcome, match.token))
        event.price = Price(ticks: match.price / rules.tick)
        event.quantity = Quantity(lots: match.size / rules.lot)
        event.amount = Money(units: match.amount)
        event.fee = Money(units: match.rebate)
        event.rest = Money(units: match.house)
        return event
    }

    func update(
        _ order: VenueOrder, _ change: OrderChange, _ reason: OrderReason, leaves: Int64,
        _ now: Timestamp
    ) -> OrderUpdate {
        OrderUpdate(
            order: order.order, strategy: order.strategy, account: order.account,
            instrument: order.instrument, change: change, reason: reason, limit: 0,
            leaves: Quantity(lots: leaves), reportAt: now)
    }

    func outcomeNumber(_ instrument: InstrumentID) -> UInt32 {
        UInt32((rules.token(instrument)?.outcome ?? -1) + 1)
    }
}

extension OutcomeFill {
    /// The rule that made it: resting orders that met each other are a batch's doing.
    fileprivate var rule: FillRule {
        if role == .taker { return .market }
        switch kind {
        case .direct: return .batch
        default: return .limit
        }
    }
}

extension OutcomeRefusal {
    /// The reason as orders have it.
    var reason: OrderReason {
        switch self {
        case .duplicateID: .duplicateClientId
        case .frozen: .frozen
        case .inactiveOutcome: .inactiveOutcome
        case .invalidSize: .invalidSize
        case .invalidPrice: .invalidPrice
        case .insufficientGas: .insufficientGas
        case .insufficientBalance: .insufficientBalance
        case .insufficientTokens: .insufficientTokens
        case .unknownOrder: .unknownOrder
        case .slippage: .slippage
        case .makerDepleted: .ammDepleted
        case .sizeTooLarge: .sizeTooLarge
        case .outsideRedemption: .priceOutsideRedemption
        }
    }
}

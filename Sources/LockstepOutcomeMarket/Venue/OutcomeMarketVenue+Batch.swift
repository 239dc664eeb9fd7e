public import LockstepMarket
public import LockstepModel

extension OutcomeMarketVenue {
    /// Runs the batch of an interval: what has arrived until now.
    ///
    /// Steps between two intervals have none, so that whoever makes steps of his own changes nothing
    /// for the others; without orders there is none either.
    public mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if pending.isEmpty || !rules.hasBatch(at: now) { return }
        let due = takeDue(at: now)
        if due.isEmpty { return }
        let takenBack = Self.takenBack(due)
        scratch.batch.removeAll(keepingCapacity: true)
        scratch.submissions = [Int64](repeating: 0, count: rules.latency.count)
        let first = nextNumber
        var cancels: [UInt64: PendingCommand] = [:]
        for command in due where command.terms == nil || takenBack[command.intent] == nil {
            number(command, takenBack, &cancels, at: now, &outputs)
        }
        if scratch.batch.isEmpty { return }
        let through = throughMaker()
        do throws(OutcomeMarketError) {
            try engine.runBatch(
                at: rules.elapsed(now), scratch.batch, into: &scratch.output)
        } catch {
            throw broken(error)
        }
        publishUpdates(cancels, through, at: now, &outputs)
        publishGas(&outputs)
        publishFills(at: now, &outputs)
        publishMatches(&outputs)
        publishSummary(&outputs)
        for held in scratch.changed { publishValuation(of: held, at: now, &outputs) }
        publishQuotes(&outputs)
        precondition(nextNumber > first, "a batch without numbers")
    }

    /// Takes what has arrived, in the order of the batch: by arrival, by the draw of the account, by
    /// what each account asked first.
    private mutating func takeDue(at now: Timestamp) -> [PendingCommand] {
        var due: [(turn: UInt64, place: Int)] = []
        var rest: [PendingCommand] = []
        for place in pending.indices {
            if pending[place].arrival <= now {
                due.append((rules.turn(of: pending[place].account, at: now), place))
            } else {
                rest.append(pending[place])
            }
        }
        due.sort { left, right in
            let (one, other) = (pending[left.place], pending[right.place])
            if one.arrival != other.arrival { return one.arrival < other.arrival }
            if left.turn != right.turn { return left.turn < right.turn }
            if one.account != other.account { return one.account < other.account }
            if one.intent != other.intent { return one.intent.rawValue < other.intent.rawValue }
            return left.place < right.place
        }
        let commands = due.map { pending[$0.place] }
        pending = rest
        return commands
    }

    /// The orders whose cancel has arrived with them: cancels are handled first, and would miss
    /// them, so neither comes into the market.
    private static func takenBack(_ commands: [PendingCommand]) -> [OrderID: OrderTerms] {
        let targets = Set(commands.compactMap(\.target))
        if targets.isEmpty { return [:] }
        var takenBack: [OrderID: OrderTerms] = [:]
        for command in commands where targets.contains(command.intent) {
            takenBack[command.intent] = command.terms
        }
        return takenBack
    }

    /// Numbers and stamps what arrived.
    private mutating func number(
        _ command: PendingCommand, _ takenBack: [OrderID: OrderTerms],
        _ cancels: inout [UInt64: PendingCommand], at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        let number = nextNumber
        let user = command.account.rawValue - 1
        let action: OutcomeOrder.Action
        if let target = command.target {
            guard let live = orders.live(target) else {
                takeBack(target, takenBack[target], command, at: now, &outputs)
                return
            }
            cancels[number] = command
            action = .cancel(target: live.number)
        } else if let terms = command.terms, let asked = self.action(terms, command.intent) {
            action = asked
            orders.add(
                VenueOrder(
                    number: number, order: command.intent, strategy: command.strategy,
                    account: command.account, instrument: terms.instrument,
                    isMarket: terms.kind.limitPrice == nil, leaves: terms.lots.lots))
            scratch.submissions[Int(user)] += 1
        } else {
            return
        }
        nextNumber += 1
        scratch.batch.append(
            OutcomeOrder(
                id: number, user: user, time: rules.elapsed(command.arrival), action: action))
    }

    /// Answers a cancel of an order that never came into the market, or that has ended since.
    private mutating func takeBack(
        _ target: OrderID, _ terms: OrderTerms?, _ command: PendingCommand, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) {
        let reason = missing(target)
        let own = command.intent.isOfHouse ? command.intent.houseReason : .byStrategy
        let isUnseen = terms != nil && reason == .unknownOrder
        // What the run cancels of itself needs no answer where there is nothing to cancel.
        if command.intent.isOfHouse && !isUnseen { return }
        if isUnseen, let terms {
            outputs.append(
                OrderUpdate(
                    order: target, strategy: command.strategy, account: command.account,
                    instrument: terms.instrument, change: .accepted, reason: .none, limit: 0,
                    leaves: terms.lots, reportAt: now))
        }
        outputs.append(
            OrderUpdate(
                order: target, strategy: command.strategy, account: command.account,
                instrument: terms?.instrument ?? InstrumentID(0),
                change: isUnseen ? .cancelled : .cancelRejected,
                reason: isUnseen ? own : reason, limit: 0,
                leaves: isUnseen ? terms?.lots ?? .zero : .zero, reportAt: now))
        if isUnseen { orders.noteTakenBack(target) }
    }

    /// What is asked, as the engine has it.
    private func action(_ terms: OrderTerms, _ order: OrderID) -> OutcomeOrder.Action? {
        guard let (outcome, token) = rules.token(terms.instrument) else { return nil }
        let (size, isLarge) = terms.lots.lots.multipliedReportingOverflow(by: rules.lot)
        // Beyond the largest size the engine refuses, whatever the number.
        let units = isLarge ? Int64.max : size
        guard let limit = terms.kind.limitPrice else {
            let isRecorded = order.rawValue >> 63 == 1
            return .market(
                OutcomeMarketOrder(
                    outcome: outcome, token: token, side: terms.side, size: units,
                    maxSlippage: terms.maxSlippage?.trillionths
                        ?? (isRecorded ? nil : rules.maxSlippage),
                    withinRedemption: rules.checksRedemption && !isRecorded))
        }
        let (price, isHigh) = limit.ticks.multipliedReportingOverflow(by: rules.tick)
        return .limit(
            OutcomeLimit(
                outcome: outcome, token: token, side: terms.side, size: units,
                price: isHigh ? Int64.max : price, autoFill: terms.autoFill))
    }

    /// The limit orders of the batch that rest through the market maker's price, with that price.
    private func throughMaker() -> [UInt64: Int64] {
        guard rules.notesThroughMaker else { return [:] }
        var through: [UInt64: Int64] = [:]
        for order in scratch.batch {
            guard case .limit(let limit) = order.action, limit.outcome < rules.outcomes else {
                continue
            }
            let view = engine.view(limit.outcome)
            guard view.isActive, view.liquidity > 0 else { continue }
            let supply = limit.token == .yes ? view.yes + view.virtualYes : view.no
            // price against supply / liquidity, both in millionths.
            let own = Int128(limit.price) * Int128(view.liquidity)
            let maker = Int128(supply) * Int128(Exact.unit)
            if limit.side == .buy ? own > maker : own < maker {
                through[order.id] = Int64(maker / Int128(view.liquidity))
            }
        }
        return through
    }
}

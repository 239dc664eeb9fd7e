import LockstepMarket
import LockstepModel

/// Freezes, eliminations and the end, as the feed brings them.
extension OutcomeMarketVenue {
    /// Does what was decided, and tells it with what everybody is paid.
    mutating func apply(
        _ resolution: OutcomeResolution, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if now < rules.start {
            throw impossible(now, "the market opens only at \(rules.start)")
        }
        do throws(OutcomeMarketError) {
            switch resolution.action {
            case .freeze:
                try engine.freeze()
                outputs.append(VenueEvent(.frozen, at: venue))
                publishValuations(at: now, &outputs)
            case .resume:
                try engine.resume(at: rules.elapsed(now))
                outputs.append(VenueEvent(.resumed, at: venue))
            case .eliminate: try eliminate(resolution.outcomes, at: now, &outputs)
            case .settle: try settle(resolution.outcomes, at: now, &outputs)
            }
        } catch {
            if case .brokenInvariant = error { throw broken(error) }
            throw impossible(now, reason(error, resolution))
        }
        publishQuotes(&outputs)
    }

    /// Why something cannot be decided, by the names of the outcomes.
    private func reason(_ error: OutcomeMarketError, _ resolution: OutcomeResolution) -> String {
        func name(_ outcome: Int) -> String {
            rules.names.indices.contains(outcome) ? rules.names[outcome] : "outcome \(outcome + 1)"
        }
        switch error {
        case .noSuchOutcome(let outcome):
            return "\(name(outcome)) is out of the event and cannot \(verb(resolution)); left are "
                + engine.activeOutcomes.map(name).joined(separator: ", ")
        case .badElimination(let outcomes):
            return "\(outcomes.map(name).joined(separator: ", ")) cannot leave: name each once, "
                + "and leave at least one"
        case .settled: return "the market is settled, and nothing can be decided any more"
        case .badState(let reason): return reason
        default: return "\(error)"
        }
    }

    private func verb(_ resolution: OutcomeResolution) -> String {
        resolution.action == .settle ? "win" : "leave"
    }

    private func impossible(_ time: Timestamp, _ why: String) -> MarketError {
        .impossibleData(venue: venue, time: time, why: why)
    }

    private mutating func eliminate(
        _ numbers: [UInt32], at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(OutcomeMarketError) {
        let outcomes = numbers.map { Int($0) - 1 }
        guard engine.isFrozen else {
            throw .badState(
                reason: "outcomes leave while trading goes on; freeze the market before")
        }
        let held = holdings(of: outcomes)
        try engine.eliminate(outcomes, at: rules.elapsed(now), into: &scratch.output)
        for outcome in outcomes { ends[outcome] = .eliminated }
        publishReleases(at: now, &outputs)
        publishPayouts(held, paying: { _ in .no }, &outputs)
        publishEnds(winner: nil, &outputs)
    }

    private mutating func settle(
        _ numbers: [UInt32], at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(OutcomeMarketError) {
        guard numbers.count == 1, let number = numbers.first else {
            throw .badElimination(outcomes: numbers.map { Int($0) - 1 })
        }
        let winner = Int(number) - 1
        let active = engine.activeOutcomes
        let held = holdings(of: active)
        try engine.settle(winner: winner, at: rules.elapsed(now), into: &scratch.output)
        for outcome in active { ends[outcome] = outcome == winner ? .won : .lost }
        publishReleases(at: now, &outputs)
        publishPayouts(held, paying: { $0 == winner ? .yes : .no }, &outputs)
        publishEnds(winner: winner, &outputs)
    }

    /// What an account has of a token.
    private struct Held {
        let account: Int
        let outcome: Int
        let token: OutcomeToken
        let size: Int64
    }

    private func holdings(of outcomes: [Int]) -> [Held] {
        var held: [Held] = []
        for outcome in outcomes.sorted() where outcome >= 0 && outcome < rules.outcomes {
            for account in rules.latency.indices {
                for token in OutcomeToken.allCases {
                    let holding = engine.holding(UInt32(account), outcome, token)
                    let size = holding.free + holding.escrow
                    if size == 0 { continue }
                    held.append(
                        Held(account: account, outcome: outcome, token: token, size: size))
                }
            }
        }
        return held
    }

    /// Tells of resting orders that were given back.
    private mutating func publishReleases(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        for event in scratch.output.events {
            if case .cancelled(let number, let size) = event {
                cancel(number, size, .resolved, at: now, &outputs)
            }
        }
    }

    private mutating func publishPayouts(
        _ held: [Held], paying: (Int) -> OutcomeToken, _ outputs: inout MarketOutputs
    ) {
        for each in held {
            var event = VenueEvent(
                .payout, at: venue, outcome: UInt32(each.outcome + 1),
                instrument: rules.instrument(each.outcome, each.token),
                account: AccountID(UInt32(each.account + 1)))
            event.quantity = Quantity(lots: each.size / rules.lot)
            // A token is backed by a unit of money for each of its own.
            if paying(each.outcome) == each.token {
                event.price = Price(ticks: Exact.unit / rules.tick)
                event.amount = Money(units: each.size)
            }
            ledger.touch(each.account)
            outputs.append(event)
        }
    }

    private func publishEnds(winner: Int?, _ outputs: inout MarketOutputs) {
        for event in scratch.output.events {
            switch event {
            case .eliminated(let outcome, let paid, let freed):
                outputs.append(
                    end(.eliminated, Int(outcome), Money(units: paid), Money(units: freed)))
            case .renormalised(let outcome, let supply):
                outputs.append(
                    end(.renormalised, Int(outcome), Money(units: supply), .zero))
            case .settled(let outcome, let paid, let left):
                var told = end(.settled, Int(outcome), Money(units: paid), Money(units: left))
                told.count = Int(outcome) == winner ? 1 : 0
                outputs.append(told)
            default: break
            }
        }
    }

    private func end(
        _ kind: VenueEventKind, _ outcome: Int, _ amount: Money, _ rest: Money
    ) -> VenueEvent {
        var event = VenueEvent(kind, at: venue, outcome: UInt32(outcome + 1))
        event.amount = amount
        event.rest = rest
        return event
    }
}

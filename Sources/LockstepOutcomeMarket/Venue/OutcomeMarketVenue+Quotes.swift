import LockstepMarket
import LockstepModel

/// Prices and summaries.
extension OutcomeMarketVenue {
    /// Tells the prices of every outcome where they have changed.
    mutating func publishQuotes(_ outputs: inout MarketOutputs) {
        let isOpening = quotes.isEmpty
        for outcome in 0..<rules.outcomes {
            let quote = quote(outcome)
            if isOpening {
                quotes.append(quote)
            } else if quotes[outcome] == quote {
                continue
            } else {
                quotes[outcome] = quote
            }
            outputs.append(quote)
        }
    }

    private func quote(_ outcome: Int) -> OutcomeQuote {
        let view = engine.view(outcome)
        let (yes, no) = (rules.instrument(outcome, .yes), rules.instrument(outcome, .no))
        let number = UInt32(outcome + 1)
        if let end = ends[outcome] {
            return OutcomeQuote(
                venue: venue, status: end, outcome: number, yes: yes, no: no,
                yesPrice: end == .won ? .one : .zero, noPrice: end == .won ? .zero : .one,
                liquidity: .zero)
        }
        return OutcomeQuote(
            venue: venue, status: engine.isFrozen ? .frozen : .open, outcome: number, yes: yes,
            no: no, yesPrice: Self.price(view.yes + view.virtualYes, view.liquidity),
            noPrice: Self.price(view.no, view.liquidity),
            yesBid: level(outcome, .yes, .buy), yesAsk: level(outcome, .yes, .sell),
            noBid: level(outcome, .no, .buy), noAsk: level(outcome, .no, .sell),
            liquidity: Money(units: view.liquidity))
    }

    private func level(_ outcome: Int, _ token: OutcomeToken, _ side: Side) -> QuoteLevel {
        guard let level = engine.bestLevel(outcome, token, side) else { return .none }
        return QuoteLevel(
            price: Price(ticks: level.price / rules.tick),
            quantity: Quantity(lots: min(level.size / rules.lot, Quantity.limit - 1)))
    }

    private static func price(_ supply: Int64, _ liquidity: Int64) -> Rate {
        Rate(
            trillionths: Int64(
                clamping: Int128(supply) * Int128(Exact.one) / Int128(max(liquidity, 1))))
    }

    /// Tells the batch in figures.
    mutating func publishSummary(_ outputs: inout MarketOutputs) {
        let summary = engine.summary(of: scratch.output)
        var batch = VenueEvent(.batch, at: venue)
        batch.count = Int64(summary.accepted)
        batch.otherCount = Int64(
            OutcomeRefusal.allCases.reduce(0) { $0 + summary[$1] })
        batch.quantity = Quantity(lots: Int64(summary.activeUsers))
        batch.amount = Money(units: summary.gas)
        batch.fee = Money(units: FillSource.allCases.reduce(0) { $0 + summary[$1].fees })
        batch.rest = Money(units: summary.seigniorage)
        outputs.append(batch)
        for source in FillSource.allCases where summary[source].fills > 0 {
            let totals = summary[source]
            var event = VenueEvent(.source, at: venue)
            event.otherCount = Int64(source.point.rawValue)
            event.count = Int64(totals.fills)
            event.quantity = Quantity(
                lots: min(
                    Int64(clamping: totals.quantity / Int128(rules.lot)), Quantity.limit - 1))
            event.amount = Money(units: Int64(clamping: totals.notional))
            event.fee = Money(units: totals.fees)
            outputs.append(event)
        }
        if summary.outcomes.isEmpty { return }
        var sets = VenueEvent(.setCosts, at: venue)
        sets.count = Int64(summary.outcomes.count)
        sets.amount = Self.millionths(summary.sets.yes)
        sets.rest = Self.millionths(summary.sets.no)
        sets.fee = Self.millionths(summary.sets.pair)
        outputs.append(sets)
        var house = VenueEvent(.house, at: venue)
        house.amount = Money(units: summary.worstCaseEquity)
        house.rest = Money(units: summary.subsidyAtRisk)
        outputs.append(house)
    }

    /// Tells what an account's holding of a token is worth: at the market maker's price, and what the
    /// market maker would pay for all of it now.
    func publishValuation(
        of held: VenueScratch.Held, at now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let holding = engine.holding(held.user, held.outcome, held.token)
        let size = holding.free + holding.escrow
        let view = engine.view(held.outcome)
        guard view.isActive else { return }
        var event = VenueEvent(
            .valuation, at: venue, outcome: UInt32(held.outcome + 1),
            instrument: rules.instrument(held.outcome, held.token),
            account: AccountID(held.user + 1))
        let supply = held.token == .yes ? view.yes + view.virtualYes : view.no
        event.quantity = Quantity(lots: size / rules.lot)
        event.amount = Money(
            units: Int64(clamping: Int128(size) * Int128(supply) / Int128(max(view.liquidity, 1))))
        event.rest = Money(units: proceeds(of: held, size, at: now))
        outputs.append(event)
    }

    /// What the market maker would pay, its fee taken off; nothing where it cannot take as many.
    private func proceeds(of held: VenueScratch.Held, _ size: Int64, at now: Timestamp) -> Int64 {
        do throws(OutcomeMarketError) {
            let quote = try engine.quote(
                .sell, held.token, of: held.outcome, size: size, at: rules.elapsed(now))
            return quote.trade.refusal == nil ? quote.trade.amount - quote.fee : 0
        } catch {
            // Of nothing, and of more than an order may have, there is no quotation.
            return 0
        }
    }

    /// Tells what every holding is worth, before a round ends or the market does.
    func publishValuations(at now: Timestamp, _ outputs: inout MarketOutputs) {
        for outcome in engine.activeOutcomes {
            for user in rules.latency.indices {
                for token in OutcomeToken.allCases {
                    let holding = engine.holding(UInt32(user), outcome, token)
                    if holding.free + holding.escrow == 0 { continue }
                    publishValuation(
                        of: VenueScratch.Held(
                            user: UInt32(user), outcome: outcome, token: token), at: now,
                        &outputs)
                }
            }
        }
    }

    private static func millionths(_ value: Double) -> Money {
        Money(units: Int64((value * 1e6).rounded()))
    }
}

extension FillSource {
    /// Where in the market its fills happen.
    var point: FillPoint {
        switch self {
        case .book: .pool
        case .cross: .cross
        case .maker: .amm
        case .autoFill: .autoFill
        }
    }
}

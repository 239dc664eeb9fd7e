public import LockstepModel

/// A strategy that trades on outcome markets, and hears of their prices and of what is decided.
public protocol OutcomeStrategy: Strategy {
    /// Called for every outcome whose prices have changed, before the frame of a step.
    mutating func onOutcome(_ quote: OutcomeQuote, _ context: inout Context) throws

    /// Called when trading stops or goes on, when outcomes leave and when the market is settled;
    /// and for what the venue tells the own account: payouts, valuations, and limits that rest
    /// through the market maker's price.
    mutating func onResolve(_ event: VenueEvent, _ context: inout Context) throws
}

extension OutcomeStrategy {
    @inlinable
    public mutating func onOutcome(_ quote: OutcomeQuote, _ context: inout Context) throws {}

    @inlinable
    public mutating func onResolve(_ event: VenueEvent, _ context: inout Context) throws {}
}

/// The handlers of a strategy of outcome markets.
@usableFromInline
struct OutcomeHandlers {
    let onOutcome: (StatePlace, OutcomeQuote, inout Context) throws -> Void
    let onResolve: (StatePlace, VenueEvent, inout Context) throws -> Void

    /// Those of a strategy's type; nil when it is no strategy of outcome markets.
    @usableFromInline
    static func of(_ type: any Strategy.Type) -> Self? {
        guard let type = type as? any OutcomeStrategy.Type else { return nil }
        return made(type)
    }

    private static func made<S: OutcomeStrategy>(_ type: S.Type) -> Self {
        Self(
            onOutcome: { place, quote, context in
                try place.reference(to: S.self).value.onOutcome(quote, &context)
            },
            onResolve: { place, event, context in
                try place.reference(to: S.self).value.onResolve(event, &context)
            })
    }
}

/// What strategies of outcome markets will hear of at their next turn.
enum OutcomeNews {
    case quote(OutcomeQuote)
    case event(VenueEvent)

    /// The handler that hears of it.
    var handler: StaticString {
        switch self {
        case .quote: "onOutcome"
        case .event: "onResolve"
        }
    }

    /// Whether an account hears of it.
    func isFor(_ account: AccountID) -> Bool {
        guard case .event(let event) = self else { return true }
        return event.account.rawValue == 0 || event.account == account
    }

    /// The news in an event; nil when strategies do not hear of it.
    init?(_ event: VenueEvent) {
        switch event.kind {
        case .frozen, .resumed, .eliminated, .renormalised, .settled, .payout, .throughMaker,
            .valuation, .signal:
            self = .event(event)
        case .direct, .mint, .merge, .autoFilledBids, .autoFilledAsks, .gas, .batch, .source,
            .setCosts, .house:
            return nil
        }
    }

    init(_ quote: OutcomeQuote) { self = .quote(quote) }
}

/// What strategies of outcome markets hear, between its coming and their turn.
struct OutcomeDesk {
    /// What came since the last turn, and what is told in this one.
    var coming: [OutcomeNews] = []
    var told: [OutcomeNews] = []
    /// The step in which it is told.
    var turn = StepNumber.setUp
    /// By instrument, a tick in 10⁻¹²; 0 where it is no whole number of them.
    private let ticks: [Int64]

    init(_ instruments: Instruments) {
        ticks = instruments.map { instrument in
            (try? Rate(instrument.tickSize))?.trillionths ?? 0
        }
    }

    /// The market maker's price of a token on its grid, rounded down; nil where it has none.
    func price(_ token: InstrumentID, _ price: Rate) -> Price? {
        let place = Int(token.rawValue) - 1
        guard ticks.indices.contains(place), ticks[place] > 0 else { return nil }
        return Price(ticks: price.trillionths / ticks[place])
    }

    /// Begins to tell what came.
    mutating func begin(_ step: StepNumber) {
        turn = step
        told.removeAll(keepingCapacity: true)
        swap(&told, &coming)
    }
}

@available(*, unavailable)
extension OutcomeHandlers: Sendable {}

package import LockstepModel

/// An agent of a crowd as a strategy: it lives on a grid of times and hears prices between them.
///
/// Its stream of random numbers is named by the run's seed and its own name, and its times are those
/// of the grid, whatever other steps there are. So another participant changes nothing of what it
/// draws, nor when it decides.
package struct CrowdAgent<Mind: CrowdMind>: OutcomeStrategy {
    package typealias Parameters = Mind.Parameters

    package static var name: String { Mind.name }

    private var mind: Mind
    private var view: CrowdView
    /// The outcomes that are over: out of the event, or paid.
    private var over: [Bool]
    private let every: Int64
    private let patience: Int64
    private var random = RandomStream(key: 0, entity: 0)

    package var subscriptions: Subscriptions { .none }

    /// Makes the agent.
    package init(_ parameters: Mind.Parameters, _ instruments: Instruments) throws {
        try CrowdError.check("every", parameters.every, 1...1_000_000_000)
        try CrowdError.check("patience", parameters.patience, 1...1_000_000)
        mind = try Mind(parameters)
        view = try CrowdMarket.view(parameters.market, instruments)
        over = [Bool](repeating: false, count: view.outcomes.count)
        every = parameters.every * 1_000_000
        patience = parameters.patience
    }

    package mutating func onStart(_ context: inout Context) {
        random = RandomStream(
            seed: context.seat.value.desk.value.seed,
            component: "agents/\(context.seat.value.name)")
        wait(&context)
    }

    package mutating func onOutcome(_ quote: OutcomeQuote, _ context: inout Context) {
        guard let place = view.outcomes.firstIndex(where: { $0.yes == quote.yes }) else { return }
        view.outcomes[place].yesPrice = quote.yesPrice.trillionths / 1_000_000
        view.outcomes[place].noPrice = quote.noPrice.trillionths / 1_000_000
        view.outcomes[place].isActive = quote.status == .open
        over[place] = quote.status != .open && quote.status != .frozen
    }

    package mutating func onResolve(_ event: VenueEvent, _ context: inout Context) {
        guard event.kind == .signal,
            let place = view.outcomes.firstIndex(where: { $0.yes == event.instrument })
        else { return }
        mind.hear(event.amount.units, about: place)
    }

    package mutating func onTimer(_ timer: TimerID, _ context: inout Context) {
        if over.allSatisfy({ $0 }) { return }
        look(context)
        for action in mind.decide(view, &random) {
            switch action {
            case .place(let terms): context.submit(terms)
            case .cancelAll: context.cancelAll()
            }
        }
        wait(&context)
    }

    /// Sets the time of the next decision.
    private mutating func wait(_ context: inout Context) {
        let times = 1 + Int64(random.next(below: UInt64(2 * patience - 1)))
        let (span, isLong) = times.multipliedReportingOverflow(by: every)
        let (next, isLate) = context.now.nanoseconds.addingReportingOverflow(span)
        if !isLong, !isLate { context.wake(at: Timestamp(nanoseconds: next)) }
    }

    /// Takes a look at the own account.
    private mutating func look(_ context: borrowing Context) {
        view.cash = context.account.cash.units
        for place in view.outcomes.indices {
            view.outcomes[place].yesHeld = context.position(view.outcomes[place].yes).lots
            view.outcomes[place].noHeld = context.position(view.outcomes[place].no).lots
        }
        let open = context.openOrders
        view.openOrders = open.count
        if Mind.cancelsFirst { return }
        view.cash = max(0, view.cash - context.account.reserved.units)
        for order in open where order.terms.side == .sell {
            let token = order.terms.instrument
            for place in view.outcomes.indices {
                if view.outcomes[place].yes == token {
                    view.outcomes[place].yesHeld -= order.leaves.lots
                } else if view.outcomes[place].no == token {
                    view.outcomes[place].noHeld -= order.leaves.lots
                }
            }
        }
    }
}

extension StrategyRegistry {
    /// The agents of crowds by the words of a configuration, in the order of the documentation.
    package static let agents: [(kind: String, use: String)] = [
        ("noise", NoiseMind.name), ("momentum", Following.name), ("contrarian", Fading.name),
        ("informed", InformedMind.name), ("maker", MakerMind.name),
        ("arbitrage", ArbitrageMind.name),
    ]

    /// Adds the agents of crowds.
    mutating func registerAgents() throws(StrategyError) {
        try register(CrowdAgent<NoiseMind>.self)
        try register(CrowdAgent<TrendMind<Following>>.self)
        try register(CrowdAgent<TrendMind<Fading>>.self)
        try register(CrowdAgent<InformedMind>.self)
        try register(CrowdAgent<MakerMind>.self)
        try register(CrowdAgent<ArbitrageMind>.self)
    }
}

import LockstepModel

/// The strategies of a run and what belongs to them, kept as long as the run lasts.
package struct StrategyHosts {
    let desk: StateCell<StrategyDesk>
    let strategies: [HostedStrategy]
    let seats: [StateCell<StrategySeat>]

    /// Makes the strategies of a run.
    package init(_ plans: [StrategyPlan], _ setup: StrategySetup) throws(StrategyError) {
        let desk = StateCell(StrategyDesk(setup))
        var strategies: [HostedStrategy] = []
        var seats: [StateCell<StrategySeat>] = []
        for (place, plan) in plans.enumerated() {
            guard setup.cash.indices.contains(Int(plan.account.rawValue) - 1) else {
                throw .unknownAccount(strategy: plan.name, account: plan.account)
            }
            let strategy = try plan.strategy(for: setup.instruments)
            let series = try desk.value.series.places(
                of: strategy.subscriptions, strategy: plan.name, setup.instruments)
            strategies.append(strategy)
            seats.append(
                StateCell(
                    StrategySeat(
                        StrategyID(UInt32(place + 1)), name: plan.name, account: plan.account,
                        series: series, desk: desk.reference, type: strategy.type,
                        hearsOutcomes: strategy.outcome != nil,
                        books: try Self.books(strategy.subscriptions, plan.name, setup))))
        }
        desk.value.seats = ContiguousArray(seats.map { $0.reference })
        self.desk = desk
        self.strategies = strategies
        self.seats = seats
    }

    /// The instruments of whose books a strategy wants to hear.
    private static func books(
        _ subscriptions: Subscriptions, _ strategy: String, _ setup: StrategySetup
    ) throws(StrategyError) -> [InstrumentID] {
        for wish in subscriptions.books where setup.instruments[wish.instrument] == nil {
            throw .unknownInstrument(strategy: strategy, instrument: wish.instrument)
        }
        return subscriptions.books.map(\.instrument)
    }
}

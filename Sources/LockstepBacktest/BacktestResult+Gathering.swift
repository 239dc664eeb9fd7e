import LockstepBus
import LockstepModel
import LockstepPortfolio
import LockstepRisk

extension BacktestResult.Status {
    /// The status as the log notes it.
    var endStatus: ControlEvent.EndStatus {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .cancelled, .ruined: .cancelled
        }
    }
}

/// How a result comes together when a run has ended.
extension BacktestResult {
    init(of configuration: BacktestConfiguration) {
        status = .completed
        name = configuration.name
        seed = configuration.seed
    }

    /// Keeps the first failure.
    mutating func fail(_ error: any Error, step: StepNumber?) {
        if failure != nil { return }
        status = .failed
        let place = (error as? BusError)?.place
        var cause = error
        if case BusError.serviceFailed(_, let inner) = error { cause = inner }
        failure = Failure(
            message: "\(error)", step: place?.step ?? step,
            sequence: place.flatMap { $0.sequence == .none ? nil : $0.sequence },
            service: place?.service, cause: cause)
    }

    mutating func add(_ summaries: [AccountSummary]) {
        accounts = summaries.map { summary in
            Account(
                name: summary.settings.name, currency: summary.settings.currency,
                cashStart: summary.deposited, cashEnd: summary.last.cash,
                equityStart: summary.deposited, equityEnd: summary.last.equity,
                realised: summary.last.realised, unrealised: summary.last.unrealised,
                fees: summary.last.fees, slippage: summary.slippage,
                funding: summary.funding, borrow: summary.borrow, interest: summary.interest,
                dividends: summary.dividends)
        }
        addTrades(summaries)
        let start = sum(accounts) { $0.equityStart }
        let end = sum(accounts) { $0.equityEnd }
        if start > 0 { statistics.totalReturn = end / start - 1 }
    }

    mutating func add(_ tally: OrderTally) {
        orders = Orders(
            intents: tally.intents, accepted: tally.accepted, rejected: tally.rejected,
            filled: tally.filled, cancelled: tally.cancelled, expired: tally.expired,
            fills: tally.fills)
        reasons = tally.reasonCounts
    }

    mutating func add(_ count: StepDriver.Count) {
        start = count.start
        end = count.end
        counters.steps = count.steps
        counters.bars = count.bars
        counters.events = count.metrics?.events ?? 0
        counters.deliveries = count.metrics?.deliveries ?? 0
    }

    private mutating func addTrades(_ summaries: [AccountSummary]) {
        var (won, lost) = (0.0, 0.0)
        for summary in summaries {
            let scale = summary.settings.currency.units
            trades.count += summary.trades.count
            trades.wins += summary.trades.wins
            trades.losses += summary.trades.losses
            won += Double(summary.trades.won.units) / scale
            lost += Double(summary.trades.lost.units) / scale
        }
        if trades.count > 0 {
            trades.winRate = Double(trades.wins) / Double(trades.count)
            trades.expectancy = (won - lost) / Double(trades.count)
        }
        if lost > 0 { trades.profitFactor = won / lost }
    }

    private func sum(_ accounts: [Account], _ amount: (Account) -> Money) -> Double {
        accounts.reduce(0) {
            $0 + Double(amount($1).units) / $1.currency.units
        }
    }
}

extension Currency {
    /// How many units make one of the currency, for statistics.
    var units: Double { (0..<decimals).reduce(1.0) { value, _ in value * 10 } }
}
